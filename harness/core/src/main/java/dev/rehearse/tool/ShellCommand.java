package dev.rehearse.tool;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A command of the user's own, pointed at a database: a line for {@code sh}, with the programs of the project, from its folder upwards, before
 * those on the PATH, as its package manager would run it. Stateless.
 */
public final class ShellCommand {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./@:=,+-]+");

    /** Behind variables of its own, but for the one that decides where programs are. */
    private static final Pattern PROGRAM =
            Pattern.compile("\\s*(?:(?!PATH=)\\w+=[A-Za-z0-9_./@:=,+-]*\\s+)*([A-Za-z0-9_./@+-]+)(?=[\\s;]|$)");

    private ShellCommand() {}

    /** A text as one word of a command line. */
    public static String word(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** What a line begins with, be it a program or the shell's own; empty where that is not written out. */
    public static Optional<String> program(String line) {
        Matcher program = PROGRAM.matcher(line);
        return program.lookingAt() ? Optional.of(program.group(1)) : Optional.empty();
    }

    /**
     * Runs it to its end, or ends it with all that it has started: by its deadline, or by an interrupt, which stays set.
     *
     * @param folder where it runs
     * @param environment variables of the plan's, over {@code DATABASE_URL} and {@code PG*}; their values may have the placeholders of
     *     {@link ToolTarget}
     * @throws dev.rehearse.EnvironmentException if there is no shell
     */
    public static ToolResult run(
            Path folder, String line, Map<String, String> environment, ToolTarget target, Duration deadline) {
        Map<String, String> variables = new LinkedHashMap<>(target.environment());
        variables.put("PATH", path(folder));
        environment.forEach((name, value) -> variables.put(name, target.fill(value)));
        ToolResult result =
                ToolProcess.run(folder.toAbsolutePath().normalize(), List.of("sh", "-c", line), variables, deadline);
        // It may print where it goes, with the password of the user's own database.
        String output = result.output().replace(target.url(), "$DATABASE_URL");
        return new ToolResult(result.command(), result.exitCode(), output, result.ended());
    }

    private static String path(Path folder) {
        String inherited = System.getenv("PATH");
        return Stream.concat(
                        ToolProject.ownPrograms(folder)
                                .filter(Files::isDirectory)
                                .map(Path::toString),
                        Stream.ofNullable(inherited))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
