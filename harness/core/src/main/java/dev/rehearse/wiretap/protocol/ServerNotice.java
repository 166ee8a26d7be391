package dev.rehearse.wiretap.protocol;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A NoticeResponse that the tap kept from the client because the client did not ask for it.
 *
 * @param severity DEBUG or LOG, never translated (field V of the
 *     <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">message</a>)
 * @param sqlState its SQLSTATE, {@code 00000} for most
 * @param text the primary message
 * @param detail the detail, if any
 * @param micros when it reached the tap; the server sends notices at once, not at the end of the statement
 */
public record ServerNotice(
        String severity,
        String sqlState,
        String text,
        @Nullable String detail,
        long micros) {

    private static final Set<String> FATAL = Set.of("FATAL", "PANIC");
    private static final Set<String> SHUTDOWNS = Set.of("57P01", "57P02");

    /** Of a report's fields: never translated where the server is not older than 9.6. */
    public static String severity(Map<Character, String> report) {
        return report.getOrDefault('V', report.getOrDefault('S', ""));
    }

    /** Whether a report ends its session. */
    public static boolean isFatal(Map<Character, String> report) {
        return FATAL.contains(severity(report));
    }

    /** Whether a report is the warning that is a server's last word where it stops at once, or another of its processes has crashed. */
    public static boolean isFarewell(Map<Character, String> report) {
        return severity(report).equals("WARNING") && SHUTDOWNS.contains(report.getOrDefault('C', ""));
    }
}
