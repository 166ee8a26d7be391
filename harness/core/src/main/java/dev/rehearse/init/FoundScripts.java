package dev.rehearse.init;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.TwoWayScript;
import dev.rehearse.sql.TwoWayScript.Way;
import dev.rehearse.tool.Dialects;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Numbered SQL scripts, of which no tool that Rehearse runs keeps books: {@code 003_email.sql}, with {@code 003_email.down.sql} where there is
 * a way back, or {@code 003_email/up.sql} with {@code 003_email/down.sql}, or both ways in one ({@link TwoWayScript}), or in a folder for each release ({@link NumberedScripts}). Where a name says which database it is
 * for, as {@code 003_email.mysql.up.sql} does, only PostgreSQL's are meant.
 */
record FoundScripts(Path folder, String location) implements Found {

    static final String KEY = "sql";

    private static final List<String> USUAL = List.of("migrations", "db/migrations", "sql", "");
    /** What was applied, of which what goose took back again is not. */
    private static final Map<String, String> HISTORIES = new TreeMap<>(Map.of(
            "goose_db_version",
            "select version_id from (select distinct on (version_id) version_id, is_applied from goose_db_version"
                    + " order by version_id, id desc) as last where is_applied",
            "__diesel_schema_migrations",
            "select version from __diesel_schema_migrations",
            "gorp_migrations",
            "select id from gorp_migrations",
            "_sqlx_migrations",
            "select version from _sqlx_migrations where success"));

    private static final Pattern PROGRAM = Pattern.compile("[vV]?\\d+[-_.].*\\.(go|py|js|mjs|cjs|ts|java|kt|rb|rs|sh)");
    private static final List<String> FORTH_BY_PROGRAM =
            Stream.of("ts", "js", "mjs", "py", "go").map("migration."::concat).toList();
    private static final String UNDO = "down.sql";
    /** What a folder's path from the project's own on must say, if nobody named it. */
    private static final Pattern OF_MIGRATIONS = Pattern.compile("(?i).*(migrat|versioned|delta).*");

    private static final Pattern BACK =
            Pattern.compile("(.*[-_.])?(down|undo|rollback|revert|reverse)\\.sql", Pattern.CASE_INSENSITIVE);

    private static final Pattern WAY =
            Pattern.compile("([-_.](up|do|down|undo|rollback|revert|reverse))?\\.sql$", Pattern.CASE_INSENSITIVE);

    /** Where people have them. Folders that are called by numbers alone are not only releases of migrations. */
    static Optional<Found> in(Path folder) {
        return USUAL.stream()
                .filter(location -> NumberedScripts.in(folder.resolve(location)).stream()
                        .anyMatch(script -> folder.resolve(location).equals(script.getParent())
                                || saysSo(ownName(folder).resolve(location))))
                .findFirst()
                .map(location -> new FoundScripts(folder, location));
    }

    /** Each of the folders below, wherever it is. */
    static List<Path> below(Path folder) {
        return NumberedScripts.below(folder).stream()
                .filter(FoundScripts::saysSo)
                .toList();
    }

    /** Whatever the folders above it are called. */
    private static Path ownName(Path folder) {
        return Path.of(NumberedScripts.name(folder));
    }

    private static boolean saysSo(Path location) {
        return OF_MIGRATIONS.matcher(location.toString()).matches();
    }

    /** The one that was named. */
    static Optional<Found> at(Path folder, String location) {
        return NumberedScripts.in(folder.resolve(location)).isEmpty()
                ? Optional.empty()
                : Optional.of(new FoundScripts(folder, location));
    }

    @Override
    public String title() {
        return "SQL scripts";
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public List<ToolMigration> migrations() {
        return migrationsIn(folder);
    }

    /** In no order of its own: a plan names the scripts one by one. */
    @Override
    public List<ToolMigration> baseline(List<ToolMigration> all, Set<String> there) {
        return all.stream().filter(migration -> there.contains(migration.id())).toList();
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        Path root = copy.resolve(location);
        List<ToolMigration> migrations = new ArrayList<>();
        for (Path file : NumberedScripts.in(root)) {
            Path script = NumberedScripts.forth(file).orElse(file);
            if (!isBack(file) && mayGo(Way.UP, script)) {
                migrations.add(new ToolMigration(NumberedScripts.id(root, file), List.of(script)));
            }
        }
        return migrations;
    }

    @Override
    public List<String> notes(List<ToolMigration> pending) {
        Path root = folder.resolve(location);
        List<Path> scripts = NumberedScripts.in(root);
        List<Path> beside = Stream.concat(Stream.of(root), scripts.stream().map(Path::getParent))
                .distinct()
                .flatMap(place -> NumberedScripts.list(place).stream())
                .toList();
        String programs = names(root, beside.stream().filter(FoundScripts::isProgram));
        String unnumbered = names(
                root,
                beside.stream()
                        .filter(file -> !scripts.contains(file) && !isBack(file))
                        .filter(NumberedScripts::isUnnumbered));
        return Stream.of(
                        programs.isEmpty()
                                ? ""
                                : "Only the project's own tool runs what is no SQL, and so the plan leaves out "
                                        + programs
                                        + ": where later scripts need what it makes, let \"schema\" be a pg_dump --schema-only of production",
                        unnumbered.isEmpty()
                                ? ""
                                : "No number says when it runs, and so the plan leaves out " + unnumbered
                                        + ": what production has of it belongs under \"schema\"",
                        refused())
                .filter(note -> !note.isEmpty())
                .toList();
    }

    /** Why a run will refuse the first script that it would refuse; empty where it takes all. */
    private String refused() {
        for (ToolMigration migration : migrations()) {
            Path script = migration.files().get(0);
            try {
                goes(Way.UP, script);
            } catch (InvalidRehearsalException e) {
                return "a run refuses " + relative(script) + ", perhaps others: "
                        + String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
            }
        }
        return "";
    }

    private static String names(Path root, Stream<Path> files) {
        return LeftOut.names(files.map(file -> NumberedScripts.id(root, file)));
    }

    /** A file, or a folder that is a migration and has no script. */
    private static boolean isProgram(Path file) {
        String name = NumberedScripts.name(file);
        return PROGRAM.matcher(name).matches()
                || NumberedScripts.isNumbered(name)
                        && FORTH_BY_PROGRAM.stream().map(file::resolve).anyMatch(Files::isRegularFile);
    }

    /** Where goose, Diesel, sql-migrate or sqlx keep their books of such scripts: by number, whatever else is in their names. */
    @Override
    public List<String> applied(Connection connection) throws SQLException {
        Set<String> numbers = new HashSet<>();
        boolean any = false;
        for (Map.Entry<String, String> history : HISTORIES.entrySet()) {
            any |= Histories.exists(connection, history.getKey());
            Histories.column(connection, history.getKey(), history.getValue())
                    .forEach(value -> numbers.add(NumberedScripts.version(value)));
        }
        if (!any) {
            throw new InvalidRehearsalException(
                    "The database has none of the tables "
                            + String.join(", ", HISTORIES.keySet())
                            + ", so that its URL does not tell which of the scripts it has. Name the last one that production has, or a git ref, as --from.");
        }
        return migrations().stream()
                .map(ToolMigration::id)
                .filter(id -> numbers.contains(NumberedScripts.version(id)))
                .toList();
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        List<String> down = new ArrayList<>();
        pending.forEach(migration -> back(migration).map(this::relative).forEach(down::add));
        Collections.reverse(down);
        StringBuilder plan = new StringBuilder();
        plan.append("migration:\n  up:\n");
        pending.forEach(script -> plan.append("    - ")
                .append(Yaml.text(relative(script.files().get(0))))
                .append('\n'));
        plan.append(
                down.isEmpty()
                        ? "  # The way back:\n  # down: [corrective.sql]\n"
                        : "  down: " + Yaml.list(down) + "\n");
        return plan.toString();
    }

    @Override
    public String schema(List<ToolMigration> baseline) {
        StringBuilder schema = new StringBuilder();
        if (!baseline.isEmpty()) {
            schema.append("# What production has: these scripts run before the data is loaded.\nschema:\n");
            baseline.forEach(script -> schema.append("  - ")
                    .append(Yaml.text(relative(script.files().get(0))))
                    .append('\n'));
        }
        return schema.toString();
    }

    private Stream<Path> back(ToolMigration migration) {
        Path script = migration.files().get(0);
        Stream<Path> beside = NumberedScripts.isForth(script)
                ? Stream.of(script.resolveSibling(UNDO)).filter(Files::isRegularFile)
                : beside(script).filter(FoundScripts::isBack).filter(file -> isBackOf(file, script));
        return Stream.concat(Stream.of(script).filter(FoundScripts::holdsBothWays), beside)
                .filter(file -> mayGo(Way.DOWN, file));
    }

    /** By its name; by its number where no script is called as the way back is. */
    private boolean isBackOf(Path file, Path script) {
        String called = stem(file);
        return called.equals(stem(script))
                || NumberedScripts.isNumbered(NumberedScripts.name(file))
                        && number(file).equals(number(script))
                        && beside(script)
                                .noneMatch(other ->
                                        !other.equals(file) && stem(other).equals(called));
    }

    /** All of its folder. */
    private Stream<Path> beside(Path script) {
        return NumberedScripts.in(folder.resolve(location)).stream()
                .filter(file -> Objects.equals(file.getParent(), script.getParent()));
    }

    private static boolean isBack(Path file) {
        return BACK.matcher(NumberedScripts.name(file)).matches();
    }

    private static String number(Path file) {
        return NumberedScripts.version(NumberedScripts.name(file));
    }

    /** Its name without its way and its database. */
    private static String stem(Path script) {
        return WAY.matcher(Dialects.withoutDialect(NumberedScripts.name(script)))
                .replaceFirst("");
    }

    private static boolean holdsBothWays(Path script) {
        try {
            return TwoWayScript.isOne(Files.readString(script));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Whether it has a statement for that way; there are placeholders without one. What is no SQL is for the plan's reader to refuse. */
    private static boolean mayGo(Way way, Path script) {
        try {
            return goes(way, script);
        } catch (InvalidRehearsalException e) {
            return true;
        }
    }

    private static boolean goes(Way way, Path script) {
        try {
            return !SqlScripts.split(NumberedScripts.name(script), TwoWayScript.only(way, Files.readString(script)))
                    .isEmpty();
        } catch (IOException unreadable) {
            return true;
        }
    }

    private String relative(Path file) {
        return folder.relativize(file).toString();
    }
}
