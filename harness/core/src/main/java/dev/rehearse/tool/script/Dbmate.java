package dev.rehearse.tool.script;

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
 * dbmate: files {@code <version>_<name>.sql} in {@code db/migrations}, each with {@code -- migrate:up} and {@code -- migrate:down}. It takes
 * no lock. It cannot stop at a version, so that it is shown a folder with the migrations up to there.
 */
public final class Dbmate implements ProjectTool {

    private static final Pattern FILE = Pattern.compile("(\\d+)(_.*)?\\.sql");
    /** A comment counts: it says that there is nothing to take back. */
    private static final Pattern SOMETHING_DOWN = Pattern.compile("^--\\s*migrate:down.*\\s+\\S", Pattern.MULTILINE);

    private static final String DEFAULT_FOLDER = "db/migrations";

    @Override
    public String key() {
        return "dbmate";
    }

    @Override
    public String title() {
        return "dbmate";
    }

    @Override
    public boolean detect(Path folder) {
        try (Stream<Path> files = Files.list(folder.resolve(DEFAULT_FOLDER))) {
            return files.filter(file -> FILE.matcher(SourceFiles.nameOf(file)).matches())
                    .anyMatch(Dbmate::hasUp);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hasUp(Path file) {
        try {
            return Files.readString(file).lines().anyMatch(line -> line.matches("--\\s*migrate:up.*"));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String version(ToolProject project) {
        return project.run("dbmate", "--version").output().replaceFirst("(?s)^dbmate version (\\S+).*", "$1");
    }

    @Override
    public String installation() {
        return "Install it with npm ci, where package.json names dbmate, or as its own pages say.";
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(table(project));
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        List<ToolMigration> migrations = new ArrayList<>();
        for (Path folder : folders(project)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> FILE.matcher(SourceFiles.nameOf(file)).matches())
                        .map(file -> ToolMigration.of(SourceFiles.nameOf(file).replaceFirst("\\.sql$", ""), file))
                        .forEach(migrations::add);
            } catch (IOException e) {
                throw new InvalidRehearsalException(
                        "Cannot read dbmate's migrations in " + folder + ": " + FileTrouble.of(e)
                                + ". Name their folder as DBMATE_MIGRATIONS_DIR in the plan's environment.",
                        e);
            }
        }
        migrations.sort(Comparator.comparing(ToolMigration::id));
        return migrations;
    }

    private static List<Path> folders(ToolProject project) {
        String named = project.variable("DBMATE_MIGRATIONS_DIR");
        return Stream.of((named == null ? DEFAULT_FOLDER : named).split(","))
                .map(project.folder()::resolve)
                .toList();
    }

    private static String table(ToolProject project) {
        String named = project.variable("DBMATE_MIGRATIONS_TABLE");
        return named == null ? "schema_migrations" : named;
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        List<String> versions = Histories.column(connection, table(project), "select version from " + table(project));
        return migrations(project).stream()
                .map(ToolMigration::id)
                .filter(id -> versions.contains(versionOf(id)))
                .toList();
    }

    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) {
        Path shown = session.project().scratch("up-to-" + id);
        try {
            for (ToolMigration migration : migrations(session.project())) {
                Path file = migration.files().get(0);
                if (migration.id().compareTo(id) <= 0) {
                    Files.copy(file, shown.resolve(SourceFiles.nameOf(file)));
                }
            }
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot copy dbmate's migrations to " + shown + ": " + FileTrouble.of(e) + ".", e);
        }
        return session.run("dbmate", "--migrations-dir", shown.toString(), "--no-dump-schema", "migrate");
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return session.run("dbmate", "--no-dump-schema", "migrate");
    }

    @Override
    public boolean canUndo(ToolProject project, String id) {
        return migrations(project).stream()
                .filter(migration -> migration.id().equals(id))
                .anyMatch(migration -> hasDown(migration.files().get(0)));
    }

    private static boolean hasDown(Path file) {
        try {
            return SOMETHING_DOWN.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        return session.run("dbmate", "--no-dump-schema", "rollback");
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        List<String> versions = ids.stream().map(Dbmate::versionOf).toList();
        Histories.forget(connection, table(session.project()), "version", versions);
    }

    @Override
    public Optional<String> lock() {
        return Optional.empty();
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of(
                "Say \"-- migrate:up transaction:false\" and leave the statement alone in its file: the block is one message.");
    }

    /** It keeps no state but the versions that are applied. */
    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) {
        return Optional.empty();
    }

    private static String versionOf(String id) {
        Matcher matcher = Pattern.compile("^\\d+").matcher(id);
        return matcher.find() ? matcher.group() : id;
    }
}
