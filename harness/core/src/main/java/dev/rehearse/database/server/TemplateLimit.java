package dev.rehearse.database.server;

import dev.rehearse.InvalidRehearsalException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much room templates may take, from {@code REHEARSE_TEMPLATE_LIMIT}. */
final class TemplateLimit {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([MGT])(?:i?B)?");

    private TemplateLimit() {}

    static long parse(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new InvalidRehearsalException(
                    "REHEARSE_TEMPLATE_LIMIT must be a size such as 20GiB or 500MiB, but was \"" + text + "\".");
        }
        int shift = switch (size.group(2)) {
            case "M" -> 20;
            case "G" -> 30;
            default -> 40;
        };
        return Long.parseLong(size.group(1)) << shift;
    }
}
