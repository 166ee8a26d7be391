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
import java.util.stream.Stream;

/**
 * Sequelize's command line: a module of JavaScript per migration, in {@code migrations} or where {@code .sequelizerc} says. A URL that it is
 * given goes before its configuration. It knows migrations by their files' whole names.
 */
public final class SequelizeCli implements CommandTool {

    private static final String RC = ".sequelizerc";

    /** What each who sets the project up is to copy: the tool does not see it. */
    private static final List<String> EXAMPLES =
            Stream.of(".example", ".sample", ".dist").map(RC::concat).toList();

    private static final Pattern MODULE = Pattern.compile("\\d.*\\.([cm]?js|ts)(?<!\\.d\\.ts)");
    private static final String URL = " --url \"$DATABASE_URL\"";

    @Override
    public String key() {
        return "sequelize";
    }

    @Override
    public String title() {
        return "Sequelize";
    }

    @Override
    public boolean detect(Path folder) {
        return (NodeFiles.dependsOn(folder, "sequelize-cli") || !rc(folder).isEmpty())
                && !migrations(folder).isEmpty();
    }

    private static String rc(Path folder) {
        return NodeFiles.first(folder, List.of(RC))
                .or(() -> NodeFiles.first(folder, EXAMPLES))
                .map(SourceFiles::code)
                .orElse("");
    }

    private static String migrationsPath(Path folder) {
        return NodeFiles.value(rc(folder), "migrations-path").orElse("migrations");
    }

    @Override
    public List<ToolMigration> migrations(Path folder) {
        return SourceFiles.list(folder.resolve(migrationsPath(folder))).stream()
                .filter(file -> MODULE.matcher(SourceFiles.nameOf(file)).matches())
                .map(file -> ToolMigration.of(SourceFiles.nameOf(file), file))
                .toList();
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        return Histories.inOrder(
                migrations(folder),
                Histories.column(connection, "\"SequelizeMeta\"", "select name from \"SequelizeMeta\""));
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        String where =
                NodeFiles.first(folder, List.of(RC)).isPresent() || rc(folder).isEmpty()
                        ? URL
                        : URL + " --migrations-path " + ShellCommand.word(migrationsPath(folder));
        String migrate = "sequelize-cli db:migrate" + where;
        return new Commands(
                baseline.isEmpty()
                        ? null
                        : migrate + " --to "
                                + ShellCommand.word(
                                        baseline.get(baseline.size() - 1).id()),
                migrate,
                "sequelize-cli db:migrate:undo:all" + where + " --to "
                        + ShellCommand.word(pending.get(0).id()),
                Map.of(),
                null);
    }
}
