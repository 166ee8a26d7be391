package dev.rehearse.data.plan;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Satisfies checks that have no solved form: the server says of a sample of rows whether they pass. Where all do, the columns keep their
 * values; otherwise values are tried, and the rows draw from the combinations that passed.
 */
final class TriedValues {

    private static final int SAMPLE = 1_000;
    private static final int MANY = 5_000;
    private static final int TRIES = 4_000;
    private static final int KEPT = 1_000;
    private static final int LONGEST_TRIED = 10_000;
    private static final Pattern LITERAL =
            Pattern.compile("'((?:[^']++|'')*+)'|(?<![\\w.])(\\d+(?:\\.\\d+)?)(?![\\w.])");

    private final TablePlan plan;
    private final Table table;
    private final Probe probe;
    private final IntPredicate mustKeep;
    private final IntFunction<@Nullable MatchIndex> references;
    private final Function<Column, Values> sampled;
    private final long seed;
    private IntPredicate keepsItsValue = number -> true;

    /**
     * @param mustKeep columns, by number, whose value a key decides, so that only whether it is NULL can be tried
     * @param references the keys that such a column can refer to at will; null where it cannot
     * @param sampled the values of a column as far as they are known while its table is planned
     */
    TriedValues(
            TablePlan plan,
            Probe probe,
            IntPredicate mustKeep,
            IntFunction<@Nullable MatchIndex> references,
            Function<Column, Values> sampled,
            long seed) {
        this.plan = plan;
        this.table = plan.table();
        this.probe = probe;
        this.mustKeep = mustKeep;
        this.references = references;
        this.sampled = sampled;
        this.seed = seed;
    }

    /**
     * Makes the columns that {@code unsolved} reads satisfy these checks, group by group of those that share columns.
     *
     * @return what could not be satisfied, as sentences
     */
    List<String> satisfy(List<CheckConstraint> unsolved) throws SQLException {
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
        keepsItsValue = number -> mustKeep.test(number)
                && (references.apply(number) == null
                        || group.stream().noneMatch(check -> readsValue(check, table.column(number))));
        List<Column> columns = table.columns().stream()
                .filter(column -> numbers.contains(column.number()))
                .toList();
        List<byte[][]> sample = sample(columns);
        if (probe.accepted(table, columns, sample, group).size() == sample.size()) {
            return true;
        }
        // A value that is tried must satisfy the solved checks of its column too.
        List<CheckConstraint> all = new ArrayList<>(group);
        table.checks().stream()
                .filter(check ->
                        !check.columns().isEmpty() && numbers.containsAll(check.columns()) && !group.contains(check))
                .forEach(all::add);
        List<byte[][]> tries = tries(columns, sample, all);
        compute(columns, tries, group);
        List<byte[][]> passed = probe.accepted(table, columns, tries, all).stream()
                .map(tries::get)
                .toList();
        if (columns.size() == 1) {
            passed = fewNulls(passed);
        }
        Combinations combinations = new Combinations(columns, all, passed.subList(0, Math.min(KEPT, passed.size())));
        if (!combinations.satisfy(all, sample)) {
            return false;
        }
        combinations.draw();
        return true;
    }

    private String problem(Set<Integer> numbers, List<CheckConstraint> group) {
        List<String> names = table.columnNames(List.copyOf(numbers));
        return "No values were found for column " + String.join(", ", names) + " of table " + table.label()
                + " that satisfy "
                + String.join(
                        " and ",
                        group.stream()
                                .map(check -> check.name() + ": " + check.expression())
                                .toList())
                + ". " + Failures.waysOut(table);
    }

    /** Whether a check asks for more of a column than whether it is NULL. */
    static boolean readsValue(CheckConstraint check, Column column) {
        String name = "(?:" + Pattern.quote(column.name()) + "|" + Pattern.quote(Sql.quote(column.name())) + ")";
        String rest = check.expression()
                .replaceAll("num_n(?:on)?nulls\\([^()]*\\)", "")
                .replaceAll("(?<![\\w\"])\\(?" + name + "\\)?(?:::[a-z ]+)? IS (?:NOT )?NULL", "");
        return Sql.mentions(rest, column.name());
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
    private void compute(List<Column> columns, List<byte[][]> tries, List<CheckConstraint> group) throws SQLException {
        for (CheckConstraint check : group) {
            for (int place = 0; place < columns.size(); place++) {
                Column column = columns.get(place);
                String name = column.name().matches("[a-z_][a-z0-9_]*") ? column.name() : Sql.quote(column.name());
                String equal = check.columns().contains(column.number()) && !keepsItsValue.test(column.number())
                        ? equalTo(name, check.expression())
                        : null;
                if (equal != null) {
                    // The values before what is computed of them must fit: the computed one is of the column's type.
                    List<@Nullable String> computed = probe.evaluated(
                            table,
                            columns,
                            tries,
                            "(" + equal + ")::" + column.type().castName());
                    for (int row = 0; row < tries.size(); row++) {
                        @Nullable String value = computed.get(row);
                        if (value != null) {
                            tries.get(row)[place] = CopyBuffer.escape(value);
                        }
                    }
                    break;
                }
            }
        }
    }

    /** The other side of {@code (column = ...)} or {@code (... = column)}, which is the whole condition; null when it is not. */
    static @Nullable String equalTo(String name, String condition) {
        String cast = "(?:::[a-z ]+)?";
        String column = "\\(?" + Pattern.quote(name) + "\\)?" + cast;
        Matcher left =
                Pattern.compile("\\(" + column + " = (.+)\\)", Pattern.DOTALL).matcher(condition);
        if (left.matches() && isOne(left.group(1)) && !left.group(1).matches("(?s)(ANY|ALL) \\(.*")) {
            return left.group(1);
        }
        Matcher right =
                Pattern.compile("\\((.+) = " + column + "\\)", Pattern.DOTALL).matcher(condition);
        return right.matches() && isOne(right.group(1)) ? right.group(1) : null;
    }

    /** Whether a part of a fully bracketed condition is a single expression. */
    private static boolean isOne(String part) {
        int depth = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0
                    || (depth == 0 && part.startsWith(" AND ", i))
                    || (depth == 0 && part.startsWith(" OR ", i))) {
                return false;
            }
        }
        return depth == 0;
    }

    /** The combinations of values that the rows draw from. */
    private final class Combinations {

        private static final int ROUNDS = 20;

        /** So many values of a column that keeps its own may each have combinations of their own. */
        private static final int FEW = 50;

        private final List<Column> columns;
        private final Values[] own;
        private final boolean[] keeps;
        private final boolean[] tells;
        private List<byte[][]> passed;
        private Map<String, List<Integer>> byValue = Map.of();
        private List<Integer> everything = List.of();

        Combinations(List<Column> columns, List<CheckConstraint> checks, List<byte[][]> passed) {
            this.columns = columns;
            this.passed = passed;
            this.own = columns.stream()
                    .map(column -> plan.values(table.indexOf(column.number())))
                    .toArray(Values[]::new);
            this.keeps = new boolean[columns.size()];
            this.tells = new boolean[columns.size()];
            for (int i = 0; i < keeps.length; i++) {
                keeps[i] = keepsItsValue.test(columns.get(i).number());
                int place = i;
                tells[i] = keeps[i]
                        && checks.stream().anyMatch(check -> readsValue(check, columns.get(place)))
                        && passed.stream()
                                        .map(cells -> string(cells[place]))
                                        .distinct()
                                        .limit(FEW + 1)
                                        .count()
                                <= FEW;
            }
            regroup();
        }

        /** Which combinations there are for each value of the columns that keep theirs and have few. */
        private void regroup() {
            Map<String, List<Integer>> groups = new HashMap<>();
            for (int i = 0; i < passed.size(); i++) {
                groups.computeIfAbsent(told(passed.get(i)), values -> new ArrayList<>())
                        .add(i);
            }
            byValue = groups;
            everything = IntStream.range(0, passed.size()).boxed().toList();
        }

        private String told(byte[][] cells) {
            StringBuilder told = new StringBuilder();
            for (int i = 0; i < tells.length; i++) {
                told.append(tells[i] ? string(cells[i]) : "").append('\t');
            }
            return told.toString();
        }

        private static String string(byte @Nullable [] cell) {
            return cell == null ? "\\N" : new String(cell, StandardCharsets.UTF_8);
        }

        /**
         * Combinations passed with some row's values of the columns that keep theirs; here those stay that pass with the values of the rows
         * that draw them. Where a key gives out of values that a check needs, the rows end there.
         */
        boolean satisfy(List<CheckConstraint> checks, List<byte[][]> sample) throws SQLException {
            if (IntStream.range(0, keeps.length).noneMatch(i -> keeps[i])) {
                return !passed.isEmpty();
            }
            boolean many = false;
            for (int round = 0; round < ROUNDS && !passed.isEmpty(); round++) {
                long count = Math.min(plan.rows(), many ? MANY : SAMPLE);
                List<byte[][]> drawn = new ArrayList<>();
                List<Integer> choices = new ArrayList<>();
                for (long i = 0; i < count; i++) {
                    long row = !many
                            ? sampledRow(i, count)
                            : plan.rows() <= count ? i : Mix.below(Mix.at(seed + 1, i), plan.rows());
                    int choice = choice(row);
                    if (choice < 0) {
                        long first = LongStream.range(0, row + 1)
                                .filter(earlier -> choice(earlier) < 0)
                                .findFirst()
                                .orElse(row);
                        if (first == 0) {
                            return false;
                        }
                        plan.limitRows(
                                first,
                                "with the keys that it reads, the constraint "
                                        + checks.get(0).name());
                        return satisfy(checks, List.of());
                    }
                    choices.add(choice);
                    drawn.add(cells(row, !many && i < sample.size() ? sample.get((int) i) : null, passed.get(choice)));
                }
                Set<Integer> accepted = new HashSet<>(probe.accepted(table, columns, drawn, checks));
                Set<Integer> wrong = new HashSet<>();
                for (int i = 0; i < drawn.size(); i++) {
                    if (!accepted.contains(i)) {
                        wrong.add(choices.get(i));
                    }
                }
                if (wrong.isEmpty()) {
                    if (many || plan.rows() <= SAMPLE) {
                        return true;
                    }
                    // What fits few rows only is found among many.
                    many = true;
                    continue;
                }
                List<byte[][]> before = passed;
                passed = IntStream.range(0, before.size())
                        .filter(i -> !wrong.contains(i))
                        .mapToObj(before::get)
                        .toList();
                regroup();
            }
            return false;
        }

        private byte[][] cells(long row, byte @Nullable [][] sampledCells, byte[][] combination) {
            byte[][] cells = combination.clone();
            for (int i = 0; i < cells.length; i++) {
                if (keeps[i] && cells[i] != null) {
                    cells[i] = sampledCells == null ? cell(sampled.apply(columns.get(i)), row) : sampledCells[i];
                }
            }
            return cells;
        }

        /** The combination that a row draws, the first that needs no value where a key has none; -1 where all do. */
        private int choice(long row) {
            boolean[] isNull = new boolean[keeps.length];
            byte[][] kept = new byte[keeps.length][];
            for (int i = 0; i < keeps.length; i++) {
                kept[i] = keeps[i] ? cell(own[i], row) : null;
                isNull[i] = keeps[i] && !columns.get(i).notNull() && kept[i] == null;
            }
            int choice = choice(row, isNull, byValue.getOrDefault(told(kept), List.of()));
            return choice >= 0 ? choice : choice(row, isNull, everything);
        }

        private int choice(long row, boolean[] isNull, List<Integer> among) {
            if (among.isEmpty()) {
                return -1;
            }
            int first = (int) Mix.below(Mix.at(seed, row), among.size());
            for (int i = 0; i < among.size(); i++) {
                int choice = among.get((first + i) % among.size());
                byte[][] cells = passed.get(choice);
                if (IntStream.range(0, isNull.length).noneMatch(place -> isNull[place] && cells[place] != null)) {
                    return choice;
                }
            }
            return -1;
        }

        void draw() {
            for (int i = 0; i < columns.size(); i++) {
                int place = i;
                plan.values(table.indexOf(columns.get(i).number()), (row, out) -> {
                    int choice = choice(row);
                    byte @Nullable [] cell = choice < 0 ? null : passed.get(choice)[place];
                    if (cell == null) {
                        out.putNull();
                    } else if (keeps[place]) {
                        own[place].write(row, out);
                    } else {
                        out.put(cell);
                    }
                });
            }
        }
    }

    private static byte @Nullable [] cell(Values values, long row) {
        CopyBuffer scratch = new CopyBuffer(64);
        values.write(row, scratch);
        return scratch.textFrom(0) == null ? null : Arrays.copyOf(scratch.array(), scratch.length());
    }

    /** The row that stands at a place of the sample; the last one is where keys give out. */
    private long sampledRow(long place, long count) {
        if (place == count - 1) {
            return plan.rows() - 1;
        }
        return place < count / 2 || plan.rows() <= SAMPLE ? place : Mix.below(Mix.at(seed, place), plan.rows());
    }

    /** What the columns have in the first rows, in the last, and in some of the others. */
    private List<byte[][]> sample(List<Column> columns) {
        List<byte[][]> rows = new ArrayList<>();
        long count = Math.min(plan.rows(), SAMPLE);
        for (long i = 0; i < count; i++) {
            long row = sampledRow(i, count);
            byte[][] cells = new byte[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                cells[c] = cell(sampled.apply(columns.get(c)), row);
            }
            rows.add(cells);
        }
        return rows;
    }

    /** Values that the columns have anyway, what the constants of the checks suggest, and NULL, in random combinations. */
    private List<byte[][]> tries(List<Column> columns, List<byte[][]> sample, List<CheckConstraint> checks)
            throws SQLException {
        List<Suggestions> suggestions = new ArrayList<>();
        Set<String> constants = constants(checks);
        if (checks.stream().anyMatch(check -> check.expression().contains("regclass"))) {
            constants.add(table.quoted());
        }
        for (Column column : columns) {
            @Nullable MatchIndex keys = references.apply(column.number());
            suggestions.add(
                    keepsItsValue.test(column.number())
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
            for (int i = 0; i < cells.length; i++) {
                long bits = Mix.at(seed + i, attempt);
                byte @Nullable [] usual = cell(sample, bits, i);
                long way = Mix.below(bits, sparse ? 20 : 5);
                cells[i] = way == 0 || way > 4
                        ? columns.get(i).notNull() ? usual : null
                        : way > 2 ? usual : suggestions.get(i).make(usual, bits, way == 1);
            }
            tries.add(cells);
        }
        return tries;
    }

    private static List<String> keysAmong(Set<String> constants, MatchIndex keys) {
        return constants.stream()
                .filter(constant -> {
                    CopyBuffer scratch = new CopyBuffer(64);
                    scratch.put(CopyBuffer.escape(constant));
                    scratch.put('\t');
                    return keys.contains(scratch.hashFrom(0));
                })
                .toList();
    }

    /** The constants of the checks that are short enough to be tried thousands of times. */
    static Set<String> constants(List<CheckConstraint> checks) {
        Set<String> constants = new LinkedHashSet<>();
        for (CheckConstraint check : checks) {
            Matcher m = LITERAL.matcher(check.expression());
            while (m.find()) {
                String constant = m.group(1) != null ? m.group(1).replace("''", "'") : m.group(2);
                if (constant.length() <= LONGEST_TRIED) {
                    constants.add(constant);
                }
            }
        }
        return constants;
    }

    private static byte @Nullable [] cell(List<byte[][]> sample, long bits, int column) {
        return sample.get((int) Mix.below(Mix.mix(bits ^ column), sample.size()))[column];
    }
}
