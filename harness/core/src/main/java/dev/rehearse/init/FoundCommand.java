package dev.rehearse.init;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.CommandTool.Commands;
import dev.rehearse.tool.ToolMigration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A tool that the plan calls by commands. */
record FoundCommand(CommandTool tool, Path folder) implements Found {

    @Override
    public String title() {
        return tool.title();
    }

    @Override
    public String key() {
        return tool.key();
    }

    @Override
    public List<ToolMigration> migrations() {
        return tool.migrations(folder);
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        return tool.migrations(copy);
    }

    @Override
    public List<String> applied(Connection connection) throws SQLException {
        return tool.applied(folder, connection);
    }

    @Override
    public boolean runsOneByOne() {
        return false;
    }

    @Override
    public List<String> notes(List<ToolMigration> pending) {
        return Stream.ofNullable(tool.note(folder)).toList();
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        Commands commands = tool.commands(folder, baseline, pending);
        StringBuilder plan = new StringBuilder("""
                migration:
                  # For sh, in this folder, with DATABASE_URL and PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE set. Whatever else the project
                  # finds its database by belongs under "environment", as { DB_URL: "{url}" }: commands that go elsewhere change that database.
                  command:
                """);
        String before = commands.baseline();
        if (before != null) {
            plan.append("""
                        # What production has, before the data is loaded. Where the oldest migrations run no more, leave this out and name
                        # what pg_dump --schema-only writes of production: schema: production.sql, above.
                    """).append("    baseline: ").append(Yaml.text(before)).append('\n');
        }
        plan.append("    up: ").append(Yaml.text(commands.up())).append('\n');
        plan.append("    down: ").append(Yaml.text(commands.down())).append('\n');
        if (!commands.environment().isEmpty()) {
            plan.append("  environment: ")
                    .append(new TreeMap<>(commands.environment())
                            .entrySet().stream()
                                    .map(variable -> variable.getKey() + ": " + Yaml.text(variable.getValue()))
                                    .collect(Collectors.joining(", ", "{ ", " }")))
                    .append("   # ")
                    .append(commands.note())
                    .append('\n');
        }
        plan.append("  # Several instances that migrate as they start:\n  # migrators: 2\n");
        return plan.toString();
    }
}
