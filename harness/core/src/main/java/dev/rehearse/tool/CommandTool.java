package dev.rehearse.tool;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tool whose commands a plan names, in place of one that Rehearse drives itself: only what the first plan of a project needs is known of
 * it. Implementations have no state that changes, run nothing, and are listed in {@code CommandTools}. Thread-safe.
 */
public interface CommandTool {

    /** As {@code --tool} names it: "rails". */
    String key();

    /** As people write it: "Rails". */
    String title();

    /** Whether a folder is a project of this tool, by its files alone. Never throws for files that cannot be read. */
    boolean detect(Path folder);

    /** The project's migrations in the order in which it applies them. */
    List<ToolMigration> migrations(Path folder);

    /**
     * The ids of {@link #migrations} that its history in this database calls applied; none where it has no history there.
     *
     * @param connection in autocommit; left so
     */
    List<String> applied(Path folder, Connection connection) throws SQLException;

    /**
     * What its users would say.
     *
     * @param baseline the migrations that production has; may be none
     * @param pending all after these; at least one
     */
    Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending);

    /**
     * The tool for one of several databases that a project has.
     *
     * @param database its name, or a folder of its migrations relative to the project's
     * @return empty where the project has no such database, or one alone
     */
    default Optional<CommandTool> of(Path folder, String database) {
        return Optional.empty();
    }

    /** The names of the databases that {@link #of} takes; none where the project has one without a name. */
    default List<String> databases(Path folder) {
        return List.of();
    }

    /** What a reader of its plan should know of it; null: nothing. */
    default @Nullable String note(Path folder) {
        return null;
    }

    /**
     * Lines for {@code sh} in the project's folder, that find the database by {@code DATABASE_URL} or {@code PG*}.
     *
     * @param baseline applies what production has; null where that is nothing
     * @param up applies what is pending
     * @param down takes that back
     * @param environment variables that it needs besides
     * @param note why it needs them, for people; null where it needs none
     */
    record Commands(
            @Nullable String baseline,
            String up,
            String down,
            Map<String, String> environment,
            @Nullable String note) {

        public Commands {
            environment = Map.copyOf(environment);
        }
    }
}
