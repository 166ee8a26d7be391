package dev.rehearse.report;

import java.util.List;
import java.util.stream.Collectors;

/** Text that a Markdown renderer shows as it is: nothing in it formats, links, mentions or breaks a table. */
final class Markdown {

    private Markdown() {}

    /** As prose, on one line. */
    static String text(String text) {
        StringBuilder escaped = new StringBuilder();
        int[] line = PlainText.oneLine(text).codePoints().toArray();
        for (int i = 0; i < line.length; i++) {
            int c = line[i];
            switch (c) {
                // Within a word an underscore does not format, and names stay readable in the raw text.
                case '_' -> escaped.append(withinWord(line, i) ? "_" : "\\_");
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                // A comment in between keeps a forge from notifying people or linking issues.
                case '@', '#' -> escaped.appendCodePoint(c).append("<!-- -->");
                case '\\', '`', '*', '[', ']', '|', '~', '!' ->
                    escaped.append('\\').appendCodePoint(c);
                default -> escaped.appendCodePoint(c);
            }
        }
        return escaped.toString();
    }

    private static boolean withinWord(int[] line, int i) {
        return i > 0
                && i < line.length - 1
                && Character.isLetterOrDigit(line[i - 1])
                && Character.isLetterOrDigit(line[i + 1]);
    }

    /** As code, on one line, at most so many characters, safe within a table. */
    static String code(String text, int length) {
        String line = PlainText.oneLine(text, length);
        if (line.isEmpty()) {
            return "";
        }
        String fence = "`".repeat(longestRun(line) + 1);
        String pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
        return fence + pad + line.replace("|", "\\|") + pad + fence;
    }

    private static int longestRun(String line) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < line.length(); i++) {
            run = line.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    /** A row of a table; the cells are Markdown already. */
    static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    static String row(String... cells) {
        return row(List.of(cells));
    }

    /** The header of a table and its rule; a name that ends in ":" is aligned to the right. */
    static String header(String... names) {
        StringBuilder names1 = new StringBuilder();
        StringBuilder rule = new StringBuilder();
        for (String name : names) {
            boolean right = name.endsWith(":");
            names1.append("| ")
                    .append(right ? name.substring(0, name.length() - 1) : name)
                    .append(' ');
            rule.append(right ? "|---:" : "|---");
        }
        return names1 + "|\n" + rule + "|\n";
    }
}
