package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statements that a server's log shows: from {@code log_statement}, {@code log_min_duration_statement} or both, in csvlog, jsonlog or
 * stderr, packed by gzip or not, in one file or several. The log is read through once, so that everything that is to be known about it is known before the
 * first statement is replayed, and again whenever it is replayed; it is never in memory as a whole. Immutable.
 */
public final class StatementLog {

    /** A statement that took longer is known beforehand, so that the log need not be read further ahead than that to begin it in time. */
    static final long AHEAD_MICROS = 5_000_000;

    private static final long MOST_KNOWN_CHARACTERS = 64L << 20;
    private static final long KILOBYTE = 1_000;

    private final List<Path> files;
    private final Reading reading;
    private final Map<String, LoggedSession> sessions = new HashMap<>();
    private final List<StatementStream.Read> early = new ArrayList<>();
    private final Set<Long> known = new HashSet<>();
    /** With what statements failed, by their numbers, where that is not within what is read ahead. */
    private final Map<Long, String> lateFailures = new HashMap<>();

    private long knownCharacters;
    private long tooLong;
    private long size;
    private long startMicros = Long.MAX_VALUE;
    private long lastStartMicros = Long.MIN_VALUE;
    private Map<String, Long> leftOut = Map.of();
    private List<String> findings = List.of();

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

    private StatementLog(List<Path> files, Reading reading) {
        this.files = files;
        this.reading = reading;
    }

    /**
     * Reads a log through. What cannot be read, or not be replayed, is counted and named, and the rest is read all the same.
     *
     * @param files at least one; those of a log that was rotated follow one another by their first entries
     * @param progress hears how many kilobytes were read, packed as they are in the files
     * @throws InvalidRehearsalException where it is no log of the server's, or has no statement that can be replayed
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public static StatementLog read(List<Path> files, Reading reading, Progress progress) throws InterruptedException {
        StatementLog log = new StatementLog(LogFormats.inOrder(files, reading.linePrefix()), reading);
        log.readThrough(progress);
        return log;
    }

    private void readThrough(Progress progress) throws InterruptedException {
        long ofAll = files.stream().mapToLong(file -> file.toFile().length()).sum();
        long reported = 0;
        Findings found = new Findings();
        Map<String, Long> databases;
        boolean hasStatements;
        long failuresAlone;
        try (StatementReader reader = new StatementReader(files, reading, found, this::failedLate)) {
            while (!reader.isAtEnd()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("Interrupted while the log was read.");
                }
                LoggedStatement next = reader.ofNextEntry();
                if (next != null) {
                    add(next, reader.clockMicros());
                }
                if (reader.bytes() > reported) {
                    reported = reader.bytes();
                    // Of what is no file, or grows meanwhile, nobody knows the end.
                    long total = ofAll < reported ? -1 : ofAll / KILOBYTE;
                    progress.report("reading the log, in kB", reported / KILOBYTE, total);
                }
            }
            databases = reader.databases();
            hasStatements = reader.hasStatements();
            failuresAlone = reader.failuresAlone();
        }
        String name = name();
        if (reading.database() == null && databases.size() > 1) {
            throw new InvalidRehearsalException("The log " + name + " has statements of several databases: " + databases
                    + ". Say with --log-database which are meant.");
        }
        if (reading.database() != null && databases.containsKey("")) {
            throw new InvalidRehearsalException(
                    "The log " + name + " does not say in which database its statements ran,"
                            + " so that those of " + reading.database()
                            + " cannot be told from others. Leave --log-database out"
                            + " if there are no others, or log with %d in log_line_prefix.");
        }
        if (size == 0 || !hasStatements) {
            String otherPrefix = found.counts().containsKey(LogReader.UNREADABLE)
                    ? " Where lines begin otherwise than log_line_prefix \"" + reading.linePrefix()
                            + "\" says, give the server's own, as SHOW log_line_prefix has it, with --log-line-prefix."
                    : "";
            throw new InvalidRehearsalException("The log " + name + " has no statement to replay." + found.inBrief()
                    + otherPrefix + " The server logs statements with log_min_duration_statement = 0 or log_statement ="
                    + " all.");
        }
        if (failuresAlone > 0) {
            found.note("Failed statements whose parameters or data are not in the log: " + failuresAlone
                    + ". They are not run, but fail at once, so that their transactions are undone as they were.");
        }
        if (tooLong > 0) {
            found.note(tooLong + " statements took more than " + AHEAD_MICROS / 1_000_000
                    + " s and are too many to be known beforehand; they may begin later than in the log.");
        }
        leftOut = Map.copyOf(found.counts());
        findings = List.copyOf(found.sentences());
    }

    private void failedLate(long number, long afterMicros, String sqlState) {
        if (afterMicros >= AHEAD_MICROS) {
            lateFailures.put(number, sqlState);
        }
    }

    private void add(LoggedStatement statement, long clockMicros) {
        long number = size++;
        sessions.merge(
                statement.session(),
                new LoggedSession(1, statement.startMicros(), statement.startMicros()),
                LoggedSession::and);
        startMicros = Math.min(startMicros, statement.startMicros());
        lastStartMicros = Math.max(lastStartMicros, statement.startMicros());
        if (clockMicros - statement.startMicros() <= AHEAD_MICROS) {
            return;
        }
        if (knownCharacters + statement.characters() > MOST_KNOWN_CHARACTERS) {
            tooLong++;
            return;
        }
        knownCharacters += statement.characters();
        early.add(new StatementStream.Read(number, statement));
        known.add(number);
    }

    /**
     * A session by the log's own name for it.
     *
     * @throws InvalidRehearsalException where it was not there when the log was read through, so that this is another by now
     */
    public LoggedSession session(String name) {
        LoggedSession known = sessions.get(name);
        if (known == null) {
            throw new InvalidRehearsalException("The log " + name()
                    + " was cut or replaced by another between its two readings: the session " + name
                    + " was not in it at first. Replay a copy that nobody rotates meanwhile.");
        }
        return known;
    }

    private String name() {
        return files.size() == 1 ? String.valueOf(files.get(0)) : files.toString();
    }

    /** The statements in the order in which they began, read anew; what a log that grows has got meanwhile is not among them. */
    public StatementStream open() {
        return new StatementStream(files, reading, early, known, lateFailures, size);
    }

    /** By the log's own names for them. */
    public Map<String, LoggedSession> sessions() {
        return java.util.Collections.unmodifiableMap(sessions);
    }

    /** How many statements there are. */
    public long size() {
        return size;
    }

    /** When the first begins, on the log's own clock. */
    public long startMicros() {
        return startMicros;
    }

    /** When the last one begins. */
    public long lastStartMicros() {
        return lastStartMicros;
    }

    /** Entries that are not replayed, by reason. */
    public Map<String, Long> leftOut() {
        return leftOut;
    }

    /** What the reader of the results should know of the log, in sentences. */
    public List<String> findings() {
        return findings;
    }
}
