package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the text of a check without a solved form says of its columns. */
public final class CheckText {

    private static final int LONGEST_TRIED = 10_000;
    private static final Pattern LITERAL =
            Pattern.compile("'((?:[^']++|'')*+)'|(?<![\\w.])(\\d+(?:\\.\\d+)?)(?![\\w.])");

    private CheckText() {}

    /** Whether a check asks for more of a column than whether it is NULL. */
    public static boolean readsValue(CheckConstraint check, Column column) {
        String name = "(?:" + Pattern.quote(column.name()) + "|" + Pattern.quote(Sql.quote(column.name())) + ")";
        String rest = check.expression()
                .replaceAll("num_n(?:on)?nulls\\([^()]*\\)", "")
                .replaceAll("(?<![\\w\"])\\(?" + name + "\\)?(?:::[a-z ]+)? IS (?:NOT )?NULL", "");
        return Sql.mentions(rest, column.name());
    }

    /** The other side of {@code (column = ...)} or {@code (... = column)}, which is the whole condition; null when it is not. */
    static @Nullable String equalTo(String name, String condition) {
        return otherSide(name, condition, "=", "=");
    }

    /**
     * The other side of a comparison with a column, which is the whole condition; null when it is not.
     *
     * @param before regular expression of the operators that it is compared by where the column stands before them
     * @param after the same where it stands after them
     */
    static @Nullable String otherSide(String name, String condition, String before, String after) {
        String cast = "(?:::[a-z ]+)?";
        String column = "\\(?" + Pattern.quote(name) + "\\)?" + cast;
        Matcher left = Pattern.compile("\\(" + column + " (?:" + before + ") (.+)\\)", Pattern.DOTALL)
                .matcher(condition);
        if (left.matches() && isOne(left.group(1)) && !left.group(1).matches("(?s)(ANY|ALL) \\(.*")) {
            return left.group(1);
        }
        Matcher right = Pattern.compile("\\((.+) (?:" + after + ") " + column + "\\)", Pattern.DOTALL)
                .matcher(condition);
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

    /** The constants of the checks that are short enough to be tried thousands of times. */
    public static Set<String> constants(List<CheckConstraint> checks) {
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
}
