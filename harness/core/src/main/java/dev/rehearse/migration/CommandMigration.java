package dev.rehearse.migration;

import dev.rehearse.data.MigrationHistory;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.Outcome;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.ToolResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Commands of the user's own. What they do is known only by what the server hears of them. */
final class CommandMigration implements MigrationTool {

    private static final String ANY_TABLE = """
            select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                           where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
                             and n.nspname !~ '^pg_toast')
            """;

    private final Migration plan;
    private final Migration.Command command;
    private final List<SqlFile> scripts;

    CommandMigration(Migration plan) {
        this.plan = plan;
        this.command = Objects.requireNonNull(plan.command(), "a plan with commands has them");
        this.scripts = plan.down();
    }

    @Override
    public String name() {
        return "Command";
    }

    /** One: the command does not say what it is made of. */
    @Override
    public List<String> migrations() {
        return List.of(command.name());
    }

    @Override
    public List<String> historyTables() {
        return MigrationHistory.names();
    }

    /** Looks for the migration's own program, too: where there is none it is better known before the data is loaded. */
    @Override
    public MigrationResult prepare(ToolConnection connection) {
        MigrationResult there = baseline(connection);
        return there.succeeded() ? lookedFor(connection).orElse(there) : there;
    }

    /** Empty where the program is there, or the line does not begin with its name. */
    private Optional<MigrationResult> lookedFor(ToolConnection connection) {
        return ShellCommand.program(command.up()).flatMap(program -> {
            ToolResult found = call("command -v " + ShellCommand.word(program) + " >/dev/null || exit 127", connection);
            return found.lacksProgram()
                    ? Optional.of(MigrationResult.failed(
                            found,
                            "\"" + command.up() + "\" begins with " + program + ", and sh finds no such program"))
                    : Optional.empty();
        });
    }

    private MigrationResult baseline(ToolConnection connection) {
        String baseline = command.baseline();
        if (baseline == null) {
            return MigrationResult.SUCCEEDED;
        }
        MigrationResult result = run(baseline, connection);
        String named = "\"" + baseline + "\"";
        if (!result.succeeded()) {
            return result.saying(Outcome.FAILED, null, named + ": " + result.message(), null);
        }
        return hasTables(connection)
                ? result
                : result.saying(
                        Outcome.FAILED,
                        null,
                        named + ": it ended well, but the rehearsal's database has no table. If it connected to another"
                                + " one, that one is changed: name the variables by which it finds its database in the plan's \"environment\"",
                        null);
    }

    private static boolean hasTables(ToolConnection connection) {
        try (Connection direct = connection.direct().connect("rehearse-control");
                Statement statement = direct.createStatement();
                ResultSet any = statement.executeQuery(ANY_TABLE)) {
            return any.next() && any.getBoolean(1);
        } catch (SQLException e) {
            // Whoever fills the tables next will say it better.
            return true;
        }
    }

    @Override
    public List<Step> up() {
        return List.of(new Step(command.name(), connection -> run(command.up(), connection)));
    }

    @Override
    public boolean hasDown() {
        return command.down() != null || !scripts.isEmpty();
    }

    @Override
    public List<Step> down(ToolConnection connection) {
        String down = command.down();
        return List.of(new Step(command.name(), each -> down == null ? SqlTool.back(each, scripts) : run(down, each)));
    }

    private MigrationResult run(String line, ToolConnection connection) {
        ToolResult ended = call(line, connection);
        if (ended.succeeded()) {
            return MigrationResult.succeeded(ended);
        }
        return MigrationResult.failed(ended, inWords(ended));
    }

    private ToolResult call(String line, ToolConnection connection) {
        return ShellCommand.run(command.folder(), line, command.environment(), connection.target(), plan.deadline());
    }

    private static String inWords(ToolResult ended) {
        if (ended.ended()) {
            return "it was ended";
        }
        return "it ended with exit code " + ended.exitCode()
                + (ended.lacksProgram()
                        ? ", with which sh says that it finds no such program or may not execute it"
                        : "");
    }
}
