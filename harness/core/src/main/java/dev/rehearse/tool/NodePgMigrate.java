package dev.rehearse.tool;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * node-pg-migrate: a module or a script of SQL per migration, in {@code migrations} or where the options say that a script of
 * {@code package.json} gives it. It goes so many migrations forth or back.
 */
final class NodePgMigrate implements CommandTool {

    private static final String NAME = "node-pg-migrate";
    private static final Pattern FILE = Pattern.compile("\\d.*\\.([cm]?[jt]s|sql)(?<!\\.d\\.ts)");
    private static final Pattern CALL = Pattern.compile("(?:^|[\\s/])" + NAME + "(?:\\s+(.*))?$");
    /** What sh takes as one, with its quotes. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"'&|;<>]|\"[^\"]*\"|'[^']*')+|[&|;<>]");

    private static final Pattern QUOTE = Pattern.compile("[\"']");

    /** What is no option of the tool's own, or ends them. */
    private static final List<String> NO_OPTIONS = List.of("create", "up", "down", "redo", "--");

    private static final Pattern END = Pattern.compile("[&|;<>]");
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
        String named = value(options(folder), FOLDER).orElse("migrations");
        return NodeFiles.list(folder.resolve(named)).stream()
                .filter(file -> FILE.matcher(NodeFiles.nameOf(file)).matches())
                .map(file -> ToolMigration.of(NodeFiles.nameOf(file).replaceFirst("\\.[^.]+$", ""), file))
                .toList();
    }

    /** Those of the first script that calls it. */
    private static List<String> options(Path folder) {
        String after = NodeFiles.scripts(folder).values().stream()
                .map(CALL::matcher)
                .filter(Matcher::find)
                .findFirst()
                .map(call -> Objects.requireNonNullElse(call.group(1), ""))
                .orElse("");
        return WORD.matcher(after)
                .results()
                .map(MatchResult::group)
                .takeWhile(word -> !END.matcher(word).matches())
                .filter(word -> !NO_OPTIONS.contains(word))
                .toList();
    }

    private static Optional<String> value(List<String> options, List<String> names) {
        for (int i = 0; i < options.size(); i++) {
            String[] parts = options.get(i).split("=", 2);
            if (names.contains(parts[0])) {
                return (parts.length == 2
                                ? Optional.of(parts[1])
                                : options.stream().skip(i + 1).findFirst())
                        .map(value -> QUOTE.matcher(value).replaceAll(""));
            }
        }
        return Optional.empty();
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        String table = value(options(folder), TABLE).orElse("pgmigrations");
        return Histories.inOrder(migrations(folder), Histories.column(connection, table, "select name from " + table));
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        List<String> options = options(folder);
        List<String> words = new ArrayList<>(List.of(NAME));
        words.addAll(options);
        String call = String.join(" ", words);
        Optional<String> variable = value(options, URL_VARIABLE).filter(name -> !name.equals("DATABASE_URL"));
        return new Commands(
                baseline.isEmpty() ? null : call + " up " + baseline.size(),
                call + " up",
                call + " down " + pending.size(),
                variable.map(name -> Map.of(name, "{url}")).orElse(Map.of()),
                variable.map(name -> "the project's name for DATABASE_URL").orElse(null));
    }
}
