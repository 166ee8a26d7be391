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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Numbered SQL scripts, of which no tool that Rehearse runs keeps books: {@code 003_email.sql}, with {@code 003_email.down.sql} where there is
 * a way back, or {@code 003_email/up.sql} with {@code 003_email/down.sql}, or both ways in one ({@link TwoWayScript}). Where a name says which database it is
 * for, as {@code 003_email.mysql.up.sql} does, only PostgreSQL's are meant.
 */
record FoundScripts(Path folder, String location) implements Found {

    static final String KEY = "sql";

    private static final List<String> USUAL = List.of("migrations", "db/migrations", "sql", "");
    private static final Pattern NUMBERED = Pattern.compile("[vV]?(\\d+(?:\\.\\d+)*)[-_.].*");
    /** As Diesel numbers them, lately with one more number behind, whose history has the digits alone, and others without its time of day. */
    private static final Pattern DATED = Pattern.compile("\\d{4}-\\d\\d-\\d\\d(-\\d+)?(-\\d+(?=_))?");

    /** What was applied, of which what goose took back again is not. */
    private static final Map<String, String> HISTORIES = new TreeMap<>(Map.of(
            "goose_db_version",
            "select version_id from (select distinct on (version_id) version_id, is_applied from goose_db_version"
                    + " order by version_id, id desc) as last where is_applied",
            "__diesel_schema_migrations",
            "select version from __diesel_schema_migrations",
            "gorp_migrations",
            "select id from gorp_migrations"));

    private static final Pattern PROGRAM = Pattern.compile("[vV]?\\d+[-_.].*\\.(go|py|js|mjs|cjs|ts|java|kt|rb|rs|sh)");
    private static final List<String> FORTH = List.of("up.sql", "migration.sql");
    private static final String UNDO = "down.sql";
    /** What a folder's path must say, if nobody named it. */
    private static final Pattern OF_MIGRATIONS = Pattern.compile("(?i).*migrat.*");

    private static final Pattern BACK =
            Pattern.compile(".*[-_.](down|undo|rollback|revert)\\.sql", Pattern.CASE_INSENSITIVE);

    private static final Pattern WAY =
            Pattern.compile("([-_.](up|do|down|undo|rollback|revert))?\\.sql$", Pattern.CASE_INSENSITIVE);

    /** Where people have them. */
    static Optional<Found> in(Path folder) {
        return USUAL.stream().flatMap(location -> at(folder, location).stream()).findFirst();
    }

    /** Each of the folders below, wherever it is. */
    static List<Path> below(Path folder) {
        return MigrationFolders.below(folder, FoundScripts::isMigration).stream()
                .filter(location -> OF_MIGRATIONS.matcher(location.toString()).matches())
                .toList();
    }

    /** The one that was named. */
    static Optional<Found> at(Path folder, String location) {
        return files(folder.resolve(location)).isEmpty()
                ? Optional.empty()
                : Optional.of(new FoundScripts(folder, location));
    }

    private static boolean isMigration(Path path) {
        return NUMBERED.matcher(name(path)).matches()
                && (name(path).endsWith(".sql") || forth(path).isPresent());
    }

    /** Of a migration that is a folder. */
    private static Optional<Path> forth(Path migration) {
        return FORTH.stream()
                .map(migration::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static List<Path> files(Path location) {
        try (Stream<Path> inside = Files.list(location)) {
            List<Path> all = inside.filter(FoundScripts::isMigration).toList();
            Set<String> ours = Set.copyOf(
                    Dialects.ours(all.stream().map(FoundScripts::name).toList()));
            return all.stream()
                    .filter(file -> ours.contains(name(file)))
                    .sorted(Comparator.comparing(FoundScripts::number, FoundFlyway::compare)
                            .thenComparing(FoundScripts::name))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String number(Path file) {
        return version(name(file));
    }

    /** Without zeros in front of its parts. */
    private static String version(String name) {
        Matcher dated = DATED.matcher(name);
        Matcher numbered = NUMBERED.matcher(name + "_");
        String version =
                dated.lookingAt() ? dated.group().replace("-", "") : numbered.matches() ? numbered.group(1) : "0";
        return version.replaceAll("(?<![0-9])0+(?=[0-9])", "");
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
    public List<String> places() {
        return List.of(location);
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        List<Path> files = files(copy.resolve(location));
        List<ToolMigration> migrations = new ArrayList<>();
        for (Path file : files) {
            Path script = forth(file).orElse(file);
            if (!BACK.matcher(name(file)).matches() && goes(Way.UP, script)) {
                migrations.add(new ToolMigration(name(file), List.of(script)));
            }
        }
        return migrations;
    }

    @Override
    public @Nullable String note(List<ToolMigration> pending) {
        List<String> programs;
        try (Stream<Path> files = Files.list(folder.resolve(location))) {
            programs = files.map(FoundScripts::name)
                    .filter(name -> PROGRAM.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return null;
        }
        return programs.isEmpty()
                ? null
                : "Only the project's own tool runs what is no SQL, and so the plan leaves out "
                        + String.join(", ", programs)
                        + ": where later scripts need what it makes, let \"schema\" be a pg_dump --schema-only of production";
    }

    /** Where goose, Diesel or sql-migrate keep their books of such scripts: by number, whatever else is in their names. */
    @Override
    public List<String> applied(Connection connection) throws SQLException {
        Set<String> numbers = new HashSet<>();
        boolean any = false;
        for (Map.Entry<String, String> history : HISTORIES.entrySet()) {
            any |= Histories.exists(connection, history.getKey());
            Histories.column(connection, history.getKey(), history.getValue())
                    .forEach(value -> numbers.add(version(value)));
        }
        if (!any) {
            throw new InvalidRehearsalException(
                    "The database has none of the tables "
                            + String.join(", ", HISTORIES.keySet())
                            + ", so that its URL does not tell which of the scripts it has. Name the last one that production has, or a git ref, as --from.");
        }
        return migrations().stream()
                .map(ToolMigration::id)
                .filter(id -> numbers.contains(version(id)))
                .toList();
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        List<String> down = new ArrayList<>();
        pending.forEach(migration -> back(migration).map(this::relative).forEach(down::add));
        Collections.reverse(down);
        StringBuilder plan = new StringBuilder();
        if (!baseline.isEmpty()) {
            plan.append("# What production has: these scripts run before the data is loaded.\nschema:\n");
            baseline.forEach(script -> plan.append("  - ")
                    .append(Yaml.text(relative(script.files().get(0))))
                    .append('\n'));
        }
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

    private Stream<Path> back(ToolMigration migration) {
        Path script = migration.files().get(0);
        Stream<Path> beside = FORTH.contains(name(script))
                ? Stream.of(script.resolveSibling(UNDO)).filter(Files::isRegularFile)
                : files(folder.resolve(location)).stream()
                        .filter(file -> BACK.matcher(name(file)).matches())
                        .filter(file -> isBackOf(file, script));
        return Stream.concat(Stream.of(script).filter(FoundScripts::holdsBothWays), beside)
                .filter(file -> goes(Way.DOWN, file));
    }

    /** By its name; by its number where no script is called as the way back is. */
    private boolean isBackOf(Path file, Path script) {
        String called = stem(file);
        return called.equals(stem(script))
                || number(file).equals(number(script))
                        && files(folder.resolve(location)).stream()
                                .noneMatch(other ->
                                        !other.equals(file) && stem(other).equals(called));
    }

    /** Its name without its way and its database. */
    private static String stem(Path script) {
        return WAY.matcher(Dialects.withoutDialect(name(script))).replaceFirst("");
    }

    private static boolean holdsBothWays(Path script) {
        try {
            return TwoWayScript.isOne(Files.readString(script));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Whether it has a statement for that way; there are placeholders without one. What cannot be read is for the plan's reader to refuse. */
    private static boolean goes(Way way, Path script) {
        try {
            return !SqlScripts.split(name(script), TwoWayScript.only(way, Files.readString(script)))
                    .isEmpty();
        } catch (IOException | InvalidRehearsalException e) {
            return true;
        }
    }

    private String relative(Path file) {
        return folder.relativize(file).toString();
    }
}
