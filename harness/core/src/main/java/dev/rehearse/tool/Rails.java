package dev.rehearse.tool;

import dev.rehearse.InvalidRehearsalException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rails: a class of Ruby per migration in {@code db/migrate} or any folder below. {@code db:migrate VERSION=} goes to that version, forth or
 * back. Outside production it then writes {@code db/schema.rb} anew, unless {@code SCHEMA} names another file.
 */
final class Rails implements CommandTool {

    private static final String FOLDER = "db/migrate";
    private static final Pattern FILE = Pattern.compile("(\\d+)_.+\\.rb");
    private static final Pattern TAKES_URL = Pattern.compile("(?m)^[^#\n]*\\bDATABASE_URL\\b");
    private static final Pattern ADAPTER = Pattern.compile("(?m)^\\s*adapter:\\s*[\"']?(\\w+)");

    @Override
    public String key() {
        return "rails";
    }

    @Override
    public String title() {
        return "Rails";
    }

    @Override
    public boolean detect(Path folder) {
        return Files.isRegularFile(folder.resolve("bin/rails"))
                && !migrations(folder).isEmpty();
    }

    @Override
    public List<ToolMigration> migrations(Path folder) {
        return SourceFiles.named(folder.resolve(FOLDER), FILE, text -> true).stream()
                .map(file -> ToolMigration.of(NodeFiles.nameOf(file).replaceFirst("\\.rb$", ""), file))
                .sorted(Comparator.comparing(migration -> new java.math.BigInteger(version(migration))))
                .toList();
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        List<String> versions =
                Histories.column(connection, "schema_migrations", "select version from schema_migrations");
        return migrations(folder).stream()
                .filter(migration -> versions.contains(version(migration)))
                .map(ToolMigration::id)
                .toList();
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        insistOnPostgres(folder);
        String before = "bin/rails db:migrate VERSION="
                + (baseline.isEmpty() ? "0" : version(baseline.get(baseline.size() - 1)));
        return new Commands(
                baseline.isEmpty() ? null : before,
                "bin/rails db:migrate",
                before,
                Map.of("SCHEMA", "/dev/null"),
                "so that db/schema.rb stays as it is");
    }

    /** A configuration, or an example of one, that mentions neither it nor the variable that leads to it: the commands would migrate further databases where it names them. */
    private static void insistOnPostgres(Path folder) {
        List<Path> configurations = NodeFiles.list(folder.resolve("config")).stream()
                .filter(file -> NodeFiles.nameOf(file).matches("database.*\\.yml.*"))
                .toList();
        String text = configurations.stream().map(NodeFiles::text).collect(Collectors.joining("\n"));
        String adapters = ADAPTER.matcher(text)
                .results()
                .map(adapter -> adapter.group(1))
                .distinct()
                .collect(Collectors.joining(", "));
        if (!adapters.isEmpty()
                && !text.contains("postg")
                && !TAKES_URL.matcher(text).find()) {
            throw new InvalidRehearsalException(
                    configurations.get(0) + " is for " + adapters
                            + ", but Rehearse rehearses on PostgreSQL. Where production has PostgreSQL, let it say adapter: postgresql.");
        }
    }

    private static String version(ToolMigration migration) {
        Matcher version = Pattern.compile("^\\d+").matcher(migration.id());
        return version.find() ? version.group() : "0";
    }
}
