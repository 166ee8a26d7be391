package dev.rehearse.assess;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.InvariantFact;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges the migration itself: whether it worked, how long it took, what it left, what it cost the standbys, what it broke. */
final class MigrationFindings {

    /** How a recording writes that the query of an invariant failed. */
    private static final Pattern ERROR = Pattern.compile("error [0-9A-Z]{5}");

    private static final int PRINTED_LINES = 6;

    /** NOT NULL and CHECK, which the server asks of the rows that are there. */
    private static final Set<String> CONSTRAINTS = Set.of("23502", "23514");

    /** Foreign and unique keys, which it asks of them, too. */
    private static final Set<String> KEYS = Set.of("23503", "23505");

    /** Tables and what is named like them, columns, schemas, functions, other objects: there already. */
    private static final Set<String> DUPLICATES = Set.of("42P07", "42701", "42P06", "42723", "42710");

    private static final String THERE_ALREADY =
            "Perhaps an earlier run has left it: a database that you name keeps the migration. Take it back there, or make the database anew, then rehearse again.";

    /** What breaks a constraint by what it writes, or wrote: it is there already. */
    private static final Pattern WRITES =
            Pattern.compile("\\s*(insert|update|delete|merge|copy|with|commit|end)\\b", Pattern.CASE_INSENSITIVE);

    private static final String BEGIN_EARLIER =
            "If production has no such rows, begin the rehearsal before their backfill: an earlier \"from\" in the plan (of plain scripts,"
                    + " fewer under \"schema\"). If it has some, fill them first, in batches. Or rehearse on rows like production's: under \"data\" in the plan, \"nulls\" with the column's"
                    + " share of NULL, or \"profile\".";

    /** What the server says of a column that must not be NULL and is, by the column and its table. */
    private static final Pattern NULLS = Pattern.compile("column \"(.+)\" of relation \"(.+)\" contains null values");

    /** The table, with its schema where the statement has it. */
    private static final Pattern ALTERED = Pattern.compile(
            "\\balter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?((?:\"[^\"]+\"|[^\\s.\"]+)(?:\\.(?:\"[^\"]+\"|[^\\s.\"]+))?)",
            Pattern.CASE_INSENSITIVE);

    /** In a block with the column's own statement there is perhaps a backfill between. */
    private static final Pattern SET_NOT_NULL = Pattern.compile("\\bset\\s+not\\s+null\\b", Pattern.CASE_INSENSITIVE);

    private MigrationFindings() {}

    static List<Finding> of(Facts facts) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(failure(facts));
        findings.addAll(duration(facts.recording()));
        findings.addAll(replication(facts.recording()));
        facts.recording().leftovers().forEach(leftover -> findings.add(leftover(leftover)));
        facts.recording().invariants().stream()
                .filter(invariant -> !holds(invariant))
                .forEach(invariant -> findings.add(broken(invariant)));
        return findings;
    }

    private static List<Finding> failure(Facts facts) {
        List<Attempt> last = lastAttempts(facts.recording(), Phase.MIGRATE).stream()
                .filter(a -> a.outcome() != Outcome.SUCCEEDED)
                .toList();
        if (last.isEmpty()) {
            return List.of();
        }
        Attempt attempt = last.get(0);
        StatementFact statement = facts.statements(Phase.MIGRATE).stream()
                .filter(s -> s.outcome() != Outcome.SUCCEEDED && s.migrator() == attempt.migrator())
                .filter(s -> s.startMicros() >= attempt.startMicros())
                .reduce((a, b) -> b)
                .orElse(null);
        String filledTable = statement == null ? null : tableOfNewColumn(statement);
        boolean ofMadeRows = filledTable == null && isOfMadeRows(facts.recording(), attempt, statement);
        List<String> evidence = new ArrayList<>();
        if (statement != null) {
            evidence.add("statement " + (statement.index() + 1)
                    + (statement.source() == null ? "" : " (" + statement.source() + ")") + ": "
                    + Words.oneLine(statement.sql()));
        }
        if (attempt.message() != null) {
            evidence.add(attempt.message());
        }
        evidence.addAll(printed(attempt));
        for (Attempt each : facts.recording().attempts()) {
            if (each.phase() == Phase.MIGRATE) {
                evidence.add(inWords(each));
            }
        }
        return List.of(new Finding(
                "MIGRATION_FAILED",
                Severity.BREACH,
                (attempt.migration() == null ? "The migration" : attempt.migration()) + " failed"
                        + (attempt.sqlState() == null
                                ? attempt.message() == null ? "" : ": " + Words.oneLine(attempt.message())
                                : " with " + attempt.sqlState() + ErrorFindings.meaning(attempt.sqlState()))
                        + (statement == null || statement.message() == null
                                ? ""
                                : ": " + Words.oneLine(statement.message())),
                statement == null ? -1 : statement.index(),
                attempt.sqlState() == null ? "failed" : attempt.sqlState(),
                "succeeds",
                evidence,
                "The release stops half way; what was committed before the failure stays."
                        + (ofMadeRows ? " " + madeRowsMean(facts.recording(), attempt) : "")
                        + (filledTable == null
                                ? ""
                                : " The column is new, so that each row that is there has NULL in it: the statement works on an empty"
                                        + " table alone."),
                filledTable != null
                        ? "Give the column a DEFAULT; or add it nullable, fill it in batches, then SET NOT NULL. If production's "
                                + filledTable + " is empty, say so under \"data\" in the plan: rows: { "
                                + Words.inYaml(filledTable) + ": 0 }."
                        : !ofMadeRows
                                ? isOnNamed(facts.recording())
                                                && DUPLICATES.contains(String.valueOf(attempt.sqlState()))
                                        ? THERE_ALREADY
                                        : "Read the error; rehearse again with the way out that you choose."
                                : rowsThatKeep(attempt, statement),
                null));
    }

    private static boolean isOnNamed(Recording recording) {
        return recording.environment().provider().equals("external");
    }

    private static String rowsThatKeep(Attempt attempt, @Nullable StatementFact statement) {
        Optional<NewConstraint> planned = Optional.ofNullable(statement).flatMap(each -> NewConstraint.of(each.sql()));
        String mend = isOfKey(attempt) ? "mend them first, in batches" : "fill or mend them first, in batches";
        if (planned.isPresent()) {
            return "If production has such rows, too, " + mend + ". If it has none, say so under \"data\" in the plan: "
                    + planned.get().inPlan() + ".";
        }
        return isOfKey(attempt)
                ? "If production has such rows, too, " + mend
                        + ". If it has none, name the constraint that its rows keep under \"data\" in the plan: keeps: [{ table: orders,"
                        + " constraint: unique (code) }]."
                : BEGIN_EARLIER;
    }

    /** The table to which a statement adds a column that must not be NULL, and has nothing for the rows that are there; null: another failure. */
    private static @Nullable String tableOfNewColumn(StatementFact statement) {
        Matcher nulls = NULLS.matcher(Objects.requireNonNullElse(statement.message(), ""));
        return nulls.find()
                        && !SET_NOT_NULL.matcher(statement.sql()).find()
                        && Pattern.compile(
                                        "\\badd\\s+(column\\s+)?(if\\s+not\\s+exists\\s+)?\"?"
                                                + Pattern.quote(nulls.group(1)) + "\\b",
                                        Pattern.CASE_INSENSITIVE)
                                .matcher(statement.sql())
                                .find()
                ? asAltered(statement.sql(), nulls.group(2))
                : null;
    }

    /** With its schema, where the statement has it; the server's words have the bare name. */
    private static String asAltered(String sql, String table) {
        Matcher altered = ALTERED.matcher(sql);
        String named = altered.find() ? altered.group(1).replace("\"", "") : "";
        return named.toLowerCase(Locale.ROOT).endsWith("." + table.toLowerCase(Locale.ROOT)) ? named : table;
    }

    /** Whether rows that were there do not fulfil a constraint that the migration makes, and those rows are made up. */
    private static boolean isOfMadeRows(Recording recording, Attempt attempt, @Nullable StatementFact statement) {
        return !recording.plan().broughtRows()
                && (isOfKey(attempt) || CONSTRAINTS.contains(String.valueOf(attempt.sqlState())))
                && (statement == null
                        || !WRITES.matcher(Words.withoutLeadingComments(statement.sql()))
                                .lookingAt());
    }

    private static boolean isOfKey(Attempt attempt) {
        return KEYS.contains(String.valueOf(attempt.sqlState()));
    }

    private static String madeRowsMean(Recording recording, Attempt attempt) {
        if (isOfKey(attempt)) {
            return "The rows that break the key were made by Rehearse, for a schema that does not have it yet. It is the migration's fault only"
                    + " if production's rows are like that.";
        }
        ToolFacts tool = recording.plan().project();
        return "The rows that break the constraint were made by Rehearse, on the schema "
                + (tool == null || tool.from() == null ? "before the migration" : "of " + tool.from())
                + ": a backfill that ran before that found none of them, and what the application never leaves empty may be NULL"
                + " in them. It is the migration's fault only if production's rows are like that.";
    }

    static String inWords(Attempt attempt) {
        return (attempt.migration() == null ? "" : attempt.migration() + ", ") + "attempt " + attempt.number()
                + " of migrator " + (attempt.migrator() + 1) + ": " + attempt.outcome()
                + " after " + Words.time(attempt.endMicros() - attempt.startMicros())
                + (attempt.sqlState() == null ? "" : ", SQLSTATE " + attempt.sqlState());
    }

    /** The tool's own last words. */
    static List<String> printed(Attempt attempt) {
        List<String> lines =
                attempt.output().lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - PRINTED_LINES), lines.size()).stream()
                .map(line -> "the tool printed: " + Words.oneLine(line))
                .toList();
    }

    /** The last attempt of each migrator. */
    static List<Attempt> lastAttempts(Recording recording, Phase phase) {
        return last(
                recording.attempts().stream().filter(a -> a.phase() == phase).toList());
    }

    /** Of these, the last of each migrator. */
    static List<Attempt> last(List<Attempt> attempts) {
        return attempts.stream()
                .filter(a -> attempts.stream().noneMatch(b -> b.migrator() == a.migrator() && isLater(b, a)))
                .toList();
    }

    /** Numbers begin anew with each migration. */
    private static boolean isLater(Attempt a, Attempt b) {
        return a.startMicros() == b.startMicros() ? a.number() > b.number() : a.startMicros() > b.startMicros();
    }

    private static List<Finding> duration(Recording recording) {
        Budget budget = recording.plan().budget();
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        if (budget.duration() == null || migrate == null) {
            return List.of();
        }
        long took = migrate.endMicros() - migrate.startMicros();
        if (took <= budget.duration().toNanos() / 1_000) {
            return List.of();
        }
        StatementFact longest = recording.statements().stream()
                .filter(s -> s.phase() == Phase.MIGRATE)
                .max(Comparator.comparingLong(s -> s.endMicros() - s.startMicros()))
                .orElse(null);
        return List.of(new Finding(
                "DURATION",
                Severity.BREACH,
                "The migration took " + Words.time(took),
                longest == null ? -1 : longest.index(),
                Words.time(took),
                Words.time(budget.duration()),
                longest == null
                        ? List.of("no statement was seen")
                        : List.of("longest statement: " + Words.oneLine(longest.sql()) + ", "
                                + Words.time(longest.endMicros() - longest.startMicros())),
                "The release window is not long enough.",
                "Split off the long statement; backfill in batches outside the release.",
                null));
    }

    private static List<Finding> replication(Recording recording) {
        Budget budget = recording.plan().budget();
        ReplicationSample worst = worstLag(recording);
        if (budget.replayLag() == null || worst == null) {
            return List.of();
        }
        if (worst.replayLagMicros() <= budget.replayLag().toNanos() / 1_000) {
            return List.of();
        }
        return List.of(new Finding(
                "REPLAY_LAG",
                Severity.BREACH,
                worst.standby() + " fell " + Words.time(worst.replayLagMicros()) + " behind",
                recording.statements().stream()
                        .filter(s -> s.startMicros() <= worst.micros())
                        .reduce((a, b) -> b)
                        .map(StatementFact::index)
                        .orElse(-1),
                Words.time(worst.replayLagMicros()),
                Words.time(budget.replayLag()),
                lagEvidence(recording, worst),
                "Reads on the standby are that stale, and a failover would lose or wait for that much.",
                "Smaller transactions with pauses while the lag is high; for a stall behind a reader on the standby, end long readers first.",
                null));
    }

    private static List<String> lagEvidence(Recording recording, ReplicationSample worst) {
        List<String> evidence = new ArrayList<>(List.of(
                Units.count(worst.replayLagBytes()) + " bytes of WAL were not yet replayed at that moment",
                Units.count(worst.conflicts()) + " queries cancelled on the standby so far"));
        ServerSide.waits(recording, worst.standby()).stream()
                .filter(w ->
                        w.startMicros() <= worst.micros() && w.endMicros() >= worst.micros() - worst.replayLagMicros())
                .findFirst()
                .ifPresent(w -> evidence.add(w.waiter() + " there waited " + Words.time(w.micros()) + " for "
                        + LockMode.ofCatalogName(w.mode())
                                .map(LockMode::sqlName)
                                .orElse(w.mode())
                        + (w.relation() == null ? "" : " on " + w.relation())
                        + (w.chain().isEmpty()
                                ? ""
                                : " behind "
                                        + w.chain().get(w.chain().size() - 1).who())));
        return evidence;
    }

    /** The worst lag from the start of the migration on. */
    static @Nullable ReplicationSample worstLag(Recording recording) {
        PhaseSpan migrate = recording.span(Phase.MIGRATE);
        return migrate == null
                ? null
                : recording.replication().stream()
                        .filter(s -> s.micros() >= migrate.startMicros())
                        .max(Comparator.comparingLong(ReplicationSample::replayLagMicros))
                        .orElse(null);
    }

    private static Finding leftover(Leftover leftover) {
        return switch (leftover.kind()) {
            case INVALID_INDEX ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "INVALID index " + leftover.object() + " was left",
                        "It is written to but never read, and IF NOT EXISTS takes it for the real one.",
                        "DROP INDEX CONCURRENTLY, then build it again.",
                        "IDX-04");
            case NOT_VALID_CONSTRAINT ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "Constraint " + leftover.object() + " is NOT VALID",
                        "Existing rows may break it, and the planner does not rely on it.",
                        "VALIDATE CONSTRAINT in a transaction of its own.",
                        "CON-02");
            case MISSING_PRIVILEGE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The application has no right to the new " + leftover.object(),
                        "The release that uses it fails with 42501 (insufficient privilege).",
                        "GRANT in the migration, or ALTER DEFAULT PRIVILEGES for the role that migrates, once.",
                        null);
            case LOST_PRIVILEGE ->
                leftover(
                        leftover,
                        Severity.DANGER,
                        "The application lost rights to " + leftover.object(),
                        "What still uses them fails with 42501 (insufficient privilege). A relation that is dropped and made again loses its grants.",
                        "GRANT again in the same transaction; replace a view with CREATE OR REPLACE, which keeps them.",
                        null);
            case DEPRECATED_COLUMN ->
                leftover(
                        leftover,
                        Severity.NOTE,
                        "Column " + leftover.object() + " waits to be removed",
                        "It costs space and confuses readers.",
                        "Plan its removal.",
                        null);
            case OPEN_TRANSACTION ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "A transaction was left open: " + leftover.object(),
                        "Its locks and its snapshot stay.",
                        "End every transaction; set idle_in_transaction_session_timeout.",
                        "TX-06");
            case TOOL_STUCK ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "The tool cannot go on: " + leftover.object(),
                        "The next release stops before it has begun, until somebody clears it.",
                        "The way out: " + leftover.detail(),
                        null);
            case ADVISORY_LOCK ->
                leftover(
                        leftover,
                        Severity.BREACH,
                        "An advisory lock was left: " + leftover.object(),
                        "The next run of the tool waits for it.",
                        "Release it; end the session that holds it.",
                        null);
        };
    }

    private static Finding leftover(
            Leftover leftover, Severity severity, String title, String effect, String way, @Nullable String catalogue) {
        return new Finding(
                leftover.kind().name(),
                severity,
                title,
                -1,
                leftover.object(),
                severity == Severity.BREACH ? "none" : "not judged",
                List.of(leftover.detail(), "found after " + leftover.phase()),
                effect,
                way,
                catalogue);
    }

    /** Whether an invariant held wherever it was asked. */
    static boolean holds(InvariantFact fact) {
        String expected = fact.expected() != null ? fact.expected() : fact.before();
        return expected != null
                && !ERROR.matcher(expected).matches()
                && (fact.expected() == null || Objects.equals(fact.before(), expected))
                && (fact.afterMigration() == null || Objects.equals(fact.afterMigration(), expected))
                && (fact.afterRollback() == null || Objects.equals(fact.afterRollback(), expected));
    }

    private static Finding broken(InvariantFact fact) {
        return new Finding(
                "INVARIANT",
                Severity.BREACH,
                "\"" + fact.name() + "\" did not hold",
                -1,
                "before " + fact.before() + ", after the migration " + fact.afterMigration() + ", after the rollback "
                        + fact.afterRollback(),
                fact.expected() == null ? "as before" : fact.expected(),
                List.of(Words.oneLine(fact.sql())),
                "The data no longer means what it meant.",
                "Find the statement that changes it; check it against a copy of the data.",
                null);
    }
}
