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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Atlas with versioned migrations: files {@code <version>_<name>.sql} with their hashes in {@code atlas.sum}, its configuration in
 * {@code atlas.hcl}. What it is built of as open source has no way back.
 */
public final class Atlas implements ProjectTool {

    private static final String HCL = "atlas.hcl";
    private static final String SUM = "atlas.sum";
    private static final List<String> FOLDERS = List.of("migrations", "db/migrations", "ent/migrate/migrations");
    private static final Set<String> FORMATS = Set.of("golang-migrate", "goose", "dbmate", "flyway", "liquibase");
    private static final String LOCAL = "local.";
    private static final Pattern REVISIONS = Pattern.compile("\\brevisions_schema\\s*=\\s*\"(\\w+)\"");
    private static final Pattern ENV = Pattern.compile("^env\\s+\"?([\\w-]+)\"?\\s*\\{", Pattern.MULTILINE);
    private static final Pattern SEARCH_PATH = Pattern.compile("[?&]search_path=(\\w+)");
    private static final String TABLE = "atlas_schema_revisions";

    @Override
    public String key() {
        return "atlas";
    }

    @Override
    public String title() {
        return "Atlas";
    }

    @Override
    public boolean detect(Path folder) {
        return Files.exists(folder.resolve(HCL))
                || FOLDERS.stream()
                        .anyMatch(name -> Files.exists(folder.resolve(name).resolve(SUM)));
    }

    @Override
    public String version(ToolProject project) {
        return project.run("atlas", "version").output().replaceFirst("(?s)^.*?version (?:- )?v?(\\S+).*", "$1");
    }

    @Override
    public String installation() {
        return "Put atlas into the project's bin or on the PATH, as its own pages say.";
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        String schema = schema(project);
        // A schema of its own goes as a whole; it is called as its table is.
        return List.of(schema.equals(TABLE) ? TABLE : schema + "." + TABLE);
    }

    /** Where it keeps its history: as configured, else in the one schema that the URL names, else in its own. */
    private static String schema(ToolProject project) {
        return first(REVISIONS, read(project.folder().resolve(HCL)))
                .or(() -> first(SEARCH_PATH, url(project)))
                .orElse(TABLE);
    }

    /** As the plan has it, for the parameters of its own that a project needs. */
    private static String url(ToolProject project) {
        return project.environment().getOrDefault("DATABASE_URL", "{url}");
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        Path folder = project.folder()
                .resolve(dir(project).replaceFirst("^file://", "").replaceFirst("\\?.*", ""));
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> SourceFiles.nameOf(file).matches("(?!.*\\.down\\.sql$).*\\.sql"))
                    .sorted()
                    .map(file -> ToolMigration.of(SourceFiles.nameOf(file).replaceFirst("(\\.up)?\\.sql$", ""), file))
                    .toList();
        } catch (IOException e) {
            throw new InvalidRehearsalException(
                    "Cannot read Atlas' migrations in " + folder + ": " + FileTrouble.reason(e)
                            + ". Where they are is read from " + HCL
                            + " as text: write it there as dir = \"file://FOLDER\", or as a local of that value.",
                    e);
        }
    }

    /** As a URL, with the format that the configuration gives beside it. */
    static String dir(ToolProject project) {
        String hcl = read(project.folder().resolve(HCL));
        return value("dir", hcl)
                .filter(dir -> dir.startsWith("file://"))
                .map(dir -> dir.contains("?")
                        ? dir
                        : dir
                                + value("format", hcl)
                                        .filter(FORMATS::contains)
                                        .map("?format="::concat)
                                        .orElse(""))
                .or(() -> FOLDERS.stream()
                        .filter(name ->
                                Files.exists(project.folder().resolve(name).resolve(SUM)))
                        .map(name -> "file://" + name)
                        .findFirst())
                .or(() -> onlyBelow(project).map(folder -> "file://" + folder))
                .orElse("file://migrations");
    }

    /** Where the configuration says nothing, as it may be said with each command, the one folder that has sums. */
    private static Optional<Path> onlyBelow(ToolProject project) {
        List<Path> sums = project.once(
                "Atlas' sums",
                () -> SourceFiles.named(project.folder(), Pattern.compile(Pattern.quote(SUM)), any -> true));
        return sums.size() == 1
                ? Optional.of(project.folder()
                        .relativize(Objects.requireNonNull(sums.get(0).getParent())))
                : Optional.empty();
    }

    /** What the configuration first gives that name, by itself or by one of its locals; nothing where it puts it together. */
    private static Optional<String> value(String name, String hcl) {
        return values(name, hcl)
                .findFirst()
                .flatMap(value -> value.startsWith(LOCAL)
                        ? values(value.substring(LOCAL.length()), hcl)
                                .filter(given -> !given.startsWith(LOCAL))
                                .findFirst()
                        : Optional.of(value));
    }

    private static Stream<String> values(String name, String hcl) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\s*=\\s*\"?(?:\\$\\{\\s*)?([^\"$}\\s]+)(?=[\"}\\s])")
                .matcher(hcl)
                .results()
                .map(given -> given.group(1));
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        String table = schema(project) + "." + TABLE;
        List<String> versions =
                Histories.column(connection, table, "select version from " + table + " where applied = total");
        return migrations(project).stream()
                .map(ToolMigration::id)
                .filter(id -> versions.contains(versionOf(id)))
                .toList();
    }

    private static String versionOf(String id) {
        return id.replaceFirst("_.*", "");
    }

    /** It is shown a folder with the migrations up to there: told how many, a second instance would go that far beyond them. */
    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) {
        List<ToolMigration> migrations = migrations(session.project());
        if (migrations.get(migrations.size() - 1).id().equals(id)) {
            return applyAll(session);
        }
        Path shown = session.project().scratch("up-to-" + id);
        try {
            for (ToolMigration migration : migrations) {
                Path file = migration.files().get(0);
                Files.copy(file, shown.resolve(SourceFiles.nameOf(file)));
                if (migration.id().equals(id)) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot copy Atlas' migrations to " + shown + ": " + e + ".", e);
        }
        String dir = dir(session.project()).replaceFirst("//[^?]*", Matcher.quoteReplacement("//" + shown));
        ToolResult hashed = session.run("atlas", "migrate", "hash", "--dir", dir);
        return hashed.succeeded() ? apply(session, dir) : hashed;
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return apply(session, dir(session.project()));
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        List<String> versions = ids.stream().map(Atlas::versionOf).toList();
        Histories.forget(connection, schema(session.project()) + "." + TABLE, "version", versions);
    }

    /** With the environment of its configuration where that has one alone; these two flags come before what it says. */
    private static ToolResult apply(ToolSession session, String dir) {
        ToolProject project = session.project();
        List<String> arguments = new ArrayList<>(
                List.of("migrate", "apply", "--url", session.target().fill(url(project)), "--dir", dir));
        List<String> environments = ENV.matcher(read(project.folder().resolve(HCL)))
                .results()
                .map(env -> env.group(1))
                .toList();
        if (environments.size() == 1) {
            arguments.addAll(List.of("--env", environments.get(0)));
        }
        return session.run("atlas", arguments.toArray(String[]::new));
    }

    /** Atlas may only write what another tool applies. */
    @Override
    public List<String> notes(ToolProject project) {
        String dir = dir(project);
        return dir.endsWith("=golang-migrate")
                ? List.of(
                        "the files are golang-migrate's by their format: where that applies them to production, let it rehearse them, too, by"
                                + " tool: golang-migrate and environment: { MIGRATIONS_DIR: "
                                + dir.replaceFirst("^file://", "").replaceFirst("\\?.*", "") + " } under \"migration\"")
                : List.of();
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of(
                "Begin its file with \"-- atlas:txmode none\", and leave nothing else in it that must not run twice.");
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(
                "an advisory lock on a number made of a name; a second instance waits 10 s and gives up; up to 0.13 it waits"
                        + " in pg_advisory_lock, and a CREATE INDEX CONCURRENTLY of the first waits for it that long");
    }

    /** What was applied of a migration outside a transaction is counted in its row, and the next run goes on from there. */
    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) {
        return Optional.empty();
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
