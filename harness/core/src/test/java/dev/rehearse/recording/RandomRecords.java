package dev.rehearse.recording;

import dev.rehearse.plan.Budget;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Fills any record with random values, nulls where it allows them, so that a test of saving misses no field. */
final class RandomRecords {

    private final Random random;

    RandomRecords(long randomSeed) {
        this.random = new Random(randomSeed);
    }

    <T> T next(Class<T> type) throws ReflectiveOperationException {
        return type.cast(value(type));
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class
                    ? list(generic.getActualTypeArguments()[0])
                    : map(generic.getActualTypeArguments()[1]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) {
            return "text " + random.nextInt() + " \"quoted\"\n\t\u0000\u00e9\ud83d\ude00";
        } else if (plain == int.class || plain == Integer.class) {
            return random.nextInt();
        } else if (plain == long.class || plain == Long.class) {
            return random.nextLong();
        } else if (plain == double.class || plain == Double.class) {
            return random.nextDouble() * 1e9;
        } else if (plain == boolean.class) {
            return random.nextBoolean();
        } else if (plain == Instant.class) {
            return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        } else if (plain == Duration.class) {
            return Duration.ofNanos(random.nextInt(Integer.MAX_VALUE));
        } else if (plain == Budget.class) {
            return budget();
        } else if (plain == OperationLog.class) {
            return log();
        } else if (plain.isEnum()) {
            Object[] constants = plain.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        return record(plain);
    }

    private List<Object> list(Type of) throws ReflectiveOperationException {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            list.add(value(of));
        }
        return list;
    }

    private Map<String, Object> map(Type of) throws ReflectiveOperationException {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            map.put("key " + random.nextInt(), value(of));
        }
        return map;
    }

    private Object record(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            boolean mayBeNull = isNullable(components[i].getAnnotatedType());
            values[i] = mayBeNull && random.nextBoolean() ? null : value(components[i].getGenericType());
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return type.getDeclaredConstructor(types).newInstance(values);
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    /** The one record that checks its numbers. */
    private Budget budget() throws ReflectiveOperationException {
        return new Budget(
                null,
                next(Duration.class),
                next(Duration.class),
                random.nextBoolean() ? null : 1 + random.nextDouble(),
                random.nextBoolean() ? null : 1 + random.nextDouble(),
                random.nextBoolean() ? null : random.nextDouble(),
                next(Duration.class),
                next(Duration.class),
                next(Budget.RollbackRule.class));
    }

    /** A log of several blocks, with failures of several kinds. */
    private OperationLog log() throws ReflectiveOperationException {
        OperationLog log = new OperationLog();
        for (int i = 0; i < 3; i++) {
            log.addKind((OperationLog.OperationKind) record(OperationLog.OperationKind.class));
        }
        String[] states = {null, null, null, "57014", "40P01", "RH001"};
        for (int i = 0; i < 10_000; i++) {
            log.add(new OperationLog.Operation(
                    random.nextInt(3),
                    random.nextLong() >> random.nextInt(64),
                    random.nextLong() >> random.nextInt(64),
                    random.nextLong() >> random.nextInt(64),
                    Outcome.values()[random.nextInt(3)],
                    states[random.nextInt(states.length)],
                    random.nextInt() >>> 1,
                    random.nextInt() >>> 1,
                    random.nextBoolean()));
        }
        return log;
    }
}
