package dev.rehearse.tool.jvm;

import dev.rehearse.HarnessException;
import dev.rehearse.tool.ToolProject;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How Liquibase is called for a project. In an application's test it is the Liquibase of its class path, by {@link LiquibaseCommand} in a
 * process of its own, which looks for the change log on that class path, too. Else it is the {@code liquibase} command where there is one,
 * otherwise what {@link LiquibaseOfBuild} has for the version that the project's build names, called in the same way with the project's
 * resources on the class path.
 *
 * @param program by its name, or an absolute path
 * @param before words before those of Liquibase's command
 * @param isAlone whether it has none of the application's jars beside it
 */
record LiquibaseProgram(String program, List<String> before, Map<String, String> variables, boolean isAlone) {

    static final String NAME = "liquibase";

    static final String CLASS_PATH = "LIQUIBASE_CLASSPATH";

    static LiquibaseProgram of(ToolProject project) {
        if (LiquibaseProgram.class.getResource("/liquibase/command/CommandScope.class") != null) {
            return java(System.getProperty("java.class.path"), Map.of(), false);
        }
        if (project.find(NAME).isPresent()) {
            return new LiquibaseProgram(NAME, List.of(), Map.of(), false);
        }
        return java(
                Stream.of(
                                LiquibaseOfBuild.classPath(project).stream(),
                                LiquibaseHome.roots(project.folder()).stream(),
                                applications(project),
                                Stream.of(ours()))
                        .flatMap(Function.identity())
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)),
                // What was compiled holds the resources once more.
                Map.of("LIQUIBASE_DUPLICATE_FILE_MODE", "WARN"),
                true);
    }

    /** What the command would take from that variable of Liquibase's: changes that are classes, and whatever is in jars. */
    private static Stream<Path> applications(ToolProject project) {
        return Stream.ofNullable(project.variable(CLASS_PATH))
                .flatMap(places -> Stream.of(places.split(File.pathSeparator)))
                .filter(place -> !place.isBlank())
                .map(place -> project.programs().resolve(place));
    }

    /** Where our own command is. */
    private static Path ours() {
        try {
            return Path.of(LiquibaseProgram.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new HarnessException("Rehearse does not find its own classes: " + e.getMessage() + ".", e);
        }
    }

    /** Whether people can call it so, too. */
    boolean isCommand() {
        return program.equals(NAME);
    }

    /** Short lives: no optimizing compiler. */
    private static LiquibaseProgram java(String classPath, Map<String, String> variables, boolean isAlone) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("CLASSPATH", classPath);
        return new LiquibaseProgram(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", LiquibaseCommand.class.getName()),
                all,
                isAlone);
    }

    String[] arguments(String... command) {
        return Stream.concat(before.stream(), Stream.of(command)).toArray(String[]::new);
    }
}
