package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.MatchIndex;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Satisfies checks that have no solved form: the server says of a sample of rows whether they pass. Where all do, the columns keep their
 * values; otherwise values are tried, and the rows draw from the combinations that passed.
 */
public final class TriedValues {

    private static final int TRIES = 4_000;
    private static final int KEPT = 1_000;

    private final TablePlan plan;
    private final Table table;
    private final Probe probe;
    private final IntPredicate mustKeep;
    private final IntFunction<@Nullable MatchIndex> references;
    private final IntPredicate computable;
    private final SampledRows rows;
    private final long seed;

    /**
     * @param mustKeep columns, by number, whose value a key decides, so that only whether it is NULL can be tried
     * @param references the keys that such a column can refer to at will; null where it cannot
     * @param computable columns that may have what the server computes of others
     * @param sampled the values of a column as far as they are known while its table is planned
     */
    public TriedValues(
            TablePlan plan,
            Probe probe,
            IntPredicate mustKeep,
            IntFunction<@Nullable MatchIndex> references,
            IntPredicate computable,
            Function<Column, Values> sampled,
            long seed) {
        this.plan = plan;
        this.table = plan.table();
        this.probe = probe;
        this.mustKeep = mustKeep;
        this.references = references;
        this.computable = computable;
        this.rows = new SampledRows(plan, sampled, seed);
        this.seed = seed;
    }

    /**
     * Makes the columns that {@code unsolved} reads satisfy these checks, group by group of those that share columns.
     *
     * @return what could not be satisfied, as sentences
     */
    public List<String> satisfy(List<CheckConstraint> unsolved) throws SQLException {
        List<String> problems = new ArrayList<>();
        List<CheckConstraint> rest = new ArrayList<>(unsolved);
        while (!rest.isEmpty()) {
            Set<Integer> numbers = new HashSet<>(rest.get(0).columns());
            List<CheckConstraint> group = new ArrayList<>();
            while (rest.stream().anyMatch(check -> check.columns().stream().anyMatch(numbers::contains))) {
                List<CheckConstraint> touching = rest.stream()
                        .filter(check -> check.columns().stream().anyMatch(numbers::contains))
                        .toList();
                touching.forEach(check -> numbers.addAll(check.columns()));
                group.addAll(touching);
                rest.removeAll(touching);
            }
            if (group.isEmpty()) {
                rest.remove(0);
            } else if (!satisfy(numbers, group)) {
                problems.add(problem(numbers, group));
            }
        }
        return problems;
    }

    private boolean satisfy(Set<Integer> numbers, List<CheckConstraint> group) throws SQLException {
        // Which row it refers to is chosen anew only where a check looks at more than whether it refers to any.
        IntPredicate keepsItsValue = number -> mustKeep.test(number)
                && (references.apply(number) == null
                        || group.stream().noneMatch(check -> CheckText.readsValue(check, table.column(number))));
        List<Column> columns = table.columns().stream()
                .filter(column -> numbers.contains(column.number()))
                .toList();
        List<byte[][]> sample = rows.of(columns);
        if (probe.accepted(table, columns, sample, group).size() == sample.size()) {
            return true;
        }
        // A value that is tried must satisfy the solved checks of its column too.
        List<CheckConstraint> all = new ArrayList<>(group);
        table.checks().stream()
                .filter(check ->
                        !check.columns().isEmpty() && numbers.containsAll(check.columns()) && !group.contains(check))
                .forEach(all::add);
        // What is computed of a key cannot be found by trying.
        if (columns.stream().map(Column::number).anyMatch(mustKeep::test) && compute(columns, sample, all)) {
            return true;
        }
        TiedColumns tied = new TiedColumns(columns, all, keepsItsValue);
        List<byte[][]> tries = tries(tied, sample);
        compute(tied, tries, group);
        List<byte[][]> passed = probe.accepted(table, columns, tries, all).stream()
                .map(tries::get)
                .toList();
        if (columns.size() == 1) {
            passed = fewNulls(passed);
        }
        passed = passed.subList(0, Math.min(KEPT, passed.size()));
        for (Moments moments : List.of(Moments.of(plan, columns), Moments.NONE)) {
            Combinations combinations = new Combinations(plan, probe, rows, tied, passed, moments, seed);
            if (combinations.satisfy(sample)) {
                combinations.draw();
                return true;
            }
        }
        return false;
    }

    /** Has the server compute the columns that checks want to be equal to something, row by row; whether that satisfies all checks. */
    private boolean compute(List<Column> columns, List<byte[][]> sample, List<CheckConstraint> checks)
            throws SQLException {
        List<byte[][]> rows = sample.stream().map(byte[][]::clone).toList();
        Map<Column, String> expressions = new LinkedHashMap<>();
        for (CheckConstraint check : checks) {
            Optional<Asked> asked = Asked.all(columns, check)
                    .filter(each -> computable.test(each.column().number())
                            && !expressions.containsKey(each.column())
                            && (each.readsItself()
                                    || !Sql.mentions(
                                            each.expression(), each.column().name())))
                    .min(Asked.preferred(table));
            if (asked.isPresent()) {
                Column column = asked.get().column();
                expressions.put(column, asked.get().expression());
                compute(columns, rows, columns.indexOf(column), asked.get().expression());
            }
        }
        if (expressions.isEmpty()
                || probe.accepted(table, columns, rows, checks).size() < rows.size()
                || !expressions.keySet().stream()
                        .allMatch(column -> staysUnique(column, columns.indexOf(column), rows))) {
            return false;
        }
        expressions.forEach((column, expression) -> plan.values(
                table.indexOf(column.number()),
                new ServerValues(
                        plan,
                        probe,
                        columns.stream()
                                .filter(read -> Sql.mentions(expression, read.name()))
                                .toList(),
                        expression,
                        plan.values(table.indexOf(column.number())))));
        return true;
    }

    /** Whether rows that differ have different values; a row of many may be in the sample twice. */
    private boolean staysUnique(Column column, int place, List<byte[][]> rows) {
        return table.keys().stream().noneMatch(key -> key.columns().contains(column.number()))
                || rows.stream()
                                .map(cells -> Arrays.hashCode(cells[place]))
                                .distinct()
                                .count()
                        >= rows.stream().map(Arrays::deepHashCode).distinct().count();
    }

    private String problem(Set<Integer> numbers, List<CheckConstraint> group) {
        List<String> names = table.columnNames(List.copyOf(numbers));
        return "No values were found for column " + String.join(", ", names) + " of table " + table.label()
                + " that satisfy " + CheckConstraint.named(group) + ". " + Failures.waysOut(table);
    }

    /** What is hard to satisfy passes as NULL most of the time; a quarter of the rows is enough of that. */
    static List<byte[][]> fewNulls(List<byte[][]> passed) {
        List<byte[][]> values = passed.stream()
                .filter(cells -> cells[0] != null)
                .limit(KEPT * 3 / 4)
                .toList();
        List<byte[][]> few = new ArrayList<>(values);
        passed.stream()
                .filter(cells -> cells[0] == null)
                .limit(values.isEmpty() ? 1 : values.size() / 3)
                .forEach(few::add);
        return few;
    }

    /** Where a check says what a column is equal to, the server computes that from the other values. */
    private void compute(TiedColumns tied, List<byte[][]> tries, List<CheckConstraint> group) throws SQLException {
        List<Column> columns = tied.columns();
        for (CheckConstraint check : group) {
            Optional<Asked> asked = Asked.all(columns, check)
                    .filter(each -> !tied.keepsItsValue().test(each.column().number()))
                    .min(Asked.preferred(table));
            if (asked.isPresent()) {
                Column column = asked.get().column();
                int place = columns.indexOf(column);
                compute(columns, tries, place, asked.get().expression());
                @Nullable MatchIndex keys = references.apply(column.number());
                if (keys != null) {
                    // What is computed may be a key that no row has.
                    tries.removeIf(cells -> cells[place] != null && !isAmong(cells[place], keys));
                }
            }
        }
    }

    private void compute(List<Column> columns, List<byte[][]> rows, int place, String expression) throws SQLException {
        List<@Nullable String> computed = probe.evaluated(table, columns, rows, expression);
        for (int row = 0; row < rows.size(); row++) {
            @Nullable String value = computed.get(row);
            if (value != null) {
                rows.get(row)[place] = CopyBuffer.escape(value);
            }
        }
    }

    /** Values that the columns have anyway, what the constants of the checks suggest, and NULL, in random combinations. */
    private List<byte[][]> tries(TiedColumns tied, List<byte[][]> sample) throws SQLException {
        List<Column> columns = tied.columns();
        List<Suggestions> suggestions = new ArrayList<>();
        Set<String> constants = CheckText.constants(tied.checks());
        if (tied.checks().stream().anyMatch(check -> check.expression().contains("regclass"))) {
            constants.add(table.quoted());
        }
        for (Column column : columns) {
            @Nullable MatchIndex keys = references.apply(column.number());
            suggestions.add(
                    tied.keepsItsValue().test(column.number())
                            ? Suggestions.NONE
                            : keys != null
                                    ? Suggestions.among(keysAmong(constants, keys))
                                    : Suggestions.of(column.type(), constants, probe));
        }
        List<byte[][]> tries = new ArrayList<>();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            byte[][] cells = new byte[columns.size()][];
            // Of many columns of which few may have a value, few shall have one.
            boolean sparse = columns.size() > 2 && attempt % 4 == 0;
            // Points in time of one row are near each other.
            boolean timely = attempt % 3 > 0;
            long time = Mix.at(seed - 1, attempt);
            for (int i = 0; i < cells.length; i++) {
                long bits = Mix.at(seed + i, attempt);
                byte @Nullable [] usual = timely && columns.get(i).type().kind().isInstant()
                        ? sample.get((int) Mix.below(time, sample.size()))[i]
                        : cell(sample, bits, i);
                long way = Mix.below(bits, sparse ? 20 : 5);
                cells[i] = way == 0 || way > 4
                        ? columns.get(i).notNull() ? usual : null
                        : way > 2 ? usual : suggestions.get(i).make(usual, bits, way == 1);
            }
            if (attempt % 5 == 0) {
                makeEqual(columns, cells, Mix.at(seed - 2, attempt));
            }
            tries.add(cells);
        }
        return tries;
    }

    /** Gives one column the value of another of its type, which checks may ask for and chance does not bring. */
    private static void makeEqual(List<Column> columns, byte[][] cells, long bits) {
        int from = (int) Mix.below(bits, cells.length);
        for (int i = 1; i < cells.length; i++) {
            int to = (from + i) % cells.length;
            if (columns.get(to).type().equals(columns.get(from).type()) && cells[from] != null) {
                cells[to] = cells[from];
                return;
            }
        }
    }

    private static List<String> keysAmong(Set<String> constants, MatchIndex keys) {
        return constants.stream()
                .filter(constant -> isAmong(CopyBuffer.escape(constant), keys))
                .toList();
    }

    private static boolean isAmong(byte[] key, MatchIndex keys) {
        CopyBuffer scratch = new CopyBuffer(64);
        scratch.put(key);
        scratch.put('\t');
        return keys.contains(scratch.hashFrom(0));
    }

    private static byte @Nullable [] cell(List<byte[][]> sample, long bits, int column) {
        return sample.get((int) Mix.below(Mix.mix(bits ^ column), sample.size()))[column];
    }
}
