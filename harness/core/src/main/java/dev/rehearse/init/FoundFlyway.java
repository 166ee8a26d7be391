package dev.rehearse.init;

import dev.rehearse.tool.Histories;
import dev.rehearse.tool.JavaMigrations;
import dev.rehearse.tool.SpringFlyway;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of Flyway's migrations, as applications that migrate as they start have it: run through Flyway's Java API. */
record FoundFlyway(Path folder, List<String> locations) implements Found {

    static final String KEY = "flyway-api";

    private static final Path RESOURCES = Path.of("src/main/resources");

    private static final List<Path> USUAL = Stream.of(
                    "src/main/resources/db/migration", "db/migration", "migrations", "sql")
            .map(Path::of)
            .toList();

    private static final Pattern FILE = Pattern.compile("[VB]([0-9][0-9._]*?)__.*\\.sql");

    /** Where the application says, or where Flyway's users have them. */
    static Optional<Found> in(Path folder) {
        List<String> said = SpringFlyway.locations(folder).stream()
                .map(FoundFlyway::path)
                .filter(location -> !files(folder.resolve(location)).isEmpty())
                .toList();
        if (!said.isEmpty()) {
            return Optional.of(new FoundFlyway(folder, said));
        }
        return Stream.concat(
                        USUAL.stream().map(usual -> forPostgres(folder, usual)),
                        Stream.of(hasFiles(folder) ? List.of("") : List.<String>of()))
                .filter(locations -> !locations.isEmpty())
                .findFirst()
                .map(locations -> new FoundFlyway(folder, locations));
    }

    /** Each of the folders below, wherever it is. */
    static List<Path> below(Path folder) {
        return MigrationFolders.outermost(MigrationFolders.below(folder, FoundFlyway::isMigration));
    }

    /** The one that was named. */
    static Optional<Found> at(Path folder, String location) {
        return files(folder.resolve(location)).isEmpty()
                ? Optional.empty()
                : Optional.of(new FoundFlyway(folder, List.of(location)));
    }

    /** A location as Spring has it, whose paths are those of a class path unless they say otherwise. */
    private static String path(String location) {
        String file = "filesystem:";
        return location.startsWith(file)
                ? location.substring(file.length())
                : RESOURCES
                        .resolve(location.replaceFirst("^classpath:", "").replaceFirst("^/+", ""))
                        .toString();
    }

    /** Flyway looks into what is below, too: where there is something for another database, only the folders with what is for PostgreSQL. */
    private static List<String> forPostgres(Path folder, Path location) {
        Path below = folder.resolve(location);
        List<Path> some = MigrationFolders.below(below, FoundFlyway::isMigration);
        if (some.isEmpty()) {
            return List.of();
        }
        return MigrationFolders.hasOthers(below)
                ? some.stream().map(each -> location.resolve(each).toString()).toList()
                : List.of(location.toString());
    }

    static boolean isMigration(Path file) {
        return FILE.matcher(String.valueOf(file.getFileName())).matches();
    }

    private static boolean hasFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(FoundFlyway::isMigration);
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> files(Path location) {
        try (Stream<Path> files = Files.walk(location)) {
            return files.filter(FoundFlyway::isMigration).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    @Override
    public String title() {
        return "Flyway";
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public List<ToolMigration> migrations() {
        return migrationsIn(folder);
    }

    @Override
    public List<String> places() {
        return locations;
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        return locations.stream()
                .flatMap(location -> files(copy.resolve(location)).stream())
                .sorted(Comparator.comparing(FoundFlyway::version, FoundFlyway::compare))
                .map(file -> new ToolMigration(String.valueOf(file.getFileName()), List.of(file)))
                .toList();
    }

    /** The part of a project whose resources they are. */
    private Path module() {
        for (Path root = folder.resolve(locations.get(0));
                root != null && root.startsWith(folder);
                root = root.getParent()) {
            if (root.endsWith(RESOURCES)) {
                return root.resolve("../../..").normalize();
            }
        }
        return folder;
    }

    private static String version(Path file) {
        return version(String.valueOf(file.getFileName()));
    }

    private static String version(String name) {
        Matcher matcher = FILE.matcher(name);
        return matcher.matches() ? matcher.group(1) : name;
    }

    /** Part by part, as numbers of any length. */
    static int compare(String a, String b) {
        String[] left = a.split("[._]");
        String[] right = b.split("[._]");
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            int part = new java.math.BigInteger(i < left.length && !left[i].isEmpty() ? left[i] : "0")
                    .compareTo(new java.math.BigInteger(i < right.length && !right[i].isEmpty() ? right[i] : "0"));
            if (part != 0) {
                return part;
            }
        }
        return 0;
    }

    @Override
    public List<String> applied(Connection connection) throws SQLException {
        return Histories.column(
                        connection, "flyway_schema_history", "select script from flyway_schema_history where success")
                .stream()
                .map(script -> script.substring(script.lastIndexOf('/') + 1))
                .toList();
    }

    @Override
    public @Nullable String note(List<ToolMigration> pending) {
        List<String> classes =
                JavaMigrations.beside(locations.stream().map(folder::resolve).toList());
        return classes.isEmpty()
                ? null
                : "Rehearse's own Flyway does not run migrations that are classes, and so leaves out "
                        + String.join(", ", classes);
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        StringBuilder plan = new StringBuilder("migration:\n  flyway:\n    locations: ")
                .append(Yaml.listOrOne(locations.stream()
                        .map(location -> location.isEmpty() ? "." : location)
                        .toList()))
                .append('\n');
        if (!baseline.isEmpty()) {
            plan.append("    # The version that production has: Flyway migrates up to it, then the data is loaded.\n");
            plan.append("    from: ")
                    .append(Yaml.text(version(baseline.get(baseline.size() - 1).id())))
                    .append('\n');
        }
        Map<String, String> settings = SpringFlyway.settings(module());
        if (!settings.isEmpty()) {
            plan.append("    # As the application's spring.flyway has them.\n    settings:\n");
            settings.forEach((name, value) -> plan.append("      ")
                    .append(Yaml.text(name))
                    .append(": ")
                    .append(Yaml.text(value))
                    .append('\n'));
        }
        plan.append(
                "  # The way back, where there are no U<version>__*.sql beside the migrations:\n  # down: [corrective.sql]\n");
        return plan.toString();
    }
}
