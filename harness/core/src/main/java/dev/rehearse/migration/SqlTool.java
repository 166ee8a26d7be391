package dev.rehearse.migration;

import dev.rehearse.plan.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Plain SQL scripts, up and down. A further attempt goes on with the script that failed, from its first statement. Where each has a script of its own
 * that takes it back, the way back is that of those of which something is there, as with the tools that run such scripts.
 */
final class SqlTool implements MigrationTool {

    /** What tells the two scripts of a migration apart in their names. */
    private static final Pattern DIRECTION = Pattern.compile(
            "(?<![a-z0-9])(?:up|down|do|undo|deploy|revert|rollback)(?![a-z0-9])|(?<![a-z0-9])[uv](?=\\d)",
            Pattern.CASE_INSENSITIVE);

    private final List<SqlFile> up;
    private final List<SqlFile> down;
    /** Of how many scripts something is in the database, by the migrator that came the furthest. */
    private final AtomicInteger there = new AtomicInteger();

    SqlTool(List<SqlFile> up, List<SqlFile> down) {
        this.up = List.copyOf(up);
        this.down = List.copyOf(down);
    }

    @Override
    public String name() {
        return "SQL scripts";
    }

    @Override
    public List<String> migrations() {
        return up.stream().map(SqlFile::name).toList();
    }

    @Override
    public List<String> historyTables() {
        return List.of();
    }

    @Override
    public MigrationResult prepare(ToolConnection connection) {
        return MigrationResult.SUCCEEDED;
    }

    @Override
    public List<Step> up() {
        return Step.one(connection -> run(connection, up, there));
    }

    @Override
    public boolean hasDown() {
        return !down.isEmpty();
    }

    @Override
    public List<Step> down(ToolConnection connection) {
        int untouched = isPaired() ? up.size() - there.get() : 0;
        return Step.one(each -> back(each, down.subList(untouched, down.size())));
    }

    private boolean isPaired() {
        int scripts = up.size();
        return down.size() == scripts
                && IntStream.range(0, scripts)
                        .allMatch(i -> withoutDirection(up.get(i)).equals(withoutDirection(down.get(scripts - 1 - i))));
    }

    private static String withoutDirection(SqlFile script) {
        return DIRECTION.matcher(script.name()).replaceAll("");
    }

    static MigrationResult back(ToolConnection connection, List<SqlFile> scripts) {
        return run(connection, scripts, null);
    }

    /** @param there is told of how many something is there; null on the way back */
    private static MigrationResult run(
            ToolConnection connection, List<SqlFile> scripts, @Nullable AtomicInteger there) {
        // Counted, not named: scripts of several folders may have one name.
        List<SqlFile> left = scripts.subList(connection.finished().get(), scripts.size());
        try (Connection session = connection.open()) {
            for (SqlFile script : left) {
                connection.sources().migration(there == null ? null : script.name());
                MigrationResult result = SqlScriptRunner.run(session, List.of(script), connection.sources());
                if (there != null && !result.undone()) {
                    there.accumulateAndGet(connection.finished().get() + 1, Math::max);
                }
                if (!result.succeeded()) {
                    return result;
                }
                connection.finished().incrementAndGet();
            }
            return MigrationResult.SUCCEEDED;
        } catch (SQLException e) {
            return MigrationResult.of(e, null);
        }
    }
}
