package dev.rehearse.serverlog;

import java.util.Collection;

/**
 * One session of a log, of which only its statements are known. Immutable.
 *
 * @param statements how many there are
 * @param firstStartMicros when the first of them begins, on the log's own clock
 * @param lastStartMicros when the last one begins
 */
public record LoggedSession(long statements, long firstStartMicros, long lastStartMicros) {

    LoggedSession and(LoggedSession more) {
        return new LoggedSession(
                statements + more.statements,
                Math.min(firstStartMicros, more.firstStartMicros),
                Math.max(lastStartMicros, more.lastStartMicros));
    }

    /**
     * How many sessions are there at the same time, at most, where each connects so long before its first statement and leaves with its last.
     *
     * @param untilMicros what begins then, on the log's own clock, is not replayed any more
     */
    public static int mostAtOnce(Collection<LoggedSession> sessions, long leadMicros, long untilMicros) {
        long[] begins = sessions.stream()
                .mapToLong(LoggedSession::firstStartMicros)
                .filter(first -> first < untilMicros)
                .map(first -> first - leadMicros)
                .sorted()
                .toArray();
        long[] ends = sessions.stream()
                .filter(session -> session.firstStartMicros < untilMicros)
                .mapToLong(LoggedSession::lastStartMicros)
                .sorted()
                .toArray();
        int most = 0;
        int ended = 0;
        for (int begun = 0; begun < begins.length; begun++) {
            while (ends[ended] < begins[begun]) {
                ended++;
            }
            most = Math.max(most, begun + 1 - ended);
        }
        return most;
    }
}
