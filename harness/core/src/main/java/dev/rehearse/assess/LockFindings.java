package dev.rehearse.assess;

import dev.rehearse.assess.statement.SaferWay;
import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.QueueLength;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges the locks that the migration took and who waited for them. */
final class LockFindings {

    /** Held for so many times the limit, a lock is there for long enough beyond it that an operation could have come. */
    private static final double NO_MOMENT = 1.1;

    /** What keeps CREATE INDEX CONCURRENTLY from waiting for the snapshot of whoever waits in {@code pg_advisory_lock}. */
    static final String MIGRATORS_APART =
            "One job that migrates before the instances start; or let a tool that takes an advisory lock try for it again and again (pg_try_advisory_lock): what"
                    + " runs CONCURRENTLY waits for every session with a snapshot, one that waits in pg_advisory_lock included.";

    private LockFindings() {}

    static List<Finding> of(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(waits(facts));
        findings.addAll(deadlocks(facts));
        findings.addAll(dangers(facts));
        return findings;
    }

    /** What the application waited too long behind, each statement by itself, but those of a transaction that need the same. */
    private static List<Finding> waits(Facts facts) {
        Budget budget = facts.recording().plan().budget();
        if (budget.longestLockWait() == null) {
            return List.of();
        }
        long limit = budget.longestLockWait().toNanos() / 1_000;
        Map<Integer, List<LockWait>> byStatement = new LinkedHashMap<>();
        for (LockWait wait : facts.applicationWaits()) {
            StatementFact culprit = facts.culprit(wait);
            byStatement
                    .computeIfAbsent(culprit == null ? -1 : culprit.index(), i -> new ArrayList<>())
                    .add(wait);
        }
        return Together.of(
                facts,
                byStatement.entrySet().stream()
                        .filter(e -> e.getValue().stream()
                                .anyMatch(wait -> facts.ownTimes().of(wait) > limit))
                        .sorted(Comparator.comparing(e -> phaseOf(facts, e.getKey())))
                        .map(e -> tooLong(facts, e.getKey(), e.getValue(), limit))
                        .toList());
    }

    private static Phase phaseOf(Facts facts, int statement) {
        return statement < 0
                ? Phase.MIGRATE
                : facts.recording().statements().get(statement).phase();
    }

    private static Together.Told tooLong(Facts facts, int index, List<LockWait> waits, long limit) {
        LockWait worst = waits.stream()
                .max(Comparator.comparingLong(wait -> facts.ownTimes().of(wait)))
                .orElseThrow();
        long behind = Facts.behindMigrationMicros(worst);
        StatementFact statement = facts.statement(index);
        List<String> evidence = new ArrayList<>();
        if (statement != null) {
            evidence.add("statement " + (index + 1) + where(statement) + ": " + Words.oneLine(statement.sql()));
            heldOn(statement, worst)
                    .ifPresent(lock -> evidence.add(lock.mode().sqlName() + " on " + lock.relation()
                            + ", waited for " + Words.time(lock.waitMicros()) + ", held for "
                            + Words.time(lock.heldMicros())
                            + works(statement)));
        }
        Optional<StatementFact> work = statement == null ? Optional.empty() : workUnder(facts, statement, worst);
        work.ifPresent(later -> evidence.add("meanwhile its transaction went on with statement " + (later.index() + 1)
                + where(later) + " for " + Words.time(micros(later)) + ": " + Words.oneLine(later.sql())
                + works(later)));
        long stalled = behind - facts.ownTimes().of(worst);
        if (stalled >= behind / 10) {
            evidence.add("this machine stood still or worked for others, or Rehearse read the migration's locks, for "
                    + Words.time(stalled) + " of that");
        }
        Blocking root = worst.rootBlocker();
        if (root != null && root.kind() != SessionKind.MIGRATION) {
            boolean waited = worst.chain().stream().anyMatch(link -> link.kind() == SessionKind.MIGRATION);
            evidence.add("root blocker: " + root.who() + besides(worst)
                    + (waited
                            ? "; the migration waited behind it, and the application behind the migration"
                            : "; the application waited for all of them"
                                    + (behind < worst.micros()
                                            ? ", for the migration " + Words.time(behind) + " of "
                                                    + Words.time(worst.micros())
                                            : "")));
        }
        if (root != null && root.kind() == SessionKind.MIGRATION && root.pid() == LockWait.PREPARED_TRANSACTION) {
            evidence.add("root blocker: " + root.who()
                    + ", which the migration left; it keeps its locks until COMMIT PREPARED or ROLLBACK PREPARED");
        }
        Facts.Queue queue = facts.queuedBehind(waits);
        evidence.add(Units.count(queue.operations(), "operation") + " queued: " + Units.count(queue.forLock())
                + " for the lock (" + byWaiter(waits) + ")"
                + (queue.forClient() == 0 ? "" : ", the others for a free client"));
        longestQueue(facts, worst).ifPresent(evidence::add);
        long gaveUp = waits.stream()
                .filter(w -> w.ended() == LockWait.Ended.LOCK_TIMEOUT
                        || w.ended() == LockWait.Ended.STATEMENT_TIMEOUT
                        || w.ended() == LockWait.Ended.CANCELLED
                        || w.ended() == LockWait.Ended.GAVE_UP)
                .count();
        if (gaveUp > 0) {
            evidence.add(Units.count(gaveUp, "operation") + " gave up waiting");
        }
        // What works on the table itself keeps its lock wherever it is committed.
        Optional<StatementFact> workOnTable = work.filter(later -> worksOn(later, worst.relation()));
        SaferWay own = SaferWay.of(workOnTable.orElse(statement));
        SaferWay way = statement != null && work.isPresent() && workOnTable.isEmpty() && micros(statement) <= limit
                ? SaferWay.commitFirst(works(statement).isEmpty() ? null : own)
                : own;
        Finding finding = new Finding(
                "LOCK_WAIT",
                Severity.BREACH,
                worst.waiter() + " waited up to " + Words.time(behind) + " for " + lockName(worst)
                        + (statement == null ? "" : " behind " + Words.place(statement) + ofPhase(statement)),
                index,
                Words.time(behind),
                Words.time(limit),
                evidence,
                "Requests that touch " + (worst.relation() == null ? "the row" : worst.relation())
                        + " stand still for that long and hold their connections meanwhile.",
                way.text(),
                way.catalogue());
        return new Together.Told(finding, worst.relation() == null ? "rows" : worst.relation(), behind);
    }

    private static String besides(LockWait wait) {
        return wait.alsoBlockedBy().isEmpty()
                ? ""
                : " and besides it "
                        + wait.alsoBlockedBy(LockWait.Beside::who).stream()
                                .distinct()
                                .collect(Collectors.joining(", "));
    }

    /** The way back and the second way there are not what the reader thinks of first. */
    private static String ofPhase(StatementFact statement) {
        return switch (statement.phase()) {
            case ROLL_BACK -> " of the rollback";
            case REAPPLY -> " of migrating again";
            default -> "";
        };
    }

    private static String where(StatementFact statement) {
        return statement.source() == null ? "" : " (" + statement.source() + ")";
    }

    private static String works(StatementFact statement) {
        List<String> works = new ArrayList<>();
        statement.rewrites().forEach(table -> works.add("rewrote " + table));
        statement.scans().forEach(table -> works.add("scanned " + table));
        statement.indexBuilds().forEach(built -> works.add("built " + built));
        return works.isEmpty() ? "" : "; " + String.join(", ", works);
    }

    /** What kept a lock longer than the statement that took it: the longest after it in the same transaction. */
    private static Optional<StatementFact> workUnder(Facts facts, StatementFact statement, LockWait wait) {
        long until =
                Math.min(heldOn(statement, wait).map(statement::heldUntilMicros).orElse(0L), wait.endMicros());
        return facts.statements(statement.phase()).stream()
                .filter(later -> later.backendPid() == statement.backendPid() && later.index() > statement.index())
                .filter(later -> later.startMicros() < until)
                .max(Comparator.comparingLong(LockFindings::micros))
                .filter(later -> micros(later) > micros(statement));
    }

    /** Whether it rewrote or scanned a table, or built an index on it; the server calls these without their schema. */
    private static boolean worksOn(StatementFact statement, @Nullable String relation) {
        String table = String.valueOf(relation).replaceFirst("^.*\\.", "");
        return statement.rewrites().contains(table)
                || statement.scans().contains(table)
                || statement.indexBuilds().stream().anyMatch(built -> built.endsWith(" on " + table));
    }

    private static long micros(StatementFact statement) {
        return statement.endMicros() - statement.startMicros();
    }

    private static Optional<RelationLock> heldOn(StatementFact statement, LockWait wait) {
        return statement.locks().stream()
                .filter(lock -> lock.relation().equals(wait.relation()))
                .findFirst()
                .or(() -> statement.locks().stream()
                        .filter(lock -> lock.existedBefore() && !lock.onType())
                        .max(Comparator.comparing(RelationLock::mode)));
    }

    private static String lockName(LockWait wait) {
        if (wait.relation() != null && LockWait.isForRow(wait.lockType())) {
            return "a row of " + wait.relation();
        }
        String mode = LockMode.ofCatalogName(wait.mode()).map(LockMode::sqlName).orElse(wait.mode());
        return wait.relation() == null ? "a lock on " + wait.lockType() : mode + " on " + wait.relation();
    }

    private static String byWaiter(List<LockWait> waits) {
        Map<String, Long> counts =
                waits.stream().collect(Collectors.groupingBy(LockWait::waiter, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(4)
                .map(e -> Units.count(e.getValue()) + " x " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    private static Optional<String> longestQueue(Facts facts, LockWait wait) {
        return facts.recording().queues().stream()
                .filter(q -> q.relation().equals(wait.relation()))
                .max(Comparator.comparingInt(QueueLength::waiting))
                .filter(q -> q.waiting() > 1)
                .map(q -> "longest queue on " + q.relation() + ": " + q.waiting() + " sessions at once");
    }

    private static List<Finding> deadlocks(Facts facts) {
        List<LockWait> deadlocks = facts.recording().lockWaits().stream()
                .filter(w -> w.ended() == LockWait.Ended.DEADLOCK && isOfMigration(w))
                .filter(w -> {
                    Phase phase = facts.phaseAt(w.endMicros());
                    return phase != null && Facts.MIGRATING.contains(phase);
                })
                .toList();
        List<LockWait> ofMigrators =
                deadlocks.stream().filter(LockFindings::isAmongMigrators).toList();
        List<LockWait> others =
                deadlocks.stream().filter(wait -> !isAmongMigrators(wait)).toList();
        List<Finding> findings = new ArrayList<>();
        if (!others.isEmpty()) {
            findings.add(deadlock(
                    others,
                    "The migration and the application locked in opposite order: ",
                    "The server cancels one of the two: a failed request, or a failed migration.",
                    "One table per transaction, or LOCK TABLE in the application's order first, under a short lock_timeout"
                            + " with retries.",
                    "TX-01"));
        }
        if (!ofMigrators.isEmpty()) {
            findings.add(deadlock(
                    ofMigrators,
                    "Migrators waited for each other: ",
                    "The server cancels one of them: an instance that migrates as it starts does not start, or a migration fails half way.",
                    MIGRATORS_APART,
                    "TX-05"));
        }
        return findings;
    }

    private static Finding deadlock(
            List<LockWait> deadlocks, String title, String effect, String saferWay, String catalogue) {
        return new Finding(
                "DEADLOCK",
                Severity.BREACH,
                title + Units.count(deadlocks.size(), "deadlock"),
                deadlocks.get(0).statement(),
                Units.count(deadlocks.size(), "deadlock"),
                "none",
                deadlocks.stream()
                        .limit(5)
                        .map(w -> w.waiter() + " was the victim, waiting for " + lockName(w))
                        .toList(),
                effect,
                saferWay,
                catalogue);
    }

    /** The application takes no lock of the tool's. */
    private static boolean isAmongMigrators(LockWait wait) {
        return wait.waiterKind() == SessionKind.MIGRATION
                && (wait.lockType().equals("advisory")
                        || !wait.chain().isEmpty()
                                && wait.chain().stream().allMatch(link -> link.kind() == SessionKind.MIGRATION));
    }

    /** Whether the migration was in the circle, where each waits, as nobody beside a root does; one of operations alone is the application's own, and counts among its errors. */
    private static boolean isOfMigration(LockWait wait) {
        return wait.waiterKind() == SessionKind.MIGRATION || Facts.hasMigrationInChain(wait);
    }

    /** Strong locks held on the application's tables for longer than an operation may wait, although the load of this run did not suffer, or could not. */
    private static List<Finding> dangers(Facts facts) {
        Budget budget = facts.recording().plan().budget();
        if (budget.longestLockWait() == null) {
            return List.of();
        }
        long limit = budget.longestLockWait().toNanos() / 1_000;
        return Together.of(
                facts,
                Stream.of(Phase.MIGRATE, Phase.ROLL_BACK)
                        .flatMap(phase -> dangers(facts, phase, limit))
                        .toList());
    }

    private static Stream<Together.Told> dangers(Facts facts, Phase phase, long limit) {
        Set<String> waitedFor = facts.applicationWaits().stream()
                .filter(wait -> Facts.behindMigrationMicros(wait) > limit)
                .filter(wait -> phaseOf(facts, wait) == phase)
                .map(wait -> String.valueOf(wait.relation()))
                .collect(Collectors.toSet());
        return facts.statements(phase).stream()
                .flatMap(statement -> statement.locks().stream()
                        .filter(lock ->
                                isHeldTooLong(facts, statement, lock, limit) && !waitedFor.contains(lock.relation()))
                        .map(lock -> new Together.Told(
                                blocking(facts, statement, lock, limit), lock.relation(), lock.heldMicros())));
    }

    private static Phase phaseOf(Facts facts, LockWait wait) {
        StatementFact culprit = facts.culprit(wait);
        return culprit == null ? Phase.MIGRATE : culprit.phase();
    }

    private static Finding blocking(Facts facts, StatementFact statement, RelationLock lock, long limit) {
        SaferWay way = SaferWay.of(statement);
        boolean untried = isUntried(facts, statement, lock, limit);
        return new Finding(
                untried ? "LOCK_UNTRIED" : "BLOCKING_LOCK",
                untried ? Severity.VOID : Severity.DANGER,
                lock.mode().sqlName() + " on " + lock.relation() + " for " + Words.time(lock.heldMicros())
                        + (statement.phase() == Phase.ROLL_BACK ? " in the rollback" : "")
                        + (untried
                                ? ", and by chance no operation of this load came to it in time to wait as long"
                                : ", though nothing in this load waited that long for it"),
                statement.index(),
                Words.time(lock.heldMicros()),
                Words.time(limit),
                List.of("statement " + (statement.index() + 1) + where(statement) + ": "
                        + Words.oneLine(statement.sql()) + works(statement)),
                lock.mode().blocksReaders()
                        ? "Every SELECT and every write on the table waits meanwhile."
                        : "Every INSERT, UPDATE and DELETE on the table waits meanwhile.",
                way.text(),
                way.catalogue());
    }

    /**
     * Whether the load has operations that the lock stops, but none was due while one would have waited for longer than the limit, though that was no
     * moment.
     */
    private static boolean isUntried(Facts facts, StatementFact statement, RelationLock lock, long limit) {
        Predicate<OperationKind> stopped =
                kind -> (lock.mode().blocksReaders() ? kind.tables() : kind.written()).contains(lock.relation());
        long until = statement.heldUntilMicros(lock);
        return facts.ownTimes().held(statement, lock) >= NO_MOMENT * limit
                && facts.recording().operations().kinds().stream().anyMatch(stopped)
                && facts.operationsDueIn(until - lock.heldMicros(), until - limit).stream()
                        .map(facts::kind)
                        .noneMatch(stopped);
    }

    private static boolean isHeldTooLong(Facts facts, StatementFact statement, RelationLock lock, long limit) {
        return lock.existedBefore()
                && Facts.isTable(lock)
                && !facts.isOfTool(lock.relation())
                && lock.mode().blocksWriters()
                && facts.ownTimes().held(statement, lock) > limit;
    }
}
