package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statements that a server's log shows, session by session, in the order that each session ran them: from {@code log_statement},
 * {@code log_min_duration_statement} or both, in csvlog, jsonlog or stderr. Immutable.
 *
 * @param sessions by the log's own names for them, those that began first before the others
 * @param leftOut entries that are not replayed, by reason
 * @param findings what the reader of the results should know of the log, in sentences
 */
public record StatementLog(
        Map<String, List<LoggedStatement>> sessions, Map<String, Long> leftOut, List<String> findings) {

    private static final Pattern DURATION =
            Pattern.compile("duration: (\\d+(?:\\.\\d+)?) ms(?:  (.*))?", Pattern.DOTALL);
    private static final Pattern SIMPLE = Pattern.compile("statement: (.*)", Pattern.DOTALL);
    private static final Pattern EXTENDED = Pattern.compile("execute ([^:]*): (.*)", Pattern.DOTALL);
    private static final Pattern PREPARING = Pattern.compile("(?:parse|bind) [^:]*: .*", Pattern.DOTALL);
    private static final Pattern FETCH = Pattern.compile("execute fetch from [^:]*: .*", Pattern.DOTALL);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\d");

    /**
     * How to read a log.
     *
     * @param linePrefix log_line_prefix, where the log is the one of stderr
     * @param database whose statements are meant; null: the log must have those of one only
     * @param writes whether statements that write are meant, too
     */
    public record Reading(String linePrefix, @Nullable String database, boolean writes) {

        /** The server's own default. */
        public static final String DEFAULT_PREFIX = "%m [%p] ";
    }

    public StatementLog {
        sessions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sessions));
        leftOut = Map.copyOf(leftOut);
        findings = List.copyOf(findings);
    }

    /**
     * Reads a log. What cannot be read, or not be replayed, is counted and named, and the rest is read all the same.
     *
     * @throws InvalidRehearsalException where it is no log of the server's, or has no statement that can be replayed
     */
    public static StatementLog read(Path file, Reading reading) {
        Findings findings = new Findings();
        List<LoggedStatement> statements = new ArrayList<>();
        Map<String, Long> databases = new TreeMap<>();
        for (LogEntry entry : LogFile.read(file, reading.linePrefix(), findings)) {
            LoggedStatement statement = statement(entry, findings);
            if (statement == null) {
                continue;
            }
            String wanted = reading.database();
            if (wanted != null
                    && !entry.database().isEmpty()
                    && !entry.database().equals(wanted)) {
                findings.count("statements in other databases");
                continue;
            }
            databases.merge(entry.database(), 1L, Long::sum);
            LoggedStatement allowed = Replayable.of(statement, reading.writes(), findings);
            if (allowed != null) {
                statements.add(allowed);
            }
        }
        if (reading.database() == null && databases.size() > 1) {
            throw new InvalidRehearsalException("The log " + file + " has statements of several databases: " + databases
                    + ". Say with --log-database which are meant.");
        }
        if (statements.isEmpty()) {
            throw new InvalidRehearsalException("The log " + file + " has no statement to replay. Not replayed: "
                    + findings.counts()
                    + ". The server logs statements with log_min_duration_statement = 0 or log_statement = all.");
        }
        return new StatementLog(bySession(statements), findings.counts(), findings.sentences());
    }

    private static @Nullable LoggedStatement statement(LogEntry entry, Findings findings) {
        if (!entry.severity().equals("LOG")) {
            findings.count("messages that are no statements");
            return null;
        }
        String message = entry.message();
        long start = entry.micros();
        Matcher duration = DURATION.matcher(message);
        if (duration.matches()) {
            start -= Math.round(Double.parseDouble(duration.group(1)) * 1_000);
            if (duration.group(2) == null) {
                findings.count("durations of statements that are logged by themselves");
                return null;
            }
            message = duration.group(2);
        }
        if (PREPARING.matcher(message).matches()) {
            findings.count("parse and bind messages");
            return null;
        }
        if (FETCH.matcher(message).matches()) {
            findings.leaveOut("further rows fetched from a portal", entry.line(), "");
            return null;
        }
        Matcher simple = SIMPLE.matcher(message);
        if (simple.matches()) {
            return new LoggedStatement(entry.line(), start, entry.session(), simple.group(1), false, List.of());
        }
        Matcher extended = EXTENDED.matcher(message);
        if (!extended.matches()) {
            findings.count("messages that are no statements");
            return null;
        }
        return withParameters(entry, start, extended.group(2), findings);
    }

    private static @Nullable LoggedStatement withParameters(LogEntry entry, long start, String sql, Findings findings) {
        try {
            List<@Nullable String> values = Parameters.read(entry.detail());
            if (values.isEmpty() && PLACEHOLDER.matcher(sql).find()) {
                findings.leaveOut("statements whose parameters are not in the log", entry.line(), "");
                return null;
            }
            if (values.stream().anyMatch(value -> value != null && value.endsWith("..."))) {
                findings.leaveOut("parameters that the log cuts (log_parameter_max_length)", entry.line(), "");
                return null;
            }
            return new LoggedStatement(entry.line(), start, entry.session(), sql, true, values);
        } catch (UnreadableEntryException e) {
            findings.leaveOut("parameters that cannot be read", entry.line(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** A session runs one after the other: none is due before the one ahead of it in the log. */
    private static Map<String, List<LoggedStatement>> bySession(List<LoggedStatement> statements) {
        Map<String, List<LoggedStatement>> bySession = new HashMap<>();
        for (LoggedStatement statement : statements) {
            List<LoggedStatement> own = bySession.computeIfAbsent(statement.session(), s -> new ArrayList<>());
            long before =
                    own.isEmpty() ? Long.MIN_VALUE : own.get(own.size() - 1).startMicros();
            own.add(
                    statement.startMicros() >= before
                            ? statement
                            : new LoggedStatement(
                                    statement.line(),
                                    before,
                                    statement.session(),
                                    statement.sql(),
                                    statement.extended(),
                                    statement.parameters()));
        }
        Map<String, List<LoggedStatement>> sorted = new LinkedHashMap<>();
        bySession.entrySet().stream()
                .sorted(java.util.Comparator.comparingLong(
                        session -> session.getValue().get(0).startMicros()))
                .forEach(session -> sorted.put(session.getKey(), List.copyOf(session.getValue())));
        return sorted;
    }

    /** How many statements there are. */
    public long size() {
        return sessions.values().stream().mapToLong(List::size).sum();
    }

    /** When the first begins, on the log's own clock. */
    public long startMicros() {
        return sessions.values().iterator().next().get(0).startMicros();
    }
}
