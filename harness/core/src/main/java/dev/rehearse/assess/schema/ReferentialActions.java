package dev.rehearse.assess.schema;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What foreign keys do from now on, and did not before, to rows that refer to one that is deleted or gets another key. Read from definitions as
 * {@link OldApplication}. Stateless.
 */
final class ReferentialActions {

    private static final String ACTION = " (CASCADE|SET NULL|SET DEFAULT|RESTRICT)(?: \\([^)]*\\))?";

    /** Its columns, the table and the columns that it refers to, and its actions. */
    private static final Pattern KEY =
            Pattern.compile("FOREIGN KEY \\((.*?)\\) REFERENCES (?:public\\.)?(.+?)\\((.*?)\\)(?: MATCH \\w+)?"
                    + "(?: ON UPDATE" + ACTION + ")?(?: ON DELETE" + ACTION + ")?");

    private static final Pattern ACTIONS = Pattern.compile(" ON (?:UPDATE|DELETE)" + ACTION);

    private enum Action {
        CASCADE("%s rows of %s, too", "%s rows there"),
        SET_NULL("sets NULL in %2$s", "set NULL there"),
        SET_DEFAULT("sets the default in %2$s", "set the default there"),
        /** And RESTRICT, which does not wait for the end of the transaction. */
        NONE("fails where %2$s refers to it (23503)", "failed");

        private final String now;
        private final String before;

        Action(String now, String before) {
            this.now = now;
            this.before = before;
        }

        static Action of(@Nullable String given) {
            return given == null || given.equals("RESTRICT") ? NONE : valueOf(given.replace(' ', '_'));
        }

        String now(String takes, String table) {
            return now.formatted(takes, table);
        }

        String before(String took) {
            return before.formatted(took);
        }
    }

    private record ForeignKey(
            String columns, String referenced, String referencedColumns, Action onUpdate, Action onDelete) {

        static @Nullable ForeignKey of(@Nullable String definition) {
            Matcher key = KEY.matcher(String.valueOf(definition));
            // One that is not enforced does nothing.
            return key.lookingAt() && !String.valueOf(definition).contains(" NOT ENFORCED")
                    ? new ForeignKey(
                            key.group(1), key.group(2), key.group(3), Action.of(key.group(4)), Action.of(key.group(5)))
                    : null;
        }
    }

    private ReferentialActions() {}

    /** A key without them: what it refuses. */
    static String without(String rule) {
        return ACTIONS.matcher(rule).replaceAll("");
    }

    /** Whether a key of the same name has the same columns and refers to the same ones, or to a table or columns that are called otherwise now. */
    static boolean refersAsBefore(String before, String after, List<SchemaDifference> changes) {
        ForeignKey was = ForeignKey.of(before);
        ForeignKey is = ForeignKey.of(after);
        return was != null
                && is != null
                && was.columns().equals(is.columns())
                && (was.referenced().equals(is.referenced()) || OldApplication.isGone(was.referenced(), changes))
                && ColumnNames.gone(was.referenced(), changes)
                        .without(was.referencedColumns())
                        .equals(ColumnNames.young(is.referenced(), changes).without(is.referencedColumns()));
    }

    /** Of a new key, in words that follow what it refuses; empty: a DELETE of what it refers to is refused. */
    static Optional<String> ofNew(String rule, String table) {
        ForeignKey key = ForeignKey.of(rule);
        return key == null || key.onDelete() == Action.NONE
                ? Optional.empty()
                : Optional.of(
                        "a DELETE in " + key.referenced() + " " + key.onDelete().now("deletes", table));
    }

    /** Of one that was there, in words. */
    static Optional<String> changed(SchemaDifference change, String table, List<SchemaDifference> changes) {
        ForeignKey was = ForeignKey.of(change.before());
        if (was == null
                || String.valueOf(change.before()).contains("; inherited")
                || OldApplication.isGone(table, changes)
                || OldApplication.isGone(was.referenced(), changes)
                || change.after() == null && setsGoneColumns(was, table, changes)) {
            return Optional.empty();
        }
        ForeignKey is = change.after() == null ? namedOtherwise(was, table, changes) : ForeignKey.of(change.after());
        List<String> told = new ArrayList<>();
        tell(
                "a DELETE in " + was.referenced(),
                "deletes",
                "deleted",
                was.onDelete(),
                is == null ? null : is.onDelete(),
                table,
                told);
        tell(
                "an UPDATE of the key in " + was.referenced(),
                "changes",
                "changed",
                was.onUpdate(),
                is == null ? null : is.onUpdate(),
                table,
                told);
        return told.isEmpty()
                ? Optional.empty()
                : Optional.of(change.object()
                        + (is == null && change.after() == null ? " is gone: " : " is another: ")
                        + String.join(", and ", told));
    }

    /** Whether what it did, it did to columns that are not there any more. */
    private static boolean setsGoneColumns(ForeignKey was, String table, List<SchemaDifference> changes) {
        return was.onDelete() != Action.CASCADE
                && was.onUpdate() != Action.CASCADE
                && ColumnNames.gone(table, changes).areIn(was.columns());
    }

    /** @param is null: the key is gone, and with it what it refused */
    private static void tell(
            String what, String takes, String took, Action was, @Nullable Action is, String table, List<String> told) {
        if (was == is || is == null && was == Action.NONE) {
            return;
        }
        told.add(what + " "
                + (is == null ? "leaves " + table + " alone" : is.now(takes, table))
                + ", and " + was.before(took) + " before");
    }

    /** A new key of that table in its place: on the same columns or, where these have other names, to the same table. */
    private static @Nullable ForeignKey namedOtherwise(ForeignKey was, String table, List<SchemaDifference> changes) {
        List<ForeignKey> keys = new ArrayList<>();
        for (SchemaDifference change : changes) {
            ForeignKey key = ForeignKey.of(change.after());
            if (change.before() == null
                    && key != null
                    && key.referenced().equals(was.referenced())
                    && OldApplication.tableOf(change.object()).equals(table)) {
                keys.add(key);
            }
        }
        return keys.stream()
                .filter(key -> key.columns().equals(was.columns()))
                .findFirst()
                .orElse(keys.isEmpty() ? null : keys.get(0));
    }
}
