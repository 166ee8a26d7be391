package dev.rehearse.tool.node;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * db-migrate: a module per migration, in {@code migrations} or where a script of {@code package.json} or {@code .db-migraterc} says. It goes
 * so many migrations forth or back, back only of those after the last that production has, so that what a failed migration left undone is not taken for done. A
 * {@code database.json} would go before {@code DATABASE_URL}, which it takes where there is none.
 */
public final class DbMigrate implements CommandTool {

    private static final String NAME = "db-migrate";
    private static final Pattern FILE = Pattern.compile("\\d.*\\.([cm]?js|ts)(?<!\\.d\\.ts)");
    private static final List<String> FOLDER = List.of("--migrations-dir", "-m");
    private static final List<String> TABLE = List.of("--table", "-t", "--migration-table");

    /** As migrations that build indexes beside the application need it. */
    private static final String NON_TRANSACTIONAL = "--non-transactional";

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

    private static List<String> options(Path folder) {
        String rc = SourceFiles.code(folder.resolve(".db-migraterc"));
        // The first that says something has the last word.
        return Stream.concat(
                        NodeScripts.options(folder, NAME, List.of()).stream(),
                        Stream.of(FOLDER, TABLE)
                                .flatMap(List::stream)
                                .filter(option -> option.startsWith("--"))
                                .flatMap(option -> NodeFiles.value(rc, option.substring(2)).stream()
                                        .map(value -> option + "=" + value)))
                .toList();
    }

    @Override
    public List<ToolMigration> migrations(Path folder) {
        return NodeScripts.migrations(folder, options(folder), FOLDER, FILE);
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        String table = NodeScripts.value(options(folder), TABLE).orElse("migrations");
        return Histories.inOrder(
                migrations(folder),
                Histories.column(connection, table, "select regexp_replace(name, '^/', '') from " + table));
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        List<String> options = options(folder);
        String said = Stream.of(
                        Stream.of("--config no-database.json"),
                        NodeScripts.kept(options, FOLDER),
                        NodeScripts.kept(options, TABLE),
                        options.stream().filter(NON_TRANSACTIONAL::equals))
                .flatMap(words -> words)
                .collect(Collectors.joining(" "));
        List<String> last = baseline.stream()
                .skip(Math.max(0, baseline.size() - 1))
                .map(ToolMigration::id)
                .toList();
        String up = NAME + " up " + said;
        return new Commands(
                baseline.isEmpty() ? null : up + " --count " + baseline.size(),
                up,
                NAME + " down "
                        + last.stream()
                                .map(ShellCommand::word)
                                .map(word -> word + " ")
                                .collect(Collectors.joining()) + said + " --count " + pending.size(),
                Map.of(),
                null);
    }
}
