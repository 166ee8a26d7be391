package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.choice.DatabaseProviders;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * A container with PostgreSQL that the test declares: a Testcontainers {@code JdbcDatabaseContainer} in a field of the test class or of a class
 * around it, with {@code @Container}, {@code @ServiceConnection} or neither, or else as a bean of the test's Spring context, as Spring Boot's
 * own {@code TestcontainersConfiguration} has one. Known by its name, so that nobody needs Testcontainers for this class.
 */
record TestContainer(Object container) {

    private static final String TYPE = "org.testcontainers.containers.JdbcDatabaseContainer";
    private static final String DRIVER = "org.postgresql.Driver";

    /** The test's container; null where it declares none. */
    static @Nullable TestContainer of(Place place, ExtensionContext asking) {
        Object instance = place.instance(asking).orElse(null);
        return Stream.concat(
                        inFields(place.testClass(), instance).stream(),
                        // Lazily: only a test without such a field has its context asked.
                        Stream.of(place)
                                .flatMap(at -> SpringBeans.of(at.testClass(), asking, TestContainer::isContainer)))
                .map(TestContainer::new)
                .filter(container -> container.ask("getDriverClassName").equals(DRIVER))
                .findFirst()
                .orElse(null);
    }

    private static List<Object> inFields(Class<?> testClass, @Nullable Object instance) {
        List<Object> containers = new ArrayList<>();
        for (Class<?> at = testClass; at != null; at = at.getEnclosingClass()) {
            Object holder = at.isInstance(instance) ? instance : null;
            ReflectionSupport.findFields(at, field -> isContainer(field.getType()), HierarchyTraversalMode.TOP_DOWN)
                    .forEach(field -> ReflectionSupport.tryToReadFieldValue(field, holder)
                            .toOptional()
                            .ifPresent(containers::add));
        }
        return containers;
    }

    private static boolean isContainer(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            if (at.getName().equals(TYPE)) {
                return true;
            }
        }
        return false;
    }

    /** A database of its own on the container's server, which is the test's to use. */
    DatabaseProvider provider() {
        if (!(boolean) ask("isRunning")) {
            throw new EnvironmentException("The container " + ask("getDockerImageName")
                    + " of the test does not run, so there is no server for the rehearsal. Start it before the tests, as"
                    + " @Testcontainers with @Container on a static field does.");
        }
        return DatabaseProviders.onServer(
                ask("getJdbcUrl").toString(),
                ask("getUsername").toString(),
                ask("getPassword").toString(),
                "the test's own container (" + ask("getDockerImageName") + ")");
    }

    private Object ask(String getter) {
        try {
            return container.getClass().getMethod(getter).invoke(container);
        } catch (ReflectiveOperationException e) {
            throw new EnvironmentException("The test's container does not answer " + getter + ": " + e, e);
        }
    }
}
