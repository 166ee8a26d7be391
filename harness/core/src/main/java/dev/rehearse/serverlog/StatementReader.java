package dev.rehearse.serverlog;

import dev.rehearse.serverlog.StatementLog.Reading;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The statements of a log that can be replayed, in the order of the log: that of a session is the one in which it ran them. For one thread. */
final class StatementReader implements AutoCloseable {

    private static final Pattern DURATION =
            Pattern.compile("duration: (\\d+(?:\\.\\d+)?) ms(?:  (.*))?", Pattern.DOTALL);
    private static final Pattern SIMPLE = Pattern.compile("statement: (.*)", Pattern.DOTALL);
    private static final Pattern EXTENDED = Pattern.compile("execute .*?: (.*)", Pattern.DOTALL);
    private static final Pattern PREPARING = Pattern.compile("(?:parse|bind) .*?: .*", Pattern.DOTALL);
    private static final Pattern FETCH = Pattern.compile("execute fetch from .*?: .*", Pattern.DOTALL);
    private static final int FIRST_PRUNING = 10_000;
    /** A session's statement is not told to begin so long before the one ahead of it in the log. */
    private static final long MOST_DISORDER_MICROS = 60_000_000;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\d");
    private static final Pattern SQLSTATE = Pattern.compile("(?!00000)[0-9A-Z]{5}");
    private static final Set<String> FAILURES = Set.of("ERROR", "FATAL");
    /** SQLSTATEs of what others do to a statement, by the server's words for it, where the log does not have them. */
    private static final Map<String, String> BY_OTHERS = Map.of(
            "canceling statement due to lock timeout", "55P03",
            "canceling statement due to statement timeout", "57014",
            "canceling statement due to user request", "57014",
            "deadlock detected", "40P01",
            "could not serialize access", "40001",
            "terminating connection", "57P01");
    /** That of RAISE where nothing else is known. */
    private static final String UNKNOWN_FAILURE = "P0001";

    private final LogReader entries;
    private final Reading reading;
    private final Findings findings;
    private final Failures failures;
    private final Map<String, Long> databases = new TreeMap<>();
    private final Map<String, Last> lasts = new HashMap<>();
    private int lastsToPrune = FIRST_PRUNING;
    private long clockMicros = Long.MIN_VALUE;
    private long succeededOrBegan;
    private long given;
    private long failuresAlone;
    private boolean isAtEnd;

    /** A session's last statement. */
    private static final class Last {
        private long startMicros = Long.MIN_VALUE;
        private long seenMicros;
        /** The hash of its text where the log had that when it began, and has it once more if it fails; 0 where not. */
        private int announced;
        /** The number of the statement that was announced, in the order in which they are given; -1 where it was not given. */
        private long number = -1;
    }

    /** Hears of statements that failed and were given before the log said so. */
    interface Failures {

        /**
         * @param number of the statement in the order in which they are given, from 0
         * @param afterMicros how far the log was read since its start, on the log's own clock
         */
        void failed(long number, long afterMicros, String sqlState);
    }

    StatementReader(List<Path> files, Reading reading, Findings findings, Failures failures) {
        this.entries = new LogReader(files, reading.linePrefix(), findings);
        this.reading = reading;
        this.findings = findings;
        this.failures = failures;
    }

    /** The next statement; null where there is none. */
    @Nullable
    LoggedStatement next() {
        while (!isAtEnd) {
            LoggedStatement statement = ofNextEntry();
            if (statement != null) {
                return statement;
            }
        }
        return null;
    }

    /** Reads one more entry of the log: the statement that can be replayed, or null. */
    @Nullable
    LoggedStatement ofNextEntry() {
        LogEntry entry = entries.next();
        if (entry == null) {
            isAtEnd = true;
            return null;
        }
        clockMicros = Math.max(clockMicros, entry.micros());
        LoggedStatement statement = statement(entry);
        if (statement == null || !isWanted(entry)) {
            return null;
        }
        LoggedStatement allowed = Replayable.of(statement, reading.writes(), findings);
        return allowed == null ? null : inOrder(runnable(allowed));
    }

    /** Of a failed statement whose parameters nobody knows the failure alone is left. */
    private LoggedStatement runnable(LoggedStatement statement) {
        boolean isUnknown = statement.failure() != null
                && statement.parameters().isEmpty()
                && PLACEHOLDER.matcher(statement.sql()).find();
        LoggedStatement runnable = isUnknown ? statement.saying("") : statement;
        failuresAlone += runnable.sql().isEmpty() && runnable.failure() != null ? 1 : 0;
        return runnable;
    }

    /** How many failed statements have no parameters, or no data, in the log. */
    long failuresAlone() {
        return failuresAlone;
    }

    /** Whether all entries were read. */
    boolean isAtEnd() {
        return isAtEnd;
    }

    private boolean isWanted(LogEntry entry) {
        String wanted = reading.database();
        if (wanted != null && !entry.database().isEmpty() && !entry.database().equals(wanted)) {
            findings.count("statements in other databases");
            return false;
        }
        databases.merge(entry.database(), 1L, Long::sum);
        return true;
    }

    /** A session runs one after the other: none is due before the one ahead of it in the log. */
    private LoggedStatement inOrder(LoggedStatement statement) {
        Last last = last(statement.session());
        last.startMicros = Math.max(statement.startMicros(), last.startMicros);
        last.number = given++;
        return statement.at(last.startMicros);
    }

    private Last last(String session) {
        if (lasts.size() >= lastsToPrune) {
            // Most sessions have ended long since.
            lasts.values().removeIf(last -> last.seenMicros < clockMicros - MOST_DISORDER_MICROS);
            lastsToPrune = Math.max(FIRST_PRUNING, 2 * lasts.size());
        }
        Last last = lasts.computeIfAbsent(session, s -> new Last());
        last.seenMicros = clockMicros;
        return last;
    }

    private @Nullable LoggedStatement statement(LogEntry entry) {
        if (FAILURES.contains(entry.severity()) && !entry.statement().isEmpty()) {
            return failed(entry);
        }
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
            findings.leaveOut("further rows fetched from a portal", entry.place(), "");
            return null;
        }
        Matcher simple = SIMPLE.matcher(message);
        if (simple.matches()) {
            logged(entry, simple.group(1), duration.matches());
            return new LoggedStatement(entry.place(), start, entry.session(), simple.group(1), false, List.of(), null);
        }
        Matcher extended = EXTENDED.matcher(message);
        if (!extended.matches()) {
            findings.count("messages that are no statements");
            return null;
        }
        logged(entry, extended.group(1), duration.matches());
        return withParameters(entry, start, extended.group(1));
    }

    private void logged(LogEntry entry, String sql, boolean hasEnded) {
        succeededOrBegan++;
        Last last = last(entry.session());
        last.announced = hasEnded ? 0 : sql.hashCode();
        last.number = -1;
    }

    /**
     * A statement failed: its transaction was undone then, and is to be again. Where the log did not have the statement before, or it could not be
     * replayed, this is it.
     */
    private @Nullable LoggedStatement failed(LogEntry entry) {
        Last last = last(entry.session());
        String sqlState = sqlState(entry);
        boolean wasAnnounced = last.announced == entry.statement().hashCode();
        boolean wasGiven = last.number >= 0;
        if (wasAnnounced) {
            last.announced = 0;
        }
        if (wasAnnounced && wasGiven) {
            failures.failed(last.number, clockMicros - last.startMicros, sqlState);
        }
        if (wasAnnounced && (wasGiven || !reading.writes())) {
            findings.count("messages that are no statements");
            return null;
        }
        List<@Nullable String> values = Parameters.ofFailed(entry.context());
        return new LoggedStatement(
                entry.place(), entry.micros(), entry.session(), entry.statement(), !values.isEmpty(), values, sqlState);
    }

    private static String sqlState(LogEntry entry) {
        if (SQLSTATE.matcher(entry.sqlState()).matches()) {
            return entry.sqlState();
        }
        return BY_OTHERS.entrySet().stream()
                .filter(known -> entry.message().startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(UNKNOWN_FAILURE);
    }

    private @Nullable LoggedStatement withParameters(LogEntry entry, long start, String sql) {
        try {
            List<@Nullable String> values = Parameters.read(entry.detail());
            if (values.isEmpty() && PLACEHOLDER.matcher(sql).find()) {
                findings.leaveOut("statements whose parameters are not in the log", entry.place(), "");
                return null;
            }
            if (Parameters.areCut(values)) {
                findings.leaveOut("parameters that the log cuts (log_parameter_max_length)", entry.place(), "");
                return null;
            }
            return new LoggedStatement(entry.place(), start, entry.session(), sql, true, values, null);
        } catch (UnreadableEntryException e) {
            findings.leaveOut("parameters that cannot be read", entry.place(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Whether the log has other statements than those that failed. */
    boolean hasStatements() {
        return succeededOrBegan > 0;
    }

    /** How far the log was read, on its own clock. */
    long clockMicros() {
        return clockMicros;
    }

    /** How many bytes of the files were read. */
    long bytes() {
        return entries.bytes();
    }

    /** Statements that can be replayed or not, by the database that they ran in. */
    Map<String, Long> databases() {
        return databases;
    }

    @Override
    public void close() {
        entries.close();
    }
}
