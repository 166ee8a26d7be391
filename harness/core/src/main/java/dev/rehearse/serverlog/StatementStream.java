package dev.rehearse.serverlog;

import java.util.Comparator;
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
     * @param size where it ends: what the server has logged since the log was read through is not of it
     */
    StatementStream(StatementReader reader, Iterable<Read> early, Set<Long> known, long size) {
        this.reader = reader;
        this.known = known;
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
        return first == null ? null : first.statement();
    }

    /** Whether nothing that began before can come any more. */
    private boolean isSettled(long startMicros) {
        return startMicros + StatementLog.AHEAD_MICROS <= reader.clockMicros();
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
