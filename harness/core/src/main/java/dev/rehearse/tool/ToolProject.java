package dev.rehearse.tool;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.machine.OwnedFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    private static final Duration SOON = Duration.ofMinutes(2);

    private static final ToolTarget NOWHERE =
            new ToolTarget("127.0.0.1", 1, "nowhere", "nobody", "none", "rehearse-project");

    private static final int SHOWN = 20;

    private final ProjectTool tool;
    private final Path folder;
    private final Path programs;
    private final Map<String, String> environment;
    private final @Nullable String from;
    private final Map<String, Object> found = new HashMap<>();
    private @Nullable OwnedFolder scratch;

    /**
     * @param folder where its users call the tool
     * @param environment variables of the plan's; their values may have the placeholders of {@link ToolTarget}
     * @param from the last migration that production has, in the words of {@link ProjectTool#from}; null: it has none
     */
    public ToolProject(ProjectTool tool, Path folder, Map<String, String> environment, @Nullable String from) {
        this(tool, folder, folder, environment, from);
    }

    private ToolProject(
            ProjectTool tool, Path folder, Path programs, Map<String, String> environment, @Nullable String from) {
        this.tool = tool;
        this.folder = folder.toAbsolutePath().normalize();
        this.programs = programs.toAbsolutePath().normalize();
        this.environment = Map.copyOf(environment);
        this.from = from;
    }

    /** The project as it was at another time, in a copy of its folder, with the programs that it has now. */
    public ToolProject as(Path copy) {
        return new ToolProject(tool, copy, programs, environment, from);
    }

    public ProjectTool tool() {
        return tool;
    }

    /** Absolute. */
    public Path folder() {
        return folder;
    }

    /** Where its programs are looked for, from there upwards: its folder, or of a copy that of the project as it is. */
    public Path programs() {
        return programs;
    }

    /** A variable as the tool will see it: the plan's, else this process's; null where neither has it. */
    public @Nullable String variable(String name) {
        String planned = environment.get(name);
        return planned == null ? System.getenv(name) : planned;
    }

    /**
     * The migrations that production has.
     *
     * @throws InvalidRehearsalException where there is no such migration as is named for its last
     */
    public List<ToolMigration> baseline() {
        String last = from;
        return last == null ? List.of() : tool.baseline(this, tool.before(this, last));
    }

    /**
     * The migrations that production does not have, up to and with one.
     *
     * @param to an id, or the beginning or a part of exactly one; null: to the last
     * @throws InvalidRehearsalException where there is no such migration, or none between them
     */
    public List<ToolMigration> pending(@Nullable String to) {
        List<ToolMigration> all = tool.migrations(this);
        int first = baseline().size();
        int last = to == null ? all.size() : all.indexOf(named(to, all)) + 1;
        if (first >= last) {
            throw new InvalidRehearsalException("The project " + folder + " has no migration to rehearse"
                    + (from == null ? "" : " after " + from) + (to == null ? "" : " up to " + to)
                    + ". Set \"from\" to the last migration that production has.");
        }
        return all.subList(first, last);
    }

    /**
     * One of its migrations.
     *
     * @param wanted an id, or the beginning or a part of exactly one
     * @param all all of them
     * @throws InvalidRehearsalException where there is no such migration
     */
    public ToolMigration named(String wanted, List<ToolMigration> all) {
        List<String> ids = all.stream().map(ToolMigration::id).toList();
        List<String> fitting = Stream.<Predicate<String>>of(
                        wanted::equals, id -> id.startsWith(wanted), id -> id.contains(wanted))
                .map(fits -> ids.stream().filter(fits).toList())
                .filter(some -> !some.isEmpty())
                .findFirst()
                .orElse(List.of());
        if (fitting.size() == 1) {
            return all.get(ids.indexOf(fitting.get(0)));
        }
        throw new InvalidRehearsalException(
                "\"" + wanted + "\" is " + (fitting.isEmpty() ? "no migration" : "a part of several migrations")
                        + " of the project " + folder + ". "
                        + (ids.isEmpty()
                                ? tool.title() + " finds none there."
                                : "It has " + ids.stream().limit(SHOWN).collect(Collectors.joining(", "))
                                        + (ids.size() > SHOWN ? " and more." : ".")));
    }

    /** The same project with the tool pointed at a database. */
    public ToolSession at(ToolTarget target, Duration deadline) {
        return new ToolSession(this, target, deadline);
    }

    /**
     * Runs a command that needs no database: for a version, or a list. Whatever its configuration reads is there and leads nowhere, also
     * where our own environment names a database.
     *
     * @throws EnvironmentException if its program is not there, or what that needs
     */
    public ToolResult run(String program, String... arguments) {
        return run(Map.of(), program, arguments);
    }

    /** What is found out once and kept as long as this object lives. */
    @SuppressWarnings("unchecked")
    public synchronized <T> T once(String name, Supplier<T> find) {
        if (!found.containsKey(name)) {
            found.put(name, find.get());
        }
        return (T) found.get(name);
    }

    /** The same, with variables that only it gets. */
    public ToolResult run(Map<String, String> variables, String program, String... arguments) {
        ToolResult result = at(NOWHERE, SOON).run(variables, program, arguments);
        if (result.lacksProgram()) {
            throw new EnvironmentException("Cannot run " + String.join(" ", result.command()) + " in " + folder
                    + ": it ended with exit code " + result.exitCode()
                    + ", with which a program says that it, or what it needs, is not there or may not be executed. "
                    + tool.installation() + " It printed:\n" + result.output());
        }
        return result;
    }

    public Map<String, String> environment() {
        return environment;
    }

    /**
     * Where a project may have programs of its own, from its folder upwards, whether there are such folders or not. What is on the PATH, as
     * {@code /bin} is, keeps its place there, behind whatever its user has put before it.
     */
    static Stream<Path> ownPrograms(Path folder) {
        Set<Path> others = path().map(ToolProject::real).collect(Collectors.toSet());
        return Stream.iterate(folder.toAbsolutePath().normalize(), Objects::nonNull, Path::getParent)
                .flatMap(at -> OWN_PROGRAMS.stream().map(at::resolve))
                .filter(directory -> !others.contains(real(directory)));
    }

    /** The folders of the PATH. */
    private static Stream<Path> path() {
        return Stream.ofNullable(System.getenv("PATH"))
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .map(directory -> Path.of(directory.isEmpty() ? "." : directory));
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException notThere) {
            return directory.toAbsolutePath().normalize();
        }
    }

    /** The program of that name: the project's own, from its folder upwards, else the one on the PATH. */
    public Optional<Path> find(String program) {
        return Stream.concat(ownPrograms(programs), path())
                .map(directory -> directory.resolve(program))
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
        String safe = name.replaceAll("[^A-Za-z0-9._-]+", "-");
        OwnedFolder folders = scratch;
        if (folders == null) {
            folders = OwnedFolder.make(tool.key());
            scratch = folders;
        }
        try {
            // For us alone: a tool's configuration may hold a password.
            return Files.createTempDirectory(folders.path(), safe.substring(0, Math.min(safe.length(), 60)) + "-");
        } catch (IOException e) {
            throw new EnvironmentException("Cannot make a temporary folder: " + e + ".", e);
        }
    }

    /** Removes the scratch folders. */
    @Override
    public synchronized void close() {
        if (scratch != null) {
            scratch.close();
            scratch = null;
        }
    }
}
