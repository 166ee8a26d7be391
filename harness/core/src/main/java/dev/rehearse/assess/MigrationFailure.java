package dev.rehearse.assess;

import dev.rehearse.assess.statement.NewConstraint;
import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A migration that fails: with what, whether it is its own fault or that of rows that were made up, and the way out. */
final class MigrationFailure {

    /** NOT NULL and CHECK, which the server asks of the rows that are there. */
    private static final Set<String> CONSTRAINTS = Set.of("23502", "23514");

    /** Foreign, unique and exclusive keys, which it asks of them, too. */
    private static final Set<String> KEYS = Set.of("23503", "23505", "23P01");

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

    private static final Pattern VALIDATE =
            Pattern.compile("\\bvalidate\\s+constraint\\s+(\"[^\"]+\"|[^\\s,;]+)", Pattern.CASE_INSENSITIVE);

    /** Values that are not possible: too large, too long, of another form. */
    private static final String IMPOSSIBLE_VALUES = "22";

    /** In a block with the column's own statement there is perhaps a backfill between. */
    private static final Pattern SET_NOT_NULL = Pattern.compile("\\bset\\s+not\\s+null\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern FILLS =
            Pattern.compile("\\s*(update|merge|insert|copy|with)\\b", Pattern.CASE_INSENSITIVE);

    /** Of what it runs may fill any table. */
    private static final Pattern RUNS_CODE = Pattern.compile(
            "\\s*(do\\b|call\\b|select\\s+(?!pg_|set_config|setval)[\\w.\"]+\\s*\\()", Pattern.CASE_INSENSITIVE);

    private MigrationFailure() {}

    static List<Finding> of(Facts facts) {
        List<Attempt> last = MigrationFindings.lastAttempts(facts.recording(), Phase.MIGRATE).stream()
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
        boolean unfilled = filledTable == null && statement != null && isOfEarlierColumn(facts, statement);
        boolean ofMadeRows = filledTable == null && !unfilled && isOfMadeRows(facts.recording(), attempt, statement);
        List<String> evidence = new ArrayList<>();
        if (statement != null) {
            evidence.add("statement " + (statement.index() + 1)
                    + (statement.source() == null ? "" : " (" + statement.source() + ")") + ": "
                    + Words.oneLine(statement.sql()));
        }
        if (attempt.message() != null) {
            evidence.add(attempt.message());
        }
        evidence.addAll(MigrationFindings.printed(attempt));
        for (Attempt each : facts.recording().attempts()) {
            if (each.phase() == Phase.MIGRATE) {
                evidence.add(MigrationFindings.inWords(each));
            }
        }
        return List.of(new Finding(
                "MIGRATION_FAILED",
                Severity.BREACH,
                (attempt.migration() == null ? "The migration" : attempt.migration()) + " failed"
                        + (attempt.sqlState() == null
                                ? attempt.message() == null ? "" : ": " + Words.oneLine(attempt.message())
                                : " with " + attempt.sqlState() + ErrorWords.meaning(attempt.sqlState()))
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
                                        + " table alone.")
                        + (unfilled
                                ? " The migration added the column itself, and no statement of it has filled it in the rows that were there."
                                : ""),
                saferWay(facts, attempt, statement, filledTable, unfilled, ofMadeRows),
                null));
    }

    private static String saferWay(
            Facts facts,
            Attempt attempt,
            @Nullable StatementFact statement,
            @Nullable String filledTable,
            boolean unfilled,
            boolean ofMadeRows) {
        if (filledTable != null) {
            return "Give the column a DEFAULT; or add it nullable, fill it in batches, then SET NOT NULL. If production's "
                    + filledTable + " is empty, say so under \"data\" in the plan: rows: { " + Words.inYaml(filledTable)
                    + ": 0 }.";
        }
        if (unfilled) {
            return "Fill it in batches before this statement. Where a job of the application's does that between two releases, rehearse"
                    + " these apart: the first alone, then the second on the first one's schema, with \"nulls\" for the column under"
                    + " \"data\" in the plan.";
        }
        if (!ofMadeRows) {
            return facts.recording().environment().belongsToOthers()
                            && DUPLICATES.contains(String.valueOf(attempt.sqlState()))
                    ? THERE_ALREADY
                    : isOfAdvisoryLock(attempt, statement)
                            ? LockFindings.MIGRATORS_APART
                            : wayOut(
                                    attempt.sqlState(),
                                    "Read the error; rehearse again with the way out that you choose.");
        }
        return isOfValue(attempt)
                ? "If production has such values, too, mend them first, in batches. If it has none, rehearse without edge"
                        + " cases (data: { edgeCases: 0 })."
                : rowsThatKeep(facts, attempt, statement);
    }

    private static boolean isOfAdvisoryLock(Attempt attempt, @Nullable StatementFact statement) {
        return "40P01".equals(attempt.sqlState())
                && statement != null
                && statement.sql().contains("pg_advisory_lock");
    }

    private static String rowsThatKeep(Facts facts, Attempt attempt, @Nullable StatementFact statement) {
        Optional<NewConstraint> planned = Optional.ofNullable(statement)
                .flatMap(each -> NewConstraint.of(each.sql())
                        .or(() -> validated(facts, each.sql()))
                        .or(() -> NewConstraint.named(each.sql(), String.valueOf(each.message())))
                        .or(() -> NewConstraint.ofDomain(each.sql(), String.valueOf(each.message()))));
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

    /** What VALIDATE CONSTRAINT proves, where the migration made it itself. */
    private static Optional<NewConstraint> validated(Facts facts, String sql) {
        Matcher validate = VALIDATE.matcher(sql);
        if (!validate.find()) {
            return Optional.empty();
        }
        Pattern made = Pattern.compile(
                "\\badd\\s+constraint\\s+" + Pattern.quote(validate.group(1)) + "(?=\\s)", Pattern.CASE_INSENSITIVE);
        return facts.statements(Phase.MIGRATE).stream()
                .map(StatementFact::sql)
                .filter(each -> made.matcher(each).find())
                .findFirst()
                .flatMap(NewConstraint::of);
    }

    /** The table to which a statement adds a column that must not be NULL, and has nothing for the rows that are there; null: another failure. */
    private static @Nullable String tableOfNewColumn(StatementFact statement) {
        Matcher nulls = NULLS.matcher(Objects.requireNonNullElse(statement.message(), ""));
        return nulls.find()
                        && !SET_NOT_NULL.matcher(statement.sql()).find()
                        && added(nulls.group(1)).matcher(statement.sql()).find()
                ? asAltered(statement.sql(), nulls.group(2))
                : null;
    }

    /** Whether it asks for values in a column that an earlier statement of the migration added, and none has filled since. */
    private static boolean isOfEarlierColumn(Facts facts, StatementFact statement) {
        Matcher nulls = NULLS.matcher(Objects.requireNonNullElse(statement.message(), ""));
        if (!nulls.find()) {
            return false;
        }
        Pattern added = added(nulls.group(1));
        List<StatementFact> earlier = facts.statements(Phase.MIGRATE).stream()
                .filter(each -> each.index() < statement.index())
                .toList();
        List<StatementFact> ofTable = earlier.stream()
                .filter(each -> FirstError.names(each, List.of(nulls.group(2))))
                .toList();
        return ofTable.stream().anyMatch(each -> added.matcher(each.sql()).find())
                && ofTable.stream().noneMatch(each -> begins(each, FILLS))
                && earlier.stream().noneMatch(each -> begins(each, RUNS_CODE));
    }

    private static boolean begins(StatementFact statement, Pattern firstWords) {
        return firstWords.matcher(Words.withoutLeadingComments(statement.sql())).lookingAt();
    }

    private static Pattern added(String column) {
        return Pattern.compile(
                "\\badd\\s+(column\\s+)?(if\\s+not\\s+exists\\s+)?\"?" + Pattern.quote(column) + "\\b",
                Pattern.CASE_INSENSITIVE);
    }

    /** With its schema, where the statement has it; the server's words have the bare name. */
    private static String asAltered(String sql, String table) {
        Matcher altered = NewConstraint.ALTERED.matcher(sql);
        String named = altered.find() ? altered.group(1).replace("\"", "") : "";
        return named.toLowerCase(Locale.ROOT).endsWith("." + table.toLowerCase(Locale.ROOT)) ? named : table;
    }

    /** Whether rows that were there do not fulfil a constraint that the migration makes, and those rows are made up. */
    private static boolean isOfMadeRows(Recording recording, Attempt attempt, @Nullable StatementFact statement) {
        return !recording.plan().broughtRows()
                && (isOfValue(attempt) || isOfKey(attempt) || CONSTRAINTS.contains(String.valueOf(attempt.sqlState())))
                && (statement == null
                        || isOfValue(attempt)
                        || !WRITES.matcher(Words.withoutLeadingComments(statement.sql()))
                                .lookingAt());
    }

    private static boolean isOfKey(Attempt attempt) {
        return KEYS.contains(String.valueOf(attempt.sqlState()));
    }

    private static boolean isOfValue(Attempt attempt) {
        return String.valueOf(attempt.sqlState()).startsWith(IMPOSSIBLE_VALUES);
    }

    private static String madeRowsMean(Recording recording, Attempt attempt) {
        if (isOfValue(attempt)) {
            return "The value that it failed for may be one that Rehearse made, such as the greatest of its type. It is the migration's fault only if"
                    + " production's rows are like that.";
        }
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

    /**
     * What the server refused or ended whatever rows there are; also of a way back.
     *
     * @param otherwise where no way is known
     */
    static String wayOut(@Nullable String sqlState, String otherwise) {
        return switch (String.valueOf(sqlState)) {
            case "55P03" ->
                "It gave up as its lock_timeout says, so that the application need not queue behind it: try again (\"retries\" in the plan), while no"
                        + " long transaction is in its way.";
            case "25P04" ->
                "Shorter transactions: one statement in each, a backfill in batches. Where one statement alone takes that long, give the migration's own"
                        + " session a longer transaction_timeout.";
            case "57014" ->
                "A backfill in batches, each shorter than statement_timeout; for what cannot be cut, as an index build, a longer one in the migration's own session.";
            case "55P04" ->
                "A new value of an enum can be used once it is committed: ALTER TYPE ... ADD VALUE in a migration of its own, before the one that uses it.";
            case "0A000" ->
                "The server does not do that. Where a view, a rule or a trigger uses the column, drop it before and make it anew, with its grants, in the same transaction.";
            case "42883", "42804" ->
                "Where the type of a column changes, USING says how its values come over; drop a default, an index's condition or a CHECK that uses it before, and"
                        + " make it anew after, in the same transaction. Else read the error: perhaps there is no such function.";
            case "2BP01" ->
                "Other objects depend on it, as the detail says: give them what they need of it, or let them go, before (a sequence that a copy uses: ALTER SEQUENCE"
                        + " ... OWNED BY the copy's column). CASCADE drops them with it.";
            case "42501" ->
                "The role that migrates lacks a right: only the owner of a table alters it, and only a superuser switches its foreign keys off. Where"
                        + " production's migrations run as another role than the owner of most tables, name it in the plan (roles: { migration: ... }); else grant what is"
                        + " missing first, there as well.";
            case "25001" ->
                "It cannot run within a transaction: give it a migration of its own, outside of one, as the tool has it (of plain scripts: -- rehearse: no-transaction).";
            case "40P01" ->
                "One table per transaction, in the order in which the application locks them, under a short lock_timeout with retries.";
            default -> otherwise;
        };
    }
}
