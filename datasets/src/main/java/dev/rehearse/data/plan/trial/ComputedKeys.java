package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Unique keys of what the server computes: different values of a column may become equal there, as the first letters of names do. The
 * server is asked.
 */
public final class ComputedKeys {

    /** Values that are looked at to see whether any become equal. */
    private static final int SAMPLE = 1_000;

    /** Values among which those that stay different are looked for. */
    private static final int SEARCHED = 20_000;

    private final TablePlan plan;
    private final Table table;
    private final Probe probe;
    private final Map<Integer, Optional<Keys>> apart = new HashMap<>();

    public ComputedKeys(TablePlan plan, Probe probe) {
        this.plan = plan;
        this.table = plan.table();
        this.probe = probe;
    }

    /**
     * Those of the different values of a column that stay different in each unique key that reads it alone.
     *
     * @param more other values of the column
     */
    public Keys apart(Column column, Keys keys, Supplier<List<byte[]>> more) {
        if (keys.capacity() == 0 || plan.rows() <= 1) {
            return keys;
        }
        Optional<Keys> known = apart.get(column.number());
        if (known == null) {
            try {
                known = Optional.ofNullable(search(column, keys, more));
            } catch (SQLException e) {
                throw Failures.explainUnloaded("planning table " + table.label(), e);
            }
            apart.put(column.number(), known);
        }
        return known.orElse(keys);
    }

    private @Nullable Keys search(Column column, Keys keys, Supplier<List<byte[]>> more) throws SQLException {
        List<String> read = table.computed().stream()
                .filter(computed -> computed.columns().equals(List.of(column.number())))
                .filter(computed -> table.keys().stream()
                        .anyMatch(key -> key.elements()
                                .contains(
                                        computed.isColumn()
                                                ? Sql.quotedIfNeeded(computed.name())
                                                : computed.expression())))
                .map(Table.Computed::value)
                .distinct()
                .toList();
        if (read.isEmpty()) {
            return null;
        }
        long used = Math.min(keys.capacity(), plan.rows());
        Set<Long> sampled = new LinkedHashSet<>();
        for (long i = 0; i < Math.min(used, 2 * SAMPLE); i++) {
            sampled.add(i < SAMPLE || used <= 2 * SAMPLE ? i : Mix.below(Mix.at(column.number(), i), used));
        }
        List<byte[]> sample = sampled.stream()
                .map(index -> SampledRows.cell(keys.at(), index))
                .toList();
        if (apart(column, sample, read, true).size() == sample.size()) {
            return null;
        }
        List<byte[]> searched = new ArrayList<>();
        for (long i = 0; i < Math.min(keys.capacity(), SEARCHED); i++) {
            searched.add(SampledRows.cell(keys.at(), i));
        }
        searched.addAll(more.get());
        List<byte[]> values = apart(column, searched, read, false);
        return new Keys(values.size(), (index, out) -> out.put(values.get((int) index)));
    }

    /**
     * Of different values those that differ from all before in each of some expressions.
     *
     * @param orNone whether those do of which nothing is computed
     */
    private List<byte[]> apart(Column column, List<byte[]> values, List<String> expressions, boolean orNone)
            throws SQLException {
        List<byte[][]> rows = values.stream().map(value -> new byte[][] {value}).toList();
        boolean[] same = new boolean[values.size()];
        for (String expression : expressions) {
            List<@Nullable String> results = probe.evaluated(table, List.of(column), rows, expression);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < same.length; i++) {
                @Nullable String result = results.get(i);
                same[i] |= result == null ? !orNone : !seen.add(result);
            }
        }
        return IntStream.range(0, same.length)
                .filter(i -> !same[i])
                .mapToObj(values::get)
                .toList();
    }

    /** What is not unique after all, as sentences. */
    public List<String> unsatisfied(Function<Column, Values> sampled, Predicate<Column> unknown) throws SQLException {
        List<String> problems = new ArrayList<>();
        for (UniqueKey key : table.keys()) {
            if (key.elements().isEmpty() || plan.rows() < 2) {
                continue;
            }
            String elements = String.join(", ", key.elements());
            String read = elements + " " + key.predicate();
            Set<Integer> numbers = new HashSet<>(key.columns());
            table.columns().stream()
                    .filter(column -> Sql.mentions(read, column.name()))
                    .forEach(column -> numbers.add(column.number()));
            List<Column> columns = table.columns().stream()
                    .filter(column -> numbers.contains(column.number()))
                    .toList();
            if (columns.stream().noneMatch(unknown) && !isUnique(key, columns, elements, sampled)) {
                problems.add("No values were found for column "
                        + columns.stream().map(Column::name).collect(Collectors.joining(", ")) + " of table "
                        + table.label() + " that differ in the unique key " + key.name() + " (" + elements + "). "
                        + Failures.waysOut(table));
            }
        }
        return problems;
    }

    private boolean isUnique(UniqueKey key, List<Column> columns, String elements, Function<Column, Values> sampled)
            throws SQLException {
        List<byte[][]> rows = new ArrayList<>();
        for (long row = 0; row < Math.min(SAMPLE, plan.rows()); row++) {
            byte[][] cells = new byte[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                cells[c] = SampledRows.cell(sampled.apply(columns.get(c)), row);
            }
            rows.add(cells);
        }
        List<String> conditions = new ArrayList<>();
        if (key.predicate() != null) {
            conditions.add("(" + key.predicate() + ")");
        }
        if (!key.nullsEqual()) {
            conditions.add("num_nulls(" + elements + ") = 0");
        }
        String place = "ROW(" + elements + ")";
        String inIndex = conditions.isEmpty()
                ? place
                : "CASE WHEN " + String.join(" AND ", conditions) + " THEN " + place + "::text END";
        Set<String> seen = new HashSet<>();
        for (@Nullable String result : probe.evaluated(table, columns, rows, inIndex)) {
            if (result != null && !seen.add(result)) {
                return false;
            }
        }
        return true;
    }
}
