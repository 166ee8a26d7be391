package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of the schema the rollback did not bring back. Stateless. */
final class SchemaNotRestored {

    /** What a comment and the blanks around it leave of a function's text: strings, and a blank. */
    private static final Pattern BLANKS = Pattern.compile("('[^']*+'|\"[^\"]*+\")|\\s+");

    /** The first is that of the head. */
    private static final Pattern LANGUAGE = Pattern.compile("\n LANGUAGE (\\S+)");

    private static final Pattern DOLLARS = Pattern.compile("\\$\\w*\\$");

    private SchemaNotRestored() {}

    /** @param findings get what is found */
    static void find(Recording recording, List<Finding> findings) {
        List<SchemaDifference> differences = recording.schema().notRestored();
        if (differences != null && !differences.isEmpty()) {
            List<SchemaDifference> others =
                    differences.stream().filter(each -> !doesTheSame(each)).toList();
            findings.add(others.isEmpty() ? writtenOtherwise(differences) : differing(recording, others));
        }
        List<SchemaDifference> left = recording.schema().leftOnServer();
        if (!left.isEmpty()) {
            findings.add(new Finding(
                    "LEFT_ON_SERVER",
                    Severity.DANGER,
                    "The rollback leaves what all databases of the server share",
                    -1,
                    Units.count(left.size(), "object"),
                    "none",
                    left.stream().limit(10).map(SchemaNotRestored::words).toList(),
                    "It stays on production's server, for every database there, until somebody drops it.",
                    "Let the down script drop it, or make it outside of the migration.",
                    null));
        }
    }

    private static Finding differing(Recording recording, List<SchemaDifference> differences) {
        boolean ordersOnly = differences.stream()
                .allMatch(difference -> difference.ordersOnly() && isAccountedFor(recording, difference));
        boolean standElsewhere = differences.stream().anyMatch(SchemaDifference::standsElsewhere);
        return new Finding(
                "SCHEMA_NOT_RESTORED",
                ordersOnly ? Severity.DANGER : Severity.BREACH,
                "The rollback does not restore "
                        + Words.some(differences.stream()
                                .map(SchemaDifference::object)
                                .toList()),
                -1,
                Units.count(differences.size(), "difference"),
                ordersOnly ? "not judged: the server adds a column at the end alone" : "none",
                differences.stream().limit(10).map(SchemaNotRestored::words).toList(),
                ordersOnly
                        ? "INSERT without the columns' names puts values into others than before, and so does whoever reads them by their place."
                        : differences.stream().allMatch(SchemaDifference::standsElsewhere)
                                ? "Rows get numbers that are there: their INSERT fails (23505), or two rows have the same where nothing keeps them apart."
                                : "The old application meets a schema that it was never tested on.",
                ordersOnly
                        ? "Let the application name its columns; or rename the column instead of dropping it, until the new one is proven, so that the way back"
                                + " renames it again."
                        : "Complete the down script until before and after are the same."
                                + (standElsewhere
                                        ? " A sequence goes on from the greatest number that is there with setval('...', (SELECT max(...) FROM ...))."
                                        : ""),
                null);
    }

    private static Finding writtenOtherwise(List<SchemaDifference> functions) {
        return new Finding(
                "SCHEMA_NOT_RESTORED",
                Severity.NOTE,
                "The rollback writes "
                        + Words.some(
                                functions.stream().map(SchemaDifference::object).toList())
                        + " otherwise, though but for comments and blanks the same",
                -1,
                Units.count(functions.size(), "difference"),
                "not judged: the same is done",
                functions.stream().limit(10).map(SchemaNotRestored::words).toList(),
                "Whoever compares the two schemas finds a difference.",
                "Let the down script have the text that was there.",
                null);
    }

    /** Whether it is a function whose text differs in comments and blanks alone. */
    private static boolean doesTheSame(SchemaDifference difference) {
        String before = difference.before();
        String after = difference.after();
        return before != null
                && after != null
                && difference.object().matches("(?s)(?:function|procedure) .*")
                && isRead(before)
                && isRead(after)
                && plain(before).equals(plain(after));
    }

    /** Whether it is in SQL, without what keeps a string from being seen as one: escapes, quotes of dollars within its own, a comment within another. */
    private static boolean isRead(String function) {
        Matcher language = LANGUAGE.matcher(function);
        return language.find()
                && Set.of("sql", "plpgsql").contains(language.group(1))
                && !function.contains("\\")
                && DOLLARS.matcher(function).results().count() <= 2
                && !Words.withoutComments(function).contains("*/");
    }

    private static String plain(String function) {
        return BLANKS.matcher(Words.withoutComments(function))
                .replaceAll(found -> found.group(1) == null ? " " : Matcher.quoteReplacement(found.group(1)));
    }

    /** A column that was dropped and made anew has lost what was in it, unless rows that were looked up again say otherwise. */
    private static boolean isAccountedFor(Recording recording, SchemaDifference orderOfColumns) {
        return recording.account().tables().stream()
                .anyMatch(table -> orderOfColumns.object().endsWith(" of " + table.table())
                        && table.written() + table.sampled() > 0);
    }

    static String words(SchemaDifference difference) {
        if (difference.before() == null) {
            return difference.object() + " is new: " + Words.oneLine(String.valueOf(difference.after()));
        }
        if (difference.after() == null) {
            return difference.object() + " is gone: " + Words.oneLine(difference.before());
        }
        return difference.object() + " was " + Words.whereItDiffers(difference.before(), difference.after()) + ", is "
                + Words.whereItDiffers(difference.after(), difference.before());
    }
}
