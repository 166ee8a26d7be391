package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.JavaOperation;
import dev.rehearse.plan.Workload;
import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.build.RehearsalBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * The {@link Operation}s and {@link Invariant}s of a test class.
 *
 * @param instance what they are called on; null: only static ones can be
 */
record JavaWorkload(
        List<Method> operations,
        List<Method> invariants,
        @Nullable Object instance) {

    static final JavaWorkload NONE = new JavaWorkload(List.of(), List.of(), null);

    private static final int WEIGHT_OF_ONE_PER_SECOND = 100;

    static JavaWorkload of(Class<?> testClass, @Nullable Object instance) {
        return new JavaWorkload(
                AnnotationSupport.findAnnotatedMethods(testClass, Operation.class, HierarchyTraversalMode.TOP_DOWN),
                AnnotationSupport.findAnnotatedMethods(testClass, Invariant.class, HierarchyTraversalMode.TOP_DOWN),
                instance);
    }

    void addTo(RehearsalBuilder plan) {
        List<Workload.Operation> before = new ArrayList<>();
        List<Workload.Operation> after = new ArrayList<>();
        double rate = 0;
        for (Method method : operations) {
            Operation annotation = annotation(method, Operation.class);
            (annotation.after() ? after : before).add(operation(method, annotation));
            rate += annotation.after() ? 0 : annotation.perSecond();
        }
        if (!before.isEmpty()) {
            plan.before(new Application("before", before));
        }
        if (!after.isEmpty()) {
            plan.after(new Application("after", after));
        }
        if (rate > 0) {
            plan.ratePerSecond(rate);
        }
        for (Method method : invariants) {
            String expect = annotation(method, Invariant.class).expect();
            Call call = call(method);
            plan.invariant(new dev.rehearse.plan.Invariant(
                    method.getName().replace('_', ' '),
                    method.getDeclaringClass().getSimpleName() + "." + method.getName() + "()",
                    expect.isEmpty() ? null : expect,
                    database -> call.on(database, Map.of(), null)));
        }
    }

    private Workload.Operation operation(Method method, Operation annotation) {
        if (annotation.perSecond() > 0 != rated() || annotation.perSecond() > 0 && annotation.weight() != 1) {
            throw new InvalidRehearsalException("@Operation " + method.getName()
                    + " is weighed otherwise than the others: either all operations say perSecond, or all say weight.");
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (java.lang.reflect.Parameter parameter : method.getParameters()) {
            Key key = parameter.getAnnotation(Key.class);
            if (key != null) {
                int dot = key.value().lastIndexOf('.');
                if (dot <= 0) {
                    throw new InvalidRehearsalException("@Key(\"" + key.value() + "\") of " + method.getName()
                            + " names no column; expected table.column.");
                }
                parameters.put(
                        parameter.getName(),
                        Parameter.key(
                                key.value().substring(0, dot), key.value().substring(dot + 1), key.distribution()));
            }
        }
        Call call = call(method);
        JavaOperation java = (database, values, random) -> call.on(database, values, random);
        long weight = rated()
                ? Math.max(1, Math.round(annotation.perSecond() * WEIGHT_OF_ONE_PER_SECOND))
                : annotation.weight();
        return Workload.Operation.inJava(method.getName(), Math.toIntExact(weight), parameters, java);
    }

    private boolean rated() {
        return operations.stream().anyMatch(m -> annotation(m, Operation.class).perSecond() > 0);
    }

    private static <A extends java.lang.annotation.Annotation> A annotation(Method method, Class<A> type) {
        return AnnotationSupport.findAnnotation(method, type).orElseThrow();
    }

    private Call call(Method method) {
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        if (!isStatic && instance == null) {
            throw new InvalidRehearsalException("The method " + method.getName() + " of "
                    + method.getDeclaringClass().getSimpleName()
                    + " needs an instance of the test class, which there is none of yet. Ask for the report in a test's method, or"
                    + " make it static.");
        }
        if (!method.trySetAccessible()) {
            throw new InvalidRehearsalException(
                    "The method " + method + " cannot be called. Make it and its class public.");
        }
        List<Argument> arguments = new ArrayList<>();
        for (java.lang.reflect.Parameter parameter : method.getParameters()) {
            arguments.add(Argument.of(method, parameter));
        }
        return new Call(method, isStatic ? null : instance, arguments);
    }

    /** A method that the load calls. */
    private record Call(Method method, @Nullable Object instance, List<Argument> arguments) {

        @Nullable
        Object on(DataSource database, Map<String, @Nullable String> values, @Nullable RandomGenerator random)
                throws Exception {
            @Nullable Object[] given = new Object[arguments.size()];
            for (int i = 0; i < given.length; i++) {
                given[i] = arguments.get(i).from(database, values, random);
            }
            try {
                return method.invoke(instance, given);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof Exception exception ? exception : e;
            }
        }
    }

    /** Where an argument comes from. */
    @FunctionalInterface
    private interface Argument {

        @Nullable
        Object from(DataSource database, Map<String, @Nullable String> values, @Nullable RandomGenerator random);

        static Argument of(Method method, java.lang.reflect.Parameter parameter) {
            boolean isOperation = AnnotationSupport.isAnnotated(method, Operation.class);
            Class<?> type = parameter.getType();
            if (isOperation && parameter.isAnnotationPresent(Key.class)) {
                return (database, values, random) -> converted(method, values.get(parameter.getName()), type);
            }
            if (type.equals(DataSource.class)) {
                return (database, values, random) -> database;
            }
            if (isOperation && type.equals(RandomGenerator.class)) {
                return (database, values, random) -> random;
            }
            throw new InvalidRehearsalException("The parameter " + parameter + " of " + method.getName()
                    + " is nothing that a rehearsal gives: a DataSource"
                    + (isOperation ? ", a RandomGenerator, or a value with @Key." : "."));
        }

        private static @Nullable Object converted(Method method, @Nullable String value, Class<?> type) {
            if (value == null) {
                return Optional.of(type)
                        .filter(t -> !t.isPrimitive())
                        .map(t -> (Object) null)
                        .orElseThrow(() ->
                                new IllegalStateException(method.getName() + " wants a key, but there is no row."));
            }
            return type.equals(long.class) || type.equals(Long.class)
                    ? (Object) Long.valueOf(value)
                    : type.equals(int.class) || type.equals(Integer.class)
                            ? Integer.valueOf(value)
                            : type.equals(UUID.class) ? UUID.fromString(value) : value;
        }
    }
}
