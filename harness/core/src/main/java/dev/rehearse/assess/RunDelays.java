package dev.rehearse.assess;

import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.Recording.RunDelay.Whose;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** For how long the rehearsal's sessions, and Rehearse's threads that speak to them, wanted to run while other programs had the cores. */
final class RunDelays {

    private final Map<Whose, Map<Integer, List<RunDelay>>> delays;
    private final Set<Integer> migration;

    RunDelays(Recording recording) {
        this.delays = recording.observer().runDelays().stream()
                .collect(Collectors.groupingBy(RunDelay::whose, Collectors.groupingBy(RunDelay::pid)));
        this.migration =
                recording.statements().stream().map(StatementFact::backendPid).collect(Collectors.toUnmodifiableSet());
    }

    boolean isEmpty() {
        return delays.isEmpty();
    }

    /** How much of the time a session lost to others while none of the stalls was. */
    long ofSession(int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        return of(Whose.SESSION, pid, stalls, fromMicros, toMicros);
    }

    /** The same of the client that the session serves. */
    long ofClient(int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        return of(Whose.CLIENT, pid, stalls, fromMicros, toMicros);
    }

    /** The same of the client that lost the most. */
    long ofAnyClient(List<Pause> stalls, long fromMicros, long toMicros) {
        return delays.getOrDefault(Whose.CLIENT, Map.of()).keySet().stream()
                .mapToLong(pid -> ofClient(pid, stalls, fromMicros, toMicros))
                .max()
                .orElse(0);
    }

    /**
     * The same of the migration's sessions: of the one that lost the most, since sessions side by side may lose the same time, and what calls it.
     *
     * @param sessions those that count; empty: all
     */
    long ofMigration(Set<Integer> sessions, List<Pause> stalls, long fromMicros, long toMicros) {
        return of(Whose.MIGRATOR, 0, stalls, fromMicros, toMicros)
                + migration.stream()
                        .filter(pid -> sessions.isEmpty() || sessions.contains(pid))
                        .mapToLong(pid -> ofSession(pid, stalls, fromMicros, toMicros))
                        .max()
                        .orElse(0);
    }

    /** The largest share that others had of what was used of the cores since a moment, 0 where they had little. */
    double shareOfOthers(long sinceMicros) {
        return delays.values().stream()
                .flatMap(byPid -> byPid.values().stream())
                .flatMap(List::stream)
                .filter(delay -> delay.endMicros() > sinceMicros)
                .mapToDouble(RunDelay::shareOfOthers)
                .max()
                .orElse(0);
    }

    private long of(Whose whose, int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        List<RunDelay> own = delays.getOrDefault(whose, Map.of()).getOrDefault(pid, List.of());
        return within(own, stalls, fromMicros, toMicros);
    }

    private static long within(List<RunDelay> delays, List<Pause> stalls, long fromMicros, long toMicros) {
        int first = 0;
        for (int after = delays.size(); first < after; ) {
            int middle = (first + after) >>> 1;
            if (delays.get(middle).endMicros() <= fromMicros) {
                first = middle + 1;
            } else {
                after = middle;
            }
        }
        double lost = 0;
        for (int i = first; i < delays.size() && delays.get(i).startMicros() < toMicros; i++) {
            RunDelay delay = delays.get(i);
            long start = Math.max(fromMicros, delay.startMicros());
            long end = Math.min(toMicros, delay.endMicros());
            long shared = end - start - MachineStalls.within(stalls, start, end);
            lost += delay.othersMicros() * shared / delay.micros();
        }
        return Math.round(lost);
    }
}
