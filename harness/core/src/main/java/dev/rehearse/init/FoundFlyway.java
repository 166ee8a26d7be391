package dev.rehearse.init;

import dev.rehearse.tool.Histories;
import dev.rehearse.tool.JavaMigrations;
import dev.rehearse.tool.SpringFlyway;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
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
record FoundFlyway(Path folder, String location) implements Found {

    private static final List<String> LOCATIONS =
            List.of("src/main/resources/db/migration", "db/migration", "migrations", "sql", "");
    private static final Pattern FILE = Pattern.compile("V([0-9][0-9._]*?)__.*\\.sql");

    static Optional<Found> in(Path folder) {
        return LOCATIONS.stream()
                .filter(location -> !files(folder.resolve(location)).isEmpty())
                .findFirst()
                .map(location -> new FoundFlyway(folder, location));
    }

    private static List<Path> files(Path location) {
        try (Stream<Path> files = Files.list(location)) {
            return files.filter(file ->
                            FILE.matcher(String.valueOf(file.getFileName())).matches())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public String title() {
        return "Flyway";
    }

    @Override
    public String key() {
        return "flyway-api";
    }

    @Override
    public List<ToolMigration> migrations() {
        return migrationsIn(folder);
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        return files(copy.resolve(location)).stream()
                .sorted(Comparator.comparing(FoundFlyway::version, FoundFlyway::compare))
                .map(file -> new ToolMigration(String.valueOf(file.getFileName()), List.of(file)))
                .toList();
    }

    private static String version(Path file) {
        return version(String.valueOf(file.getFileName()));
    }

    private static String version(String name) {
        Matcher matcher = FILE.matcher(name);
        return matcher.matches() ? matcher.group(1) : name;
    }

    /** Part by part, as numbers of any length. */
    private static int compare(String a, String b) {
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
        List<String> classes = JavaMigrations.beside(List.of(folder.resolve(location)));
        return classes.isEmpty()
                ? null
                : "Rehearse's own Flyway does not run migrations that are classes, and so leaves out "
                        + String.join(", ", classes);
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        StringBuilder plan = new StringBuilder("migration:\n  flyway:\n    locations: ")
                .append(Yaml.text(location.isEmpty() ? "." : location))
                .append('\n');
        if (!baseline.isEmpty()) {
            plan.append("    # The version that production has: Flyway migrates up to it, then the data is loaded.\n");
            plan.append("    from: ")
                    .append(Yaml.text(version(baseline.get(baseline.size() - 1).id())))
                    .append('\n');
        }
        Map<String, String> settings = SpringFlyway.settings(folder);
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
