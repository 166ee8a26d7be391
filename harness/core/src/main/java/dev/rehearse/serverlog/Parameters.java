package dev.rehearse.serverlog;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values of a statement, as the detail of its message, or the context of an error, has them: {@code Parameters: $1 = 'it''s', $2 = NULL}. Stateless. */
final class Parameters {

    private static final Pattern BEGINNING = Pattern.compile("[Pp]arameters: ");
    private static final Pattern VALUE =
            Pattern.compile("\\$(\\d+) = (?:NULL|'((?:[^']|'')*+)')(?:, |$)", Pattern.DOTALL);

    private static final Pattern PORTAL = Pattern.compile(
            "^(?:unnamed portal|portal \".*\"|extended query) with (?=parameters: )", Pattern.MULTILINE);

    private Parameters() {}

    /** Those of a failed statement; none where the log does not have them as a whole (log_parameter_max_length_on_error). */
    static List<@Nullable String> ofFailed(String context) {
        Matcher portal = PORTAL.matcher(context);
        try {
            List<@Nullable String> values = portal.find() ? read(context.substring(portal.end())) : List.of();
            return areCut(values) ? List.of() : values;
        } catch (UnreadableEntryException e) {
            return List.of();
        }
    }

    /** Whether the log has only the beginning of one of them. */
    static boolean areCut(List<@Nullable String> values) {
        return values.stream().anyMatch(value -> value != null && value.endsWith("..."));
    }

    /** None where the detail is about something else. */
    static List<@Nullable String> read(String detail) throws UnreadableEntryException {
        List<@Nullable String> values = new ArrayList<>();
        Matcher beginning = BEGINNING.matcher(detail);
        if (!beginning.lookingAt()) {
            return values;
        }
        Matcher value = VALUE.matcher(detail).region(beginning.end(), detail.length());
        int end = beginning.end();
        while (value.lookingAt()) {
            if (Integer.parseInt(value.group(1)) != values.size() + 1) {
                throw new UnreadableEntryException("$" + value.group(1) + " follows $" + values.size());
            }
            String text = value.group(2);
            values.add(text == null ? null : text.replace("''", "'"));
            end = value.end();
            value.region(end, detail.length());
        }
        if (end < detail.length()) {
            throw new UnreadableEntryException("the value of $" + (values.size() + 1) + " does not end");
        }
        return values;
    }
}
