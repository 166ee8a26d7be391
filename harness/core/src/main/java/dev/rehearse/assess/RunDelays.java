package dev.rehearse.assess;

import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For how long the rehearsal's sessions wanted to run while other programs had the cores. */
final class RunDelays {

    private final Map<Integer, List<RunDelay>> byPid;

    /** Of the migration's sessions and what calls them, while an operation waited for its locks: at other times it keeps nobody waiting. */
    private final Collection<List<RunDelay>> ofMigration;

    /** @param waits of the application that the migration was part of */
    RunDelays(Recording recording, List<LockWait> waits) {
        this.byPid = recording.observer().runDelays().stream().collect(Collectors.groupingBy(RunDelay::pid));
        Set<Integer> migration = Stream.concat(
                        Stream.of(RunDelay.MIGRATOR),
                        recording.statements().stream().map(StatementFact::backendPid))
                .collect(Collectors.toSet());
        List<LockWait> inOrder = waits.stream()
                .sorted(Comparator.comparingLong(LockWait::startMicros))
                .toList();
        this.ofMigration = migration.stream()
                .map(pid -> during(inOrder, byPid.getOrDefault(pid, List.of())))
                .toList();
    }

    /** Both in the order of their beginning. */
    private static List<RunDelay> during(List<LockWait> waits, List<RunDelay> delays) {
        List<RunDelay> during = new ArrayList<>();
        for (RunDelay delay : delays) {
            long from = delay.startMicros();
            for (LockWait wait : waits) {
                long start = Math.max(from, wait.startMicros());
                long end = Math.min(delay.endMicros(), wait.endMicros());
                if (start < end) {
                    long lost = delay.delayMicros() * (end - start) / delay.micros();
                    during.add(new RunDelay(delay.pid(), start, end - start, lost, delay.shareOfOthers()));
                    from = end;
                }
            }
        }
        return during;
    }

    boolean isEmpty() {
        return byPid.isEmpty();
    }

    /** How much of the time a session lost to others. */
    long ofSession(int pid, long fromMicros, long toMicros) {
        return within(byPid.getOrDefault(pid, List.of()), fromMicros, toMicros);
    }

    /** How much of the time the load, which speaks to the sessions, lost to others. */
    long ofLoad(long fromMicros, long toMicros) {
        return ofSession(RunDelay.LOAD, fromMicros, toMicros);
    }

    /** How much of the time the migration's sessions, and what calls them, lost to others while an operation waited for its locks. */
    long ofMigration(long fromMicros, long toMicros) {
        return ofMigration.stream()
                .mapToLong(delays -> within(delays, fromMicros, toMicros))
                .sum();
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

    private static long within(List<RunDelay> delays, long fromMicros, long toMicros) {
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
            long shared = Math.min(toMicros, delay.endMicros()) - Math.max(fromMicros, delay.startMicros());
            lost += delay.othersMicros() * shared / delay.micros();
        }
        return Math.round(lost);
    }
}
