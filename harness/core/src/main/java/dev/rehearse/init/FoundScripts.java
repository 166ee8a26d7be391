package dev.rehearse.init;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Numbered SQL scripts, which no tool keeps books of: {@code 003_email.sql}, with {@code 003_email.down.sql} where there is a way back. */
record FoundScripts(Path folder, String location) implements Found {

    private static final List<String> LOCATIONS = List.of("migrations", "db/migrations", "sql", "");
    private static final Pattern FILE = Pattern.compile("(\\d+)[-_.].*\\.sql");
    private static final Pattern BACK =
            Pattern.compile(".*[-_.](down|undo|rollback|revert)\\.sql", Pattern.CASE_INSENSITIVE);

    static Optional<Found> in(Path folder) {
        return LOCATIONS.stream()
                .filter(location -> !files(folder.resolve(location)).isEmpty())
                .findFirst()
                .map(location -> new FoundScripts(folder, location));
    }

    private static List<Path> files(Path location) {
        try (Stream<Path> files = Files.list(location)) {
            return files.filter(file -> FILE.matcher(name(file)).matches())
                    .sorted(java.util.Comparator.comparing(FoundScripts::number).thenComparing(FoundScripts::name))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static java.math.BigInteger number(Path file) {
        Matcher matcher = FILE.matcher(name(file));
        return new java.math.BigInteger(matcher.matches() ? matcher.group(1) : "0");
    }

    @Override
    public String title() {
        return "SQL scripts";
    }

    @Override
    public String key() {
        return "sql";
    }

    @Override
    public List<ToolMigration> migrations() {
        return migrationsIn(folder);
    }

    @Override
    public List<ToolMigration> migrationsIn(Path copy) {
        List<Path> files = files(copy.resolve(location));
        List<ToolMigration> migrations = new ArrayList<>();
        for (Path file : files) {
            if (!BACK.matcher(name(file)).matches()) {
                migrations.add(new ToolMigration(name(file), List.of(file)));
            }
        }
        return migrations;
    }

    @Override
    public List<String> applied(Connection connection) {
        throw new InvalidRehearsalException(
                "Plain SQL scripts leave no history in a database, so a URL does not tell which of them it has. Name the last one that"
                        + " production has, or a git ref, as --from.");
    }

    @Override
    public String plan(List<ToolMigration> baseline, List<ToolMigration> pending) {
        List<String> down = new ArrayList<>();
        for (ToolMigration migration : pending) {
            files(folder.resolve(location)).stream()
                    .filter(file -> BACK.matcher(name(file)).matches())
                    .filter(file -> number(file).equals(number(migration.files().get(0))))
                    .forEach(file -> down.add(relative(file)));
        }
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

    private String relative(Path file) {
        return location.isEmpty() ? name(file) : location + "/" + name(file);
    }
}
