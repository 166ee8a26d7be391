package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What waits, outages and operations took without the time that was lost to what has nothing to do with the migration ({@link MachineStalls}). Each
 * loses what can have delayed it: when the machine stood still all do, and when others had the core that its session or its client wanted; what kept the
 * migration from going on delays those alone that waited for it then.
 */
final class OwnTimes {

    private final Facts facts;
    private final List<Pause> pauses;
    /** Waits behind the migration, by session and start. A session waits for one lock at a time. */
    private final Map<Integer, NavigableMap<Long, LockWait>> waits = new HashMap<>();

    OwnTimes(Facts facts) {
        this.facts = facts;
        this.pauses = MachineStalls.union(facts.recording().load().pauses());
        facts.applicationWaits()
                .forEach(wait -> waits.computeIfAbsent(wait.waiterPid(), pid -> new TreeMap<>())
                        .put(wait.startMicros(), wait));
    }

    /** Whether nothing was lost. */
    boolean areWhole() {
        return facts.stalls().isEmpty() && facts.runDelays().isEmpty();
    }

    /** How much of the wait the migration has to answer for, without the time that was lost; of a part of the wait, without the like part of that time. */
    long of(LockWait wait) {
        long behind = Facts.behindMigrationMicros(wait);
        if (wait.micros() <= 0) {
            return behind;
        }
        long start = wait.startMicros();
        long end = wait.endMicros();
        long delays = delaysOfSession(wait.waiterPid(), facts.stalls(wait), start, end);
        long lost = lostBehind(wait, delays, start, end);
        return Math.max(0, behind - Math.round((double) lost * behind / wait.micros()));
    }

    /** How long the migration held a lock, without the time that it lost meanwhile. */
    long held(StatementFact statement, RelationLock lock) {
        long until = statement.heldUntilMicros(lock);
        long from = until - lock.heldMicros();
        Set<Integer> session = Set.of(statement.backendPid());
        List<Pause> stalls = facts.stallsOf(session);
        return lock.heldMicros()
                - lost(stalls, facts.runDelays().ofMigration(session, stalls, from, until), from, until);
    }

    /** An outage's length, had it ended with the first operation to succeed without the time that this lost. */
    double outageMillis(String table, long start, long end) {
        if (areWhole()) {
            return Words.millis(end - start);
        }
        long own = facts.operationsDueIn(0, end).stream()
                .filter(operation -> operation.outcome() == Outcome.SUCCEEDED && operation.endMicros() > start)
                .filter(operation -> facts.kind(operation).tables().contains(table))
                .mapToLong(operation ->
                        operation.endMicros() - lost(operation, Math.max(start, operation.dueMicros())) - start)
                .min()
                .orElse(Long.MAX_VALUE);
        return Words.millis(Math.min(own, end - start - MachineStalls.within(pauses, start, end)));
    }

    /** The judged operations due in the phase. */
    List<Operation> operations(Phase phase) {
        return facts.judgedOperations(phase).stream().map(this::without).toList();
    }

    /** How much the migration lost to other programs since then, while operations waited for its locks. */
    long migrationLostMicros(long sinceMicros) {
        List<Pause> waited = MachineStalls.union(facts.applicationWaits().stream()
                .map(wait -> new Pause(wait.startMicros(), wait.micros()))
                .toList());
        return waited.stream()
                .mapToLong(wait -> facts.runDelays()
                        .ofMigration(
                                Set.of(),
                                facts.stalls(),
                                Math.max(sinceMicros, wait.startMicros()),
                                MachineStalls.end(wait)))
                .sum();
    }

    /** How much of a phase was lost to the migration. */
    long lostMicros(PhaseSpan phase) {
        long start = phase.startMicros();
        long end = phase.endMicros();
        return lost(pauses, facts.runDelays().ofMigration(Set.of(), pauses, start, end), start, end);
    }

    /** The operation without the time that it lost, as if it had thought for as long. */
    Operation without(Operation operation) {
        if (areWhole()) {
            return operation;
        }
        long lost = Math.min(operation.responseMicros(), lost(operation, operation.dueMicros()));
        return new Operation(
                operation.kind(),
                operation.dueMicros(),
                operation.startMicros(),
                operation.endMicros(),
                operation.outcome(),
                operation.sqlState(),
                operation.pid(),
                operation.thinkMicros() + lost,
                operation.inTime());
    }

    /** How much of its time from then on; while it was due and its client had another to do, what that one lost. */
    private long lost(Operation operation, long fromMicros) {
        int pid = operation.pid();
        long end = operation.endMicros();
        NavigableMap<Long, LockWait> own = waits.getOrDefault(pid, new TreeMap<>());
        Long first = own.floorKey(fromMicros);
        long lost = 0;
        long at = fromMicros;
        for (LockWait wait :
                own.subMap(first == null ? fromMicros : first, true, end, true).values()) {
            long from = Math.max(at, wait.startMicros());
            long to = Math.min(end, wait.endMicros());
            if (from < to) {
                List<Pause> stalls = facts.stalls(wait);
                lost += lostAlone(pid, at, from) + lostBehind(wait, delays(pid, stalls, from, to), from, to);
                at = to;
            }
        }
        return lost + lostAlone(pid, at, end);
    }

    private long lostAlone(int pid, long fromMicros, long toMicros) {
        return lost(pauses, delays(pid, pauses, fromMicros, toMicros), fromMicros, toMicros);
    }

    /** The same of a part of a wait, for which what the migration lost counts, too. */
    private long lostBehind(LockWait wait, long delays, long fromMicros, long toMicros) {
        List<Pause> stalls = facts.stalls(wait);
        long ofMigration = facts.runDelays().ofMigration(Facts.blockers(wait), stalls, fromMicros, toMicros);
        return lost(stalls, delays + ofMigration, fromMicros, toMicros);
    }

    /** In the stalls, and by delays while none of them was. */
    private static long lost(List<Pause> stalls, long delays, long fromMicros, long toMicros) {
        long all = MachineStalls.within(stalls, fromMicros, toMicros) + delays;
        return Math.min(Math.max(0, toMicros - fromMicros), all);
    }

    private long delays(int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        return delaysOfSession(pid, stalls, fromMicros, toMicros)
                + facts.runDelays().ofClient(pid, stalls, fromMicros, toMicros);
    }

    private long delaysOfSession(int pid, List<Pause> stalls, long fromMicros, long toMicros) {
        return facts.runDelays().ofSession(pid, stalls, fromMicros, toMicros);
    }
}
