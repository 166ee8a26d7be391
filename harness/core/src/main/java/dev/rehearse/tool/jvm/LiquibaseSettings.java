package dev.rehearse.tool.jvm;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where Liquibase keeps its history: what its variables say, else its properties file, else a Spring Boot application. It takes a name in any spelling:
 * {@code databaseChangeLogTableName}, {@code liquibase.database-changelog-table-name}.
 */
record LiquibaseSettings(String historyTable, String lockTable) {

    static final String FILE = "liquibase.properties";

    static LiquibaseSettings of(ToolProject project) {
        Map<String, String> settings = all(project);
        String schema = settings.getOrDefault("liquibaseschemaname", settings.get("defaultschemaname"));
        return new LiquibaseSettings(
                table(schema, settings.getOrDefault("databasechangelogtablename", "databasechangelog")),
                table(schema, settings.getOrDefault("databasechangeloglocktablename", "databasechangeloglock")));
    }

    /** Whether one of them says whose contexts' change sets run. */
    static boolean chooseContexts(ToolProject project) {
        return all(project).keySet().stream()
                .anyMatch(name -> name.endsWith("contextfilter") || name.endsWith("contexts"));
    }

    private static Map<String, String> all(ToolProject project) {
        Path file = project.folder().resolve(FILE);
        Map<String, String> settings = properties(file);
        if (!Files.exists(file)) {
            ApplicationLiquibase.variables(project.folder()).forEach((name, value) -> put(settings, name, value));
        }
        System.getenv().forEach((name, value) -> put(settings, name, value));
        project.environment().forEach((name, value) -> put(settings, name, value));
        return settings;
    }

    private static String table(@Nullable String schema, String name) {
        return ((schema == null ? "" : schema + ".") + name).toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> properties(Path file) {
        Map<String, String> settings = new TreeMap<>();
        if (!Files.exists(file)) {
            return settings;
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            Properties properties = new Properties();
            properties.load(reader);
            properties.stringPropertyNames().forEach(name -> put(settings, name, properties.getProperty(name)));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidRehearsalException("Cannot read " + file + ": " + FileTrouble.reason(e) + ".", e);
        }
        return settings;
    }

    private static void put(Map<String, String> settings, String name, String value) {
        settings.put(
                name.toLowerCase(Locale.ROOT)
                        .replaceAll("[._-]", "")
                        .replaceFirst("^liquibase(command)?(?!schema)", ""),
                value);
    }
}
