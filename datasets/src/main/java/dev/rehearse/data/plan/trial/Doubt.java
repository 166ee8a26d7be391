package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the server may fail to compute something of a row, or compute NULL where it may not be: {@code number::integer} of any text, the double of the
 * largest number.
 *
 * @param table the table
 * @param computed what is computed
 */
public record Doubt(Table table, Table.Computed computed) {

    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'(?:::[\\w ]+)?");
    private static final Pattern FAILING =
            Pattern.compile("[+*/%^#@]|-(?!>)|::(?!text\\b|character varying\\b|bpchar\\b)");
    private static final Pattern CALL = Pattern.compile("(\\w+)\\s*\\(");

    /** Functions that take every value. */
    private static final Set<String> TOTAL = Set.of(
            "lower",
            "upper",
            "coalesce",
            "md5",
            "length",
            "char_length",
            "and",
            "or",
            "not",
            "any",
            "in",
            "is",
            "btrim");

    /** @param examples values of a column */
    public boolean isJustified(Probe probe, Function<Column, List<byte[]>> examples) throws SQLException {
        if (computed.columns().isEmpty() || !computed.notNull() && isTotal(computed.expression())) {
            return false;
        }
        List<Column> columns = computed.columns().stream().map(table::column).toList();
        List<List<byte[]>> values = columns.stream().map(examples).toList();
        int most = values.stream().mapToInt(List::size).max().orElse(0);
        List<byte[][]> rows = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            byte[][] cells = new byte[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                List<byte[]> own = values.get(c);
                cells[c] = own.isEmpty() ? null : own.get(i % own.size());
            }
            rows.add(cells);
        }
        return probe.evaluated(table, columns, rows, "(" + computed.expression() + ") IS NULL").stream()
                .anyMatch(isNull -> isNull == null || computed.notNull() && isNull.equals("true"));
    }

    static boolean isTotal(String expression) {
        String bare = LITERAL.matcher(expression).replaceAll("");
        Matcher calls = CALL.matcher(bare);
        while (calls.find()) {
            if (!TOTAL.contains(calls.group(1).toLowerCase(Locale.ROOT))) {
                return false;
            }
        }
        return !FAILING.matcher(bare).find();
    }
}
