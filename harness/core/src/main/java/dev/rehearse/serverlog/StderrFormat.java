package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The log of {@code stderr} (or syslog's text), whose lines begin as
 * <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX">log_line_prefix</a> says.
 */
final class StderrFormat implements EntryFormat {

    private static final String SEVERITIES = "LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG\\d?";
    private static final String ADDITIONS = "DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE";
    /** Before the message with {@code log_error_verbosity = verbose}; no message of the server's begins so by itself. */
    private static final String SQLSTATE = "[0-9A-Z]{5}";

    private static final Pattern ESCAPE = Pattern.compile("%(-?\\d*)(.)?");

    /** With a database whose name has no blank, so that a value before it that has some does not take part of its own for it. */
    private final Pattern likely;

    private final Pattern possible;
    private final Set<String> groups = new HashSet<>();

    /** @throws InvalidRehearsalException where the prefix does not tell time and session */
    StderrFormat(String prefix) {
        likely = beginning(prefix, "\\S*");
        possible = beginning(prefix, ".*?");
        if (!groups.contains("time") && !groups.contains("epoch")) {
            throw new InvalidRehearsalException("log_line_prefix \"" + prefix
                    + "\" has no time, so that nobody knows when a statement ran. It needs %m, %t or %n.");
        }
        if (!groups.contains("session") && !groups.contains("pid")) {
            throw new InvalidRehearsalException("log_line_prefix \"" + prefix
                    + "\" does not tell sessions apart, so that transactions would be torn. It needs %c or %p.");
        }
    }

    private Pattern beginning(String prefix, String database) {
        groups.clear();
        return Pattern.compile(
                regex(prefix, database) + "(?<severity>" + SEVERITIES + "|" + ADDITIONS + "):  (?:(?<verbose>"
                        + SQLSTATE + "): )?(?<message>.*)",
                Pattern.DOTALL);
    }

    private Matcher matched(String text) {
        Matcher matcher = likely.matcher(text);
        return matcher.matches() ? matcher : possible.matcher(text);
    }

    private String regex(String prefix, String database) {
        StringBuilder regex = new StringBuilder();
        String end = "";
        Matcher escape = ESCAPE.matcher(prefix);
        int done = 0;
        while (escape.find()) {
            regex.append(quoted(prefix.substring(done, escape.start())));
            done = escape.end();
            String letter = escape.group(2) == null ? "" : escape.group(2);
            if (letter.equals("q")) {
                // What follows is left out for processes that are no sessions.
                regex.append("(?:");
                end = ")?";
            } else {
                String padding = escape.group(1).isEmpty() ? "" : " *";
                regex.append(padding).append(value(letter, prefix, database)).append(padding);
            }
        }
        return regex.append(quoted(prefix.substring(done))).append(end).toString();
    }

    private static String quoted(String literally) {
        return literally.isEmpty() ? "" : Pattern.quote(literally);
    }

    private String value(String letter, String prefix, String database) {
        return switch (letter) {
            case "m", "t" -> named("time", Timestamps.PATTERN + " \\S+");
            case "n" -> named("epoch", "\\d+\\.\\d+");
            case "p" -> named("pid", "\\d+");
            case "c" -> named("session", "[0-9a-f]+\\.[0-9a-f]+");
            case "d" -> named("database", database);
            case "s" -> Timestamps.PATTERN + " \\S+";
            case "u", "a", "r", "h", "i", "b", "L" -> ".*?";
            case "l", "x", "P" -> "\\d*";
            case "Q" -> "-?\\d*";
            case "v" -> "[-\\d/]*";
            case "e" -> named("state", SQLSTATE);
            case "%" -> "%";
            default ->
                throw new InvalidRehearsalException("log_line_prefix \"" + prefix + "\" has %" + letter
                        + ", which is no escape of PostgreSQL's. Say it as the server shows it: SHOW log_line_prefix.");
        };
    }

    private String named(String group, String regex) {
        return groups.add(group) ? "(?<" + group + ">" + regex + ")" : "(?:" + regex + ")";
    }

    @Override
    public boolean begins(String line, boolean inQuotes) {
        return matched(line).matches();
    }

    /** The server puts a tab before the further lines of a message. */
    @Override
    public boolean goesOn(String line, boolean inQuotes) {
        return line.startsWith("\t");
    }

    @Override
    public @Nullable LogEntry read(String place, String text, Entries before) throws UnreadableEntryException {
        Matcher entry = matched(text.replace("\n\t", "\n"));
        if (!entry.matches()) {
            throw new UnreadableEntryException("it does not begin as log_line_prefix says");
        }
        String session = groups.contains("session") ? group(entry, "session") : group(entry, "pid");
        String severity = entry.group("severity");
        String message = entry.group("message");
        if (severity.matches(ADDITIONS)) {
            if (severity.equals("DETAIL")) {
                before.addDetail(session, message);
            } else if (severity.equals("CONTEXT")) {
                before.addContext(session, message);
            } else if (severity.equals("STATEMENT")) {
                before.addStatement(session, message);
            }
            return null;
        }
        String time = groups.contains("time") ? group(entry, "time") : "";
        long micros = time.isEmpty() ? Timestamps.ofEpoch(group(entry, "epoch")) : Timestamps.micros(time);
        String database = groups.contains("database") ? group(entry, "database") : "";
        String state = group(entry, groups.contains("state") ? "state" : "verbose");
        return new LogEntry(
                place, micros, Timestamps.zone(time), session, database, severity, state, message, "", "", "");
    }

    private static String group(Matcher entry, String name) {
        String value = entry.group(name);
        return value == null ? "" : value;
    }
}
