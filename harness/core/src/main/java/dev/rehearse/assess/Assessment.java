package dev.rehearse.assess;

import dev.rehearse.assess.server.ServerSide;
import dev.rehearse.assess.statement.SaferWay;
import dev.rehearse.assess.words.Words;
import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.EnvironmentFacts;
import dev.rehearse.recording.Recording.QueueLength;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.SchemaChange;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import dev.rehearse.report.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Judges a recording against its budget. Pure: the same recording always gives the same report, without a database or a clock.
 * Thread-safe.
 */
public final class Assessment {

    /** The report keeps this many lock waits, the longest; the recording has them all. */
    private static final int MOST_LOCK_WAITS = 50_000;

    private final Facts facts;
    private final Recording recording;

    private Assessment(Recording recording) {
        this.recording = recording;
        this.facts = new Facts(recording);
    }

    /** The report of a run. */
    public static RehearsalReport of(Recording recording) {
        return new Assessment(recording).report();
    }

    private RehearsalReport report() {
        List<Outage> outages = Outages.of(facts);
        List<Finding> findings = new ArrayList<>();
        findings.addAll(LockFindings.of(facts));
        findings.addAll(ApplicationFindings.of(facts, outages));
        findings.addAll(ToolFindings.of(facts));
        findings.addAll(MigrationFindings.of(facts));
        findings.addAll(RollbackFindings.of(facts));
        findings.addAll(ValidityFindings.of(facts));
        findings.addAll(MachineStalls.of(facts, outages));
        findings = FullDisk.heeded(facts, findings);
        findings.sort(Comparator.comparing(Finding::severity));
        Verdict verdict = verdict(findings);
        return new RehearsalReport(
                RehearsalReport.SCHEMA_VERSION,
                plan(),
                verdict,
                MigrationVerdicts.of(recording, findings),
                new Summary(facts, verdict, findings).lines(),
                findings,
                recording.statements().stream().map(this::statement).toList(),
                recording.attempts().stream().map(this::attempt).toList(),
                recording.phases().stream()
                        .map(p -> new RehearsalReport.PhaseSpan(
                                p.phase().name(),
                                Words.millis(p.startMicros()),
                                Words.millis(p.endMicros() - p.startMicros()),
                                Words.millis(facts.ownTimes().lostMicros(p))))
                        .toList(),
                recording.lockWaits().stream()
                        .sorted(Comparator.comparingLong(LockWait::micros).reversed())
                        .limit(MOST_LOCK_WAITS)
                        .map(this::lockWait)
                        .toList(),
                queues(),
                OperationStatistics.table(facts),
                outages,
                ServerSide.replication(recording, this::lockWait),
                rollback(),
                recording.schema().changes().stream().map(Assessment::change).toList(),
                recording.leftovers().stream()
                        .map(l -> new RehearsalReport.Leftover(
                                l.kind().name(), l.object(), l.phase().name(), l.detail()))
                        .toList(),
                recording.invariants().stream()
                        .map(i -> new RehearsalReport.Invariant(
                                i.name(),
                                i.sql(),
                                i.expected(),
                                i.before(),
                                i.afterMigration(),
                                i.afterRollback(),
                                MigrationFindings.holds(i)))
                        .toList(),
                ServerSide.cost(recording),
                TimelineMaker.of(recording),
                load(),
                recording.blockers().stream()
                        .map(b -> new RehearsalReport.Blocker(
                                b.label(),
                                b.table(),
                                Words.millis(b.startMicros()),
                                Words.millis(b.endMicros() - b.startMicros()),
                                b.diedEarly(),
                                b.error()))
                        .toList(),
                Checklist.of(facts),
                notMeasured(),
                environment());
    }

    private static Verdict verdict(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.severity() == Severity.BREACH)) {
            return Verdict.NO_GO;
        }
        return findings.stream().anyMatch(f -> f.severity() == Severity.VOID) ? Verdict.INCONCLUSIVE : Verdict.GO;
    }

    private RehearsalReport.Plan plan() {
        Recording.PlanFacts plan = recording.plan();
        Map<String, Long> rows = new LinkedHashMap<>(plan.rows());
        rows.keySet().removeIf(facts::isOfTool);
        return new RehearsalReport.Plan(
                plan.name(), plan.folder(), plan.tool(), plan.files(), rows, plan.randomSeed(), budget(plan.budget()));
    }

    /** In words, those only that are judged: what is not there is no limit that could have held. */
    private Map<String, String> budget(Budget budget) {
        Map<String, String> words = new LinkedHashMap<>();
        put(words, "longestLockWait", budget.longestLockWait());
        put(words, "longestOutage", budget.longestOutage());
        put(words, "responseP99", budget.responseP99());
        if (budget.responseP99TimesBaseline() != null) {
            words.put("responseP99", ApplicationFindings.timesBaseline(budget.responseP99TimesBaseline()));
        }
        if (budget.slowdown() != null) {
            words.put("slowdown", ApplicationFindings.timesBaseline(budget.slowdown()));
        }
        if (budget.errorShare() != null) {
            words.put("errors", ErrorFindings.allowed(budget.errorShare()));
        }
        if (recording.environment().standbys() > 0) {
            put(words, "replayLag", budget.replayLag());
        }
        put(words, "duration", budget.duration());
        words.put("rollback", budget.rollback() == Budget.RollbackRule.REQUIRED ? "required" : "tested if present");
        return words;
    }

    private static void put(Map<String, String> words, String name, @Nullable Duration limit) {
        if (limit != null) {
            words.put(name, Words.time(limit));
        }
    }

    private RehearsalReport.Statement statement(StatementFact s) {
        Map<String, Long> errors = new TreeMap<>();
        for (Operation operation : facts.failedOperations()) {
            if (operation.endMicros() >= s.startMicros() && operation.endMicros() <= s.endMicros()) {
                errors.merge(OperationStatistics.errorName(operation), 1L, Long::sum);
            }
        }
        long queued = facts.queuedBehind(facts.waitsBehind(s)).operations();
        return new RehearsalReport.Statement(
                s.index(),
                s.phase().name(),
                s.migrator(),
                s.attempt(),
                s.migration(),
                s.source(),
                s.sql(),
                Words.millis(s.startMicros()),
                Words.millis(s.endMicros() - s.startMicros()),
                s.outcome().name(),
                s.sqlState(),
                s.message(),
                s.locks().stream()
                        .filter(l -> !l.onType())
                        .map(l -> new RehearsalReport.Lock(
                                l.relation(),
                                l.relationKind(),
                                l.mode().sqlName(),
                                Words.millis(l.waitMicros()),
                                Words.millis(l.heldMicros()),
                                l.existedBefore()))
                        .toList(),
                s.rewrites(),
                s.scans(),
                s.indexBuilds(),
                queued,
                errors,
                s.walBytes(),
                queued == 0 ? null : SaferWay.of(s).text());
    }

    private RehearsalReport.Attempt attempt(Recording.Attempt a) {
        List<LockWait> waits = facts.applicationWaits().stream()
                .filter(w -> w.startMicros() < a.endMicros() && w.endMicros() > a.startMicros())
                .toList();
        return new RehearsalReport.Attempt(
                a.phase().name(),
                a.migrator(),
                a.number(),
                a.migration(),
                Words.millis(a.startMicros()),
                Words.millis(a.endMicros() - a.startMicros()),
                a.outcome().name(),
                a.sqlState(),
                a.message(),
                facts.queuedBehind(waits).operations(),
                waits.isEmpty() ? 0 : Words.millis(Facts.behindMigrationMicros(waits.get(0))));
    }

    private RehearsalReport.LockWait lockWait(LockWait w) {
        Phase phase = facts.phaseAt(w.startMicros());
        StatementFact culprit = facts.culprit(w);
        return new RehearsalReport.LockWait(
                w.waiter(),
                w.waiterKind().name(),
                w.relation() == null ? w.lockType() : w.relation(),
                w.lockType(),
                LockMode.ofCatalogName(w.mode()).map(LockMode::sqlName).orElse(w.mode()),
                Words.millis(w.startMicros()),
                Words.millis(w.micros()),
                Words.millis(facts.ownTimes().of(w)),
                Facts.root(w),
                w.chain().stream()
                        .map(link -> session(link.who(), link.query()))
                        .toList(),
                w.alsoBlockedBy(one -> session(one.who(), one.query())),
                w.waiterKind() == LockWait.SessionKind.APPLICATION && culprit != null ? culprit.index() : w.statement(),
                w.ended().name(),
                w.source().name(),
                Words.millis(w.errorMicros()),
                phase == null ? "" : phase.name());
    }

    private static String session(String who, @Nullable String query) {
        return who + (query == null ? "" : " (" + Words.oneLine(query) + ")");
    }

    private List<RehearsalReport.Queue> queues() {
        Map<String, QueueLength> longest = new LinkedHashMap<>();
        recording.queues().forEach(q -> longest.merge(q.relation(), q, (a, b) -> b.waiting() > a.waiting() ? b : a));
        return longest.values().stream()
                .filter(q -> q.waiting() > 0)
                .sorted(Comparator.comparingInt(QueueLength::waiting).reversed())
                .map(q -> new RehearsalReport.Queue(q.relation(), q.waiting(), Words.millis(q.micros())))
                .toList();
    }

    private RehearsalReport.Rollback rollback() {
        List<Recording.Attempt> rollback = MigrationFindings.lastAttempts(recording, Phase.ROLL_BACK);
        List<SchemaDifference> differences = recording.schema().notRestored();
        return new RehearsalReport.Rollback(
                !rollback.isEmpty(),
                rollback.isEmpty() ? null : rollback.get(0).outcome().name(),
                Words.millis(MigrationFindings.tookMicros(recording, Phase.ROLL_BACK)),
                differences == null ? null : differences.isEmpty(),
                differences == null
                        ? List.of()
                        : differences.stream().map(Assessment::change).toList(),
                recording.account().tables().stream()
                        .mapToLong(t -> t.rowsLost() + t.sampledRowsLost())
                        .sum(),
                recording.account().tables().stream()
                        .mapToLong(t -> t.valuesLost() + t.sampledValuesLost())
                        .sum(),
                recording.account().tables().stream()
                        .map(t -> new RehearsalReport.TableAccount(
                                t.table(),
                                t.written(),
                                t.rowsLost(),
                                t.valuesLost(),
                                t.lostByColumn(),
                                t.sampled(),
                                t.sampledRowsLost(),
                                t.sampledValuesLost()))
                        .toList(),
                MigrationFindings.reapplied(recording));
    }

    private static SchemaChange change(SchemaDifference difference) {
        return new SchemaChange(difference.object(), difference.before(), difference.after());
    }

    private RehearsalReport.Load load() {
        Recording.LoadFacts load = recording.load();
        return new RehearsalReport.Load(
                load.ratePerSecond(),
                load.rate(),
                load.clients(),
                load.before(),
                load.after(),
                load.planned(),
                load.completed(),
                load.shed(),
                load.unfinished(),
                Words.millis(load.lateP99Micros()),
                Words.millis(load.lateMaxMicros()),
                Words.millis(queueP99Micros()),
                load.reconnects());
    }

    private long queueP99Micros() {
        Histogram queue = new Histogram(3);
        for (int i = 0; i < recording.operations().size(); i++) {
            queue.recordValue(Math.max(0, recording.operations().get(i).queueMicros()));
        }
        return queue.getValueAtPercentile(99);
    }

    private List<String> notMeasured() {
        List<String> notMeasured = new ArrayList<>(recording.notMeasured());
        if (recording.lockWaits().size() > MOST_LOCK_WAITS) {
            notMeasured.add("every lock wait one by one: of "
                    + Units.count(recording.lockWaits().size()) + " the longest " + Units.count(MOST_LOCK_WAITS)
                    + " are listed; all are judged");
        }
        ValidityFindings.untouched(facts)
                .forEach(table -> notMeasured.add("what waiting for " + table
                        + " costs: the migration locked it, but no operation that waits for such a"
                        + " lock succeeded on it"));
        ValidityFindings.small(facts).ifPresent(notMeasured::add);
        ValidityFindings.untriedAfter(facts).ifPresent(notMeasured::add);
        if (recording.account().verifiedAfter() != null
                && recording.account().tables().stream().allMatch(t -> t.written() + t.sampled() == 0)) {
            notMeasured.add("what became of the rows: none could be looked up again");
        }
        if (recording.environment().standbys() == 0) {
            notMeasured.add("replication: " + facts.noStandby());
        }
        if (!recording.environment().settingsGiven()) {
            notMeasured.add("production's own settings: "
                    + (recording.environment().belongsToOthers() ? "this server's own were in use" : "none given"));
        }
        if ("off".equals(recording.environment().settings().get("fsync"))) {
            notMeasured.add("what writing to a disk takes: fsync is off on this server, as Testcontainers starts one");
        }
        if (recording.environment().compiledWith().contains("-Os")) {
            notMeasured.add(
                    "production's speed: this server's binaries are built for size (-Os), up to twice the CPU per row");
        }
        notMeasured.addAll(ResponseFindings.fewSamples(facts));
        Slowdown.notCompared(facts).ifPresent(notMeasured::add);
        return notMeasured;
    }

    private RehearsalReport.Environment environment() {
        EnvironmentFacts e = recording.environment();
        return new RehearsalReport.Environment(
                e.rehearseVersion(),
                e.database(),
                e.provider(),
                e.serverVersion(),
                e.compiledWith(),
                e.standbys(),
                new TreeMap<>(e.settings()),
                e.cores(),
                e.memoryMib(),
                e.javaVersion(),
                e.operatingSystem(),
                recording.startedAt().toString());
    }
}
