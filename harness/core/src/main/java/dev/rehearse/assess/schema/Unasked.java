package dev.rehearse.assess.schema;

import dev.rehearse.plan.Workload;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tables and columns that go, and that a load which is to ask for all does not ask for, such as those of foreign tables. Immutable. */
final class Unasked {

    private static final String TABLE = "table ";

    private final boolean isDerived;
    private final Set<String> asked;
    private final List<SchemaDifference> changes;

    Unasked(Recording recording) {
        String today = recording.load().before();
        this.isDerived = today.equals(Workload.Application.DERIVED);
        this.asked = recording.operations().kinds().stream()
                .filter(kind -> kind.application().equals(today))
                .map(OperationKind::tables)
                .flatMap(List::stream)
                .collect(Collectors.toSet());
        this.changes = recording.schema().changes();
    }

    /** In words; a partition goes with its root, which is asked for. */
    Optional<String> gone(SchemaDifference change) {
        String object = change.object();
        String before = change.before();
        if (!isDerived || before == null || change.after() != null) {
            return Optional.empty();
        }
        String table = object.startsWith(TABLE) ? object.substring(TABLE.length()) : OldApplication.tableOf(object);
        if (asked.contains(table)) {
            return Optional.empty();
        }
        if (object.startsWith(TABLE)) {
            return before.contains("partition of ") || hasView(table)
                    ? Optional.empty()
                    : Optional.of(object + " is gone, and no operation of the load asks for it");
        }
        return !object.startsWith("column ") || before.contains(" inherited") || OldApplication.isGone(table, changes)
                ? Optional.empty()
                : Optional.of(object + " is gone, and no operation of the load asks for " + table);
    }

    private boolean hasView(String name) {
        return changes.stream()
                .anyMatch(change -> change.before() == null && change.object().endsWith("view " + name));
    }
}
