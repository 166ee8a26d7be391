package dev.rehearse.tool.jvm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a Spring Boot application's own settings say of its Liquibase ({@code spring.liquibase.*}), so that its change sets are rehearsed as
 * they will run. Where its database is stays out. Stateless.
 */
final class SpringLiquibase {

    static final String CHANGE_LOG = "LIQUIBASE_COMMAND_CHANGELOG_FILE";

    private static final String PARAMETERS = "parameters.";

    /** The application's names in their plain spelling, and Liquibase's variables. */
    private static final Map<String, String> VARIABLES = Map.of(
            "changelog", CHANGE_LOG,
            "contexts", "LIQUIBASE_COMMAND_CONTEXT_FILTER",
            "labelfilter", "LIQUIBASE_COMMAND_LABEL_FILTER",
            "defaultschema", "LIQUIBASE_COMMAND_DEFAULT_SCHEMA_NAME",
            "liquibaseschema", "LIQUIBASE_LIQUIBASE_SCHEMA_NAME",
            "databasechangelogtable", "LIQUIBASE_DATABASE_CHANGELOG_TABLE_NAME",
            "databasechangeloglocktable", "LIQUIBASE_DATABASE_CHANGELOG_LOCK_TABLE_NAME");

    private SpringLiquibase() {}

    /** As variables for Liquibase, which takes the change log's parameters from them, too; empty where the project has none. */
    static Map<String, String> variables(Path project) {
        Map<String, String> variables = new LinkedHashMap<>();
        SpringSettings.under(project, "spring.liquibase.").forEach((name, value) -> {
            String variable = VARIABLES.get(SpringSettings.plain(name));
            if (variable != null) {
                variables.put(variable, variable.equals(CHANGE_LOG) ? value.replaceFirst("^classpath:/*", "") : value);
            } else if (name.startsWith(PARAMETERS)) {
                variables.put(name.substring(PARAMETERS.length()), value);
            }
        });
        return variables;
    }
}
