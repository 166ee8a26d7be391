package dev.rehearse.tool.jvm;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the own settings of a Spring Boot application say of its Flyway ({@code spring.flyway.*}), a Quarkus one's ({@code quarkus.flyway.*}) or a Micronaut
 * one's ({@code flyway.datasources.default.*}), so that its migrations are rehearsed as they will run. Where its database is stays out, and so does what is of no matter to a migration. Stateless.
 */
public final class ApplicationFlyway {

    private static final String PART = "flyway";
    private static final String PLACEHOLDERS = "placeholders.";

    /** By Flyway's names; the application's own are the same in another spelling, but for these two. */
    private static final Map<String, String> NAMES = Stream.of(
                    "baselineOnMigrate",
                    "baselineVersion",
                    "createSchemas",
                    "defaultSchema",
                    "encoding",
                    "executeInTransaction",
                    "group",
                    "ignoreMigrationPatterns",
                    "installedBy",
                    "lockRetryCount",
                    "mixed",
                    "outOfOrder",
                    "placeholderPrefix",
                    "placeholderReplacement",
                    "placeholderSeparator",
                    "placeholderSuffix",
                    "repeatableSqlMigrationPrefix",
                    "schemas",
                    "sqlMigrationPrefix",
                    "sqlMigrationSeparator",
                    "sqlMigrationSuffixes",
                    "table",
                    "tablespace",
                    "validateMigrationNaming",
                    "validateOnMigrate",
                    "initSqls=initSql",
                    "postgresql.transactionalLock=postgresql.transactional.lock")
            .map(names -> names.split("="))
            .collect(Collectors.toUnmodifiableMap(
                    names -> ApplicationSettings.plain(names[0]), names -> names[names.length - 1]));

    private ApplicationFlyway() {}

    /** By Flyway's names without {@code flyway.} in front, in their order; empty where the project has none. */
    public static Map<String, String> settings(Path project) {
        Map<String, String> settings = new TreeMap<>();
        ApplicationSettings.of(project, PART).forEach((name, value) -> {
            String known = NAMES.get(ApplicationSettings.plain(name));
            if (known != null) {
                // Another spelling in another file: the first has precedence.
                settings.putIfAbsent(known, value);
            } else if (name.startsWith(PLACEHOLDERS)) {
                settings.put(name, value);
            }
        });
        return settings;
    }

    /** Settings of placeholders that have no value here, as from variables of production's. */
    public static List<String> unknownPlaceholders(Path project) {
        return ApplicationSettings.unknownOf(project, PART).stream()
                .filter(name -> name.startsWith(PLACEHOLDERS))
                .toList();
    }

    /** Where its migrations are, as it says; empty where it does not. */
    public static List<String> locations(Path project) {
        return Optional.ofNullable(ApplicationSettings.of(project, PART).get("locations")).stream()
                .flatMap(locations -> Arrays.stream(locations.split(",")))
                .map(location -> location.strip().replace("{vendor}", "postgresql"))
                .filter(location -> !location.isEmpty())
                .toList();
    }
}
