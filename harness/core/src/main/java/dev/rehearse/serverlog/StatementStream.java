package dev.rehearse.serverlog;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a log in the order in which they began. A log has them in the order in which they ended, so it is read ahead of what is
 * handed out by {@link StatementLog#AHEAD_MICROS} of its own clock, and never further. For one thread.
 */
public final class StatementStream implements AutoCloseable {

    private final StatementReader reader;
    private final Set<Long> known;
    private final Map<Long, String> failures;
    private final long size;
    private final PriorityQueue<Read> ahead =
            new PriorityQueue<>(Comparator.comparingLong(Read::startMicros).thenComparingLong(Read::number));
    private long read;
    private boolean isAtEnd;

    /**
     * A statement with its number in the order of the log.
     *
     * @param number from 0
     */
    record Read(long number, LoggedStatement statement) {
        long startMicros() {
            return statement.startMicros();
        }
    }

    /**
     * @param early statements that took so long that they are known beforehand
     * @param lateFailures with what statements failed that are given out before the log says so
     * @param size where it ends: what the server has logged since the log was read through is not of it
     */
    StatementStream(
            List<Path> files,
            StatementLog.Reading reading,
            Iterable<Read> early,
            Set<Long> known,
            Map<Long, String> lateFailures,
            long size) {
        this.reader = new StatementReader(files, reading, new Findings(), this::failed);
        this.known = known;
        this.failures = new HashMap<>(lateFailures);
        this.size = size;
        early.forEach(ahead::add);
    }

    /** The one that began next; null where there is none. */
    public @Nullable LoggedStatement next() {
        while (!isAtEnd && (ahead.isEmpty() || !isSettled(ahead.element().startMicros()))) {
            LoggedStatement statement = read == size ? null : reader.next();
            if (statement == null) {
                isAtEnd = true;
            } else {
                long number = read++;
                if (!known.contains(number)) {
                    ahead.add(new Read(number, statement));
                }
            }
        }
        Read first = ahead.poll();
        if (first == null) {
            return null;
        }
        String failure = failures.remove(first.number());
        return failure == null ? first.statement() : first.statement().failingWith(failure);
    }

    private void failed(long number, long afterMicros, String sqlState) {
        if (afterMicros < StatementLog.AHEAD_MICROS) {
            failures.put(number, sqlState);
        }
    }

    /** Whether nothing that began before can come any more. */
    private boolean isSettled(long startMicros) {
        return startMicros + StatementLog.AHEAD_MICROS <= reader.clockMicros();
    }

    /** A sentence on what it came to an end without, as the log was cut or replaced since it was read through; empty where that is nothing. */
    public String shortfall() {
        return !isAtEnd || read == size
                ? ""
                : "The log was cut or replaced by another while it was replayed: " + (size - read)
                        + " of its statements were not there any more. Replay a copy that nobody rotates meanwhile.";
    }

    /** How many statements are in memory. */
    int readAhead() {
        return ahead.size();
    }

    @Override
    public void close() {
        reader.close();
    }
}
