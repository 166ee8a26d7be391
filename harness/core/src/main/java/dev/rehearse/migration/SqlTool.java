package dev.rehearse.migration;

import dev.rehearse.plan.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Plain SQL scripts, up and down. A further attempt goes on with the script that failed, from its first statement. */
final class SqlTool implements MigrationTool {

    private final List<SqlFile> up;
    private final List<SqlFile> down;

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
        return Step.one(connection -> run(connection, up, true));
    }

    @Override
    public boolean hasDown() {
        return !down.isEmpty();
    }

    @Override
    public List<Step> down(ToolConnection connection) {
        return Step.one(each -> run(each, down, false));
    }

    static MigrationResult run(ToolConnection connection, List<SqlFile> scripts, boolean forth) {
        // Counted, not named: scripts of several folders may have one name.
        List<SqlFile> left = scripts.subList(connection.finished().get(), scripts.size());
        try (Connection session = connection.open()) {
            for (SqlFile script : left) {
                connection.sources().migration(forth ? script.name() : null);
                MigrationResult result = SqlScriptRunner.run(session, List.of(script), connection.sources());
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
