package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import java.util.ArrayList;
import java.util.List;

/** The parts of a check that all must hold, each a check of its own: {@code a AND b} is not false where neither is. */
final class Conjuncts {

    private static final String AND = " AND ";

    private Conjuncts() {}

    static List<CheckConstraint> of(CheckConstraint check, Table table) {
        List<String> parts = split(check.expression());
        return parts.size() == 1
                ? List.of(check)
                : parts.stream()
                        .map(part -> new CheckConstraint(check.name(), part, columns(check, part, table)))
                        .toList();
    }

    /** Of the columns that the whole check reads those that a part does, all where none is found. */
    private static List<Integer> columns(CheckConstraint check, String part, Table table) {
        List<Integer> read = check.columns().stream()
                .filter(number -> table.indexOf(number) < 0
                        || Sql.mentions(part, table.column(number).name())
                        || table.computed().stream()
                                .anyMatch(computed -> computed.isColumn()
                                        && computed.columns().contains(number)
                                        && Sql.mentions(part, computed.name())))
                .toList();
        return read.isEmpty() ? check.columns() : read;
    }

    /** Splits a condition as the server writes it back: the whole and each part but a plain column are in brackets. */
    static List<String> split(String condition) {
        boolean bracketed = condition.startsWith("(") && end(condition, 0) == condition.length() - 1;
        String inner = bracketed ? condition.substring(1, condition.length() - 1) : condition;
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < inner.length(); i = end(inner, i) + 1) {
            if (inner.startsWith(AND, i)) {
                parts.add(inner.substring(start, i));
                start = i + AND.length();
            }
        }
        parts.add(inner.substring(start));
        return parts.size() == 1 ? List.of(condition) : parts;
    }

    /** The last character of what begins at a place: of a bracket, a text, a quoted name, or one character. */
    private static int end(String text, int start) {
        char first = text.charAt(start);
        if (first == '\'' || first == '"') {
            int close = text.indexOf(first, start + 1);
            return close < 0 ? text.length() - 1 : close;
        }
        if (first != '(') {
            return start;
        }
        int i = start + 1;
        while (i < text.length() && text.charAt(i) != ')') {
            i = end(text, i) + 1;
        }
        return i;
    }
}
