package dev.rehearse.tool.python;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
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
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Alembic: revisions in Python, found by {@code alembic.ini}. It takes no lock, and keeps of its history the last revision alone. Where
 * {@code alembic.ini} says where the database is, it is shown a copy that says where ours is.
 */
public final class Alembic implements ProjectTool {

    private static final String INI = "alembic.ini";
    private static final Pattern URL = Pattern.compile("^sqlalchemy\\.url[ \\t]*=[ \\t]*(.*)$", Pattern.MULTILINE);
    /** In {@code env.py}: it does not leave the address to the configuration that it is shown. */
    private static final Pattern SETS_URL =
            Pattern.compile("(?<!\\bget(?:_main_option)?\\()[\"']sqlalchemy\\.url[\"'](?:\\s*,|]\\s*=)");

    private static final Pattern SCHEME = Pattern.compile("^(postgres(?:ql)?(?:\\+\\w+)?)://");

    /** A revision as {@code alembic history --verbose} has it. */
    private static final Pattern FIELD =
            Pattern.compile("^(Rev|Parent|Merges|Also depends on|Path): ?(.*)$", Pattern.MULTILINE);

    private static final Pattern ID = Pattern.compile("^\\S+");

    /** A way back that says at once that there is none. */
    private static final Pattern REFUSES =
            Pattern.compile("^def downgrade\\(.*\\n(?:\\s*(?:\"\"\".*\"\"\"|#.*)?\\n)*\\s+raise\\b", Pattern.MULTILINE);

    private static final Pattern DOWNGRADE = Pattern.compile("^def downgrade\\(", Pattern.MULTILINE);
    private static final Pattern TABLE = Pattern.compile("\\bversion_table\\s*=\\s*[\"'](\\w+)[\"']");
    private static final Pattern TABLE_SCHEMA = Pattern.compile("\\bversion_table_schema\\s*=\\s*[\"'](\\w+)[\"']");

    /** @param after the ids that it comes after; none for one that begins */
    record Revision(String id, List<String> after, Path file) {}

    @Override
    public String key() {
        return "alembic";
    }

    @Override
    public String title() {
        return "Alembic";
    }

    @Override
    public boolean detect(Path folder) {
        return Files.isRegularFile(folder.resolve(INI))
                || read(folder.resolve("pyproject.toml")).contains("[tool.alembic]");
    }

    @Override
    public String version(ToolProject project) {
        return project.run("alembic", "--version").output().replaceFirst("(?s)^.*?alembic (\\S+).*", "$1");
    }

    @Override
    public String installation() {
        return "Install it into the project's virtual environment, .venv, or call rehearse with that one active.";
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(table(project));
    }

    /** As {@code env.py} names it. */
    private static String table(ToolProject project) {
        return project.once("alembic's table", () -> {
            String env = environmentScript(project);
            return first(TABLE_SCHEMA, env).map(schema -> schema + ".").orElse("")
                    + first(TABLE, env).orElse("alembic_version");
        });
    }

    @Override
    public List<String> notes(ToolProject project) {
        return note(environmentScript(project)).stream().toList();
    }

    static Optional<String> note(String env) {
        return SETS_URL.matcher(env).find() && !env.contains("DATABASE_URL")
                ? Optional.of(
                        "env.py says itself where the database is: name the variable that it reads under \"environment\" in the plan,"
                                + " as { DB_URL: \"{url}\" }, for Alembic migrates the database that it finds")
                : Optional.empty();
    }

    /** The {@code env.py} above the revisions; empty where there is none. */
    private static String environmentScript(ToolProject project) {
        return revisions(project).stream()
                .flatMap(revision -> Stream.iterate(
                        revision.file(), at -> at != null && !at.equals(project.folder()), Path::getParent))
                .map(at -> at.resolveSibling("env.py"))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(Alembic::read)
                .orElse("");
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        return revisions(project).stream()
                .map(revision -> ToolMigration.of(revision.id(), revision.file()))
                .toList();
    }

    private static List<Revision> revisions(ToolProject project) {
        return project.once("alembic's revisions", () -> {
            ToolResult result = project.run("alembic", "history", "--verbose");
            if (!result.succeeded()) {
                throw new InvalidRehearsalException("Alembic cannot list the revisions of " + project.folder() + ": "
                        + Traceback.ofTheProject(result.output()).strip()
                        + "\nCall alembic history there until it does.");
            }
            return parse(result.output());
        });
    }

    /** It tells the last revision first. */
    static List<Revision> parse(String history) {
        List<Revision> revisions = new ArrayList<>();
        String id = "";
        List<String> after = new ArrayList<>();
        for (Matcher field = FIELD.matcher(history); field.find(); ) {
            String value = field.group(2).strip();
            switch (field.group(1)) {
                case "Rev" -> {
                    id = first(ID, value).orElse(value);
                    after = new ArrayList<>();
                }
                case "Path" -> revisions.add(new Revision(id, List.copyOf(after), Path.of(value)));
                default ->
                    Stream.of(value.split("[,\\s]+"))
                            .filter(before -> !before.equals("<base>"))
                            .forEach(after::add);
            }
        }
        Collections.reverse(revisions);
        return revisions;
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        List<Revision> revisions = revisions(project);
        Map<String, List<String>> after = new HashMap<>();
        revisions.forEach(revision -> after.put(revision.id(), revision.after()));
        Set<String> applied = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(
                Histories.column(connection, table(project), "select version_num from " + table(project)));
        while (!open.isEmpty()) {
            String id = open.pop();
            if (applied.add(id)) {
                open.addAll(after.getOrDefault(id, List.of()));
            }
        }
        return revisions.stream().map(Revision::id).filter(applied::contains).toList();
    }

    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) {
        return run(session, "upgrade", id);
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return run(session, "upgrade", "heads");
    }

    @Override
    public boolean canUndo(ToolProject project, String id) {
        return revisions(project).stream()
                .filter(revision -> revision.id().equals(id))
                .map(revision -> read(revision.file()))
                .anyMatch(script -> DOWNGRADE.matcher(script).find()
                        && !REFUSES.matcher(script).find());
    }

    @Override
    public ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        return run(session, "downgrade", "-1");
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) {
        List<String> left = revisions(session.project()).stream()
                .filter(revision -> ids.contains(revision.id()))
                .flatMap(revision -> revision.after().stream())
                .filter(before -> !ids.contains(before))
                .toList();
        List<String> arguments = new ArrayList<>(List.of("stamp"));
        arguments.addAll(left.isEmpty() ? List.of("base") : left);
        ToolResult result = run(session, arguments.toArray(String[]::new));
        if (!result.succeeded()) {
            throw new EnvironmentException("Alembic could not be told that " + String.join(", ", ids)
                    + " is taken back: " + result.output().strip());
        }
    }

    @Override
    public Map<String, String> environment(ToolTarget target) {
        return Map.of("SQLALCHEMY_DATABASE_URI", target.url(), "SQLALCHEMY_URL", target.url());
    }

    private static ToolResult run(ToolSession session, String... arguments) {
        List<String> all = new ArrayList<>();
        Path folder = session.project().folder();
        String ini = read(folder.resolve(INI));
        if (URL.matcher(ini).find()) {
            Path shown = session.project().scratch("ini").resolve(INI);
            try {
                Files.writeString(shown, pointed(ini, folder, session.target()));
            } catch (IOException e) {
                throw new EnvironmentException("Cannot write " + shown + ": " + e + ".", e);
            }
            all.addAll(List.of("-c", shown.toString()));
        }
        all.addAll(List.of(arguments));
        return session.run("alembic", all.toArray(String[]::new));
    }

    /** A configuration of that folder's as it is elsewhere and with our database; the driver that it names stays. */
    static String pointed(String ini, Path folder, ToolTarget target) {
        return URL.matcher(ini)
                .replaceAll(url -> Matcher.quoteReplacement("sqlalchemy.url = "
                        + url(target, first(SCHEME, url.group(1)).orElse("postgresql"))
                                .replace("%", "%%")))
                .replace("%(here)s", folder.toString().replace("%", "%%"));
    }

    /** As SQLAlchemy has it. Its drivers that are not libpq know neither of these parameters. */
    private static String url(ToolTarget target, String scheme) {
        String url =
                target.url().replaceFirst("^postgresql:", scheme.replaceFirst("^postgres(?!ql)", "postgresql") + ":");
        return scheme.contains("+") && !scheme.contains("+psycopg") ? url.replaceFirst("\\?.*", "") : url;
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of(
                "Run it in \"with op.get_context().autocommit_block():\", an index with postgresql_concurrently=True.");
    }

    @Override
    public Optional<String> lock() {
        return Optional.empty();
    }

    /** It keeps no state but the revision that is applied. */
    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) {
        return Optional.empty();
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(matcher.groupCount())) : Optional.empty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
