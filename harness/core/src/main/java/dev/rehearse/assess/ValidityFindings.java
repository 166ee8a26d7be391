package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Aborted;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.ServerSample;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether the run proves anything: a verdict is earned, and a run that could not have shown harm shows no safety either. */
final class ValidityFindings {

    /** Share of due operations that must succeed before the migration begins. */
    private static final double LEAST_SHARE_OF_RATE = 0.9;

    /** A free client that takes up an arrival later than this measures this machine, not the database. */
    private static final long LATEST_MICROS = 250_000;

    /** A gap between two looks at the locks is borne up to this, or to the longest wait that the budget allows. */
    private static final long SHORTEST_GAP_MICROS = 1_000_000;

    /** The primary's position is read more often than its counters, of which alone there are times. */
    private static final long BETWEEN_COUNTERS_MICROS = 250_000;

    private static final Pattern PANIC = Pattern.compile("PANIC: +(.+)");

    /** Of the rows of the largest table. */
    private static final long SMALL_PART = 50;

    private ValidityFindings() {}

    static List<Finding> of(Facts facts) {
        Recording recording = facts.recording();
        List<Finding> findings = new ArrayList<>();
        Aborted aborted = recording.aborted();
        if (aborted != null) {
            findings.add(aborted(aborted));
        }
        if (recording.span(Phase.MIGRATE) == null) {
            if (aborted == null) {
                findings.add(nothing(
                        "NOTHING_MIGRATED",
                        "The run never came to the migration",
                        "0 attempts",
                        "at least 1 attempt",
                        "The recording has no MIGRATE phase.",
                        "Run it again."));
            }
            return findings;
        }
        List<StatementFact> statements = facts.statements(Phase.MIGRATE);
        if (statements.isEmpty()) {
            findings.add(nothing(
                    "NOTHING_MIGRATED",
                    "The migration sent no statement",
                    "0 statements",
                    "at least 1 statement",
                    "The tool found nothing to do, or did not come through the wiretap.",
                    "Look at the plan's migration: are these the pending ones? A tool that connected to another database has changed that one: name"
                            + " the variables by which it finds its database under \"environment\" in the plan."));
        } else if (recording.schema().changes().isEmpty()) {
            NothingMigrated.find(recording, statements).ifPresent(findings::add);
        }
        rate(facts, findings);
        touched(facts, findings);
        empty(facts, findings);
        if (facts.isNewApplicationAbsent()) {
            findings.add(nothing(
                    "NEW_APPLICATION_ABSENT",
                    "The application " + recording.load().after() + " never ran",
                    "0 operations",
                    "at least 1 operation",
                    "It is to come with the migration, but not one of its operations was taken up in SETTLE; what kept it out"
                            + " is under what was not measured.",
                    "Mend its operations, so that they fit the migrated schema, or make settle longer."));
        }
        recording.blockers().stream().filter(BlockerFact::diedEarly).forEach(blocker -> findings.add(died(blocker)));
        generator(recording, findings);
        observer(recording, findings);
        standbys(recording, findings);
        ends(recording, findings);
        return findings;
    }

    /** By its text; the locks are not always seen. */
    static Finding nothing(String id, String title, String measured, String limit, String why, String what) {
        return unproven(id, title, measured, limit, why, "This run proves nothing.", what);
    }

    /** @param consequence what the run does not prove */
    static Finding unproven(
            String id, String title, String measured, String limit, String why, String consequence, String what) {
        return new Finding(id, Severity.VOID, title, -1, measured, limit, List.of(why), consequence, what, null);
    }

    private static Finding aborted(Aborted aborted) {
        return nothing(
                aborted.databaseDied() ? "DATABASE_DIED" : "ABORTED",
                aborted.databaseDied()
                        ? "The database died in " + aborted.phase() + panic(aborted.reason())
                        : "The run ended early, in " + aborted.phase(),
                aborted.phase().name(),
                "the run reaches its end",
                aborted.reason(),
                "Mend what the reason names, such as a disk without room, and run it again.");
    }

    /** Why the server gave up, in its own words, where they are among the last of its log. */
    private static String panic(String reason) {
        Matcher panic = PANIC.matcher(reason);
        return panic.find() ? ": " + panic.group(1) : "";
    }

    private static void rate(Facts facts, List<Finding> findings) {
        List<Operation> baseline = facts.operationsDueIn(Phase.BASELINE);
        long succeeded =
                baseline.stream().filter(o -> o.outcome() == Outcome.SUCCEEDED).count();
        if (succeeded == 0) {
            findings.add(nothing(
                    "LOAD_DID_NOTHING",
                    "The load did nothing before the migration began",
                    "0 of " + Units.count(baseline.size(), "operation") + " succeeded",
                    "at least " + Words.percent(LEAST_SHARE_OF_RATE),
                    errorsOf(baseline),
                    "Mend the workload: it must run without the migration."));
            return;
        }
        long end =
                Objects.requireNonNull(facts.recording().span(Phase.BASELINE)).endMicros();
        long inTime = baseline.stream()
                .filter(o -> o.outcome() == Outcome.SUCCEEDED && o.endMicros() <= end + 1_000_000)
                .count();
        if (inTime < LEAST_SHARE_OF_RATE * baseline.size()) {
            findings.add(nothing(
                    "RATE_MISSED",
                    "The load reached " + Units.count(inTime) + " of " + Units.count(baseline.size(), "operation")
                            + " before the migration began",
                    Words.percent((double) inTime / baseline.size()),
                    "at least " + Words.percent(LEAST_SHARE_OF_RATE),
                    "Waits would measure this machine or a failing workload, not the migration. " + errorsOf(baseline),
                    "Lower the rate, give it more CPU, or mend the operations that fail."));
        }
    }

    private static String errorsOf(List<Operation> operations) {
        var errors = OperationStatistics.of(operations).errorsBySqlState();
        return errors.isEmpty() ? "No operation failed." : "Errors by SQLSTATE: " + errors;
    }

    private static void touched(Facts facts, List<Finding> findings) {
        Set<String> locked = facts.tablesLockedAgainstWriters();
        List<String> untouched = untouched(facts);
        if (!locked.isEmpty() && untouched.size() == locked.size()) {
            findings.add(
                    nothing(
                            "LOAD_MISSED_THE_TABLES",
                            "The load never touched a table that the migration locked, in a way that the lock stops",
                            "0 of " + Units.count(locked.size(), "table"),
                            "at least 1 table",
                            "Locked: " + String.join(", ", locked),
                            "Add operations on these tables to the workload, or leave the workload out: one is then derived from the schema."));
        }
    }

    /** Whether a database that brought its own rows brought any: on empty tables every migration is short. */
    private static void empty(Facts facts, List<Finding> findings) {
        Map<String, Long> rows = facts.recording().plan().rows();
        Set<String> tables = facts.tablesWorkedOn();
        if (facts.recording().plan().broughtRows()
                && !tables.isEmpty()
                && tables.stream().allMatch(table -> rows.getOrDefault(table, 1L) == 0)) {
            findings.add(nothing(
                    "TABLES_EMPTY",
                    "The tables that the migration works on are empty",
                    "0 rows",
                    "at least 1 row",
                    "Empty: " + String.join(", ", tables),
                    "Fill the database before (rehearse data fill), or bring it with rows."));
        }
    }

    /** Which tables the migration works on that have next to no rows beside the largest, in words: it says little of them in production. */
    static Optional<String> small(Facts facts) {
        Map<String, Long> rows = facts.recording().plan().rows();
        long most = rows.values().stream().mapToLong(Long::longValue).max().orElse(0);
        List<String> small = facts.tablesWorkedOn().stream()
                .filter(table -> rows.getOrDefault(table, most) < most / SMALL_PART)
                .toList();
        return small.isEmpty() || facts.recording().plan().broughtRows()
                ? Optional.empty()
                : Optional.of("what more rows of "
                        + Words.some(small.stream()
                                .map(table -> table + " (" + Units.count(rows.getOrDefault(table, 0L)) + " here)")
                                .toList())
                        + " do: where production has more, say how many under data: { rows: ... } in the plan");
    }

    /** Tables locked against writers on which no operation succeeded that such a lock would have stopped: nothing was measured there. */
    static List<String> untouched(Facts facts) {
        PhaseSpan migrate = facts.recording().span(Phase.MIGRATE);
        if (migrate == null) {
            return List.of();
        }
        Set<String> touched = new HashSet<>();
        Set<String> written = new HashSet<>();
        for (Operation operation : facts.operationsDueIn(0, migrate.endMicros())) {
            if (operation.outcome() == Outcome.SUCCEEDED) {
                touched.addAll(facts.kind(operation).tables());
                if (facts.kind(operation).writes()) {
                    written.addAll(facts.kind(operation).tables());
                }
            }
        }
        Set<String> lockedAgainstReaders = facts.tablesLockedAgainstReaders();
        return facts.tablesLockedAgainstWriters().stream()
                .filter(table -> !(lockedAgainstReaders.contains(table) ? touched : written).contains(table))
                .toList();
    }

    /** Which operations of the load came to no end on the new schema, in words: whether they still work there was not seen. */
    static Optional<String> untriedAfter(Facts facts) {
        PhaseSpan settle = facts.recording().span(Phase.SETTLE);
        if (settle == null || facts.recording().aborted() != null) {
            return Optional.empty();
        }
        Set<Integer> tried = new HashSet<>();
        for (Operation operation : facts.operationsDueIn(Phase.SETTLE)) {
            if (operation.outcome() != Outcome.UNKNOWN && operation.startMicros() < settle.endMicros()) {
                tried.add(operation.kind());
            }
        }
        List<OperationKind> kinds = facts.recording().operations().kinds();
        List<String> untried = IntStream.range(0, kinds.size())
                .filter(kind -> !tried.contains(kind))
                .mapToObj(kind -> kinds.get(kind).name())
                .toList();
        return untried.isEmpty()
                ? Optional.empty()
                : Optional.of("whether " + Words.some(untried) + " still " + (untried.size() == 1 ? "works" : "work")
                        + " on the new schema: none ran to its end there");
    }

    private static Finding died(BlockerFact blocker) {
        return nothing(
                "BLOCKER_DIED",
                "The blocker " + blocker.label() + " was gone before its time",
                Words.time(blocker.endMicros() - blocker.startMicros()),
                "until its time is over",
                blocker.error() == null ? "its session ended" : blocker.error(),
                "See why it ended; a longer statement_timeout or another table may help.");
    }

    private static void generator(Recording recording, List<Finding> findings) {
        if (recording.load().lateP99Micros() > LATEST_MICROS) {
            findings.add(nothing(
                    "GENERATOR_LATE",
                    "The load generator was late itself",
                    Words.time(recording.load().lateP99Micros()) + " at the 99th percentile",
                    Words.time(LATEST_MICROS),
                    "A free client took up its operations that late: this machine was too busy to tell.",
                    "Lower the rate or give the machine more CPU."));
        }
    }

    /** Whether the observer saw who stood in whose way all the time. How long a wait was, the server itself tells the application. */
    static boolean observerKeptUp(Recording recording) {
        return recording.observer().samples() > 0 && recording.observer().longestGapMicros() <= longestGap(recording);
    }

    private static long longestGap(Recording recording) {
        Duration limit = recording.plan().budget().longestLockWait();
        return limit == null ? SHORTEST_GAP_MICROS : Math.max(SHORTEST_GAP_MICROS, limit.toNanos() / 1_000);
    }

    private static void observer(Recording recording, List<Finding> findings) {
        if (!observerKeptUp(recording)) {
            findings.add(nothing(
                    "OBSERVER_BEHIND",
                    "The lock observer fell behind",
                    recording.observer().samples() == 0
                            ? "no sample"
                            : "a gap of " + Words.time(recording.observer().longestGapMicros()),
                    Words.time(longestGap(recording)),
                    "Who waited for whom was not seen for that long.",
                    "Give the machine more CPU or lower the rate."));
        }
    }

    /** A lag that grows and goes again between two samples is no longer than the time between them. */
    private static void standbys(Recording recording, List<Finding> findings) {
        Duration limit = recording.plan().budget().replayLag();
        int standbys = recording.environment().standbys();
        if (standbys == 0 || limit == null) {
            return;
        }
        Map<String, List<Long>> seen = recording.replication().stream()
                .collect(Collectors.groupingBy(
                        ReplicationSample::standby,
                        Collectors.mapping(ReplicationSample::micros, Collectors.toList())));
        long limitMicros = limit.toNanos() / 1_000;
        long ofPrimary = longestUnseen(
                recording, recording.server().stream().map(ServerSample::micros).toList());
        long longestOfPrimary = ofPrimary > limitMicros + BETWEEN_COUNTERS_MICROS ? ofPrimary : 0;
        List<Long> longest = seen.values().stream()
                .map(samples -> Math.max(longestOfPrimary, longestUnseen(recording, samples)))
                .filter(unseen -> unseen > limitMicros)
                .toList();
        int unseen = standbys - seen.size() + longest.size();
        if (unseen > 0) {
            findings.add(nothing(
                    "STANDBY_NOT_SEEN",
                    "The lag of " + Units.count(unseen, "standby") + " was not seen",
                    longest.isEmpty() || Collections.max(longest) == Long.MAX_VALUE
                            ? "no sample since the migration began"
                            : "no sample for " + Words.time(Collections.max(longest)),
                    "none for at most " + Words.time(limit),
                    "A longer lag may have come and gone meanwhile.",
                    "See the servers' logs, the standby's and the primary's; run it again."));
        }
    }

    /** The longest time since the migration began for which there was no sample, in microseconds; the end of time where there was none. */
    private static long longestUnseen(Recording recording, List<Long> sampledMicros) {
        long last = Objects.requireNonNull(recording.span(Phase.MIGRATE)).startMicros();
        if (sampledMicros.isEmpty() || Collections.max(sampledMicros) < last) {
            return Long.MAX_VALUE;
        }
        long longest = 0;
        for (long micros : sampledMicros) {
            longest = Math.max(longest, micros - last);
            last = Math.max(last, micros);
        }
        long end = Stream.of(Phase.MIGRATE, Phase.SETTLE, Phase.ROLL_BACK)
                .map(recording::span)
                .filter(Objects::nonNull)
                .mapToLong(PhaseSpan::endMicros)
                .max()
                .orElseThrow();
        return Math.max(longest, end - last);
    }

    /** A run that was not cut short knows how the migration ended, and what the way back left, where there is one. */
    private static void ends(Recording recording, List<Finding> findings) {
        if (recording.aborted() != null) {
            return;
        }
        List<Attempt> migrated = MigrationFindings.lastAttempts(recording, Phase.MIGRATE);
        if (migrated.isEmpty()) {
            findings.add(nothing(
                    "END_NOT_SEEN",
                    "How the migration ended was not seen",
                    "0 attempts",
                    "at least 1 attempt",
                    "The recording has no attempt to migrate.",
                    "Run it again."));
        }
        boolean changed = migrated.stream().anyMatch(attempt -> attempt.outcome() == Outcome.SUCCEEDED);
        if (changed && recording.plan().hasRollback() && recording.schema().afterRollback() == null) {
            findings.add(nothing(
                    "ROLLBACK_NOT_SEEN",
                    "The way back was not proven",
                    "the schema was not compared",
                    "compared",
                    "There is a way back, but the schema after it was not compared with the one before the migration.",
                    "Run it again."));
        }
    }
}
