package dev.rehearse.tool;

import dev.rehearse.HarnessException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A migration tool as its users run it: by its commands, in their project. Implementations have no state and are listed in
 * {@code ProjectTools}; whatever they have to know of a project they read from its files. Thread-safe.
 *
 * <p>How a command ended is a {@link ToolResult}; a program that is not there is a {@link dev.rehearse.EnvironmentException}, a project
 * that cannot be read as the tool reads it a {@link dev.rehearse.InvalidRehearsalException}.
 */
public interface ProjectTool {

    /** As plans name it: "golang-migrate". */
    String key();

    /** As people write it: "Knex". */
    String title();

    /** Whether a folder is a project of this tool, by its files alone; runs nothing. Never throws for files that cannot be read. */
    boolean detect(Path folder);

    /** Its version for people, without its name: "3.3.0". */
    String version(ToolProject project);

    /** What to do where its program is not there, as a sentence: "Install it with npm ci." */
    String installation();

    /** The project's migrations in the order in which it applies them, found without a database; {@link ToolProject#baseline} is first. */
    List<ToolMigration> migrations(ToolProject project);

    /**
     * The ids of migrations that production can have where that is its last.
     *
     * @param last as {@link #from} says it: an id, or the beginning or a part of exactly one
     * @throws dev.rehearse.InvalidRehearsalException where there is no such migration
     */
    default Set<String> before(ToolProject project, String last) {
        List<ToolMigration> all = migrations(project);
        ToolMigration named = project.named(last, all);
        Set<String> before = new LinkedHashSet<>();
        for (ToolMigration migration : all) {
            before.add(migration.id());
            if (migration.equals(named)) {
                break;
            }
        }
        return before;
    }

    /**
     * The migrations that are there where a rehearsal begins: of those that production has, what its tool could have applied with none of
     * the others. A tool that knows one order begins at one place in it, whatever was merged late.
     *
     * @param there ids of what production has
     */
    default List<ToolMigration> baseline(ToolProject project, Set<String> there) {
        return migrations(project).stream()
                .takeWhile(migration -> there.contains(migration.id()))
                .toList();
    }

    /**
     * How a plan says what production has; null where it has nothing.
     *
     * @param baseline what {@link #baseline} told
     * @param pending all others
     */
    default @Nullable String from(List<ToolMigration> baseline, List<ToolMigration> pending) {
        return baseline.isEmpty() ? null : baseline.get(baseline.size() - 1).id();
    }

    /**
     * Tables that the tool makes for itself and that no rollback removes, its locks' too, or schemas that hold nothing else: unquoted,
     * {@code knex_migrations} or {@code atlas_schema_revisions}.
     */
    List<String> historyTables(ToolProject project);

    /**
     * The ids of {@link #migrations} that its history in this database calls applied, in that order; none where it has no history yet.
     * One that was begun and has failed is not applied.
     *
     * @param connection to the server itself, in autocommit; left so
     */
    List<String> applied(ToolProject project, Connection connection) throws SQLException;

    /**
     * Applies what is pending, up to and with that migration. Once all of it is applied it does nothing and succeeds.
     *
     * @param connection to the server itself, in autocommit, for a tool that has to know what is applied; left so
     */
    ToolResult applyUpTo(ToolSession session, Connection connection, String id) throws SQLException;

    /** Variables that spare it what it does for other instances' sake, for while there is certainly none. */
    default Map<String, String> aloneVariables() {
        return Map.of();
    }

    /** Applies all that is pending as users do it: in one command. */
    ToolResult applyAll(ToolSession session);

    /** Whether {@link #undo} can take that migration back in this project. */
    default boolean canUndo(ToolProject project, String id) {
        return false;
    }

    /**
     * Takes the last migration back. Asked only where {@link #canUndo} says so.
     *
     * @param id of the last migration that is applied
     * @param previous of the one before it, which is then the last; null where there is none
     */
    default ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        throw new HarnessException(title() + " takes no migration back, and was asked to.");
    }

    /**
     * Removes from its history what a script of the user's has taken back, so that the tool applies it again; with the tool's own command
     * where it has one, else in its table.
     *
     * @param connection to the server itself, in autocommit; left so
     * @param ids from the last back to the first
     */
    void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException;

    /** Variables by which its users choose which migrations there are, or where: a project's first plan keeps those that are set. */
    default List<String> choices() {
        return List.of();
    }

    /** The variables beside {@code DATABASE_URL} and {@code PG*} by which its users say where the database is. */
    default Map<String, String> environment(ToolTarget target) {
        return Map.of();
    }

    /**
     * Variables beside {@code DATABASE_URL} and {@code PG*} from which the project's configuration takes where the database is, with the
     * placeholders of {@link ToolTarget} for their values: a project's first plan sets them.
     */
    default Map<String, String> address(ToolProject project) {
        return Map.of();
    }

    /**
     * What keeps a second instance out, and what becomes of that one: "pg_advisory_lock(72707369); a second instance waits 10 s and gives
     * up". Empty where nothing does.
     */
    Optional<String> lock();

    /**
     * How CREATE INDEX CONCURRENTLY and the like are run with it, as advice: "Say '-- migrate:up transaction:false', with the statement alone
     * in its file." Empty where there is nothing to say.
     */
    default Optional<String> outsideTransaction() {
        return Optional.empty();
    }

    /** What a reader of the project's first plan should know of it, each without a full stop. */
    default List<String> notes(ToolProject project) {
        return List.of();
    }

    /**
     * What a failed or a killed run has left that keeps the tool from going on, and how to get out of it; empty where it would go on.
     *
     * @param connection to the server itself, in autocommit; left so
     */
    Optional<Stuck> stuck(ToolProject project, Connection connection) throws SQLException;

    /**
     * What keeps a tool from going on.
     *
     * @param state in words: "knex_migrations_lock says that it is locked"
     * @param wayOut commands that clear it, in order, each a program as {@link ToolProject#program} finds it with its arguments, which may
     *     have the placeholders of {@link ToolTarget}; {@link ToolSession#follow} runs them
     * @param advice what the commands do not do, for people: "drop the invalid index first"; null where nothing is left to do
     */
    record Stuck(
            String state,
            List<List<String>> wayOut,
            @Nullable String advice) {
        public Stuck {
            wayOut = wayOut.stream().map(List::copyOf).toList();
        }
    }
}
