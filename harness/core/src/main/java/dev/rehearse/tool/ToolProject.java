package dev.rehearse.tool;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A project of the user's with the tool that migrates it. Nothing in its folder is written by us: what a tool needs beside it goes to
 * {@link #scratch}, which {@link #close} removes. Thread-safe.
 */
public final class ToolProject implements AutoCloseable {

    /** Where the package managers of a project put its own programs. */
    private static final List<String> OWN_PROGRAMS = List.of("node_modules/.bin", ".venv/bin", "venv/bin", "bin");

    /** For what asks no database: a version, a list. */
    static final Duration SOON = Duration.ofMinutes(2);

    private final ProjectTool tool;
    private final Path folder;
    private final Map<String, String> environment;
    private final Map<String, Object> found = new ConcurrentHashMap<>();
    private @Nullable Path scratch;

    /**
     * @param folder where its users call the tool
     * @param environment variables of the plan's; their values may have the placeholders of {@link ToolTarget}
     */
    public ToolProject(ProjectTool tool, Path folder, Map<String, String> environment) {
        this.tool = tool;
        this.folder = folder.toAbsolutePath().normalize();
        this.environment = Map.copyOf(environment);
    }

    public ProjectTool tool() {
        return tool;
    }

    /** Absolute. */
    public Path folder() {
        return folder;
    }

    /** A variable as the tool will see it: the plan's, else this process's; null where neither has it. */
    public @Nullable String variable(String name) {
        String planned = environment.get(name);
        return planned == null ? System.getenv(name) : planned;
    }

    /** The same project with the tool pointed at a database. */
    public ToolSession at(ToolTarget target, Duration deadline) {
        return new ToolSession(this, target, deadline);
    }

    /** Runs a command that needs no database: for a version, or a list. Where it asks all the same it is told of a port where nobody listens. */
    public ToolResult run(String program, String... arguments) {
        return at(ToolTarget.NOWHERE, SOON).run(program, arguments);
    }

    /** What was found the first time: for what takes a program's start to find and stays as it is for the life of this project. */
    @SuppressWarnings("unchecked") // a name goes with a type
    <T> T once(String name, Supplier<T> find) {
        return (T) found.computeIfAbsent(name, absent -> find.get());
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The program of that name: the project's own, from its folder upwards, else the one on the PATH. */
    public Optional<Path> find(String program) {
        for (Path at = folder; at != null; at = at.getParent()) {
            for (String own : OWN_PROGRAMS) {
                Path candidate = at.resolve(own).resolve(program);
                if (isProgram(candidate)) {
                    return Optional.of(candidate);
                }
            }
        }
        String path = System.getenv("PATH");
        return path == null
                ? Optional.empty()
                : Stream.of(path.split(java.io.File.pathSeparator))
                        .map(directory -> Path.of(directory.isEmpty() ? "." : directory, program))
                        .filter(ToolProject::isProgram)
                        .findFirst();
    }

    /**
     * The same.
     *
     * @throws EnvironmentException where there is none
     */
    public Path program(String program) {
        return find(program)
                .orElseThrow(() -> new EnvironmentException("There is no " + program + " for the project "
                        + folder + ", neither in " + String.join(", ", OWN_PROGRAMS)
                        + " there or in a folder above it, nor on the PATH. "
                        + tool.installation()));
    }

    private static boolean isProgram(Path candidate) {
        return Files.isExecutable(candidate) && !Files.isDirectory(candidate);
    }

    /** A new, empty folder of ours, for whatever the tool has to be shown in place of the project's own. */
    public synchronized Path scratch(String name) {
        try {
            if (scratch == null) {
                scratch = Files.createTempDirectory("rehearse-" + tool.key() + "-");
            }
            return Files.createTempDirectory(scratch, name + "-");
        } catch (IOException e) {
            throw new EnvironmentException("Cannot make a temporary folder: " + e + ".", e);
        }
    }

    /** Removes the scratch folders. */
    @Override
    public synchronized void close() {
        Path made = scratch;
        if (made == null) {
            return;
        }
        scratch = null;
        try (Stream<Path> files = Files.walk(made)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot remove the temporary folder " + made + ": " + e + ".", e);
        }
    }
}
