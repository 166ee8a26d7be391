package dev.rehearse.assess;

import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For how long the rehearsal's sessions wanted to run while other programs had the cores. */
final class RunDelays {

    private final Map<Integer, List<RunDelay>> byPid;

    /** Of the migration's sessions and what calls them, while an operation waited for its locks: at other times it keeps nobody waiting. */
    private final Map<Integer, List<RunDelay>> ofMigration = new HashMap<>();

    /** @param waits of the application that the migration was part of */
    RunDelays(Recording recording, List<LockWait> waits) {
        this.byPid = recording.observer().runDelays().stream().collect(Collectors.groupingBy(RunDelay::pid));
        Set<Integer> migration = Stream.concat(
                        Stream.of(RunDelay.MIGRATOR),
                        recording.statements().stream().map(StatementFact::backendPid))
                .collect(Collectors.toSet());
        List<Pause> waited = MachineStalls.union(waits.stream()
                .map(wait -> new Pause(wait.startMicros(), wait.micros()))
                .toList());
        migration.forEach(pid -> ofMigration.put(pid, during(waited, byPid.getOrDefault(pid, List.of()))));
    }

    /** Both in order, and none over another of its own. */
    private static List<RunDelay> during(List<Pause> waited, List<RunDelay> delays) {
        List<RunDelay> during = new ArrayList<>();
        int first = 0;
        for (RunDelay delay : delays) {
            while (first < waited.size() && MachineStalls.end(waited.get(first)) <= delay.startMicros()) {
                first++;
            }
            for (int i = first; i < waited.size() && waited.get(i).startMicros() < delay.endMicros(); i++) {
                long start = Math.max(delay.startMicros(), waited.get(i).startMicros());
                long end = Math.min(delay.endMicros(), MachineStalls.end(waited.get(i)));
                if (start < end) {
                    long lost = delay.delayMicros() * (end - start) / delay.micros();
                    during.add(new RunDelay(delay.pid(), start, end - start, lost, delay.shareOfOthers()));
                }
            }
        }
        return during;
    }

    boolean isEmpty() {
        return byPid.isEmpty();
    }

    /** How much of the time a session lost to others while none of the stalls was; pid 0 is no session's. */
    long ofSession(int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        return pid == 0 ? 0 : of(pid, stalls, fromMicros, toMicros);
    }

    /** The same of the load, which speaks to the sessions. */
    long ofLoad(List<Pause> stalls, long fromMicros, long toMicros) {
        return of(RunDelay.LOAD, stalls, fromMicros, toMicros);
    }

    private long of(int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        return within(byPid.getOrDefault(pid, List.of()), stalls, fromMicros, toMicros);
    }

    /** The same of the whole migration. */
    long ofMigration(List<Pause> stalls, long fromMicros, long toMicros) {
        return ofMigration(Set.of(), stalls, fromMicros, toMicros);
    }

    /**
     * The same of sessions of the migration, while an operation waited for its locks: the one that lost the most, since sessions side by side may lose the
     * same time, and what calls it.
     *
     * @param sessions those of the migration's that count; empty: all
     */
    long ofMigration(Set<Integer> sessions, List<Pause> stalls, long fromMicros, long toMicros) {
        long caller = 0;
        long session = 0;
        for (Map.Entry<Integer, List<RunDelay>> each : ofMigration.entrySet()) {
            long lost = within(each.getValue(), stalls, fromMicros, toMicros);
            if (each.getKey() == RunDelay.MIGRATOR) {
                caller = lost;
            } else if (sessions.isEmpty() || sessions.contains(each.getKey())) {
                session = Math.max(session, lost);
            }
        }
        return caller + session;
    }

    /** The largest share that others had of what was used of the cores since a moment, 0 where they had little. */
    double shareOfOthers(long sinceMicros) {
        return byPid.values().stream()
                .flatMap(List::stream)
                .filter(delay -> delay.endMicros() > sinceMicros)
                .mapToDouble(RunDelay::shareOfOthers)
                .max()
                .orElse(0);
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
