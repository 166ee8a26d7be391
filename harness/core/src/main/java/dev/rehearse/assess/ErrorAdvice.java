package dev.rehearse.assess;

import dev.rehearse.assess.Chance.Failure;
import dev.rehearse.assess.statement.NewConstraint;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What to do about errors of operations, by their SQLSTATEs. Stateless. */
final class ErrorAdvice {

    private static final Pattern SETS_SEQUENCE = Pattern.compile(
            "\\bcreate\\s+(\\w+\\s+)?sequence\\b|\\bas\\s+identity\\b|\\b(small|big)?serial[248]?\\b|\\brestart\\b"
                    + "|\\bsetval\\s*\\(|\\bincluding\\s+(all|identity)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern LIMITS_ROWS =
            Pattern.compile("\\bpolicy\\b|\\brow\\s+level\\s+security\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern DROPS_WRITES = Pattern.compile(
            "\\bcreate\\s+(or\\s+replace\\s+)?(rule|(constraint\\s+)?trigger)\\b", Pattern.CASE_INSENSITIVE);

    /** What fails for a row that an operation copied, or a value that it took from one, where that one does not keep a constraint either. */
    private static final List<String> OF_ROWS = List.of("23503", "23514");

    private ErrorAdvice() {}

    /** @param blamed the statement to blame for each failure, the most frequent first; -1: none is known */
    static String of(Facts facts, Map<Failure, Integer> blamed, Map<String, Long> errors) {
        return of(errors, error -> way(facts, blamed, error)) + inPlan(facts, blamed);
    }

    private static String way(Facts facts, Map<Failure, Integer> blamed, String error) {
        if (error.startsWith(ErrorFindings.NOT_KNOWN)
                && statements(facts, blamed, error).anyMatch(FirstError::definesCode)) {
            return "What it defines names what is not there, or what the application has no right to: the server finds out when it is called. Mend it, and"
                    + " define it after what it names.";
        }
        if (error.equals(Facts.CACHED_PLAN)
                && blamed.keySet().stream()
                        .anyMatch(each -> each.error().equals(error) && !facts.isStalePlan(each.kind()))) {
            return "The server's words say what it does not do on the new schema. ON CONFLICT, and RETURNING, are refused on a table with a rule: let a trigger do what the"
                    + " rule does.";
        }
        if (error.equals("23505")
                && facts.statements(Phase.MIGRATE).stream()
                        .anyMatch(each -> SETS_SEQUENCE.matcher(each.sql()).find())) {
            return "A new sequence begins at 1, one that is set where it is told: let it go on from the greatest value that is there, with setval('...', (SELECT max(...)"
                    + " FROM ...)) under the lock that keeps writers away. Where it is no matter of a sequence, add the constraint when only the new application writes.";
        }
        if (error.equals(OperationLog.Operation.WRONG_ROWS)
                && statements(facts, blamed, error)
                        .anyMatch(each -> DROPS_WRITES.matcher(each.sql()).find())) {
            return "A trigger that returns NULL, or a rule that does something else instead, has nothing written, and the application is told of no error: let it raise"
                    + " one, or write the row.";
        }
        if ((error.equals("42501") || error.equals(OperationLog.Operation.WRONG_ROWS))
                && statements(facts, blamed, error)
                        .anyMatch(each -> LIMITS_ROWS.matcher(each.sql()).find())) {
            return "Row level security keeps the application from its rows: in the transaction that enables it, make the policies that let its role read and write"
                    + " them (without any, none is), and ask in them for nothing that today's sessions do not set.";
        }
        return of(error);
    }

    /** What to say under "data" of constraints that operations broke since the rows, or the load, are made up; empty where that explains nothing. */
    private static String inPlan(Facts facts, Map<Failure, Integer> blamed) {
        if (facts.recording().plan().broughtRows()) {
            return "";
        }
        boolean derived = facts.recording().load().before().equals(Workload.Application.DERIVED);
        List<NewConstraint> ofRows = constraints(facts, blamed, OF_ROWS);
        List<NewConstraint> unique = derived ? constraints(facts, blamed, List.of("23505", "23P01")) : List.of();
        return (ofRows.isEmpty()
                        ? ""
                        : " The rows that the load draws its values from were made by Rehearse: if production's keep the constraint, say so"
                                + " under \"data\" in the plan: " + NewConstraint.inPlan(ofRows) + ".")
                + (unique.isEmpty()
                        ? ""
                        : " The derived load inserts copies of rows: if the application never writes such a value twice, say so"
                                + " under \"data\" in the plan: " + NewConstraint.inPlan(unique) + ".");
    }

    private static List<NewConstraint> constraints(Facts facts, Map<Failure, Integer> blamed, List<String> errors) {
        return errors.stream()
                .flatMap(error -> statements(facts, blamed, error))
                .flatMap(each -> NewConstraint.of(each.sql()).stream())
                .distinct()
                .toList();
    }

    private static Stream<StatementFact> statements(Facts facts, Map<Failure, Integer> blamed, String error) {
        return blamed.entrySet().stream()
                .filter(each -> each.getKey().error().equals(error))
                .flatMap(each -> Stream.ofNullable(facts.statement(each.getValue())));
    }

    static String of(Map<String, Long> errors) {
        return of(errors, ErrorAdvice::of);
    }

    /** Of the two most frequent errors, where they have ways of their own. */
    private static String of(Map<String, Long> errors, UnaryOperator<String> way) {
        List<String> ways = errors.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(error -> way.apply(error.getKey()))
                .filter(text -> !text.isEmpty())
                .distinct()
                .limit(2)
                .toList();
        return ways.isEmpty() ? "See the operations' SQLSTATEs." : String.join(" ", ways);
    }

    /** Empty where none is known. */
    private static String of(String error) {
        return switch (error) {
            case "0A000" ->
                "Name the columns instead of SELECT *, and the key's where generated keys are asked for (for which pgjdbc"
                        + " adds RETURNING *), or let the driver re-prepare (pgjdbc: autosave=conservative), before this migration.";
            case "42703", "42P01", "42883" ->
                "Expand and contract: the application stops using it one release before it goes.";
            case "42704" ->
                "The error names what is not there. Where a policy, a view or a default asks current_setting('...') for what the application does not set,"
                        + " give it true as its second argument, and say what NULL means; where a type or a role went, keep it until nothing names it.";
            case "23502", "23514", "23505", "23P01" ->
                "Give the old application's writes a default or a trigger first; add the constraint when only the"
                        + " new application writes.";
            case "P0001" ->
                "A function of the schema refuses what the application does: first release an application that keeps its rule. Where only rows that Rehearse made"
                        + " break it, say under \"data\" in the plan what production's keep: keeps: [{ table: ..., constraint: 'check (...)' }].";
            case "23503" ->
                "Let the application write what is referred to first, and delete it last; add the key when only an application that does so writes.";
            case "55000" ->
                "Where a table is part of a publication, give it a REPLICA IDENTITY, such as a primary key, before what it had goes; keep a unique index on a"
                        + " materialized view that is refreshed CONCURRENTLY, and REFRESH one that is not populated; where ON CONFLICT is on a constraint that can be"
                        + " deferred, leave it NOT DEFERRABLE.";
            case "42P10" ->
                "ON CONFLICT names columns, or an expression, that no unique index is on any more: keep the old one beside the new one until no application names it.";
            case "42501" -> "GRANT what the application needs in the transaction that makes or replaces it.";
            case "28000", "53300" ->
                "Let the application in while the migration runs: what keeps its connections away (CONNECTION LIMIT, NOLOGIN, sessions that take all"
                        + " of max_connections) is an outage of every table.";
            case "57014", "55P03" -> "A shorter lock: see the finding about lock waits.";
            case OperationLog.Operation.WRONG_ROWS ->
                "Expand and contract: rows go, or change, once the application no longer reads them as they were.";
            default ->
                error.startsWith("22")
                        ? "Some values are not possible in the new schema. If production has such, mend them first; if it has none, rehearse without edge cases"
                                + " (data: { edgeCases: 0 })."
                        : "";
        };
    }
}
