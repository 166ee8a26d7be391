package dev.rehearse.tool.script;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * golang-migrate: files {@code <version>_<name>.up.sql} and {@code .down.sql}, each sent as one query. Its history is one row, the version
 * with whether it is dirty: begun, and not known to have ended.
 */
public final class GolangMigrate implements ProjectTool {

    /** It has no configuration; where its users have the files if they do not say. */
    private static final List<String> FOLDERS =
            List.of("migrations", "db/migrations", "db/migration", "database/migrations", "sql/migrations", "schema");

    private static final String FOLDER = "MIGRATIONS_DIR";
    private static final Pattern UP = Pattern.compile("(\\d{1,18})_(.*)\\.up\\.sql");
    private static final Pattern TABLE = Pattern.compile("[?&]x-migrations-table=([^&\"]+)");

    @Override
    public String key() {
        return "golang-migrate";
    }

    @Override
    public String title() {
        return "golang-migrate";
    }

    @Override
    public boolean detect(Path folder) {
        // sqlx, of Rust, has files of the same names.
        return !Files.exists(folder.resolve("Cargo.toml"))
                && FOLDERS.stream().anyMatch(name -> areOurs(ups(folder.resolve(name))));
    }

    /** It refuses two of the same version, as projects for several databases have them, and fills in no template, as pop does. */
    private static boolean areOurs(List<Path> ups) {
        return !ups.isEmpty()
                && ups.stream().noneMatch(GolangMigrate::isTemplate)
                && ups.stream().map(GolangMigrate::version).distinct().count() == ups.size();
    }

    private static boolean isTemplate(Path file) {
        String text = SourceFiles.text(file);
        try {
            return text.contains("{{")
                    && SqlScripts.split(SourceFiles.nameOf(file), text).isEmpty();
        } catch (InvalidRehearsalException noSql) {
            return true;
        }
    }

    private static List<Path> ups(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> UP.matcher(SourceFiles.nameOf(file)).matches())
                    .sorted(Comparator.comparingLong(GolangMigrate::version))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long version(Path file) {
        return versionOf(SourceFiles.nameOf(file));
    }

    private static long versionOf(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('_')));
    }

    @Override
    public String version(ToolProject project) {
        return project.run("migrate", "-version").output().strip();
    }

    @Override
    public List<String> choices() {
        return List.of(FOLDER);
    }

    @Override
    public String installation() {
        return "Put migrate into the project's bin or on the PATH: go install -tags postgres"
                + " github.com/golang-migrate/migrate/v4/cmd/migrate@latest.";
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(table(project));
    }

    private static String table(ToolProject project) {
        Matcher named = TABLE.matcher(url(project));
        return named.find() ? named.group(1) : "schema_migrations";
    }

    /** As the plan has it, for the parameters of its own that a project needs. */
    private static String url(ToolProject project) {
        return project.environment().getOrDefault("DATABASE_URL", "{url}");
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        return inFolder(project);
    }

    private static List<ToolMigration> inFolder(ToolProject project) {
        List<ToolMigration> migrations = new ArrayList<>();
        for (Path up : ups(folder(project))) {
            String id = SourceFiles.nameOf(up).replaceFirst("\\.up\\.sql$", "");
            Path down = up.resolveSibling(id + ".down.sql");
            migrations.add(Files.exists(down) ? ToolMigration.of(id, up, down) : ToolMigration.of(id, up));
        }
        return migrations;
    }

    private static Path folder(ToolProject project) {
        String named = project.variable(FOLDER);
        return (named == null ? FOLDERS.stream() : Stream.of(named))
                .map(project.folder()::resolve)
                .filter(folder -> !ups(folder).isEmpty())
                .findFirst()
                .orElseThrow(
                        () -> new InvalidRehearsalException("There are no files 1_name.up.sql for golang-migrate in "
                                + project.folder() + ", neither in " + String.join(", ", FOLDERS)
                                + ". Name their folder as " + FOLDER
                                + " in the plan's environment."));
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        Optional<Row> row = row(project, connection);
        return migrations(project).stream()
                .map(ToolMigration::id)
                .filter(id -> row.isPresent() && row.get().hasApplied(versionOf(id)))
                .toList();
    }

    private record Row(long version, boolean dirty) {
        boolean hasApplied(long other) {
            return dirty ? other < version : other <= version;
        }
    }

    private static Optional<Row> row(ToolProject project, Connection connection) throws SQLException {
        String table = table(project);
        return Histories.column(connection, table, "select version || ' ' || dirty from " + table).stream()
                .map(row -> row.split(" ", 2))
                .map(row -> new Row(Long.parseLong(row[0]), row[1].equals("true")))
                .findFirst();
    }

    /** Its {@code goto} would go back where the database is further on. */
    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) throws SQLException {
        return applied(session.project(), connection).contains(id)
                ? ToolResult.nothingToDo()
                : run(session, "goto", String.valueOf(versionOf(id)));
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return run(session, "up");
    }

    @Override
    public boolean canUndo(ToolProject project, String id) {
        return Files.exists(folder(project).resolve(id + ".down.sql"));
    }

    @Override
    public ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        return run(session, "down", "1");
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) {
        List<String> command = force(session.project(), ids.get(ids.size() - 1));
        ToolResult result = session.run(
                command.get(0),
                command.stream().skip(1).map(session.target()::fill).toArray(String[]::new));
        if (!result.succeeded()) {
            throw new EnvironmentException("golang-migrate could not be told that " + String.join(", ", ids)
                    + " is taken back: " + result.output().strip());
        }
    }

    /** Says that what comes before that migration is the last that is applied. */
    private static List<String> force(ToolProject project, String id) {
        String before = "-1";
        for (ToolMigration migration : inFolder(project)) {
            if (migration.id().equals(id)) {
                break;
            }
            before = String.valueOf(versionOf(migration.id()));
        }
        return List.of("migrate", "-path", path(project), "-database", url(project), "force", "--", before);
    }

    private static ToolResult run(ToolSession session, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "-path", path(session.project()), "-database", session.target().fill(url(session.project()))));
        all.addAll(List.of(arguments));
        return session.run("migrate", all.toArray(String[]::new));
    }

    private static String path(ToolProject project) {
        return project.folder().relativize(folder(project)).toString();
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of("Leave the statement alone in its file: more than one are sent as one transaction.");
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(
                "pg_advisory_lock on a number made of the database, the schema and the history's table;"
                        + " a second instance waits without end, and while it waits a CREATE INDEX CONCURRENTLY of the first deadlocks with it");
    }

    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) throws SQLException {
        return row(project, connection)
                .filter(Row::dirty)
                .map(row -> new Stuck(
                        table(project) + " says that version " + row.version() + " is dirty",
                        List.of(force(project, idOf(project, row.version()))),
                        "This calls " + row.version()
                                + " not applied: first take back what it has done, or, where it has done all of it,"
                                + " force " + row.version() + " instead."));
    }

    private static String idOf(ToolProject project, long version) {
        return inFolder(project).stream()
                .map(ToolMigration::id)
                .filter(id -> versionOf(id) == version)
                .findFirst()
                .orElse("");
    }
}
