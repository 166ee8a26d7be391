package dev.rehearse.tool.node;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import dev.rehearse.tool.ToolTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prisma Migrate: a folder with a {@code migration.sql} per migration. An advisory lock keeps a second instance out; what was begun and not
 * finished stops every further run; there is no way back. It cannot stop at a migration, so that it is shown a folder with the migrations up
 * to there: by a configuration that takes all else from the project's, or, without one, beside a copy of its schema.
 */
public final class PrismaMigrate implements ProjectTool {

    private static final List<String> CONFIGS = Stream.of("prisma.config", ".config/prisma")
            .flatMap(name ->
                    Stream.of(".ts", ".js", ".mjs", ".cjs", ".mts", ".cts").map(name::concat))
            .toList();
    private static final List<String> SCHEMAS = List.of("prisma/schema.prisma", "schema.prisma");
    private static final String SCRIPT = "migration.sql";
    private static final String HISTORY = "_prisma_migrations";
    private static final String URL = "DATABASE_URL";
    private static final Pattern DOTENV = Pattern.compile("(?m)^\\s*(?:export\\s+)?DATABASE_URL\\s*=\\s*(.*)");
    /** In a schema, where a sign of equality stands for a configuration's colon. */
    private static final Pattern DATASOURCE = Pattern.compile("\\bdatasource\\s+\\w+\\s*\\{([^}]*)}");

    private static final Pattern SCHEMA = Pattern.compile("[?&]schema=([\\w-]+)");

    @Override
    public String key() {
        return "prisma";
    }

    @Override
    public String title() {
        return "Prisma Migrate";
    }

    @Override
    public boolean detect(Path folder) {
        return NodeFiles.first(folder, CONFIGS).isPresent()
                || NodeFiles.first(folder, SCHEMAS)
                        .filter(schema -> folder.equals(schema.getParent()) || !isPackage(schema.getParent()))
                        .isPresent()
                || ofScripts(folder).isPresent();
    }

    /** A package that is called prisma is a project of its own, whatever folder it is in. */
    private static boolean isPackage(@Nullable Path folder) {
        return folder != null && Files.isRegularFile(folder.resolve(NodeFiles.MANIFEST));
    }

    @Override
    public String version(ToolProject project) {
        return NodeFiles.installedVersion(project, "prisma");
    }

    @Override
    public String installation() {
        return "Install the project's packages, with npm ci or its own package manager.";
    }

    @Override
    public Map<String, String> environment(ToolTarget target) {
        // It asks the network at each call otherwise.
        return Map.of("CHECKPOINT_DISABLE", "1", "PRISMA_HIDE_UPDATE_MESSAGE", "1");
    }

    private static Optional<Path> config(ToolProject project) {
        return NodeFiles.first(project.folder(), CONFIGS);
    }

    /** A file, or a folder of files. */
    private static Path schema(ToolProject project) {
        Path folder = project.folder();
        return config(project)
                .flatMap(config -> NodeFiles.value(SourceFiles.code(config), "schema")
                        .map(named -> config.resolveSibling(named).normalize()))
                .or(() -> NodeFiles.value(
                                NodeFiles.section(SourceFiles.code(folder.resolve("package.json")), "prisma"), "schema")
                        .map(folder::resolve))
                .or(() -> NodeFiles.first(folder, SCHEMAS))
                .or(() -> ofScripts(folder))
                .orElse(folder.resolve(SCHEMAS.get(0)));
    }

    /** That which the project's own scripts name, where it has one for each database: {@code prisma migrate dev --schema postgresql/schema.prisma}. */
    private static Optional<Path> ofScripts(Path folder) {
        return NodeScripts.value(NodeScripts.options(folder, "prisma migrate", List.of()), List.of("--schema"))
                .map(named -> folder.resolve(named).normalize())
                .filter(Files::exists);
    }

    private static Path folder(ToolProject project) {
        Path schema = schema(project);
        return configured(project)
                .orElse(Files.isDirectory(schema) ? schema.resolve("migrations") : schema.resolveSibling("migrations"));
    }

    private static Optional<Path> configured(ToolProject project) {
        return config(project)
                .flatMap(config -> NodeFiles.value(NodeFiles.section(SourceFiles.code(config), "migrations"), "path")
                        .map(path -> config.resolveSibling(path).normalize()));
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        Path folder = folder(project);
        if (!Files.isDirectory(folder)) {
            throw new InvalidRehearsalException(
                    "Prisma's migrations are not in " + folder
                            + (configured(project).isPresent()
                                    ? ", which prisma.config.ts names. Where a script of the project makes that folder, run it first."
                                    : ". The folder is read from prisma.config.ts as text: write it there as a string, or leave it beside the schema, which is named there, too, or by the scripts of package.json."));
        }
        return SourceFiles.list(folder).stream()
                .filter(migration -> Files.isRegularFile(migration.resolve(SCRIPT)))
                .map(migration -> ToolMigration.of(SourceFiles.nameOf(migration), migration.resolve(SCRIPT)))
                .toList();
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(schemaOf(project).map(schema -> schema + ".").orElse("") + HISTORY);
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        return Histories.inOrder(
                migrations(project),
                Histories.column(
                        connection,
                        table(project),
                        "select migration_name from " + table(project)
                                + " where finished_at is not null and rolled_back_at is null"));
    }

    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) {
        ToolProject project = session.project();
        List<ToolMigration> migrations = migrations(project);
        List<ToolMigration> shown = migrations.stream()
                .filter(migration -> migration.id().compareTo(id) <= 0)
                .toList();
        if (shown.size() == migrations.size()) {
            return applyAll(session);
        }
        Path folder = project.scratch("up-to");
        try {
            copy(shown, folder(project), folder.resolve("migrations"));
            return run(session, show(project, folder));
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot copy Prisma's migrations to " + folder + ": " + FileTrouble.of(e) + ".", e);
        }
    }

    private static void copy(List<ToolMigration> migrations, Path from, Path to) throws IOException {
        Files.createDirectories(to);
        Path lock = from.resolve("migration_lock.toml");
        if (Files.isRegularFile(lock)) {
            Files.copy(lock, to.resolve("migration_lock.toml"));
        }
        for (ToolMigration migration : migrations) {
            Path folder = Files.createDirectory(to.resolve(migration.id()));
            Files.copy(migration.files().get(0), folder.resolve(SCRIPT));
        }
    }

    /** The argument that makes it take the migrations in that folder. */
    private static String show(ToolProject project, Path folder) throws IOException {
        Path schema = schema(project);
        Optional<Path> config = config(project);
        if (config.isPresent()) {
            Path shown = folder.resolve("prisma.config.ts");
            Files.writeString(
                    shown,
                    "import config from " + NodeFiles.literal(config.get())
                            + "\nexport default {\n  ...config,\n  schema: "
                            + NodeFiles.literal(schema) + ",\n  migrations: { ...config.migrations, path: "
                            + NodeFiles.literal(folder.resolve("migrations")) + " },\n}\n");
            return "--config=" + shown;
        }
        if (!Files.isDirectory(schema)) {
            return "--schema=" + Files.copy(schema, folder.resolve(SourceFiles.nameOf(schema)));
        }
        for (Path file : SourceFiles.list(schema)) {
            if (Files.isRegularFile(file)) {
                Files.copy(file, folder.resolve(SourceFiles.nameOf(file)));
            }
        }
        return "--schema=" + folder;
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return run(session);
    }

    private static ToolResult run(ToolSession session, String... arguments) {
        ToolProject project = session.project();
        sources(project).forEach((file, code) -> NodeAddress.check(project, file, code, List.of("directUrl", "url")));
        return session.run(
                address(session),
                "prisma",
                Stream.concat(Stream.of("migrate", "deploy"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** What says where the database is, by the file that says it: the configuration, or up to Prisma 6 the schema. */
    private static Map<Path, String> sources(ToolProject project) {
        Map<Path, String> sources = new LinkedHashMap<>();
        config(project)
                .ifPresent(config -> sources.put(config, NodeFiles.section(SourceFiles.code(config), "datasource")));
        Path schema = schema(project);
        Stream.concat(Stream.of(schema), SourceFiles.list(schema).stream())
                .forEach(file -> DATASOURCE
                        .matcher(SourceFiles.code(file))
                        .results()
                        .forEach(source -> sources.put(file, source.group(1).replace("=", ":"))));
        return sources;
    }

    @Override
    public Map<String, String> address(ToolProject project) {
        Map<String, String> wanted = new TreeMap<>();
        sources(project).values().forEach(code -> wanted.putAll(NodeAddress.wanted(code)));
        return wanted;
    }

    /** The project's own schema within the rehearsal's database, which Prisma takes from the URL alone. */
    private static Map<String, String> address(ToolSession session) {
        ToolProject project = session.project();
        return project.environment().containsKey(URL)
                ? Map.of()
                : schemaOf(project)
                        .map(schema -> Map.of(URL, session.target().url() + "&schema=" + schema))
                        .orElse(Map.of());
    }

    /** What the plan's URL says, else the one that the project's .env gives its developers; empty for Prisma's default. */
    private static Optional<String> schemaOf(ToolProject project) {
        String planned = project.environment().get(URL);
        return planned != null
                ? schemaIn(planned)
                : Stream.of(".env", "prisma/.env")
                        .map(name -> SourceFiles.text(project.folder().resolve(name)))
                        .flatMap(text -> DOTENV.matcher(text).results())
                        .findFirst()
                        .flatMap(line -> schemaIn(line.group(1)));
    }

    private static Optional<String> schemaIn(String url) {
        Matcher schema = SCHEMA.matcher(url);
        return schema.find() && !schema.group(1).equals("public") ? Optional.of(schema.group(1)) : Optional.empty();
    }

    private static String table(ToolProject project) {
        return schemaOf(project).map(schema -> '"' + schema + "\".").orElse("") + HISTORY;
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        // "migrate resolve --rolled-back" takes failed ones only.
        Histories.forget(connection, table(session.project()), "migration_name", ids);
    }

    @Override
    public Optional<String> lock() {
        return Optional.of("pg_advisory_lock(72707369); a second instance waits for 10 s and gives up");
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of("Leave it alone in its migration.sql: a file of several statements may be one transaction.");
    }

    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) throws SQLException {
        List<String> begun = Histories.column(
                connection,
                table(project),
                "select migration_name from " + table(project)
                        + " where finished_at is null and rolled_back_at is null order by started_at");
        return begun.isEmpty()
                ? Optional.empty()
                : Optional.of(new Stuck(
                        table(project) + " says that " + String.join(", ", begun)
                                + " was begun and has not finished (P3009)",
                        begun.stream()
                                .map(id -> List.of("prisma", "migrate", "resolve", "--rolled-back", id))
                                .toList(),
                        "From Prisma 7.4 on each statement commits by itself: take back by hand what is done, an invalid index too, where"
                                + " it cannot run twice."));
    }
}
