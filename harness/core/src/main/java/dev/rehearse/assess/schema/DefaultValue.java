package dev.rehearse.assess.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The default of a column, as {@link dev.rehearse.observe.SchemaFingerprint} has it among what follows the column's type. Stateless. */
final class DefaultValue {

    private static final Pattern DEFAULT = Pattern.compile(
            " default ((?:'(?:[^']|'')*'|(?! storage | compression | statistics | options | foreign options | inherited| privileges ).)*)",
            Pattern.DOTALL);

    private DefaultValue() {}

    /** Whether both have one, no sequence's number, and not the same but for casts. */
    static boolean isAnother(String before, String after) {
        String was = plain(of(before));
        String is = plain(of(after));
        return !was.isEmpty()
                && !is.isEmpty()
                && !was.equals(is)
                && !was.contains("nextval")
                && !is.contains("nextval");
    }

    static String of(String rest) {
        Matcher value = DEFAULT.matcher(rest);
        return value.lookingAt() ? value.group(1) : "";
    }

    private static String plain(String value) {
        return RulesOfRows.plain(value.replaceFirst("^CURRENT_TIMESTAMP$", "now()"));
    }
}
