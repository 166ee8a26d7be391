package dev.rehearse.cli.data;

import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was filled, as a table for people. */
final class FillText {

    private static final String TOTAL = "in all";

    private FillText() {}

    static String render(FilledDataset filled, boolean withEdgeCases) {
        int width = filled.tables().stream()
                .mapToInt(table -> name(table).length())
                .max()
                .orElse(TOTAL.length());
        StringBuilder text = new StringBuilder();
        text.append(line(width, "table", "rows", "bytes", "seconds"));
        for (FilledTable table : filled.tables()) {
            if (table.loaded() > 0) {
                text.append(
                        line(width, name(table), number(table.loaded()), number(table.bytes()), seconds(table.took())));
            }
        }
        text.append(line(width, TOTAL, number(filled.rows()), number(filled.bytes()), seconds(filled.took())));
        if (withEdgeCases) {
            text.append(String.format("%nedge cases%n"));
            filled.tables().stream()
                    .filter(table -> table.loaded() > 0)
                    .forEach(table -> table.columns().forEach(column -> text.append(edgeCases(table, column))));
        }
        if (!filled.notes().isEmpty()) {
            text.append(String.format("%nnotes%n"));
            filled.notes().forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
        }
        return text.toString();
    }

    private static String edgeCases(FilledTable table, FilledColumn column) {
        String nulls =
                column.nullShare() > 0 ? String.format(Locale.ROOT, "%.3g %% NULL; ", column.nullShare() * 100) : "";
        String cases = column.edgeCases().entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getKey() + " " + number(each.getValue()))
                .collect(Collectors.joining(", "));
        return nulls.isEmpty() && cases.isEmpty()
                ? ""
                : String.format("  %s.%s  %s%s%n", name(table), column.name(), nulls, cases);
    }

    private static String name(FilledTable table) {
        return table.schema() + "." + table.name();
    }

    private static String line(int width, String name, String rows, String bytes, String seconds) {
        return String.format(
                Locale.ROOT, "%-" + Math.max(width, TOTAL.length()) + "s %14s %16s %9s%n", name, rows, bytes, seconds);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0);
    }
}
