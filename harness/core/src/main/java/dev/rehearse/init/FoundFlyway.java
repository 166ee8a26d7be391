package dev.rehearse.init;

import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.jvm.ApplicationFlyway;
import dev.rehearse.tool.jvm.FlywayNames;
import dev.rehearse.tool.jvm.JavaMigrations;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A folder of Flyway's migrations, as applications that migrate as they start have it: run through Flyway's Java API. */
record FoundFlyway(Path folder, List<String> locations, FlywayNames names) implements Found {

    static final String KEY = "flyway-api";

    private static final Pattern CALLBACK = Pattern.compile("(before|after|create)[A-Z].*");

    private static final Path RESOURCES = Path.of("src/main/resources");

    private static final List<Path> USUAL = Stream.of(
                    "src/main/resources/db/migration", "db/migration", "migrations", "sql")
            .map(Path::of)
            .toList();

    /** Where the application says, or where Flyway's users have them. */
    static Optional<Found> in(Path folder) {
        FlywayNames names = FlywayNames.of(ApplicationFlyway.settings(folder));
        List<String> said = ApplicationFlyway.locations(folder).stream()
                .map(FoundFlyway::path)
                .filter(location -> !files(folder.resolve(location), names).isEmpty())
                .toList();
        if (!said.isEmpty()) {
            return Optional.of(new FoundFlyway(folder, said, names));
        }
        return Stream.concat(
                        USUAL.stream().map(usual -> forPostgres(folder, usual, names)),
                        Stream.of(hasFiles(folder, names) ? List.of("") : List.<String>of()))
                .filter(locations -> !locations.isEmpty())
                .findFirst()
                .map(locations -> new FoundFlyway(folder, locations, names));
    }

    /** Each of the folders below, wherever it is; of those of releases, and of those beside some for other databases, the one that they are all in, as one needs the other. */
    static List<Path> below(Path folder) {
        return MigrationFolders.outermost(MigrationFolders.below(folder, FoundFlyway::isMigration).stream()
                .map(place -> ofAllReleases(folder, place))
                .map(place -> Optional.ofNullable(place.getParent())
                        .filter(parent -> MigrationFolders.hasOthers(folder.resolve(parent)))
                        .orElse(place))
                .collect(Collectors.toSet()));
    }

    private static Path ofAllReleases(Path folder, Path place) {
        Path parent = place.getParent();
        return parent != null && NumberedScripts.isRelease(folder.resolve(place))
                ? ofAllReleases(folder, parent)
                : place;
    }

    /** The one that was named. */
    static Optional<Found> at(Path folder, String location) {
        FlywayNames names = FlywayNames.of(ApplicationFlyway.settings(module(folder, location)));
        List<String> locations = forPostgres(folder, Path.of(location), names);
        return locations.isEmpty() ? Optional.empty() : Optional.of(new FoundFlyway(folder, locations, names));
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
    private static List<String> forPostgres(Path folder, Path location, FlywayNames names) {
        Path below = folder.resolve(location);
        List<Path> some = MigrationFolders.below(below, names::isDescribed);
        if (some.isEmpty()) {
            return List.of();
        }
        return MigrationFolders.hasOthers(below)
                ? some.stream().map(each -> location.resolve(each).toString()).toList()
                : List.of(location.toString());
    }

    static boolean isMigration(Path file) {
        return FlywayNames.USUAL.isDescribed(file);
    }

    private static boolean hasFiles(Path folder, FlywayNames names) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(names::isDescribed);
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> files(Path location, FlywayNames names) {
        try (Stream<Path> files = Files.walk(location)) {
            return files.filter(names::isMigration).toList();
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
    public List<ToolMigration> migrationsIn(Path copy) {
        return locations.stream()
                .flatMap(location -> files(copy.resolve(location), names).stream())
                .sorted(Comparator.comparing(
                        (Path file) -> version(String.valueOf(file.getFileName())), FoundFlyway::compare))
                .map(file -> new ToolMigration(String.valueOf(file.getFileName()), List.of(file)))
                .toList();
    }

    /** The part of a project whose resources they are. */
    private static Path module(Path folder, String location) {
        for (Path root = folder.resolve(location); root != null && root.startsWith(folder); root = root.getParent()) {
            if (root.endsWith(RESOURCES)) {
                return root.resolve("../../..").normalize();
            }
        }
        return folder;
    }

    private String version(String name) {
        return names.version(name).orElse(name);
    }

    private Map<String, String> settings() {
        return ApplicationFlyway.settings(module(folder, locations.get(0)));
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
        Map<String, String> settings = settings();
        String schema = settings.getOrDefault(
                "defaultSchema", settings.getOrDefault("schemas", "").replaceFirst(",.*", ""));
        String table = (schema.isBlank() ? "" : '"' + schema.strip() + "\".")
                + '"'
                + settings.getOrDefault("table", "flyway_schema_history")
                + '"';
        return Histories.column(connection, table, "select script from " + table + " where success").stream()
                .map(script -> script.substring(script.lastIndexOf('/') + 1))
                .toList();
    }

    @Override
    public List<String> notes(List<ToolMigration> pending) {
        String classes = LeftOut.names(
                JavaMigrations.beside(locations.stream().map(folder::resolve).toList()).stream());
        String repeatable = settings().getOrDefault("repeatableSqlMigrationPrefix", "R");
        String others = LeftOut.names(migrations().stream()
                .map(migration -> migration.files().get(0).getParent())
                .distinct()
                .flatMap(place -> NumberedScripts.list(place).stream())
                .map(NumberedScripts::name)
                .filter(this::isUnknown)
                .filter(name -> !name.startsWith(repeatable)));
        String unknown = LeftOut.names(unknownPlaceholders().stream());
        return Stream.of(
                        ofOneVersion(),
                        unknown.isEmpty()
                                ? ""
                                : "The application takes " + unknown
                                        + " from variables that have no value here: give them one under \"settings\" in the plan's \"flyway\", or set the variables for init",
                        classes.isEmpty()
                                ? ""
                                : "Rehearse's own Flyway does not run migrations that are classes, and so leaves out "
                                        + classes,
                        others.isEmpty()
                                ? ""
                                : "Flyway runs only what is called as V1__name.sql is, with two underscores, and so leaves out "
                                        + others)
                .filter(note -> !note.isEmpty())
                .toList();
    }

    /** Of folders for one or the other kind of installation Flyway gets one. */
    private String ofOneVersion() {
        List<Path> files = migrations().stream()
                .map(migration -> migration.files().get(0))
                .distinct()
                .toList();
        return IntStream.range(1, files.size())
                .filter(i -> areOfOneVersion(files.get(i - 1), files.get(i)))
                .mapToObj(i -> "Flyway refuses two migrations of one version, as "
                        + folder.relativize(files.get(i - 1)) + " and " + folder.relativize(files.get(i))
                        + ": name under \"locations\" only the folders that production's installation has")
                .findFirst()
                .orElse("");
    }

    /** But for one that stands for those up to its version, which may have the same as one of these. */
    private boolean areOfOneVersion(Path one, Path other) {
        String name = NumberedScripts.name(one);
        String otherName = NumberedScripts.name(other);
        return compare(version(name), version(otherName)) == 0
                && names.baseline().matcher(name).matches()
                        == names.baseline().matcher(otherName).matches();
    }

    private List<String> unknownPlaceholders() {
        return ApplicationFlyway.unknownPlaceholders(module(folder, locations.get(0)));
    }

    /** A script that Flyway passes over, as long as it does not validate their names. */
    private boolean isUnknown(String name) {
        return name.endsWith(".sql")
                && names.version(name).isEmpty()
                && !names.undo().matcher(name).matches()
                && !CALLBACK.matcher(name).matches();
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
        Map<String, String> settings = settings();
        if (!settings.isEmpty()) {
            plan.append("    # As the application's own settings have them.\n    settings:\n");
            settings.forEach((name, value) -> plan.append("      ")
                    .append(Yaml.text(name))
                    .append(": ")
                    .append(Yaml.text(value))
                    .append('\n'));
        }
        List<String> unknown = unknownPlaceholders();
        if (!unknown.isEmpty()) {
            plan.append(settings.isEmpty() ? "    # settings:\n" : "")
                    .append("      # These have values only where the application runs:\n");
            unknown.forEach(
                    name -> plan.append("      # ").append(Yaml.text(name)).append(": \"\"\n"));
        }
        plan.append(
                "  # The way back, where there are no U<version>__*.sql beside the migrations:\n  # down: [corrective.sql]\n");
        return plan.toString();
    }
}
