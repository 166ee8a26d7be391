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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Drizzle Kit: scripts of SQL in the order of a journal, all that is pending in one transaction; no lock, no way back, and no word of what
 * failed. It cannot stop at a migration, so that it is shown a folder with the migrations up to there, by a configuration that takes all
 * else from the project's.
 */
public final class DrizzleKit implements ProjectTool {

    private static final List<String> CONFIGS = List.of(
            "drizzle.config.ts",
            "drizzle.config.js",
            "drizzle.config.mjs",
            "drizzle.config.cjs",
            "drizzle.config.json");
    private static final String JOURNAL = "meta/_journal.json";
    private static final String SCRIPT = "migration.sql";

    /** Its name in a table that has names, else when it was made. */
    private static final String KNOWN = "coalesce(to_jsonb(t) ->> 'name', t.created_at::text)";

    private static final Pattern DATE = Pattern.compile("\\d{14}");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");

    @Override
    public String key() {
        return "drizzle";
    }

    @Override
    public String title() {
        return "Drizzle Kit";
    }

    @Override
    public boolean detect(Path folder) {
        return NodeFiles.first(folder, CONFIGS).isPresent();
    }

    @Override
    public String version(ToolProject project) {
        return NodeFiles.installedVersion(project, "drizzle-kit");
    }

    @Override
    public String installation() {
        return "Install the project's packages, with npm ci or its own package manager.";
    }

    /**
     * A migration. Up to 0.x the journal lists them, and the database knows only when one was made; from 1.0 on each is a folder, and the
     * database knows its name.
     *
     * @param file relative to the migrations' folder
     * @param raw what the journal says; empty where there is none
     */
    private record Entry(String tag, String when, Path file, Map<?, ?> raw) {}

    private static Path config(ToolProject project) {
        return NodeFiles.first(project.folder(), CONFIGS)
                .orElseThrow(() -> new InvalidRehearsalException("There is no " + CONFIGS.get(0) + " in "
                        + project.folder() + ". Name the folder that has it."));
    }

    private static Path folder(ToolProject project) {
        String named = NodeFiles.value(SourceFiles.code(config(project)), "out").orElse("drizzle");
        return project.folder().resolve(named).normalize();
    }

    private static Map<?, ?> journal(ToolProject project) {
        Path file = folder(project).resolve(JOURNAL);
        try {
            Object read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            if (read instanceof Map) {
                return (Map<?, ?>) read;
            }
            throw new InvalidRehearsalException(
                    file + " is no journal of Drizzle Kit's. drizzle-kit generate writes one.");
        } catch (IOException | YamlEngineException e) {
            throw new InvalidRehearsalException(
                    "Cannot read Drizzle Kit's journal " + file + ": " + FileTrouble.of(e)
                            + ". The folder is read from " + config(project)
                            + " as text: write it there as a string, out: './drizzle'.",
                    e);
        }
    }

    private static List<Entry> entries(ToolProject project) {
        List<Entry> entries = inFolders(folder(project));
        if (!entries.isEmpty()) {
            return entries;
        }
        Object listed = journal(project).get("entries");
        for (Object entry : listed instanceof List ? (List<?>) listed : List.of()) {
            Map<?, ?> raw = (Map<?, ?>) entry;
            Number when = (Number) Objects.requireNonNull(raw.get("when"), "an entry of the journal says when");
            String tag = String.valueOf(raw.get("tag"));
            entries.add(new Entry(tag, String.valueOf(when.longValue()), Path.of(tag + ".sql"), raw));
        }
        return entries;
    }

    private static List<Entry> inFolders(Path folder) {
        List<Entry> entries = new ArrayList<>();
        if (Files.isDirectory(folder) && !Files.exists(folder.resolve(JOURNAL))) {
            for (Path each : SourceFiles.list(folder)) {
                String name = SourceFiles.nameOf(each);
                if (Files.isRegularFile(each.resolve(SCRIPT))) {
                    entries.add(new Entry(name, millis(name), Path.of(name, SCRIPT), Map.of()));
                }
            }
        }
        return entries;
    }

    /** What a database that only 0.x has migrated knows of a folder's migration. */
    private static String millis(String name) {
        Matcher date = DATE.matcher(name);
        try {
            return date.lookingAt()
                    ? String.valueOf(LocalDateTime.parse(date.group(), SECONDS)
                            .toInstant(ZoneOffset.UTC)
                            .toEpochMilli())
                    : name;
        } catch (DateTimeParseException e) {
            return name;
        }
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        Path folder = folder(project);
        return entries(project).stream()
                .map(entry -> ToolMigration.of(entry.tag(), folder.resolve(entry.file())))
                .toList();
    }

    private static String schema(ToolProject project) {
        return NodeFiles.value(settings(project), "schema").orElse("drizzle");
    }

    private static String table(ToolProject project) {
        return schema(project) + "."
                + NodeFiles.value(settings(project), "table").orElse("__drizzle_migrations");
    }

    private static String settings(ToolProject project) {
        return NodeFiles.section(SourceFiles.code(config(project)), "migrations");
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        String schema = schema(project);
        return List.of(schema.equals("drizzle") ? schema : table(project));
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        String table = table(project);
        Set<String> made = Set.copyOf(Histories.column(connection, table, "select " + KNOWN + " from " + table + " t"));
        return entries(project).stream()
                .filter(entry -> made.contains(entry.tag()) || made.contains(entry.when()))
                .map(Entry::tag)
                .toList();
    }

    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) {
        ToolProject project = session.project();
        List<Entry> entries = entries(project);
        List<Entry> shown = new ArrayList<>();
        for (Entry entry : entries) {
            shown.add(entry);
            if (entry.tag().equals(id)) {
                break;
            }
        }
        return shown.size() == entries.size() ? applyAll(session) : run(session, "--config=" + show(project, shown));
    }

    /** A configuration for these migrations alone. */
    private static Path show(ToolProject project, List<Entry> entries) {
        Path folder = project.scratch("up-to");
        try {
            for (Entry entry : entries) {
                Path copy = folder.resolve(entry.file());
                Files.createDirectories(copy.getParent());
                Files.copy(folder(project).resolve(entry.file()), copy);
            }
            if (Files.exists(folder(project).resolve(JOURNAL))) {
                Files.createDirectories(folder.resolve(JOURNAL).getParent());
                Files.writeString(folder.resolve(JOURNAL), journalOf(project, entries));
            }
            Path config = folder.resolve("drizzle.config.ts");
            return Files.writeString(
                    config,
                    "import config from " + NodeFiles.literal(config(project)) + "\nexport default { ...config, out: "
                            + NodeFiles.literal(folder) + " }\n");
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot copy Drizzle Kit's migrations to " + folder + ": " + FileTrouble.of(e) + ".", e);
        }
    }

    private static String journalOf(ToolProject project, List<Entry> entries) {
        Map<?, ?> journal = journal(project);
        return "{\"version\":\"" + journal.get("version") + "\",\"dialect\":\"" + journal.get("dialect")
                + "\",\"entries\":["
                + entries.stream().map(entry -> json(entry.raw())).collect(Collectors.joining(",")) + "]}";
    }

    private static String json(Map<?, ?> flat) {
        return flat.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":"
                        + (field.getValue() instanceof String ? "\"" + field.getValue() + "\"" : field.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return run(session);
    }

    private static ToolResult run(ToolSession session, String... arguments) {
        Path config = config(session.project());
        NodeAddress.check(session.project(), config, credentials(config), List.of("url", "host", "port"));
        return session.run(
                "drizzle-kit",
                Stream.concat(Stream.of("migrate"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static String credentials(Path config) {
        return NodeFiles.section(NodeModules.inlined(config), "dbCredentials");
    }

    @Override
    public Map<String, String> address(ToolProject project) {
        return NodeAddress.wanted(credentials(config(project)));
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        List<String> made = entries(session.project()).stream()
                .filter(entry -> ids.contains(entry.tag()))
                .flatMap(entry -> Stream.of(entry.tag(), entry.when()))
                .toList();
        Histories.forget(connection, table(session.project()) + " t", KNOWN, made);
    }

    @Override
    public Optional<String> lock() {
        return Optional.empty();
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of(
                "End Drizzle Kit's transaction in the file, COMMIT; --> statement-breakpoint, and begin another at its end: BEGIN;");
    }

    /** It keeps no state but the rows of what is applied. */
    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) {
        return Optional.empty();
    }
}
