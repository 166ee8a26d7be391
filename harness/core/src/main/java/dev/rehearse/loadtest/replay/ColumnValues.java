package dev.rehearse.loadtest.replay;

import dev.rehearse.pgbench.Command;
import dev.rehearse.pgbench.PgRandom;
import dev.rehearse.pgbench.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Draws the values of a statement's parameters, those of one table from one of its rows, so that they fit together. Thread-safe. */
final class ColumnValues implements Command.Drawing {

    private static final int IN_ARRAY = 5;
    private static final int PATTERN_LENGTH = 3;

    private final List<Group> groups = new ArrayList<>();
    private final int count;

    /** Parameters that are drawn together, from the rows of a sample, at least one. */
    private static final class Group {
        private final List<@Nullable String[]> rows;
        private final List<Slot> slots = new ArrayList<>();
        private int drawn = IN_ARRAY;

        Group(List<@Nullable String[]> rows) {
            this.rows = rows;
        }
    }

    /** A parameter, from 0, and how it is made from the sampled row, or from several. */
    private record Slot(int parameter, Function<List<@Nullable String[]>, @Nullable String> made) {}

    ColumnValues(int count) {
        this.count = count;
    }

    /** One more sample; parameters are added to it. */
    final class Sample {
        private final Group group;

        private Sample(List<@Nullable String[]> rows) {
            group = new Group(rows);
            groups.add(group);
        }

        void value(int parameter, int column) {
            value(parameter, column, 0);
        }

        /** @param row of those that are drawn together, from 0; each is drawn by itself, so that two may be the same one */
        void value(int parameter, int column, int row) {
            group.drawn = Math.max(group.drawn, row + 1);
            group.slots.add(new Slot(parameter, rows -> rows.get(row)[column]));
        }

        void array(int parameter, int column) {
            group.slots.add(new Slot(parameter, rows -> arrayOf(rows.subList(0, IN_ARRAY), column)));
        }

        void pattern(int parameter, int column) {
            group.slots.add(new Slot(parameter, rows -> patternOf(rows.get(0)[column])));
        }

        /** A text that no row has: one of the column with a number after it. */
        void numbered(int parameter, int column, AtomicLong counter) {
            group.slots.add(new Slot(
                    parameter,
                    rows -> Objects.toString(rows.get(0)[column], "") + "-"
                            + Long.toString(counter.getAndIncrement(), Character.MAX_RADIX)));
        }
    }

    /** @param rows at least one */
    Sample sample(List<@Nullable String[]> rows) {
        return new Sample(rows);
    }

    /** A value that is no row's: always the same, one that counts, or one by chance. */
    void made(int parameter, Function<PgRandom, @Nullable String> value) {
        made.add(new Made(parameter, value));
    }

    private final List<Made> made = new ArrayList<>();

    private record Made(int parameter, Function<PgRandom, @Nullable String> value) {}

    @Override
    public List<Value> draw(PgRandom random) {
        Value[] values = new Value[count];
        java.util.Arrays.fill(values, Value.NULL);
        for (Group group : groups) {
            List<@Nullable String[]> rows = new ArrayList<>(group.drawn);
            for (int i = 0; i < group.drawn; i++) {
                rows.add(group.rows.get((int) random.upTo(group.rows.size() - 1)));
            }
            for (Slot slot : group.slots) {
                values[slot.parameter] = value(slot.made.apply(rows));
            }
        }
        for (Made one : made) {
            values[one.parameter] = value(one.value.apply(random));
        }
        return List.of(values);
    }

    private static Value value(@Nullable String text) {
        return text == null ? Value.NULL : Value.of(text);
    }

    private static String arrayOf(List<@Nullable String[]> rows, int column) {
        StringBuilder array = new StringBuilder("{");
        for (@Nullable String[] row : rows) {
            String element = row[column];
            array.append(array.length() == 1 ? "" : ",")
                    .append(
                            element == null
                                    ? "NULL"
                                    : '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }
        return array.append('}').toString();
    }

    private static String patternOf(@Nullable String text) {
        String whole = text == null ? "" : text;
        return whole.substring(
                                0,
                                whole.offsetByCodePoints(
                                        0, Math.min(PATTERN_LENGTH, whole.codePointCount(0, whole.length()))))
                        .replaceAll("([\\\\%_])", "\\\\$1")
                + "%";
    }

    /** A value of the type for where no column gives one. */
    static String plain(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        if (name.endsWith("[]")) {
            return "{}";
        }
        return switch (name) {
            case "smallint", "integer", "bigint", "numeric", "real", "double precision", "oid" -> "1";
            case "boolean" -> "true";
            case "date" -> "2026-01-01";
            case "timestamp without time zone", "timestamp with time zone" -> "2026-01-01 00:00:00";
            case "time without time zone", "time with time zone" -> "00:00:00";
            case "interval" -> "1 day";
            case "uuid" -> "00000000-0000-4000-8000-000000000000";
            case "json", "jsonb" -> "{}";
            case "bytea" -> "\\x00";
            case "inet", "cidr" -> "127.0.0.1";
            default -> "a";
        };
    }
}
