package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Those of the different values of a column that pass its checks without a solved form. The server is asked about some; where these pass
 * at regular intervals, as even numbers do, so do the others.
 */
public final class PassingKeys {

    private static final int SAMPLE = 500;
    private static final int SEARCHED = 10_000;
    private static final int TRIES = 2_000;

    /** So many values that pass are numbered in every way that there is. */
    private static final int NUMBERED = 8;

    private final TablePlan plan;
    private final Table table;
    private final Probe probe;
    private final List<CheckConstraint> unsolved;
    private final Map<Integer, Keys> known = new HashMap<>();

    /** @param unsolved the checks that have no solved form */
    public PassingKeys(TablePlan plan, Probe probe, List<CheckConstraint> unsolved) {
        this.plan = plan;
        this.table = plan.table();
        this.probe = probe;
        this.unsolved = unsolved;
    }

    /**
     * Those that pass; all where no check asks for anything, or where fewer than are needed were found.
     *
     * @param examples other values of the column
     */
    public Keys of(Column column, Keys keys, Supplier<List<byte[]>> examples) {
        List<CheckConstraint> checks = unsolved.stream()
                .filter(check -> check.columns().equals(List.of(column.number())))
                .toList();
        if (checks.isEmpty() || keys.capacity() == 0 || plan.rows() <= 1) {
            return keys;
        }
        Keys passing = known.get(column.number());
        if (passing == null) {
            try {
                // What is solved must hold as well where values are made up here.
                List<CheckConstraint> all = new ArrayList<>(checks);
                table.checksOf(List.of(column.number())).stream()
                        .filter(check -> !all.contains(check))
                        .forEach(all::add);
                passing = search(column, keys, all, examples);
            } catch (SQLException e) {
                throw Failures.explainUnloaded("planning table " + table.label(), e);
            }
            known.put(column.number(), passing);
        }
        return passing;
    }

    private Keys search(Column column, Keys keys, List<CheckConstraint> checks, Supplier<List<byte[]>> examples)
            throws SQLException {
        long used = Math.min(keys.capacity(), plan.rows());
        List<byte[]> sample = new ArrayList<>();
        for (long i = 0; i < Math.min(used, 2 * SAMPLE); i++) {
            sample.add(cell(keys, i < SAMPLE || used <= 2 * SAMPLE ? i : Mix.below(Mix.at(column.number(), i), used)));
        }
        if (accepted(column, sample, checks).size() == sample.size()) {
            return keys;
        }
        List<byte[]> searched = new ArrayList<>();
        for (long i = 0; i < Math.min(keys.capacity(), SEARCHED); i++) {
            searched.add(cell(keys, i));
        }
        TreeSet<Integer> passed = new TreeSet<>(accepted(column, searched, checks));
        Keys regular = regular(keys, passed, searched.size());
        if (regular.capacity() >= plan.rows()) {
            return regular;
        }
        Keys numbered = numbered(column, checks, examples.get());
        if (numbered.capacity() >= plan.rows()) {
            return numbered;
        }
        List<byte[]> few = passed.stream().map(searched::get).toList();
        return few.isEmpty() ? keys : new Keys(few.size(), (index, out) -> out.put(few.get((int) index)));
    }

    /** The keys that pass where, from some place on, every so many of them do; no capacity where there is no such interval. */
    private static Keys regular(Keys keys, TreeSet<Integer> passed, int searched) {
        int middle = searched / 2;
        int interval = IntStream.rangeClosed(1, searched / 8)
                .filter(step -> IntStream.range(middle, searched - step)
                        .allMatch(i -> passed.contains(i) == passed.contains(i + step)))
                .findFirst()
                .orElse(0);
        if (interval == 0 || searched == keys.capacity()) {
            return new Keys(0, keys.at());
        }
        int start = middle;
        while (start > 0 && passed.contains(start - 1) == passed.contains(start - 1 + interval)) {
            start--;
        }
        int[] places = passed.subSet(start, start + interval).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        long capacity = places.length == 0 ? 0 : (keys.capacity() - start) / interval * places.length;
        return new Keys(
                capacity,
                (index, out) ->
                        keys.at().write(index / places.length * interval + places[(int) (index % places.length)], out));
    }

    /** Values that pass, with a number in them that makes them differ. */
    private Keys numbered(Column column, List<CheckConstraint> checks, List<byte[]> examples) throws SQLException {
        if (examples.isEmpty()) {
            return new Keys(0, (index, out) -> {});
        }
        Suggestions suggestions = Suggestions.of(column.type(), CheckText.constants(checks), probe);
        List<byte[]> tries = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            long bits = Mix.at(column.number(), i);
            byte[] made = suggestions.make(examples.get(i % examples.size()), bits, i % 3 > 0);
            tries.add(made == null ? examples.get(i % examples.size()) : made);
        }
        List<String> passed = accepted(column, tries, checks).stream()
                .map(tries::get)
                .filter(value -> new String(value, StandardCharsets.UTF_8).indexOf('\\') < 0)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .distinct()
                .limit(NUMBERED)
                .toList();
        for (Numbering numbering : numberings(column.type())) {
            List<String> fit = new ArrayList<>();
            for (String value : passed) {
                List<byte[]> sample = IntStream.range(0, SAMPLE / 10)
                        .mapToObj(
                                i -> CopyBuffer.escape(numbering.number(value, serial(i * plan.rows() * 10 / SAMPLE))))
                        .toList();
                boolean tooLong = column.type().kind().isText()
                        && sample.get(0).length > column.type().maxLength();
                if (!tooLong && accepted(column, sample, checks).size() == sample.size()) {
                    fit.add(value);
                }
            }
            if (!fit.isEmpty()) {
                return new Keys(
                        plan.rows(),
                        (index, out) -> out.put(CopyBuffer.escape(numbering.number(
                                fit.get((int) Mix.below(Mix.mix(index), fit.size())), serial(index)))));
            }
        }
        return new Keys(0, (index, out) -> {});
    }

    private interface Numbering {
        String number(String value, String serial);
    }

    /** Each gives different values for different numbers of as many digits, whatever the value is that is numbered. */
    private static List<Numbering> numberings(SqlType type) {
        return switch (type.kind()) {
            case JSON ->
                List.of((value, serial) -> value.matches("(?s)\\{.*\\S.*}")
                        ? value.substring(0, value.length() - 1) + ", \"id\": " + Long.parseLong(serial) + "}"
                        : value.startsWith("[")
                                ? "[" + Long.parseLong(serial) + (value.equals("[]") ? "" : ", ") + value.substring(1)
                                : "{\"id\": " + Long.parseLong(serial) + "}");
            case TEXT, CHAR ->
                List.of(
                        (value, serial) -> value + serial,
                        (value, serial) -> serial + value,
                        (value, serial) -> value.substring(0, Math.max(0, value.length() - serial.length())) + serial);
            case ARRAY ->
                List.of((value, serial) ->
                        value.substring(0, value.length() - 1) + (value.equals("{}") ? "" : ",") + serial + "}");
            default -> List.of();
        };
    }

    /** As many digits for each number. */
    private String serial(long number) {
        String digits = String.valueOf(number);
        return "0".repeat(Math.max(0, String.valueOf(plan.rows()).length() - digits.length())) + digits;
    }

    private List<Integer> accepted(Column column, List<byte[]> values, List<CheckConstraint> checks)
            throws SQLException {
        return probe.accepted(
                table,
                List.of(column),
                values.stream().map(value -> new byte[][] {value}).toList(),
                checks);
    }

    private static byte[] cell(Keys keys, long index) {
        return Objects.requireNonNull(SampledRows.cell(keys.at(), index));
    }
}
