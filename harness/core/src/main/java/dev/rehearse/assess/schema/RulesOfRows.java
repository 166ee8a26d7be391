package dev.rehearse.assess.schema;

import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.Recording.SchemaFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Constraints and unique indexes that refuse from now on what the application of today may write. A load that is derived from
 * the catalog copies rows that keep the new rules. Read from definitions as {@link OldApplication}.
 */
final class RulesOfRows {

    /** What a definition begins with, and what its breach fails with. */
    private static final Map<String, String> REFUSALS =
            Map.of("CHECK", "23514", "UNIQUE", "23505", "PRIMARY", "23505", "EXCLUDE", "23P01", "FOREIGN", "23503");

    /** What comes before what {@link dev.rehearse.observe.SchemaFingerprint} adds to a definition, which a literal may hold as well. */
    private static final Pattern DEFINITION = Pattern.compile("(?:[^;'\"]++|'[^']*+'|\"[^\"]*+\")*+");

    /** The columns of a key in parentheses, with no expression among them. */
    private static final Pattern COLUMNS = Pattern.compile("[^(]*\\(([^()]*)\\)");

    /** A type that a value is cast to, and parentheses: the server writes these otherwise once a column has another type; and storage parameters. */
    private static final Pattern CASTS = Pattern.compile(
            "::(?:character varying|double precision|time(?:stamp)? with(?:out)? time zone|[\\w.\"]+)(?:\\(\\d+(?:,\\d+)?\\))?(?:\\[\\])?"
                    + "| WITH \\([^)]*\\)|[() ]");

    static final String NULLS_ALIKE = "NULLS NOT DISTINCT";
    private static final Pattern VALUE = Pattern.compile(",?('(?:[^']|'')*'|(?<!\\w)-?\\d[\\d.]*)");

    private final List<SchemaDifference> changes;
    private final Set<String> writtenByGiven;
    private final List<String> uniqueBefore;

    /** @param writtenByGiven tables that the load writes as the application does, so that it shows what fails */
    RulesOfRows(SchemaFacts schema, Set<String> writtenByGiven) {
        this.changes = schema.changes();
        this.writtenByGiven = writtenByGiven;
        this.uniqueBefore = schema.uniqueBefore();
    }

    /** In words, where the change is one of a rule that the application may break. */
    List<String> broken(SchemaDifference change) {
        String object = change.object();
        String table = OldApplication.tableOf(object);
        if (object.startsWith("constraint ")) {
            Optional<String> broken = change.before() == null
                    ? refusal(object, table, String.valueOf(change.after()), null)
                    : ReferentialActions.changed(change, table, changes)
                            .or(() -> change.after() == null
                                    ? Optional.empty()
                                    : refusal(object, table, change.after(), change.before()));
            return Stream.concat(broken.stream(), deferral(change, table).stream())
                    .toList();
        }
        return object.startsWith("index ") && change.after() != null
                ? unique(change, change.after()).stream().toList()
                : List.of();
    }

    /** Of one that refuses what it refused before, under another name perhaps, or by a unique index; and of a new one. */
    private Optional<String> deferral(SchemaDifference change, String table) {
        String after = change.after();
        if (after == null || after.contains("; inherited") || writtenByGiven.contains(table) || isNew(table)) {
            return Optional.empty();
        }
        String rule = definition(after);
        String state = REFUSALS.get(rule.split(" ", 2)[0]);
        Optional<String> before = change.before() != null
                ? Optional.of(definition(change.before()))
                : changes.stream()
                        .filter(other -> other.before() != null
                                && other.after() == null
                                && other.object().startsWith("constraint ")
                                && OldApplication.tableOf(other.object()).equals(table))
                        .map(other -> definition(String.valueOf(other.before())))
                        .filter(other -> rule(other).equals(rule(after)))
                        .findFirst()
                        .or(() -> hadIndexFor(table, rule(after)) ? Optional.of("") : Optional.empty());
        return state == null
                ? Optional.empty()
                : Deferral.lost(before.orElse(null), rule, state).map(lost -> change.object() + lost);
    }

    private Optional<String> refusal(String constraint, String table, String after, @Nullable String before) {
        String rule = rule(after);
        String state = REFUSALS.get(rule.split(" ", 2)[0]);
        boolean isOld = "23505".equals(state) && wasUnique(table, rule)
                || (before == null
                        ? stoodBefore(table, rule) || takesIndex(constraint, state)
                        : isNoStricter(rule(before), rule)
                                || ReferentialActions.refersAsBefore(rule(before), rule, changes));
        if (state == null
                || isOld
                || after.contains("; inherited")
                || rule.endsWith(" NOT ENFORCED")
                || isNew(table)
                || state.equals("23514") && wasPartition(table)
                || writtenByGiven.contains(table)
                // What the application of today does not know it leaves to the default, which the load does, too.
                || ColumnNames.young(table, changes).areIn(rule)) {
            return Optional.empty();
        }
        Optional<String> onDelete = ReferentialActions.ofNew(rule, table);
        return Optional.of(constraint + (before == null ? " is new" : " is another") + ": a write that breaks it"
                + (state.equals("23503") && onDelete.isEmpty() ? ", or a DELETE of what it refers to," : "")
                + " fails (" + state + ")"
                + onDelete.map(action -> ", and " + action).orElse(""));
    }

    /** Without what follows the definition of the constraint itself. */
    private static String definition(String definition) {
        Matcher rule = DEFINITION.matcher(definition);
        return (rule.lookingAt() ? rule.group() : definition).replaceFirst(" NOT VALID$", "");
    }

    /** What it refuses. */
    private static String rule(String definition) {
        return Deferral.without(definition(definition));
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

    /** Whether its columns, or fewer of them, were unique by themselves. */
    private boolean wasUnique(String table, String rule) {
        return uniqueBefore.stream()
                .map(LostIndexes.INDEX::matcher)
                .anyMatch(index -> index.lookingAt()
                        && index.group(2).equals(table)
                        && (index.group(3).equals(rule)
                                || !index.group(3).contains(" WHERE ")
                                        && (index.group(3).contains(NULLS_ALIKE) || !rule.contains(NULLS_ALIKE))
                                        && columns(rule).containsAll(columns(index.group(3)))));
    }

    /** Whether ON CONFLICT on its columns, in whatever order, had an index. */
    private boolean hadIndexFor(String table, String rule) {
        return uniqueBefore.stream()
                .map(LostIndexes.INDEX::matcher)
                .anyMatch(index -> index.lookingAt()
                        && index.group(2).equals(table)
                        && !index.group(3).contains(" WHERE ")
                        && columns(rule).equals(columns(index.group(3))));
    }

    private static Set<String> columns(String definition) {
        Matcher columns = COLUMNS.matcher(definition);
        return columns.lookingAt() ? Set.copyOf(List.of(columns.group(1).split(", "))) : Set.of(definition);
    }

    /** Whether it says the same, or gives a list of values that are allowed all that it had. */
    private static boolean isNoStricter(String before, String after) {
        String was = plain(ReferentialActions.without(before));
        String is = plain(ReferentialActions.without(after));
        return was.equals(is)
                || was.contains("=ANY")
                        && VALUE.matcher(was)
                                .replaceAll("")
                                .equals(VALUE.matcher(is).replaceAll(""))
                        && values(is).containsAll(values(was));
    }

    /** What stays the same where only types or storage parameters change. */
    static String plain(String definition) {
        return CASTS.matcher(definition).replaceAll("");
    }

    private static Set<String> values(String rule) {
        return VALUE.matcher(rule).results().map(value -> value.group(1)).collect(Collectors.toSet());
    }

    /** Whether it is detached, and keeps its bounds, and what the partitioned table asked of it. */
    private boolean wasPartition(String table) {
        return changes.stream()
                .anyMatch(change -> change.object().equals("table " + table)
                        && String.valueOf(change.before()).contains("partition of ")
                        && !String.valueOf(change.after()).contains("partition of "));
    }

    private boolean isNew(String table) {
        return changes.stream()
                .anyMatch(change -> change.before() == null
                        && (change.object().equals("table " + table)
                                || change.object().equals("type " + table)));
    }

    private Optional<String> unique(SchemaDifference change, String after) {
        Matcher index = LostIndexes.INDEX.matcher(after);
        if (!index.lookingAt()
                || index.group(1) == null
                || after.contains("; INVALID")
                || after.contains("; attached to ")) {
            return Optional.empty();
        }
        String object = change.object();
        String table = index.group(2);
        String name = object.substring(object.lastIndexOf('.') + 1).replaceFirst("^index ", "");
        boolean isOld = wasUnique(table, index.group(3))
                || LostIndexes.wasAsUnique(change.before(), after, changes)
                || changes.stream().anyMatch(other -> other.object().equals("constraint " + table + "." + name));
        return isOld
                        || isNew(table)
                        || writtenByGiven.contains(table)
                        || ColumnNames.young(table, changes).areIn(index.group(3))
                ? Optional.empty()
                : Optional.of(object + (change.before() == null ? " is new and unique" : " is another, and unique")
                        + ": a write of what is there already fails (23505)");
    }
}
