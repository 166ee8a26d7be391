package dev.rehearse.assess.schema;

import dev.rehearse.assess.words.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines about columns of a table that say the same of each. Stateless. */
final class AlikeColumns {

    /** Its table, its name, and what is said of it. */
    private static final Pattern COLUMN =
            Pattern.compile("column (.+?)\\.([\\w$]+|\"(?:[^\"]|\"\")+\") (.+)", Pattern.DOTALL);

    private AlikeColumns() {}

    /** One line for all columns of which the same is said, where the first of them was; others as they are. */
    static List<String> together(List<String> lines) {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        Map<String, String> first = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher column = COLUMN.matcher(line);
            String what = column.matches() ? " of " + column.group(1) + ": each " + column.group(3) : line;
            first.putIfAbsent(what, line);
            columns.computeIfAbsent(what, any -> new ArrayList<>()).add(column.matches() ? column.group(2) : line);
        }
        List<String> together = new ArrayList<>();
        columns.forEach((what, names) -> together.add(
                names.size() == 1 ? String.valueOf(first.get(what)) : "columns " + Words.some(names) + what));
        return together;
    }
}
