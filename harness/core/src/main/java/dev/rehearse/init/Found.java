package dev.rehearse.init;

import dev.rehearse.tool.ToolMigration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What migrates a project. */
interface Found {

    /** As people write it. */
    String title();

    /** As {@code --tool} names it. */
    String key();

    /** All its migrations, in order. */
    List<ToolMigration> migrations();

    /**
     * The migrations of another state of the same project.
     *
     * @param copy of its folder as it was
     */
    List<ToolMigration> migrationsIn(Path copy);

    /**
     * The migrations that are there where a rehearsal begins.
     *
     * @param all of them, in order
     * @param there ids of what production has
     */
    default List<ToolMigration> baseline(List<ToolMigration> all, Set<String> there) {
        return all.stream()
                .takeWhile(migration -> there.contains(migration.id()))
                .toList();
    }

    /** The ids of migrations that production can have where that is its last. */
    default Set<String> before(List<ToolMigration> all, String last) {
        List<String> ids = all.stream().map(ToolMigration::id).toList();
        return Set.copyOf(ids.subList(0, ids.indexOf(last) + 1));
    }

    /** How a plan says what production has; null where it has nothing. */
    default @Nullable String from(List<ToolMigration> baseline, List<ToolMigration> pending) {
        return baseline.isEmpty() ? null : baseline.get(baseline.size() - 1).id();
    }

    /** Ids that a database's history calls applied. */
    List<String> applied(Connection connection) throws SQLException;

    /**
     * Lines of the plan from {@code migration:} on, and whatever goes with it.
     *
     * @param baseline what is there before
     * @param pending what is rehearsed
     */
    String plan(List<ToolMigration> baseline, List<ToolMigration> pending);

    /** Lines of the plan's {@code schema:}, which may be hundreds and so are its last; empty where the tool makes it. */
    default String schema(List<ToolMigration> baseline) {
        return "";
    }

    /** Whether each migration is rehearsed by itself, with a verdict of its own. */
    default boolean runsOneByOne() {
        return true;
    }

    /** For people who look at the plan, each without a full stop: what the tool cannot do, what it leaves out. */
    default List<String> notes(List<ToolMigration> pending) {
        return List.of();
    }
}
