package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.StatementFact;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which statement of the migration operations failed for. */
final class FirstError {

    /** First words of a statement after which whoever reads a table finds the same rows in it, and whoever writes one writes it. */
    private static final Pattern LEAVES_ROWS = Pattern.compile(
            "(alter(?!.*\\b(partition|inherit|policy|row\\s+level\\s+security|rename\\s+to|set\\s+schema|type\\b.*\\busing)\\b)"
                    + "|create(?!\\s+(or\\s+replace\\s+)?(policy|rule|view|(constraint\\s+)?trigger)\\b)"
                    + "|drop\\s+(index|trigger)|comment|grant|revoke|reindex|cluster|vacuum|analy[sz]e|lock)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** First words of a statement that gives others something to run, and so locks none of the tables that these come to. */
    private static final Pattern DEFINES_CODE = Pattern.compile(
            "(create(\\s+or\\s+replace)?|alter)\\s+(function|procedure|routine)\\b", Pattern.CASE_INSENSITIVE);

    /** First words of a statement that changes nothing by itself. */
    private static final Pattern CONTROLS = Pattern.compile(
            "(begin|start|commit|end|rollback|savepoint|release|set|reset|show|select)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern ROLLS_BACK = Pattern.compile("(rollback|abort)\\b", Pattern.CASE_INSENSITIVE);

    /** Of a table, what is no column of it. */
    private static final String NO_COLUMN =
            "(?!\\s+(constraint|default|not\\s+null|expression|identity|index|trigger|policy|rule|check|unique|primary|foreign|exclude|generated)\\b)";

    private static final String OTHER_NAME = "rename(?!\\s+constraint\\b)";

    /** What a statement does that operations fail for with a SQLSTATE; others on the same table have nothing to do with it. */
    private static final Map<String, Pattern> CAUSES = Map.ofEntries(
            cause(Facts.CACHED_PLAN, "type|(add|drop)" + NO_COLUMN + "|" + OTHER_NAME),
            cause("42703", "drop" + NO_COLUMN + "|" + OTHER_NAME),
            cause("42P10", "drop\\s+(index|constraint)"),
            cause("42P01", "drop\\s+((foreign|materialized)\\s+)?(table|view)|rename\\s+to|set\\s+schema"),
            cause(
                    "42501",
                    "revoke|owner|drop\\s+((foreign|materialized)\\s+)?(table|view)|rename\\s+to|set\\s+schema|policy|security"
                            + "|create\\s+((unlogged|materialized)\\s+|or\\s+replace\\s+)?(table|view)"),
            cause("42804", "type|" + OTHER_NAME),
            cause("22001", "type"),
            cause("22003", "type|generated"),
            cause("22012", "generated"),
            cause(
                    "23502",
                    "drop\\s+default|primary\\s+key"
                            + "|(?<!\\b(is|drop)\\s{1,9})(?<!\\bdefault\\s{1,9}[^\\s,]{1,99}\\s{1,9})not\\s+null(?!\\s+default\\b)"),
            cause("23503", "references"),
            cause(
                    "23505",
                    "unique|primary\\s+key|restart|setval|including\\s+all|identity|sequence|(small|big)?serial[248]?"),
            cause("23514", "check|partition"),
            cause("23P01", "exclude"),
            cause("28000", "(no)?login"),
            cause("428C9", "generated"),
            cause("53300", "connection\\s+limit"),
            cause(
                    "55000",
                    "(?<!\\bnot\\s{1,9})deferrable|drop\\s+constraint|drop\\s+index|replica\\s+identity|publication|with\\s+no\\s+data"));

    private FirstError() {}

    private static Map.Entry<String, Pattern> cause(String sqlState, String words) {
        return Map.entry(sqlState, Pattern.compile("\\b(" + words + ")\\b", Pattern.CASE_INSENSITIVE));
    }

    /** {@link #known}, or else just the last statement before the first error that did something; -1: there is none. */
    static int of(Facts facts, List<Operation> operations) {
        List<StatementFact> before =
                first(operations).map(first -> before(facts, first)).orElse(List.of());
        return known(facts, operations)
                .or(() -> last(before, statement -> !begins(statement, CONTROLS)))
                .or(() -> last(before, statement -> true))
                .map(StatementFact::index)
                .orElse(-1);
    }

    /**
     * The last statement before the first error, of what was not undone, that names a table of the operation that failed and may have caused such an error; else the last that locked
     * one, or wrote to it; else one of another table that may have caused it, as of rows that go with those of the operation's; else the last that defined a function.
     */
    static Optional<StatementFact> known(Facts facts, List<Operation> operations) {
        return first(operations).flatMap(first -> known(facts, first));
    }

    private static Optional<StatementFact> known(Facts facts, Operation first) {
        List<String> tables = facts.kind(first).tables();
        List<StatementFact> before = before(facts, first);
        List<StatementFact> causes = before.stream()
                .filter(statement -> mayCause(first.sqlState(), statement) && !isUndone(facts, statement))
                .toList();
        return Optional.of(before)
                .filter(all -> Operation.WRONG_ROWS.equals(first.sqlState()))
                .map(all -> all.stream().filter(FirstError::mayChangeRows).toList())
                .flatMap(changing -> last(
                        changing,
                        statement -> ApplicationFindings.locks(statement, tables, ApplicationFindings.WRITING)
                                || !begins(statement, CONTROLS) && names(statement, tables)))
                .or(() -> last(causes, statement -> names(statement, tables)))
                .or(() -> ApplicationFindings.locking(before, tables, LockMode::blocksWriters))
                .or(() -> ApplicationFindings.locking(before, tables, ApplicationFindings.WRITING))
                .or(() -> last(causes, statement -> true))
                .or(() -> last(before, statement -> begins(statement, DEFINES_CODE)));
    }

    private static Optional<Operation> first(List<Operation> operations) {
        return operations.stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .min(Comparator.comparingLong(Operation::endMicros));
    }

    private static List<StatementFact> before(Facts facts, Operation operation) {
        return facts.recording().statements().stream()
                .filter(statement -> statement.startMicros() <= operation.endMicros())
                .toList();
    }

    private static Optional<StatementFact> last(List<StatementFact> statements, Predicate<StatementFact> which) {
        return statements.stream().filter(which).reduce((a, b) -> b);
    }

    /** Whether it failed, or its transaction was rolled back: no operation saw what it did. */
    static boolean isUndone(Facts facts, StatementFact statement) {
        return statement.outcome() == Outcome.FAILED
                || statement.inTransaction()
                        && facts.recording()
                                .endOfTransaction(statement)
                                .filter(end -> begins(end, ROLLS_BACK))
                                .isPresent();
    }

    private static boolean mayCause(@Nullable String sqlState, StatementFact statement) {
        Pattern cause = sqlState == null ? null : CAUSES.get(sqlState);
        return cause != null && cause.matcher(statement.sql()).find();
    }

    /** Its locks do not tell: those that its transaction had already are not among them. */
    static boolean names(StatementFact statement, List<String> tables) {
        return tables.stream()
                .map(table -> table.substring(table.lastIndexOf('.') + 1).replace("\"", ""))
                .anyMatch(
                        name -> Pattern.compile("(?<!\\w)" + Pattern.quote(name) + "(?!\\w)", Pattern.CASE_INSENSITIVE)
                                .matcher(statement.sql())
                                .find());
    }

    private static boolean begins(StatementFact statement, Pattern firstWords) {
        return firstWords
                .matcher(Words.withoutLeadingComments(statement.sql()).strip())
                .lookingAt();
    }

    /** Whether there may be other rows in a table after it, or some that its readers find no more. */
    private static boolean mayChangeRows(StatementFact statement) {
        return statement.messageStatements() > 1 || !begins(statement, LEAVES_ROWS);
    }

    /** Whether it gives others something to run. */
    static boolean definesCode(StatementFact statement) {
        return begins(statement, DEFINES_CODE);
    }
}
