package dev.rehearse.tool.node;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Knex: a module of JavaScript or TypeScript per migration, in the folder that the knexfile names. All that is pending runs in one
 * transaction, unless a file of them opts out: then each other one in its own. A row keeps a second instance out.
 */
public final class Knex implements ProjectTool {

    private static final List<String> CONFIGS =
            List.of("knexfile.js", "knexfile.cjs", "knexfile.mjs", "knexfile.ts", "knexfile.cts", "knexfile.mts");
    private static final List<String> ADDRESS = List.of("connection", "connectionString", "host", "port");

    private static final String PRODUCTION = "production";

    private static final Pattern MODULE = Pattern.compile("(?!.*\\.d\\.[cm]?ts$).+\\.([cm]?[jt]s|coffee)");
    private static final Pattern WAY_BACK = Pattern.compile("\\bdown\\b");

    @Override
    public String key() {
        return "knex";
    }

    @Override
    public String title() {
        return "Knex";
    }

    @Override
    public boolean detect(Path folder) {
        return NodeFiles.first(folder, CONFIGS).isPresent();
    }

    @Override
    public String version(ToolProject project) {
        return NodeFiles.installedVersion(project, "knex");
    }

    @Override
    public String installation() {
        return "Install the project's packages, with npm ci or its own package manager.";
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        List<Path> folders = folders(project);
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new InvalidRehearsalException("Knex's migrations are not in " + folder
                        + ". The folder is read from the knexfile as text: write it there as a string.");
            }
            SourceFiles.list(folder).stream()
                    .filter(file -> MODULE.matcher(SourceFiles.nameOf(file)).matches())
                    .forEach(files::add);
        }
        return files.stream()
                .sorted(Comparator.comparing(SourceFiles::nameOf))
                .map(file -> ToolMigration.of(SourceFiles.nameOf(file), file))
                .toList();
    }

    private static String settings(ToolProject project) {
        return NodeFiles.first(project.folder(), CONFIGS)
                .map(file -> NodeFiles.section(NodeModules.inlined(file), "migrations"))
                .orElse("");
    }

    private static List<Path> folders(ToolProject project) {
        List<String> named = NodeFiles.values(settings(project), "directory");
        return (named.isEmpty() ? List.of("migrations") : named)
                .stream()
                        .map(folder -> project.folder().resolve(folder).normalize())
                        .toList();
    }

    private static String table(ToolProject project) {
        String settings = settings(project);
        String table = NodeFiles.value(settings, "tableName").orElse("knex_migrations");
        return NodeFiles.value(settings, "schemaName")
                .map(schema -> schema + "." + table)
                .orElse(table);
    }

    private static String lockTable(ToolProject project) {
        return table(project) + "_lock";
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(table(project), lockTable(project));
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        String table = table(project);
        return Histories.inOrder(migrations(project), Histories.column(connection, table, "select name from " + table));
    }

    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) throws SQLException {
        List<String> ids =
                migrations(session.project()).stream().map(ToolMigration::id).toList();
        Set<String> applied = Set.copyOf(applied(session.project(), connection));
        ToolResult result = ToolResult.nothingToDo();
        for (String pending : ids.subList(0, ids.indexOf(id) + 1)) {
            if (!applied.contains(pending) && result.succeeded()) {
                result = run(session, "migrate:up", pending);
            }
        }
        return result;
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return run(session, "migrate:latest");
    }

    private static ToolResult run(ToolSession session, String... arguments) {
        ToolProject project = session.project();
        NodeFiles.first(project.folder(), CONFIGS)
                .ifPresent(config -> NodeAddress.check(project, config, saysWhere(project, config), ADDRESS));
        return session.run("knex", arguments);
    }

    /** The part of a knexfile that says where the database is. */
    private static String saysWhere(ToolProject project, Path config) {
        String named = project.variable(NodeAddress.STAGE);
        String code = NodeConfig.withVariables(project.folder(), config);
        String section = NodeFiles.section(code, named == null ? "development" : named);
        // A section may spread one that says it for all.
        return section.contains("connection") ? section : code;
    }

    @Override
    public List<String> choices() {
        return List.of(NodeAddress.STAGE);
    }

    /** Where the section for developers names a database itself, and that for production does not, by that one. */
    @Override
    public Map<String, String> address(ToolProject project) {
        return NodeFiles.first(project.folder(), CONFIGS)
                .map(config -> {
                    String production = NodeFiles.section(NodeModules.inlined(config), PRODUCTION);
                    String said = saysWhere(project, config);
                    boolean needsOther = project.variable(NodeAddress.STAGE) == null
                            && NodeAddress.isFixed(said, ADDRESS)
                            && production.contains("connection")
                            && !NodeAddress.isFixed(production, ADDRESS);
                    Map<String, String> wanted = new TreeMap<>(NodeAddress.wanted(needsOther ? production : said));
                    if (needsOther) {
                        wanted.put(NodeAddress.STAGE, PRODUCTION);
                    }
                    return wanted;
                })
                .orElse(Map.of());
    }

    @Override
    public boolean canUndo(ToolProject project, String id) {
        return migrations(project).stream()
                .filter(migration -> migration.id().equals(id))
                .anyMatch(migration -> WAY_BACK.matcher(
                                SourceFiles.code(migration.files().get(0)))
                        .find());
    }

    @Override
    public ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        return run(session, "migrate:down", id);
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        Histories.forget(connection, table(session.project()), "name", ids);
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(
                "the row of knex_migrations_lock; a second instance waits for it, or gives up at once where a migration of the"
                        + " batch has opted out of the transaction");
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of("Say exports.config = { transaction: false } in a migration of its own.");
    }

    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) throws SQLException {
        String table = lockTable(project);
        List<String> locked = Histories.column(connection, table, "select 1 from " + table + " where is_locked = 1");
        return locked.isEmpty()
                ? Optional.empty()
                : Optional.of(new Stuck(
                        table + " says that it is locked",
                        List.of(List.of("knex", "migrate:unlock")),
                        "A migration that opted out of the transaction keeps what it had done: take that back by hand, an invalid index"
                                + " too, where it cannot run twice."));
    }
}
