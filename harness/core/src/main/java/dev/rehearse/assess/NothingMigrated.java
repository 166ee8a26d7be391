package dev.rehearse.assess;

import dev.rehearse.assess.statement.Reading;
import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a migration that left the schema as it was did anything at all: a GO for what was not pending, or has no statement but comments, is
 * one for nothing. Stateless.
 */
final class NothingMigrated {

    private static final String ID = "NOTHING_MIGRATED";

    private static final Pattern WRITING = Pattern.compile(
            "(?:insert\\s+into|update|delete\\s+from|truncate(?:\\s+table)?|lock(?:\\s+table)?"
                    + "|(?:create|alter)\\s+table(?:\\s+if(?:\\s+not)?\\s+exists)?|create\\s+(?:unique\\s+)?index\\s.*?\\son)"
                    + "\\s+(?:only\\s+)?((?:(?:\"[^\"]+\"|\\w+)\\s*\\.\\s*)*+(?:\"[^\"]+\"|\\w++))(?!\\s*,)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private NothingMigrated() {}

    /** @param statements those of MIGRATE, at least one */
    static Optional<Finding> find(Recording recording, List<StatementFact> statements) {
        List<StatementFact> others = withoutHistory(recording, statements).stream()
                .filter(s -> !(succeededAndReads(s) && Reading.isOne(s.sql())))
                .toList();
        if (others.isEmpty()) {
            return Optional.of(
                    ValidityFindings.nothing(
                            ID,
                            "The migration changed nothing",
                            Units.count(statements.size(), "statement")
                                    + ", which only read or wrote the tool's history",
                            "at least 1 that changes something",
                            "The schema is as it was, and no statement wrote to a table of the application's: the tool found nothing to do, or scripts"
                                    + " without a statement.",
                            "Look at the plan's migration: are these the pending ones, and does the baseline end before them?"));
        }
        return others.stream().allMatch(s -> succeededAndReads(s) && Reading.isOneButForFunctions(s.sql()))
                ? Optional.of(onlyByFunctions(others))
                : Optional.empty();
    }

    /** Those that do something else than keep the tool's history. */
    static List<StatementFact> withoutHistory(Recording recording, List<StatementFact> statements) {
        List<String> history = history(recording.plan().project());
        return statements.stream().filter(s -> !isOfHistory(s, history)).toList();
    }

    private static Finding onlyByFunctions(List<StatementFact> calls) {
        return new Finding(
                ID,
                Severity.DANGER,
                "Nothing was seen to change: the schema is as it was, and no statement but functions may have written",
                calls.get(0).index(),
                Units.count(calls.size(), "statement") + " that called functions",
                "at least 1 that changes something",
                calls.stream().limit(5).map(s -> Words.oneLine(s.sql())).toList(),
                "Where these functions only read, this run proves nothing.",
                "See that they did here what they are to do in production, with an invariant on what they change.",
                null);
    }

    /** A write's lock that nobody could see, of a statement without a transaction, its text tells. */
    private static boolean succeededAndReads(StatementFact statement) {
        return statement.outcome() == Outcome.SUCCEEDED
                && statement.locks().stream().noneMatch(lock -> lock.mode().compareTo(LockMode.ROW_EXCLUSIVE) >= 0);
    }

    /** What a tool does with its own tables names them as what it writes, as far as its locks were seen, too. */
    private static boolean isOfHistory(StatementFact statement, List<String> history) {
        return statement.outcome() == Outcome.SUCCEEDED
                && Reading.isOneBut(statement.sql(), part -> history.contains(written(part)))
                && statement.locks().stream()
                        .filter(lock -> lock.relationKind().endsWith("table")
                                && lock.mode().compareTo(LockMode.ROW_EXCLUSIVE) >= 0)
                        .allMatch(lock -> history.contains(ownName(lock.relation())));
    }

    /** The own name of the one table that a statement begins with writing to; empty where it begins otherwise. */
    private static String written(String statement) {
        Matcher writing = WRITING.matcher(statement);
        return writing.lookingAt() ? ownName(writing.group(1)) : "";
    }

    /** Of the tool's tables, whatever their schemas. */
    private static List<String> history(@Nullable ToolFacts tool) {
        return tool == null
                ? List.of()
                : tool.historyTables().stream().map(NothingMigrated::ownName).toList();
    }

    private static String ownName(String table) {
        return table.substring(table.lastIndexOf('.') + 1)
                .replace("\"", "")
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
