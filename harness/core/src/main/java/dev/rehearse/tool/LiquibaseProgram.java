package dev.rehearse.tool;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How Liquibase is called for a project. In an application's test it is the Liquibase of its class path, by {@link LiquibaseCommand} in a
 * process of its own, which looks for the change log on that class path, too. Else it is Liquibase's command line: the {@code liquibase}
 * command where there is one, otherwise what {@link LiquibaseOfBuild} has for the version that the project's build names.
 *
 * @param program by its name, or an absolute path
 * @param before words before those of Liquibase's command
 * @param isAlone whether it has none of the application's jars beside it
 */
record LiquibaseProgram(String program, List<String> before, Map<String, String> variables, boolean isAlone) {

    private static final String NAME = "liquibase";

    static LiquibaseProgram of(ToolProject project) {
        if (LiquibaseProgram.class.getResource("/liquibase/command/CommandScope.class") != null) {
            return java("dev.rehearse.tool.LiquibaseCommand", System.getProperty("java.class.path"), false);
        }
        if (project.find(NAME).isPresent()) {
            return new LiquibaseProgram(NAME, List.of(), Map.of(), false);
        }
        return java(
                "liquibase.integration.commandline.LiquibaseCommandLine",
                LiquibaseOfBuild.classPath(project).stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)),
                true);
    }

    /** Short lives: no optimizing compiler. */
    private static LiquibaseProgram java(String main, String classPath, boolean isAlone) {
        return new LiquibaseProgram(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", main),
                Map.of("CLASSPATH", classPath),
                isAlone);
    }

    String[] arguments(String... command) {
        return Stream.concat(before.stream(), Stream.of(command)).toArray(String[]::new);
    }
}
