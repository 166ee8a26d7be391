package dev.rehearse.data;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Satisfies checks that have no solved form: the server says of a sample of rows whether they pass. Where all do, the columns keep their
 * values; otherwise values are tried, and the rows draw from the combinations that passed.
 */
final class TriedValues {

    private static final int SAMPLE = 1_000;
    private static final int TRIES = 4_000;
    private static final int KEPT = 1_000;
    private static final int LONGEST_TRIED = 10_000;
    private static final Pattern LITERAL =
            Pattern.compile("'((?:[^']++|'')*+)'|(?<![\\w.])(\\d+(?:\\.\\d+)?)(?![\\w.])");

    private final TablePlan plan;
    private final Table table;
    private final Probe probe;
    private final IntPredicate keepsItsValue;
    private final Function<Column, Values> sampled;
    private final long seed;

    /**
     * @param keepsItsValue columns, by number, whose value a key decides, so that only whether it is NULL can be tried
     * @param sampled the values of a column as far as they are known while its table is planned
     */
    TriedValues(TablePlan plan, Probe probe, IntPredicate keepsItsValue, Function<Column, Values> sampled, long seed) {
        this.plan = plan;
        this.table = plan.table();
        this.probe = probe;
        this.keepsItsValue = keepsItsValue;
        this.sampled = sampled;
        this.seed = seed;
    }

    /** Makes the columns that {@code unsolved} reads satisfy these checks, group by group of those that share columns. */
    void satisfy(List<CheckConstraint> unsolved) throws SQLException {
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
            } else {
                satisfy(numbers, group);
            }
        }
    }

    private void satisfy(Set<Integer> numbers, List<CheckConstraint> group) throws SQLException {
        List<Column> columns = table.columns().stream()
                .filter(column -> numbers.contains(column.number()))
                .toList();
        List<byte[][]> sample = sample(columns);
        if (probe.accepted(table, columns, sample, group).size() == sample.size()) {
            return;
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
                .limit(KEPT)
                .map(tries::get)
                .toList();
        if (passed.isEmpty()) {
            throw DatasetException.spec("No values were found for column "
                    + String.join(", ", columns.stream().map(Column::name).toList()) + " of table " + table.label()
                    + " that satisfy "
                    + String.join(
                            " and ",
                            group.stream()
                                    .map(check -> check.name() + ": " + check.expression())
                                    .toList())
                    + ". " + Failures.waysOut(table));
        }
        for (int i = 0; i < columns.size(); i++) {
            draw(columns.get(i), i, passed);
        }
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
        if (left.matches() && isOne(left.group(1))) {
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

    private void draw(Column column, int place, List<byte[][]> passed) {
        int index = table.indexOf(column.number());
        Values own = plan.values(index);
        boolean keeps = keepsItsValue.test(column.number());
        plan.values(index, (row, out) -> {
            byte @Nullable [] cell = passed.get((int) Mix.below(Mix.at(seed, row), passed.size()))[place];
            if (cell == null) {
                out.putNull();
            } else if (keeps) {
                own.write(row, out);
            } else {
                out.put(cell);
            }
        });
    }

    /** What the columns have in the first rows and in some of the others. */
    private List<byte[][]> sample(List<Column> columns) {
        List<byte[][]> rows = new ArrayList<>();
        CopyBuffer scratch = new CopyBuffer(256);
        long count = Math.min(plan.rows(), SAMPLE);
        for (long i = 0; i < count; i++) {
            long row = i < count / 2 || plan.rows() <= SAMPLE ? i : Mix.below(Mix.at(seed, i), plan.rows());
            byte[][] cells = new byte[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                scratch.truncate(0);
                sampled.apply(columns.get(c)).write(row, scratch);
                cells[c] = scratch.textFrom(0) == null ? null : Arrays.copyOf(scratch.array(), scratch.length());
            }
            rows.add(cells);
        }
        return rows;
    }

    /** Values that the columns have anyway, the constants of the checks, and NULL, in random combinations. */
    private List<byte[][]> tries(List<Column> columns, List<byte[][]> sample, List<CheckConstraint> checks) {
        Set<String> constants = constants(checks);
        List<byte[][]> tries = new ArrayList<>();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            byte[][] cells = new byte[columns.size()][];
            for (int i = 0; i < cells.length; i++) {
                Column column = columns.get(i);
                long bits = Mix.at(seed + i, attempt);
                List<String> fitting =
                        constants.stream().filter(c -> fits(column.type(), c)).toList();
                switch ((int) Mix.below(bits, 5)) {
                    case 0 -> cells[i] = column.notNull() ? cell(sample, bits, i) : null;
                    case 1 ->
                        cells[i] = fitting.isEmpty()
                                ? cell(sample, bits, i)
                                : likeness(fitting.get((int) Mix.below(Mix.mix(bits), fitting.size())), column, bits);
                    case 2 -> cells[i] = simplified(cell(sample, bits, i), column, bits);
                    default -> cells[i] = cell(sample, bits, i);
                }
            }
            tries.add(cells);
        }
        return tries;
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

    /** A text without blanks and signs, all in lower or in upper case, for checks that forbid some. */
    private static byte @Nullable [] simplified(byte @Nullable [] cell, Column column, long bits) {
        if (cell == null || !column.type().kind().isText()) {
            return cell;
        }
        String text = new String(cell, StandardCharsets.US_ASCII).replaceAll("[^A-Za-z0-9]", "");
        boolean upper = (Mix.mix(bits) & 1) == 0;
        return CopyBuffer.escape(upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT));
    }

    /** A constant; or a text that it accepts as a LIKE pattern, its wildcards replaced, in upper case as often as not. */
    private static byte[] likeness(String constant, Column column, long bits) {
        if (!column.type().kind().isText()) {
            return CopyBuffer.escape(constant);
        }
        String word = new String(Words.pick(Words.PLAIN, Mix.mix(bits + 1)), StandardCharsets.US_ASCII)
                + Mix.below(Mix.mix(bits + 2), 1000);
        String text = constant.replace("%", (bits & 1) == 0 ? word : word.toUpperCase(Locale.ROOT))
                .replace("_", "a");
        return CopyBuffer.escape(text.length() <= column.type().maxLength() ? text : constant);
    }

    private static boolean fits(SqlType type, String constant) {
        return switch (type.kind()) {
            case INT2, INT4, INT8 -> constant.matches("-?\\d{1,4}");
            case NUMERIC, FLOAT4, FLOAT8, MONEY -> constant.matches("-?\\d{1,4}(\\.\\d+)?");
            case TEXT, CHAR -> constant.length() <= type.maxLength();
            case ENUM -> type.labels().contains(constant);
            case BOOL -> constant.equals("true") || constant.equals("false");
            case DATE, TIMESTAMP, TIMESTAMPTZ -> Timeline.parse(constant) != null;
            default -> false;
        };
    }
}
