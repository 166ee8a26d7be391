package dev.rehearse.tool.jvm;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import dev.rehearse.tool.ToolTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Flyway's command line, in its free edition. A migration is named as its file without the ending: {@code V3__backfill}; repeatable ones come
 * last, as Flyway has it.
 */
public final class Flyway implements ProjectTool {

    @Override
    public String key() {
        return "flyway";
    }

    @Override
    public String title() {
        return "Flyway";
    }

    @Override
    public boolean detect(Path folder) {
        return FlywaySettings.FILES.stream().anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    @Override
    public String version(ToolProject project) {
        Matcher version = Pattern.compile("Flyway \\S+ Edition (\\S+)")
                .matcher(project.run("flyway", "version", "-skipCheckForUpdate").output());
        return version.find() ? version.group(1) : "of an unknown version";
    }

    @Override
    public String installation() {
        return "Put the flyway command of Flyway's distribution on the PATH. (Where Flyway runs within a build or an application instead,"
                + " rehearse its migrations with \"flyway: { locations: ... }\".)";
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        return files(project).stream()
                .map(file -> ToolMigration.of(file.id(), file.path()))
                .toList();
    }

    /** In Flyway's order. Java and script migrations are left out: only Flyway itself sees them. A location that is not there is no error to it. */
    private static List<FlywayFile> files(ToolProject project) {
        FlywaySettings settings = FlywaySettings.of(project);
        List<FlywayFile> migrations = new ArrayList<>();
        for (Path location : settings.locations()) {
            if (!Files.exists(location)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(location)) {
                files.filter(Files::isRegularFile)
                        .flatMap(file -> FlywayFile.of(file, settings).stream())
                        .forEach(migrations::add);
            } catch (IOException e) {
                throw new InvalidRehearsalException(
                        "Cannot read Flyway's migrations in " + location + ": " + FileTrouble.of(e)
                                + ". Check \"locations\" in flyway.toml.",
                        e);
            }
        }
        return migrations.stream().sorted().toList();
    }

    @Override
    public Map<String, String> environment(ToolTarget target) {
        return Map.of(
                "FLYWAY_URL", target.jdbcUrl(),
                "FLYWAY_USER", target.user(),
                "FLYWAY_PASSWORD", target.password(),
                "REDGATE_DISABLE_TELEMETRY", "true");
    }

    /** A transaction that is kept open for the sake of others is what CREATE INDEX CONCURRENTLY would wait for without end. */
    @Override
    public Map<String, String> aloneVariables() {
        return Map.of("FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK", "false");
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(FlywaySettings.of(project).historyTable());
    }

    /** A baseline stands for all versions up to its own. */
    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        String table = FlywaySettings.of(project).historyTable();
        List<String> versions = Histories.column(
                connection, table, "select version from " + table + " where success and version is not null");
        List<String> repeatable = Histories.column(
                connection, table, "select description from " + table + " where success and version is null");
        Optional<FlywayFile.Version> baseline =
                Histories.column(connection, table, "select version from " + table + " where type like '%BASELINE'")
                        .stream()
                        .map(FlywayFile.Version::of)
                        .max(FlywayFile.Version::compareTo);
        List<FlywayFile.Version> applied =
                versions.stream().map(FlywayFile.Version::of).toList();
        return files(project).stream()
                .filter(file -> {
                    FlywayFile.Version version = file.version();
                    return version == null
                            ? repeatable.contains(file.description())
                            : applied.stream().anyMatch(version::isSame)
                                    || baseline.filter(b -> version.compareTo(b) <= 0)
                                            .isPresent();
                })
                .map(FlywayFile::id)
                .toList();
    }

    /** Flyway cannot be stopped before its repeatable migrations. */
    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) {
        return files(session.project()).stream()
                .filter(file -> file.id().equals(id))
                .map(FlywayFile::version)
                .findFirst()
                .map(version -> session.run("flyway", "migrate", "-target=" + version.text(), "-skipCheckForUpdate"))
                .orElseGet(() -> applyAll(session));
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return session.run("flyway", "migrate", "-skipCheckForUpdate");
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        String table = FlywaySettings.of(session.project()).historyTable();
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table
                + " where version is not distinct from ? and (version is not null or description = ?)")) {
            for (FlywayFile file : files(session.project())) {
                if (ids.contains(file.id())) {
                    FlywayFile.Version version = file.version();
                    delete.setString(1, version == null ? null : version.text());
                    delete.setString(2, file.description());
                    delete.executeUpdate();
                }
            }
        }
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(
                "an advisory lock of a connection of its own, by default in a transaction that stays open meanwhile,"
                        + " for which CREATE INDEX CONCURRENTLY waits for ever; a second instance asks every second, 50 times");
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of(
                "Set flyway.postgresql.transactional.lock to false (FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK=false): its lock is then"
                        + " one of the session. After a run that hung: drop the index that it left, flyway repair, and migrate again.");
    }

    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) throws SQLException {
        String table = FlywaySettings.of(project).historyTable();
        if (!Histories.exists(connection, table)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select script from " + table + " where not success")) {
            return row.next()
                    ? Optional.of(
                            new Stuck(
                                    table + " says that " + row.getString(1) + " has failed",
                                    List.of(List.of("flyway", "repair")),
                                    "First take back by hand what it did outside a transaction: repair mends the history alone."))
                    : Optional.empty();
        }
    }
}
