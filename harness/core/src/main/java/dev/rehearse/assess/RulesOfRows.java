package dev.rehearse.assess;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Constraints and unique indexes that refuse from now on what the application of today may write, and foreign keys that no longer do on DELETE what
 * they did. A load that is derived from the catalog copies rows that keep the new rules. Read from definitions as {@link OldApplication}.
 */
final class RulesOfRows {

    /** What a definition begins with, and what its breach fails with. */
    private static final Map<String, String> REFUSALS =
            Map.of("CHECK", "23514", "UNIQUE", "23505", "PRIMARY", "23505", "EXCLUDE", "23P01", "FOREIGN", "23503");

    /** The table that a foreign key refers to, and what it does. */
    private static final Pattern ON_DELETE = Pattern.compile(
            "FOREIGN KEY .*? REFERENCES (?:public\\.)?(.+?)\\(.*? ON DELETE (CASCADE|SET NULL|SET DEFAULT)");

    /** A type that a value is cast to, and parentheses: the server writes these otherwise once a column has another type. */
    private static final Pattern CASTS = Pattern.compile(
            "::(?:character varying|double precision|time(?:stamp)? with(?:out)? time zone|[\\w.\"]+)(?:\\(\\d+(?:,\\d+)?\\))?(?:\\[\\])?|[() ]");

    private static final Pattern VALUE = Pattern.compile(",?('(?:[^']|'')*'|(?<!\\w)-?\\d[\\d.]*)");

    private final List<SchemaDifference> changes;
    private final Set<String> writtenByGiven;

    /** @param writtenByGiven tables that the load writes as the application does, so that it shows what fails */
    RulesOfRows(List<SchemaDifference> changes, Set<String> writtenByGiven) {
        this.changes = changes;
        this.writtenByGiven = writtenByGiven;
    }

    /** In words, where the change is one of a rule that the application may break. */
    Optional<String> broken(SchemaDifference change) {
        String object = change.object();
        String table = OldApplication.tableOf(object);
        if (object.startsWith("constraint ")) {
            return change.before() == null
                    ? refusal(object, table, String.valueOf(change.after()), null)
                    : onDelete(object, table, change.before(), change.after())
                            .or(() -> change.after() == null
                                    ? Optional.empty()
                                    : refusal(object, table, change.after(), change.before()));
        }
        return object.startsWith("index ") && change.before() == null
                ? unique(object, String.valueOf(change.after()))
                : Optional.empty();
    }

    private Optional<String> refusal(String constraint, String table, String after, @Nullable String before) {
        String rule = rule(after);
        String state = REFUSALS.get(rule.split(" ", 2)[0]);
        boolean isOld = before == null
                ? stoodBefore(table, rule) || takesIndex(constraint, state) || wasStricter(table, rule, state)
                : !rule.startsWith("CHECK") || isNoStricter(rule(before), rule);
        if (state == null
                || isOld
                || after.contains("; inherited")
                || rule.endsWith(" NOT ENFORCED")
                || isNew(table)
                || writtenByGiven.contains(table)
                || namesNewColumn(table, rule)) {
            return Optional.empty();
        }
        Matcher onDelete = ON_DELETE.matcher(rule);
        boolean deletes = onDelete.lookingAt();
        return Optional.of(constraint + (before == null ? " is new" : " is another") + ": a write that breaks it"
                + (state.equals("23503") && !deletes ? ", or a DELETE of what it refers to," : "")
                + " fails (" + state + ")"
                + (deletes ? ", and a DELETE in " + onDelete.group(1) + " changes " + table + ", too" : ""));
    }

    /** Without what follows the definition of the constraint itself. */
    private static String rule(String definition) {
        return definition.split(";", 2)[0].replaceFirst(" NOT VALID$", "");
    }

    /** Whether such a rule had another name. */
    private boolean stoodBefore(String table, String rule) {
        return changes.stream()
                .anyMatch(change -> change.object().startsWith("constraint ")
                        && change.before() != null
                        && OldApplication.tableOf(change.object()).equals(table)
                        && isNoStricter(rule(change.before()), rule));
    }

    /** Whether an index that was there enforced it already. */
    private boolean takesIndex(String constraint, @Nullable String state) {
        String index = "." + constraint.substring(constraint.lastIndexOf('.') + 1);
        return "23505".equals(state)
                && changes.stream()
                        .noneMatch(change -> change.before() == null
                                && change.object().startsWith("index ")
                                && ("." + change.object().substring("index ".length())).endsWith(index));
    }

    /** Whether fewer of its columns were unique by themselves. */
    private boolean wasStricter(String table, String rule, @Nullable String state) {
        return "23505".equals(state)
                && changes.stream()
                        .filter(change -> change.before() != null)
                        .map(change -> OldApplication.INDEX.matcher(change.before()))
                        .anyMatch(index -> index.lookingAt()
                                && index.group(1) != null
                                && index.group(2).equals(table)
                                && !index.group(3).contains(" WHERE ")
                                && columns(rule).containsAll(columns(index.group(3))));
    }

    private static Set<String> columns(String definition) {
        return Set.copyOf(List.of(definition
                .replaceFirst("(?s)^[^(]*\\(", "")
                .replaceFirst("(?s)\\).*", "")
                .split(", ")));
    }

    /** Whether it says the same, or gives a list of values that are allowed all that it had. */
    private static boolean isNoStricter(String before, String after) {
        String was = CASTS.matcher(before).replaceAll("");
        String is = CASTS.matcher(after).replaceAll("");
        return was.equals(is)
                || was.contains("=ANY")
                        && VALUE.matcher(was)
                                .replaceAll("")
                                .equals(VALUE.matcher(is).replaceAll(""))
                        && values(is).containsAll(values(was));
    }

    private static Set<String> values(String rule) {
        return VALUE.matcher(rule).results().map(value -> value.group(1)).collect(Collectors.toSet());
    }

    private boolean isNew(String table) {
        return changes.stream()
                .anyMatch(change -> change.before() == null
                        && (change.object().equals("table " + table)
                                || change.object().equals("type " + table)));
    }

    /** What the application of today does not know it leaves to the default, which the load does, too. */
    private boolean namesNewColumn(String table, String rule) {
        String prefix = "column " + table + ".";
        return changes.stream()
                .filter(change -> change.before() == null && change.object().startsWith(prefix))
                .map(change -> change.object().substring(prefix.length()))
                .anyMatch(column -> Pattern.compile("(?<![\\w\"])" + Pattern.quote(column) + "(?![\\w\"])")
                        .matcher(rule)
                        .find());
    }

    private Optional<String> unique(String object, String after) {
        Matcher index = OldApplication.INDEX.matcher(after);
        if (!index.lookingAt()
                || index.group(1) == null
                || after.contains("; INVALID")
                || after.contains("; attached to ")) {
            return Optional.empty();
        }
        String table = index.group(2);
        String name = object.substring(object.lastIndexOf('.') + 1).replaceFirst("^index ", "");
        boolean isOld = changes.stream()
                .anyMatch(change -> change.object().equals("constraint " + table + "." + name)
                        || change.before() != null
                                && isUnique(OldApplication.INDEX.matcher(change.before()), table, index.group(3)));
        return isOld || isNew(table) || writtenByGiven.contains(table) || namesNewColumn(table, index.group(3))
                ? Optional.empty()
                : Optional.of(object + " is new and unique: a write of what is there already fails (23505)");
    }

    private static boolean isUnique(Matcher index, String table, String keys) {
        return index.lookingAt()
                && index.group(1) != null
                && index.group(2).equals(table)
                && index.group(3).equals(keys);
    }

    private Optional<String> onDelete(String constraint, String table, String before, @Nullable String after) {
        Matcher was = ON_DELETE.matcher(before);
        if (!was.lookingAt()
                || OldApplication.isGone(table, changes)
                || OldApplication.isGone(was.group(1), changes)
                || doesSame(was, after)
                || changes.stream()
                        .anyMatch(change -> change.before() == null
                                && OldApplication.tableOf(change.object()).equals(table)
                                && doesSame(was, change.after()))) {
            return Optional.empty();
        }
        boolean other = after != null && ON_DELETE.matcher(after).lookingAt();
        return Optional.of(constraint + (after == null ? " is gone" : " is another") + ": a DELETE in " + was.group(1)
                + (other ? " does something else to " : " leaves alone or fails where it changed ") + table);
    }

    /** Whether a foreign key does the same, on columns that may be called otherwise now. */
    private static boolean doesSame(Matcher was, @Nullable String after) {
        Matcher is = ON_DELETE.matcher(String.valueOf(after));
        return is.lookingAt() && is.group(1).equals(was.group(1)) && is.group(2).equals(was.group(2));
    }
}
