package dev.rehearse.assess.schema;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Some columns of a table, to be found by their names in a definition. */
final class ColumnNames {

    private final Pattern names;

    private ColumnNames(String table, List<SchemaDifference> changes, Predicate<SchemaDifference> which) {
        String prefix = "column " + table + ".";
        String any = changes.stream()
                .filter(change -> change.object().startsWith(prefix) && which.test(change))
                .map(change -> Pattern.quote(change.object().substring(prefix.length())))
                .collect(Collectors.joining("|"));
        this.names = Pattern.compile(any.isEmpty() ? "(?!)" : "(?<![\\w\"])(?:" + any + ")(?![\\w\"])");
    }

    /** Those that the migration made, or gave their names. */
    static ColumnNames young(String table, List<SchemaDifference> changes) {
        return new ColumnNames(table, changes, change -> change.before() == null);
    }

    /** Those that it took away, or renamed. */
    static ColumnNames gone(String table, List<SchemaDifference> changes) {
        return new ColumnNames(table, changes, change -> change.after() == null);
    }

    boolean areIn(String definition) {
        return names.matcher(definition).find();
    }

    /** The definition with one mark in place of each. */
    String without(String definition) {
        return names.matcher(definition).replaceAll("?");
    }
}
