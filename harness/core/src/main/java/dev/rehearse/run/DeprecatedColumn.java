package dev.rehearse.run;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;

/** A column that a migration puts aside under a name that says so, as one that is new and only called {@code deprecated} is not. Stateless. */
final class DeprecatedColumn {

    private DeprecatedColumn() {}

    /**
     * Whether it was there by another name: one of its table is gone, and this is new.
     *
     * @param column with its table: "orders.note_deprecated"
     * @param changes what the migration changed
     */
    static boolean isRenamed(String column, List<SchemaDifference> changes) {
        String ofTable = "column " + column.substring(0, column.lastIndexOf('.') + 1);
        return changes.stream()
                .anyMatch(change -> change.after() == null && change.object().startsWith(ofTable));
    }
}
