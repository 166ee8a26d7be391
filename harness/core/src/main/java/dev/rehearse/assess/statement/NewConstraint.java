package dev.rehearse.assess.statement;

import dev.rehearse.assess.words.Words;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The constraint that a statement makes, as a plan's {@code keeps} names it. Read from the statement's words, since a constraint that the
 * rows broke is nowhere else.
 *
 * @param table as the statement has it
 * @param constraint without its name
 */
public record NewConstraint(String table, String constraint) {

    private static final Pattern ADDED = Pattern.compile(
            "\\s*alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?(\\S+)\\s+add\\s+(?:constraint\\s+(?:\"[^\"]+\"|\\S+)\\s+)?"
                    + "((?:foreign\\s+key|unique|check|exclude)\\b.*?)(?:\\s+not\\s+valid)?\\s*;?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern UNIQUE_INDEX = Pattern.compile(
            "\\s*create\\s+unique\\s+index\\b.*?\\son\\s+(?:only\\s+)?([^\\s(]+)\\s*(?:using\\s+\\w+\\s*)?(\\(.*?)\\s*;?\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Several at once, or one that takes an index: these are not in one piece. */
    private static final Pattern NOT_ALONE =
            Pattern.compile(",\\s*(add|alter|drop|validate)\\b|\\busing\\s+index\\b", Pattern.CASE_INSENSITIVE);

    /** The table, with its schema where the statement has it. */
    public static final Pattern ALTERED = Pattern.compile(
            "\\balter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?((?:\"[^\"]+\"|[^\\s.\"]+)(?:\\.(?:\"[^\"]+\"|[^\\s.\"]+))?)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern OF_DOMAIN = Pattern.compile(
            "alter\\s+domain\\s+\\S+\\s+(?:add\\s+(?:constraint\\s+(?:\"[^\"]+\"|\\S+)\\s+)?)(check\\b.*?)\\s*;?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern BROKEN_BY = Pattern.compile("column \"(.+)\" of table \"(.+)\" contains values");
    private static final Pattern VALUE = Pattern.compile("\\bvalue\\b", Pattern.CASE_INSENSITIVE);

    /** A unique constraint by its index. */
    private static final Pattern NAMED = Pattern.compile("(?:constraint|unique index) \"([^\"]+)\"");

    public static Optional<NewConstraint> of(String sql) {
        String statement = Words.withoutComments(sql);
        Matcher added = ADDED.matcher(statement);
        if (added.matches()) {
            return NOT_ALONE.matcher(statement).find()
                    ? Optional.empty()
                    : Optional.of(new NewConstraint(added.group(1), oneLine(added.group(2))));
        }
        Matcher index = UNIQUE_INDEX.matcher(statement);
        return index.matches()
                ? Optional.of(new NewConstraint(index.group(1), "unique " + oneLine(index.group(2))))
                : Optional.empty();
    }

    /** The one of several that the server names in its message, as of a statement that adds them all. */
    public static Optional<NewConstraint> named(String sql, String message) {
        String statement = Words.withoutComments(sql).strip();
        Matcher table = ALTERED.matcher(statement);
        Matcher named = NAMED.matcher(message);
        if (!table.lookingAt() || !named.find()) {
            return Optional.empty();
        }
        Matcher added = Pattern.compile(
                        "\\badd\\s+constraint\\s+\"?" + Pattern.quote(named.group(1)) + "\"?\\s+"
                                + "((?:foreign\\s+key|unique|check|exclude)\\b.*?)(?:\\s+not\\s+valid)?\\s*"
                                + "(?:$|;|,\\s*(?:add|alter|drop|validate)\\b)",
                        Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
                .matcher(statement);
        return added.find()
                ? Optional.of(new NewConstraint(table.group(1), oneLine(added.group(1))))
                : Optional.empty();
    }

    /** What a CHECK of a domain asks of the column that the server names, whose values break it. */
    public static Optional<NewConstraint> ofDomain(String sql, String message) {
        Matcher check = OF_DOMAIN.matcher(Words.withoutComments(sql).strip());
        Matcher column = BROKEN_BY.matcher(message);
        return check.matches() && column.find()
                ? Optional.of(new NewConstraint(
                        column.group(2),
                        oneLine(VALUE.matcher(check.group(1)).replaceAll(Matcher.quoteReplacement(column.group(1))))))
                : Optional.empty();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    /** As YAML. */
    public String inPlan() {
        return inPlan(List.of(this));
    }

    /** All of these as YAML. */
    public static String inPlan(List<NewConstraint> constraints) {
        return constraints.stream()
                .map(each -> "{ table: " + Words.inYaml(each.table) + ", constraint: " + Words.inYaml(each.constraint)
                        + " }")
                .collect(Collectors.joining(", ", "keeps: [", "]"));
    }
}
