package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseProviders;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * A container with PostgreSQL that the test declares: a field of a Testcontainers {@code JdbcDatabaseContainer}, in the test class or a class
 * around it, with {@code @Container}, {@code @ServiceConnection} or neither. Known by its name, so that nobody needs Testcontainers for this class.
 */
record TestContainer(Object container) {

    private static final String TYPE = "org.testcontainers.containers.JdbcDatabaseContainer";

    /** The test's container; null where it declares none. */
    static @Nullable TestContainer of(Class<?> testClass, @Nullable Object instance) {
        for (Class<?> at = testClass; at != null; at = at.getEnclosingClass()) {
            List<Field> fields = ReflectionSupport.findFields(
                    at, field -> isContainer(field.getType()), HierarchyTraversalMode.TOP_DOWN);
            for (Field field : fields) {
                Object value = ReflectionSupport.tryToReadFieldValue(field, at.isInstance(instance) ? instance : null)
                        .toOptional()
                        .orElse(null);
                if (value != null) {
                    return new TestContainer(value);
                }
            }
        }
        return null;
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
