package dev.rehearse.tool.ruby;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolTarget;
import dev.rehearse.tool.ruby.RailsDatabases.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rails: a class of Ruby per migration in {@code db/migrate} or any folder below, and in {@code db/post_migrate}, where some applications have
 * those that run after a deployment. {@code db:migrate VERSION=} goes to that version, forth or back. Outside production it then writes
 * {@code db/schema.rb} anew, unless {@code SCHEMA} names another file. Of several databases each has a command and migrations of its own.
 */
public final class Rails implements CommandTool {

    private static final String AFTER_DEPLOYMENT = "db/post_migrate";
    private static final Pattern FILE = Pattern.compile("(\\d+)_.+\\.rb");
    private static final Pattern TAKES_URL = Pattern.compile("(?m)^[^#\n]*\\bDATABASE_URL\\b");
    private static final Pattern ADAPTER = Pattern.compile("(?m)^\\s*adapter:\\s*[\"']?(\\w+)");

    /** The name of the database that was asked for; null: the one with the usual migrations. */
    private final @Nullable String asked;

    public Rails() {
        this(null);
    }

    private Rails(@Nullable String asked) {
        this.asked = asked;
    }

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
        return folders(folder)
                .flatMap(each -> SourceFiles.named(folder.resolve(each), FILE, text -> true).stream())
                .map(file -> ToolMigration.of(SourceFiles.nameOf(file).replaceFirst("\\.rb$", ""), file))
                .sorted(Comparator.comparing(migration -> new java.math.BigInteger(version(migration))))
                .toList();
    }

    private Stream<String> folders(Path folder) {
        List<String> own = rehearsed(folder).map(Database::folders).orElse(List.of(RailsDatabases.USUAL));
        return own.contains(RailsDatabases.USUAL)
                ? Stream.concat(own.stream(), Stream.of(AFTER_DEPLOYMENT)).distinct()
                : own.stream();
    }

    /**
     * Of several databases the one that was asked for, else the one whose migrations are where those of one are, else the first; empty where
     * they have no names.
     */
    private Optional<Database> rehearsed(Path folder) {
        List<Database> databases = RailsDatabases.of(folder);
        return databases.stream()
                .filter(database -> asked == null
                        ? database.folders().contains(RailsDatabases.USUAL)
                        : database.name().equals(asked))
                .findFirst()
                .or(() -> databases.stream().findFirst());
    }

    @Override
    public Optional<CommandTool> of(Path folder, String database) {
        String place = Path.of(database).normalize().toString();
        return RailsDatabases.of(folder).stream()
                .filter(each -> each.name().equals(database) || each.folders().contains(place))
                .findFirst()
                .map(each -> new Rails(each.name()));
    }

    @Override
    public List<String> databases(Path folder) {
        return RailsDatabases.of(folder).stream().map(Database::name).toList();
    }

    @Override
    public @Nullable String note(Path folder) {
        Optional<Database> rehearsed = rehearsed(folder);
        List<Database> others = RailsDatabases.of(folder).stream()
                .filter(database -> !rehearsed.equals(Optional.of(database)))
                .toList();
        return rehearsed.isEmpty() || others.isEmpty()
                ? null
                : "config/database.yml has several databases, and this plan is for "
                        + rehearsed.get().name()
                        + "; of each other init writes one, too: "
                        + others.stream()
                                .map(Database::name)
                                .map(name -> "--migrations " + name + " --plan " + name + ".yaml")
                                .collect(Collectors.joining(", "));
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
        Optional<Database> database = rehearsed(folder);
        // Of one alone there is no such command.
        String migrate = "bin/rails db:migrate"
                + database.filter(rehearsed -> RailsDatabases.of(folder).size() > 1)
                        .map(rehearsed -> ":" + rehearsed.name())
                        .orElse("");
        Map<String, String> environment = new TreeMap<>(Map.of("SCHEMA", "/dev/null"));
        database.map(Database::variable)
                .filter(variable -> !ToolTarget.isVariable(variable))
                .ifPresent(variable -> environment.put(variable, "{url}"));
        String before = migrate + " VERSION=" + (baseline.isEmpty() ? "0" : version(baseline.get(baseline.size() - 1)));
        return new Commands(
                baseline.isEmpty() ? null : before,
                migrate,
                before,
                environment,
                "so that db/schema.rb stays as it is"
                        + (environment.size() == 1 ? "" : ", and as Rails looks for that database"));
    }

    /** A configuration, or an example of one, that mentions neither it nor the variable that leads to it: the commands would migrate further databases where it names them. */
    private static void insistOnPostgres(Path folder) {
        List<Path> configurations = SourceFiles.list(folder.resolve("config")).stream()
                .filter(file -> SourceFiles.nameOf(file).matches("database.*\\.yml.*"))
                .toList();
        String text = configurations.stream().map(SourceFiles::text).collect(Collectors.joining("\n"));
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
