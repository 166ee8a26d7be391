package dev.rehearse.assess;

import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Hold;
import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A recording with the questions that several judgements ask of it. */
final class Facts {

    /** The phases in which the migration works on a database under load. */
    static final List<Phase> MIGRATING = List.of(Phase.MIGRATE, Phase.ROLL_BACK, Phase.REAPPLY);

    /** Those in which the application must not suffer from it. */
    static final List<Phase> JUDGED = List.of(Phase.MIGRATE, Phase.SETTLE, Phase.ROLL_BACK);

    /** What the server says when a prepared statement finds that its result has other columns or types now. */
    static final String CACHED_PLAN = "0A000";

    /** An operation taken up this much later than it was due had to wait for a client. */
    private static final long QUEUED_MICROS = 10_000;

    private final Recording recording;
    private final List<OperationKind> kinds;
    private final List<String> historyTables;
    private final List<LockWait> causedByMigration;
    private final Map<LockWait, Optional<StatementFact>> culprits = new IdentityHashMap<>();
    private final List<Operation> failed;
    private final List<Pause> stalls;
    private final RunDelays runDelays;
    private final OwnTimes ownTimes;
    private final Set<Integer> heldPids;
    private final StalePlans stalePlans;
    private final Map<Set<Integer>, List<Pause>> stallsOf = new HashMap<>();

    Facts(Recording recording) {
        this.recording = recording;
        this.kinds = recording.operations().kinds();
        ToolFacts tool = recording.plan().project();
        this.historyTables = tool == null
                ? List.of()
                : tool.historyTables().stream()
                        .map(table -> table.toLowerCase(Locale.ROOT))
                        .toList();
        this.causedByMigration = recording.lockWaits().stream()
                .filter(this::isCausedByMigration)
                .sorted(Comparator.comparingLong(Facts::behindMigrationMicros).reversed())
                .toList();
        this.failed = operationsDueIn(0, Long.MAX_VALUE).stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .toList();
        this.stalePlans = new StalePlans(recording);
        this.stalls = MachineStalls.of(recording, pid -> true);
        this.heldPids = recording.observer().holds().stream().map(Hold::pid).collect(Collectors.toUnmodifiableSet());
        this.runDelays = new RunDelays(recording);
        this.ownTimes = new OwnTimes(this);
    }

    Recording recording() {
        return recording;
    }

    /** Why no standby was watched. */
    String noStandby() {
        return recording.environment().belongsToOthers()
                ? "standbys of a server that you name are not watched"
                : "no standby in this rehearsal";
    }

    /** When the machine stood still, or the tap kept the migration from going on; in order, and none is over another. */
    List<Pause> stalls() {
        return stalls;
    }

    /** The sessions that the wait was for; empty where these are not known. */
    static Set<Integer> blockers(LockWait wait) {
        Set<Integer> blockers = new HashSet<>();
        wait.chain().forEach(link -> blockers.add(link.pid()));
        wait.alsoBlockedBy().forEach(beside -> blockers.add(beside.pid()));
        return blockers;
    }

    /** The stalls, but of what the tap did only what concerned sessions that the wait was for, where these are known. */
    List<Pause> stalls(LockWait wait) {
        Set<Integer> blockers = blockers(wait);
        return blockers.isEmpty() ? stalls : stallsOf(blockers);
    }

    /** The stalls, but of what the tap did only what concerned these sessions. */
    List<Pause> stallsOf(Set<Integer> sessions) {
        Set<Integer> concerned = new HashSet<>(sessions);
        concerned.retainAll(heldPids);
        return stallsOf.computeIfAbsent(concerned, held -> MachineStalls.of(recording, held::contains));
    }

    /** When the rehearsal wanted to run and other programs had the cores. */
    RunDelays runDelays() {
        return runDelays;
    }

    /** What all took without the time that was lost. */
    OwnTimes ownTimes() {
        return ownTimes;
    }

    OperationKind kind(Operation operation) {
        return kinds.get(operation.kind());
    }

    List<Operation> operationsDueIn(Phase phase) {
        PhaseSpan span = recording.span(phase);
        return span == null ? List.of() : operationsDueIn(span.startMicros(), span.endMicros());
    }

    List<Operation> operationsDueIn(long fromMicros, long toMicros) {
        OperationLog log = recording.operations();
        List<Operation> due = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            Operation operation = log.get(i);
            if (operation.dueMicros() >= fromMicros && operation.dueMicros() < toMicros) {
                due.add(operation);
            }
        }
        return due;
    }

    /** Whether it failed for a plan for another schema. */
    boolean isStalePlan(Operation operation) {
        return CACHED_PLAN.equals(operation.sqlState()) && isStalePlan(operation.kind());
    }

    /** Whether operations of a kind that fail with that of a plan for another schema do so for one. */
    boolean isStalePlan(int kind) {
        return stalePlans.areOf(kind);
    }

    /**
     * Such a failure of the derived workload, which tells nothing of the application: see {@link StalePlans}. What it writes gives back a text whatever becomes of
     * the table, and has no such plan: the server refuses that for another reason.
     */
    boolean isFailedCachedPlan(Operation operation) {
        return isStalePlan(operation)
                && kind(operation).application().equals(Workload.Application.DERIVED)
                && kind(operation).written().isEmpty();
    }

    /** The operations due in a phase, those left out that {@link #isFailedCachedPlan} tells of. */
    List<Operation> judgedOperations(Phase phase) {
        return operationsDueIn(phase).stream()
                .filter(operation -> !isFailedCachedPlan(operation))
                .toList();
    }

    /** Counts and times of these. */
    OperationStatistics statistics(Phase phase) {
        return OperationStatistics.of(judgedOperations(phase));
    }

    /** Whether the plan names an application to come with the migration that had its time, and of which no operation ran. */
    boolean isNewApplicationAbsent() {
        String name = recording.load().after();
        return name != null
                && recording.aborted() == null
                && recording.span(Phase.SETTLE) != null
                && operationsDueIn(0, Long.MAX_VALUE).stream()
                        .noneMatch(operation -> kind(operation).application().equals(name));
    }

    /** Operations that failed or whose end is unknown, in the order in which they ended. */
    List<Operation> failedOperations() {
        return failed;
    }

    /** The phase that was under way, or null before the first and after the last. */
    @Nullable
    Phase phaseAt(long micros) {
        return recording.phases().stream()
                .filter(p -> micros >= p.startMicros() && micros < p.endMicros())
                .map(PhaseSpan::phase)
                .findFirst()
                .orElse(null);
    }

    /** The application's waits that the migration was part of, those that it held up the longest first. */
    List<LockWait> applicationWaits() {
        return causedByMigration;
    }

    private boolean isCausedByMigration(LockWait wait) {
        return wait.waiterKind() == SessionKind.APPLICATION
                && (hasMigrationInChain(wait)
                        || wait.alsoBlockedBy().stream().anyMatch(one -> one.kind() == SessionKind.MIGRATION));
    }

    /** Whether the migration is in the chain; where that was not seen, whether a statement of it has to do with the wait. */
    static boolean hasMigrationInChain(LockWait wait) {
        return wait.chain().isEmpty()
                ? wait.statement() >= 0
                : wait.chain().stream().anyMatch(link -> link.kind() == SessionKind.MIGRATION);
    }

    /** How much of a wait the migration has to answer for: all where it is in the chain, else as much as it stood beside the root. */
    static long behindMigrationMicros(LockWait wait) {
        return hasMigrationInChain(wait)
                ? wait.micros()
                : Math.min(
                        wait.micros(),
                        wait.alsoBlockedBy().stream()
                                .filter(one -> one.kind() == SessionKind.MIGRATION)
                                .mapToLong(LockWait.Beside::micros)
                                .sum());
    }

    /**
     * The statement to blame for a wait: the latest that wanted or held a conflicting lock on the relation at the time or, of a wait for a row, that
     * locked rows of it. A lock is kept to the end of its transaction, so it need not be the one that ran.
     */
    @Nullable
    StatementFact culprit(LockWait wait) {
        return culprits.computeIfAbsent(wait, w -> Optional.ofNullable(findCulprit(w)))
                .orElse(null);
    }

    private @Nullable StatementFact findCulprit(LockWait wait) {
        LockMode wanted = LockMode.ofCatalogName(wait.mode()).orElse(null);
        if (wait.relation() != null && wanted != null) {
            // What the migration makes may bear the name of what it renamed, which is what is waited for.
            StatementFact culprit = lastThatBlocks(wait, wanted, RelationLock::existedBefore);
            if (culprit == null) {
                culprit = lastThatBlocks(wait, wanted, lock -> true);
            }
            if (culprit != null) {
                return culprit;
            }
        }
        return wait.statement() < 0 ? null : withLocks(recording.statements().get(wait.statement()), wait);
    }

    private @Nullable StatementFact lastThatBlocks(LockWait wait, LockMode wanted, Predicate<RelationLock> counted) {
        return recording.statements().stream()
                .filter(statement -> statement.startMicros() <= wait.endMicros())
                .filter(statement -> statement.locks().stream()
                        .filter(counted)
                        .anyMatch(lock -> blocks(statement, lock, wait, wanted)))
                .reduce((a, b) -> b)
                .orElse(null);
    }

    /** The statement, or where it took none, as the COMMIT, the last before it whose lock on what is waited for was held as it began. */
    private StatementFact withLocks(StatementFact running, LockWait wait) {
        return !running.locks().isEmpty()
                ? running
                : recording.statements().subList(0, running.index()).stream()
                        .filter(s -> s.backendPid() == running.backendPid() && s.phase() == running.phase())
                        .filter(s -> s.locks().stream()
                                .anyMatch(lock -> lock.relation().equals(wait.relation())
                                        && s.heldUntilMicros(lock) >= running.startMicros()))
                        .reduce((a, b) -> b)
                        .orElse(running);
    }

    /** Those of {@link #applicationWaits} that a statement is to blame for, in their order. */
    List<LockWait> waitsBehind(StatementFact statement) {
        return causedByMigration.stream()
                .filter(wait -> statement.equals(culprit(wait)))
                .toList();
    }

    /**
     * How many operations stood in a queue.
     *
     * @param forLock those that waited for a lock, however often
     * @param forClient those that only waited for a client, as every client of their application was waiting
     */
    record Queue(long forLock, long forClient) {
        long operations() {
            return forLock + forClient;
        }
    }

    /** The operations that these waits held up, each counted once. */
    Queue queuedBehind(List<LockWait> waits) {
        if (waits.isEmpty()) {
            return new Queue(0, 0);
        }
        long from = waits.stream().mapToLong(LockWait::startMicros).min().orElseThrow();
        long to = waits.stream().mapToLong(LockWait::endMicros).max().orElseThrow();
        Map<Integer, NavigableMap<Long, LockWait>> bySession = new HashMap<>();
        waits.forEach(wait -> bySession
                .computeIfAbsent(wait.waiterPid(), pid -> new TreeMap<>())
                .put(wait.startMicros(), wait));
        long forLock = 0;
        long forClient = 0;
        OperationLog log = recording.operations();
        for (int i = 0; i < log.size(); i++) {
            Operation operation = log.get(i);
            NavigableMap<Long, LockWait> ofSession = bySession.get(operation.pid());
            if (ofSession != null && takeWaitsOf(operation, ofSession)) {
                forLock++;
            } else if (operation.dueMicros() >= from
                    && operation.dueMicros() < to
                    && operation.startMicros() - operation.dueMicros() > QUEUED_MICROS) {
                forClient++;
            }
        }
        long ofNoOperation =
                bySession.values().stream().mapToLong(NavigableMap::size).sum();
        return new Queue(forLock + ofNoOperation, forClient);
    }

    /** Whether the operation has waits among these, which are then no other's. */
    private static boolean takeWaitsOf(Operation operation, NavigableMap<Long, LockWait> waits) {
        NavigableMap<Long, LockWait> own = waits.subMap(operation.startMicros(), true, operation.endMicros(), true);
        boolean any = !own.isEmpty();
        own.clear();
        return any;
    }

    private static boolean blocks(StatementFact statement, RelationLock lock, LockWait wait, LockMode wanted) {
        return lock.relation().equals(wait.relation())
                && (LockWait.isForRow(wait.lockType())
                        ? lock.forRows()
                        : lock.mode().conflictsWith(wanted))
                && statement.heldUntilMicros(lock) >= wait.startMicros();
    }

    /** Whether a table is one of those in which the tool keeps its own books: no application waits for them. */
    boolean isOfTool(String relation) {
        String plain = relation.replace("\"", "").toLowerCase(Locale.ROOT);
        return historyTables.stream()
                .anyMatch(table ->
                        plain.equals(table) || plain.startsWith(table + ".") || ("public." + plain).equals(table));
    }

    /** Existing tables that the migration locked against writers or readers, in order; those of the tool's own left out. */
    Set<String> tablesLockedAgainstWriters() {
        return tablesLocked(LockMode::blocksWriters);
    }

    /** Those of them that it locked against readers too. */
    Set<String> tablesLockedAgainstReaders() {
        return tablesLocked(LockMode::blocksReaders);
    }

    /** Those that were there before of which it locked the definition, as every statement does that changes or rewrites one or builds an index. */
    Set<String> tablesWorkedOn() {
        return tablesLocked(mode -> mode.conflictsWith(LockMode.SHARE_UPDATE_EXCLUSIVE));
    }

    private Set<String> tablesLocked(Predicate<LockMode> how) {
        Set<String> tables = new LinkedHashSet<>();
        for (StatementFact statement : recording.statements()) {
            if (statement.phase() == Phase.MIGRATE) {
                statement.locks().stream()
                        .filter(lock -> lock.existedBefore() && how.test(lock.mode()) && isTable(lock))
                        .filter(lock -> !isOfTool(lock.relation()))
                        .forEach(lock -> tables.add(lock.relation()));
            }
        }
        return tables;
    }

    static boolean isTable(RelationLock lock) {
        return lock.relationKind().equals("table") || lock.relationKind().equals("partitioned table");
    }

    /** "the migration", a blocker's label, an operation's name: whoever was at the root. */
    static @Nullable String root(LockWait wait) {
        Blocking root = wait.rootBlocker();
        return root == null ? null : root.who();
    }

    /** The statement at an index, null for -1. */
    @Nullable
    StatementFact statement(int index) {
        return index < 0 ? null : recording.statements().get(index);
    }

    /** Statements of a phase. */
    List<StatementFact> statements(Phase phase) {
        return recording.statements().stream().filter(s -> s.phase() == phase).toList();
    }
}
