package dev.rehearse.tool.jvm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the own settings of a Spring Boot application say of its Liquibase ({@code spring.liquibase.*}), a Quarkus one's ({@code quarkus.liquibase.*}) or a
 * Micronaut one's ({@code liquibase.datasources.default.*}), so that its change sets are rehearsed as they will run. Where its database is stays out. Stateless.
 */
final class ApplicationLiquibase {

    static final String CHANGE_LOG = "LIQUIBASE_COMMAND_CHANGELOG_FILE";

    private static final String LABELS = "LIQUIBASE_COMMAND_LABEL_FILTER";
    private static final String DEFAULT_SCHEMA = "LIQUIBASE_COMMAND_DEFAULT_SCHEMA_NAME";
    private static final String OWN_SCHEMA = "LIQUIBASE_LIQUIBASE_SCHEMA_NAME";
    private static final String TABLE = "LIQUIBASE_DATABASE_CHANGELOG_TABLE_NAME";
    private static final String LOCK_TABLE = "LIQUIBASE_DATABASE_CHANGELOG_LOCK_TABLE_NAME";

    private static final Pattern PARAMETER = Pattern.compile("(?:change-log-)?parameters\\.(.+)");

    /** The application's names in their plain spelling, some of them Quarkus' or older, and Liquibase's variables. */
    private static final Map<String, String> VARIABLES = Map.ofEntries(
            Map.entry("changelog", CHANGE_LOG),
            Map.entry("contexts", "LIQUIBASE_COMMAND_CONTEXT_FILTER"),
            Map.entry("labelfilter", LABELS),
            Map.entry("labels", LABELS),
            Map.entry("defaultschema", DEFAULT_SCHEMA),
            Map.entry("defaultschemaname", DEFAULT_SCHEMA),
            Map.entry("liquibaseschema", OWN_SCHEMA),
            Map.entry("liquibaseschemaname", OWN_SCHEMA),
            Map.entry("databasechangelogtable", TABLE),
            Map.entry("databasechangelogtablename", TABLE),
            Map.entry("databasechangeloglocktable", LOCK_TABLE),
            Map.entry("databasechangeloglocktablename", LOCK_TABLE));

    private ApplicationLiquibase() {}

    /** As variables for Liquibase, which takes the change log's parameters from them, too; empty where the project has none. */
    static Map<String, String> variables(Path project) {
        Map<String, String> variables = new LinkedHashMap<>();
        ApplicationSettings.of(project, "liquibase").forEach((name, value) -> {
            Matcher parameter = PARAMETER.matcher(name);
            String variable = VARIABLES.get(ApplicationSettings.plain(name));
            if (variable != null) {
                variables.putIfAbsent(
                        variable, variable.equals(CHANGE_LOG) ? value.replaceFirst("^classpath:/*", "") : value);
            } else if (parameter.matches()) {
                variables.put(parameter.group(1), value);
            }
        });
        return variables;
    }
}
