package dev.rehearse.init;

import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One of the tools that run in their project. */
record FoundTool(ProjectTool tool, ToolProject project) implements Found {

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
        return tool.migrations(project);
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        try (ToolProject earlier = project.as(copy)) {
            return tool.migrations(earlier);
        }
    }

    @Override
    public List<String> applied(Connection connection) throws SQLException {
        return tool.applied(project, connection);
    }

    @Override
    public List<ToolMigration> baseline(List<ToolMigration> all, Set<String> there) {
        return tool.baseline(project, there);
    }

    @Override
    public Set<String> before(List<ToolMigration> all, String last) {
        return tool.before(project, last);
    }

    @Override
    public @Nullable String from(List<ToolMigration> baseline, List<ToolMigration> pending) {
        return tool.from(baseline, pending);
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        StringBuilder plan =
                new StringBuilder("migration:\n  tool: ").append(tool.key()).append('\n');
        String from = from(baseline, pending);
        if (from != null) {
            plan.append(
                    "  # The last migration that production has: the tool applies it and all before it, then the data is loaded.\n");
            plan.append("  from: ").append(Yaml.text(from)).append('\n');
        }
        if (!withoutUndo(pending).isEmpty()) {
            plan.append("  # ").append(tool.title()).append(" cannot take all of them back; name scripts that do:\n");
            plan.append("  # down: [corrective.sql]\n");
        }
        String chosen = chosen();
        String address = address();
        String variables =
                Stream.of(chosen, address).filter(some -> !some.isEmpty()).collect(Collectors.joining(", "));
        plan.append(
                variables.isEmpty()
                        ? "  # Where the tool reads other variables than DATABASE_URL and PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE:\n"
                                + "  # environment: { DB_HOST: \"{host}\", DB_PORT: \"{port}\", DB_USER: \"{user}\", DB_PASSWORD: \"{password}\" }\n"
                        : (chosen.isEmpty()
                                        ? "  # By which the project finds its database:\n"
                                        : "  # As they were for init, and others that the tool reads:\n")
                                + "  environment: { " + variables + " }\n");
        plan.append("  # Several instances that migrate as they start:\n  # migrators: 2\n");
        return plan.toString();
    }

    private String address() {
        return new TreeMap<>(tool.address(project))
                .entrySet().stream()
                        .map(variable -> variable.getKey() + ": " + Yaml.text(variable.getValue()))
                        .collect(Collectors.joining(", "));
    }

    /** With what the project was read. */
    private String chosen() {
        return tool.choices().stream()
                .flatMap(name -> Stream.ofNullable(project.variable(name)).map(value -> name + ": " + Yaml.text(value)))
                .collect(Collectors.joining(", "));
    }

    @Override
    public List<String> notes(List<ToolMigration> pending) {
        List<String> without = withoutUndo(pending);
        String noWayBack = tool.title() + " cannot take back "
                + without.stream().limit(5).collect(Collectors.joining(", "))
                + (without.size() > 5 ? " and more" : "")
                + ": the plan can name a script that does, as \"down\"";
        return Stream.concat(without.isEmpty() ? Stream.empty() : Stream.of(noWayBack), tool.notes(project).stream())
                .toList();
    }

    private List<String> withoutUndo(List<ToolMigration> pending) {
        return pending.stream()
                .map(ToolMigration::id)
                .filter(id -> !tool.canUndo(project, id))
                .toList();
    }
}
