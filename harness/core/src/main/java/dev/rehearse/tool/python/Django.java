package dev.rehearse.tool.python;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Django's migrations, by {@code manage.py}. Its settings say where the database is, each project's in its own way; so it is called with
 * settings that are the project's own but for the default database. It takes no lock.
 */
public final class Django implements ProjectTool {

    private static final String TABLE = "django_migrations";
    private static final String SETTINGS_MODULE = "DJANGO_SETTINGS_MODULE";
    private static final String THEIR_SETTINGS = "REHEARSE_DJANGO_SETTINGS";
    private static final Pattern SETTINGS = Pattern.compile("DJANGO_SETTINGS_MODULE[\"']\\s*,\\s*[\"']([\\w.]+)[\"']");

    private static final String OUR_SETTINGS = """
            # The project's settings, with the default database where the rehearsal is.
            import importlib
            import os

            # Its package may ask for settings while it is imported: it gets the project's own until then, and what has read
            # DATABASES by then sees it change.
            ours = os.environ["DJANGO_SETTINGS_MODULE"]
            theirs = os.environ["DJANGO_SETTINGS_MODULE"] = os.environ["%s"]
            try:
                project = importlib.import_module(theirs)
            finally:
                os.environ["DJANGO_SETTINGS_MODULE"] = ours
            globals().update({name: value for name, value in vars(project).items() if name.isupper()})
            DATABASES = globals().get("DATABASES", {})
            default = DATABASES.setdefault("default", {})
            if "postg" not in default.get("ENGINE", ""):
                default.update(ENGINE="django.db.backends.postgresql", OPTIONS={})
            default.update(
                NAME=os.environ["PGDATABASE"],
                USER=os.environ["PGUSER"],
                PASSWORD=os.environ["PGPASSWORD"],
                HOST=os.environ["PGHOST"],
                PORT=os.environ["PGPORT"],
            )
            no_options = {"service", "passfile", "pool"}
            default["OPTIONS"] = {
                name: value
                for name, value in default.get("OPTIONS", {}).items()
                if name not in no_options and not name.startswith("ssl")
            } | {"sslmode": "disable", "application_name": os.environ["PGAPPNAME"]}
            """.formatted(THEIR_SETTINGS);

    /** In the order of {@code migrate}, which goes from leaf to leaf; each with what it comes after. */
    private static final String LIST = """
            import sys
            from django.db.migrations.loader import MigrationLoader
            loader = MigrationLoader(None)
            told = set()
            for leaf in loader.graph.leaf_nodes():
                for node in loader.graph.forwards_plan(leaf):
                    if node not in told:
                        told.add(node)
                        migration = loader.graph.nodes[node]
                        reversible = all(operation.reversible for operation in migration.operations)
                        after = ",".join(".".join(parent.key) for parent in loader.graph.node_map[node].parents)
                        print("rehearse", *node, reversible, after, sys.modules[migration.__module__].__file__, sep="\\t")
            """;

    /** What stands for the state before an app's first migration. */
    private static final String ZERO = "zero";

    /** @param after ids of what it comes after, of its own app or of others */
    private record Step(String app, String name, boolean reversible, List<String> after, Path file) {
        String id() {
            return app + "." + name;
        }
    }

    @Override
    public String key() {
        return "django";
    }

    @Override
    public String title() {
        return "Django";
    }

    @Override
    public boolean detect(Path folder) {
        // Where it leaves the rest to the application it names at least DJANGO_SETTINGS_MODULE.
        return read(folder.resolve("manage.py")).toLowerCase(Locale.ROOT).contains("django");
    }

    @Override
    public String version(ToolProject project) {
        return project.run(python(project), "-m", "django", "--version")
                .output()
                .strip();
    }

    @Override
    public List<String> choices() {
        return List.of(SETTINGS_MODULE);
    }

    @Override
    public String installation() {
        return "Install it into the project's virtual environment, .venv, or call rehearse with that one active.";
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        return List.of(TABLE);
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        return steps(project).stream().map(Django::migration).toList();
    }

    private static ToolMigration migration(Step step) {
        return ToolMigration.of(step.id(), step.file());
    }

    /** What production has, then the others. */
    private static List<Step> steps(ToolProject project) {
        return project.once("django's migrations, production's first", () -> {
            Set<String> first =
                    project.baseline().stream().map(ToolMigration::id).collect(Collectors.toSet());
            return inItsOrder(project).stream()
                    .sorted(Comparator.comparing(step -> !first.contains(step.id())))
                    .toList();
        });
    }

    /**
     * Django orders the migrations of an app, and those of several only where one depends on another: so the last of production's is one of
     * an app, and of other apps production has all that do not depend on later ones. Where several apps have later ones, the last of each
     * is named, with commas between them, {@code app.zero} where it has none.
     */
    @Override
    public Set<String> before(ToolProject project, String last) {
        List<Step> steps = inItsOrder(project);
        List<ToolMigration> all = steps.stream().map(Django::migration).toList();
        Set<String> before = new LinkedHashSet<>();
        all.forEach(migration -> before.add(migration.id()));
        for (String named : last.strip().split("[,\\s]+")) {
            Optional<String> whole =
                    apps(all).filter(app -> named.equals(app + ZERO)).findFirst();
            String id = whole.isPresent() ? named : project.named(named, all).id();
            boolean later = whole.isPresent();
            for (ToolMigration migration : all) {
                if (app(migration).equals(id.substring(0, id.indexOf('.') + 1)) && later) {
                    before.remove(migration.id());
                }
                later |= migration.id().equals(id);
            }
        }
        return before;
    }

    @Override
    public List<ToolMigration> baseline(ToolProject project, Set<String> there) {
        Set<String> baseline = new LinkedHashSet<>();
        return inItsOrder(project).stream()
                .filter(step -> there.contains(step.id()) && baseline.containsAll(step.after()))
                .peek(step -> baseline.add(step.id()))
                .map(Django::migration)
                .toList();
    }

    @Override
    public @Nullable String from(List<ToolMigration> baseline, List<ToolMigration> pending) {
        if (baseline.isEmpty()) {
            return null;
        }
        Map<String, String> last = new HashMap<>();
        baseline.forEach(migration -> last.put(app(migration), migration.id()));
        return apps(pending).map(app -> last.getOrDefault(app, app + ZERO)).collect(Collectors.joining(", "));
    }

    private static Stream<String> apps(List<ToolMigration> migrations) {
        return migrations.stream().map(Django::app).distinct();
    }

    /** With the point behind it. */
    private static String app(ToolMigration migration) {
        return migration.id().substring(0, migration.id().indexOf('.') + 1);
    }

    private static List<Step> inItsOrder(ToolProject project) {
        return project.once("django's migrations", () -> {
            ToolResult result = project.run(settings(project), python(project), "manage.py", "shell", "-c", LIST);
            if (!result.succeeded()
                    && !project.run(python(project), "-c", "import django").succeeded()) {
                throw new EnvironmentException(
                        "There is no Django for " + project.program(python(project)) + ", which was called in "
                                + project.folder() + ". " + project.tool().installation());
            }
            if (!result.succeeded()) {
                throw new InvalidRehearsalException("Django cannot list the migrations of " + project.folder() + ": "
                        + Traceback.ofTheProject(result.output()).strip()
                        + "\n" + project.program(python(project))
                        + " was called there: see that manage.py showmigrations does. Packages that it lacks belong into the project's virtual"
                        + " environment, .venv, or call rehearse with that one active. What its settings want of the environment is to be"
                        + " set for rehearse, too, or in the plan's \"environment\".");
            }
            return result.output()
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .filter(fields -> fields[0].equals("rehearse") && fields.length == 6)
                    .map(fields -> new Step(
                            fields[1],
                            fields[2],
                            fields[3].equals("True"),
                            fields[4].isEmpty() ? List.of() : List.of(fields[4].split(",")),
                            Path.of(fields[5])))
                    .toList();
        });
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        return Histories.inOrder(
                migrations(project), Histories.column(connection, TABLE, "select app || '.' || name from " + TABLE));
    }

    /** An app at a time, since it knows no order across them but what depends on what, and goes back where an app is further on. */
    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) throws SQLException {
        List<Step> steps = steps(session.project());
        List<String> applied = applied(session.project(), connection);
        Map<String, String> targets = new LinkedHashMap<>();
        for (Step step : steps) {
            if (!applied.contains(step.id())) {
                targets.put(step.app(), step.name());
            }
            if (step.id().equals(id)) {
                break;
            }
        }
        if (!targets.isEmpty() && steps.get(steps.size() - 1).id().equals(id)) {
            return applyAll(session);
        }
        ToolResult result = ToolResult.nothingToDo();
        for (Map.Entry<String, String> target : targets.entrySet()) {
            result = manage(session, "migrate", target.getKey(), target.getValue(), "--noinput");
            if (!result.succeeded()) {
                break;
            }
        }
        return result;
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return manage(session, "migrate", "--noinput");
    }

    @Override
    public boolean canUndo(ToolProject project, String id) {
        return steps(project).stream().anyMatch(step -> step.id().equals(id) && step.reversible());
    }

    @Override
    public ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        Step step = step(session.project(), id);
        return manage(session, "migrate", step.app(), before(session.project(), step), "--noinput");
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) {
        for (String id : ids) {
            Step step = step(session.project(), id);
            ToolResult result =
                    manage(session, "migrate", step.app(), before(session.project(), step), "--fake", "--noinput");
            if (!result.succeeded()) {
                throw new EnvironmentException("Django could not be told that " + id + " is taken back: "
                        + result.output().strip());
            }
        }
    }

    private static Step step(ToolProject project, String id) {
        return steps(project).stream()
                .filter(step -> step.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new InvalidRehearsalException(
                        "Django has no migration " + id + " in " + project.folder() + "."));
    }

    /** The one before it in its app. */
    private static String before(ToolProject project, Step step) {
        String before = ZERO;
        for (Step each : steps(project)) {
            if (each.equals(step)) {
                break;
            }
            before = each.app().equals(step.app()) ? each.name() : before;
        }
        return before;
    }

    private static ToolResult manage(ToolSession session, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "manage.py";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return session.run(settings(session.project()), python(session.project()), all);
    }

    /** Our settings in place of theirs, which manage.py names where the environment does not. */
    private static Map<String, String> settings(ToolProject project) {
        Optional<String> theirs = theirSettings(project);
        if (theirs.isEmpty()) {
            return Map.of();
        }
        Path folder = project.scratch("settings");
        try {
            Files.writeString(folder.resolve("rehearse_settings.py"), OUR_SETTINGS);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot write Django's settings to " + folder + ": " + FileTrouble.of(e) + ".", e);
        }
        String path = project.variable("PYTHONPATH");
        return Map.of(
                THEIR_SETTINGS,
                theirs.get(),
                SETTINGS_MODULE,
                "rehearse_settings",
                "PYTHONPATH",
                path == null || path.isEmpty() ? folder.toString() : folder + ":" + path);
    }

    private static Optional<String> theirSettings(ToolProject project) {
        String named = project.variable(SETTINGS_MODULE);
        if (named != null) {
            return Optional.of(named);
        }
        Matcher settings = SETTINGS.matcher(read(project.folder().resolve("manage.py")));
        return settings.find() ? Optional.of(settings.group(1)) : Optional.empty();
    }

    private static String python(ToolProject project) {
        return project.find("python").isPresent() ? "python" : "python3";
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of("Say atomic = False in the migration, and AddIndexConcurrently in place of AddIndex.");
    }

    @Override
    public Optional<String> lock() {
        return Optional.empty();
    }

    /** It keeps no state but the migrations that are applied. */
    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) {
        return Optional.empty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
