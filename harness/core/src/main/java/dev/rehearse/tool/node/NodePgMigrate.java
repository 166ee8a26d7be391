package dev.rehearse.tool.node;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ToolMigration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * node-pg-migrate: a module or a script of SQL per migration, in {@code migrations} or where the options say that a script of
 * {@code package.json} gives it. It goes so many migrations forth or back.
 */
public final class NodePgMigrate implements CommandTool {

    private static final String NAME = "node-pg-migrate";
    private static final Pattern FILE = Pattern.compile("\\d.*\\.([cm]?[jt]s|sql)(?<!\\.d\\.ts)");
    /** What is no option of the tool's own, or ends them. */
    private static final List<String> NO_OPTIONS = List.of("create", "up", "down", "redo", "--");

    private static final List<String> FOLDER = List.of("-m", "--migrations-dir");
    private static final List<String> TABLE = List.of("-t", "--migrations-table");
    private static final List<String> URL_VARIABLE = List.of("-d", "--database-url-var");

    @Override
    public String key() {
        return NAME;
    }

    @Override
    public String title() {
        return NAME;
    }

    @Override
    public boolean detect(Path folder) {
        return NodeFiles.dependsOn(folder, NAME) && !migrations(folder).isEmpty();
    }

    @Override
    public List<ToolMigration> migrations(Path folder) {
        return NodeScripts.migrations(folder, options(folder), FOLDER, FILE);
    }

    private static List<String> options(Path folder) {
        return NodeScripts.options(folder, NAME, NO_OPTIONS);
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        String table = NodeScripts.value(options(folder), TABLE).orElse("pgmigrations");
        return Histories.inOrder(migrations(folder), Histories.column(connection, table, "select name from " + table));
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        List<String> options = options(folder);
        List<String> words = new ArrayList<>(List.of(NAME));
        words.addAll(options);
        String call = String.join(" ", words);
        Optional<String> variable =
                NodeScripts.value(options, URL_VARIABLE).filter(name -> !name.equals("DATABASE_URL"));
        return new Commands(
                baseline.isEmpty() ? null : call + " up " + baseline.size(),
                call + " up",
                call + " down " + pending.size(),
                variable.map(name -> Map.of(name, "{url}")).orElse(Map.of()),
                variable.map(name -> "the project's name for DATABASE_URL").orElse(null));
    }
}
