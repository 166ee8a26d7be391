package dev.rehearse.report;

import java.util.ArrayList;
import java.util.List;

/** Columns for a terminal. */
final class TextTable {

    private TextTable() {}

    /** Columns beside each other, each as wide as it must be; rows may have fewer than others, and each ends with a newline. */
    static String of(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append("  ")
                        .append(row.get(i))
                        .append(" ".repeat(widths.get(i) - row.get(i).length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
