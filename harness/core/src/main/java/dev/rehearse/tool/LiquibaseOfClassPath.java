package dev.rehearse.tool;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The Liquibase that an application has on its class path, for a test of it that has no command line of Liquibase's. It is called by its
 * Java API with the class path of this process, in which the change log is looked for, but by {@link LiquibaseCommand} in a process of its
 * own, as a command of Liquibase's would be.
 */
final class LiquibaseOfClassPath {

    private static final String MAIN = "dev.rehearse.tool.LiquibaseCommand";

    private LiquibaseOfClassPath() {}

    static boolean isThere() {
        return LiquibaseOfClassPath.class.getResource("/liquibase/command/CommandScope.class") != null;
    }

    static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Short lives: no optimizing compiler. */
    static String[] arguments(String... command) {
        return Stream.concat(Stream.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", MAIN), Stream.of(command))
                .toArray(String[]::new);
    }

    static Map<String, String> variables() {
        return Map.of("CLASSPATH", System.getProperty("java.class.path"));
    }
}
