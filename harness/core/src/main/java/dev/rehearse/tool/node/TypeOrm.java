package dev.rehearse.tool.node;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * TypeORM's command line: a class per migration, wherever its data source says, in the order of the time in milliseconds that their files and
 * classes are named by; not those in folders for other databases. It applies all that is pending and takes back one at a time, so that what production has is reached from above.
 */
public final class TypeOrm implements CommandTool {

    private static final Pattern MIGRATION = Pattern.compile("(\\d{13})\\D.*\\.[cm]?[jt]s(?<!\\.d\\.ts)");
    private static final Pattern SOURCE = Pattern.compile(".*\\.[cm]?[jt]s(?<!\\.d\\.ts)(?<!\\.(?:test|spec)\\.ts)");
    private static final Pattern TIME = Pattern.compile("^\\d+");

    /** What sets variables from a file over those that are there. */
    private static final Pattern OVERRIDING =
            Pattern.compile("\\benv-cmd\\b(?!.*--no-override)|\\bdotenv\\b.*\\s(?:-o|--override)\\b");

    private static final String RUN = "migration:run";
    private static final String REVERT = "migration:revert";

    @Override
    public String key() {
        return "typeorm";
    }

    @Override
    public String title() {
        return "TypeORM";
    }

    @Override
    public boolean detect(Path folder) {
        return NodeFiles.dependsOn(folder, "typeorm") && !migrations(folder).isEmpty();
    }

    @Override
    public List<ToolMigration> migrations(Path folder) {
        return SourceFiles.named(
                        folder, MIGRATION, text -> text.contains("queryRunner") || text.contains("MigrationInterface"))
                .stream()
                .map(file -> ToolMigration.of(SourceFiles.nameOf(file).replaceFirst("\\.[^.]+$", ""), file))
                .sorted(Comparator.comparing(TypeOrm::time).thenComparing(ToolMigration::id))
                .toList();
    }

    private static String time(ToolMigration migration) {
        Matcher time = TIME.matcher(migration.id());
        return time.find() ? time.group() : "";
    }

    @Override
    public List<String> applied(Path folder, Connection connection) throws SQLException {
        List<String> times = Histories.column(connection, "migrations", "select \"timestamp\"::text from migrations");
        return migrations(folder).stream()
                .filter(migration -> times.contains(time(migration)))
                .map(ToolMigration::id)
                .toList();
    }

    @Override
    public Commands commands(Path folder, List<ToolMigration> baseline, List<ToolMigration> pending) {
        Optional<Path> source = dataSource(folder);
        String run = call(folder, source, RUN);
        String revert = call(folder, source, REVERT);
        String back = pending.size() == 1
                ? revert
                : "for each in $(seq " + pending.size() + "); do " + revert + " || exit 1; done";
        Map<String, String> environment = source.map(file -> NodeAddress.wanted(NodeConfig.withVariables(folder, file)))
                .orElse(Map.of());
        return new Commands(
                baseline.isEmpty() ? null : run + " && " + back,
                run,
                back,
                environment,
                environment.isEmpty() ? null : "as " + folder.relativize(source.orElseThrow()) + " reads them");
    }

    @Override
    public @Nullable String note(Path folder) {
        return "TypeORM stops at no migration: \"baseline\" applies all and takes the pending ones back; where that does not lead to what"
                + " production has, let \"schema\" be a pg_dump of production's schema and of the table migrations";
    }

    /** The one that is called as one is, where there are several. */
    private static Optional<Path> dataSource(Path folder) {
        return SourceFiles.named(folder, SOURCE, text -> text.contains("new DataSource(")).stream()
                .min(Comparator.comparing(
                                (Path file) -> !SourceFiles.nameOf(file).matches("(?i).*(source|orm).*"))
                        .thenComparing(Path::getNameCount));
    }

    /** As a script of the project says it, unless that would put a file's address in the place of ours; else by the data source. */
    private static String call(Path folder, Optional<Path> source, String command) {
        Map<String, String> scripts = new LinkedHashMap<>(NodeFiles.scripts(folder));
        scripts.keySet().removeAll(overriding(scripts));
        Optional<String> named = scripts.entrySet().stream()
                .filter(script -> script.getValue().contains("typeorm")
                        && script.getValue().contains(command))
                .map(Map.Entry::getKey)
                .min(Comparator.comparing(String::length));
        if (named.isPresent()) {
            return "npm run " + ShellCommand.word(named.get());
        }
        String line = scripts.getOrDefault("typeorm", "");
        String at = source.filter(file -> !line.matches(".*\\s(-d|--dataSource)[\\s=].*"))
                .map(file -> " -d " + ShellCommand.word(folder.relativize(file).toString()))
                .orElse("");
        if (!line.isEmpty()) {
            return "npm run typeorm -- " + command + at;
        }
        return (at.endsWith("ts") ? "typeorm-ts-node-commonjs " : "typeorm ") + command + at;
    }

    /** The names of those that do, or that call such a one. */
    private static Set<String> overriding(Map<String, String> scripts) {
        Set<String> names = new HashSet<>();
        boolean more = true;
        while (more) {
            more = names.addAll(scripts.entrySet().stream()
                    .filter(script -> OVERRIDING.matcher(script.getValue()).find()
                            || names.stream().anyMatch(name -> calls(script.getValue(), name)))
                    .map(Map.Entry::getKey)
                    .toList());
        }
        return names;
    }

    private static boolean calls(String line, String script) {
        return Pattern.compile("\\b(?:run|yarn|pnpm)\\s+" + Pattern.quote(script) + "(?:\\s|$)")
                .matcher(line)
                .find();
    }
}
