package dev.rehearse.init;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Suggestions;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.jvm.JavaMigrations;
import dev.rehearse.tool.known.CommandTools;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the first {@code rehearsal.yaml} of a project: finds what migrates it by its files, and which migrations production does not have
 * yet. Reads the project, git and, where one is named, a database; writes one file.
 */
public final class ProjectInit {

    private static final int SHOWN = 12;

    /** Names of tools that {@code --tool} takes. */
    private static final List<String> KNOWN = Stream.of(
                    ProjectTools.keys(), CommandTools.keys(), List.of(FoundFlyway.KEY, FoundScripts.KEY))
            .flatMap(List::stream)
            .toList();

    /** As many words as go on a line. */
    private static final Pattern LINE = Pattern.compile("(\\S.{0,98})(?:\\s+|$)");

    private final Path folder;

    /** The folder in the words of who named it; empty for the one that the process runs in. */
    private final Path given;

    private final List<String> notes = new ArrayList<>();

    /**
     * What was written.
     *
     * @param toRun what {@code rehearse run} takes, in the words of who named the folder or one above it
     * @param file the plan
     * @param tool what migrates, in words
     * @param baseline the last migration that is there before; null: none
     * @param there how many are there before
     * @param pending what will be rehearsed, in order
     * @param notes what its reader should know
     */
    public record Written(
            Path toRun,
            Path file,
            String tool,
            @Nullable String baseline,
            int there,
            List<String> pending,
            List<String> notes) {}

    private ProjectInit(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.given = folder.normalize();
    }

    /**
     * Writes the plan.
     *
     * @param folder where the project's users call its tool
     * @param from what production has: a git ref, a migration (or the beginning or a part of one), or the URL of a database, whose history is
     *     read and which is not changed; null: what git
     *     tells of the migrations that belong together
     * @param key which tool, where the folder has files of several; null: the one that is found
     * @param migrations where Flyway's migrations or numbered scripts are, relative to the folder, or which of several databases of a tool;
     *     null: where they are found
     * @param plan the name of its file in that folder; null: {@value RehearsalFile#NAME}
     * @param force whether a plan that is there is replaced
     * @throws InvalidRehearsalException if there is a plan already, if it cannot be told which tool or which migrations, or none is pending
     * @throws EnvironmentException if the database does not answer, a program is missing, or the file cannot be written
     */
    public static Written write(
            Path folder,
            @Nullable String from,
            @Nullable String key,
            @Nullable String migrations,
            @Nullable String plan,
            boolean force) {
        return new ProjectInit(folder).write(from, key, migrations, plan, force);
    }

    private Written write(
            @Nullable String from,
            @Nullable String key,
            @Nullable String migrations,
            @Nullable String plan,
            boolean force) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidRehearsalException("There is no folder " + folder + ".");
        }
        Path file = planned(plan);
        if (Files.exists(file) && !force) {
            throw new InvalidRehearsalException("There is a plan already: " + file
                    + ". Run it, replace it with --force, or write another with --plan NAME.yaml.");
        }
        List<ToolProject> opened = new ArrayList<>();
        try {
            Optional<Found> chosenHere = choose(key, migrations, opened);
            if (chosenHere.isEmpty()) {
                return inTheOnlyProjectBelow(from, plan, force);
            }
            Found found = chosenHere.get();
            List<ToolMigration> all = found.migrations();
            if (all.isEmpty()) {
                throw new InvalidRehearsalException(found.title() + " finds no migration in " + folder + ".");
            }
            Baseline.Chosen chosen =
                    from == null ? Baseline.byGit(folder, found, all) : Baseline.of(folder, found, all, from);
            List<ToolMigration> pending = chosen.pending();
            if (pending.isEmpty()) {
                throw new InvalidRehearsalException(
                        "Nothing is pending: " + from + " has all " + all.size() + " migrations of " + folder + ".");
            }
            notes.addAll(chosen.notes());
            if (from == null) {
                notes.add("pending is " + chosen.reason() + "; --from says otherwise");
            }
            if (chosen.there().isEmpty()) {
                notes.add(
                        "no migration comes before, and a run needs tables for its load: give it what production has as \"schema\"; a project's"
                                + " very first migration needs no rehearsal");
            }
            notes.addAll(found.notes(pending));
            ScriptsOfOthers.note(folder, all).ifPresent(notes::add);
            write(file, text(file, found, chosen.there(), pending, chosen.reason()), force);
            return new Written(
                    toRun(file),
                    file,
                    found.title(),
                    found.from(chosen.there(), pending),
                    chosen.there().size(),
                    pending.stream().map(ToolMigration::id).toList(),
                    List.copyOf(notes));
        } finally {
            opened.forEach(ToolProject::close);
        }
    }

    /** A plan's paths begin in its own folder, and {@code run} is given the project's. What is no plan is not replaced. */
    private Path planned(@Nullable String name) {
        Path file = folder.resolve(name == null ? RehearsalFile.NAME : name).normalize();
        if (!folder.equals(file.getParent()) || !file.toString().matches("(?s).*\\.ya?ml")) {
            throw new InvalidRehearsalException("The plan cannot be " + file
                    + ": give --plan the name of a file that ends in .yaml, which will be in " + folder + ".");
        }
        return file;
    }

    private Written inTheOnlyProjectBelow(@Nullable String from, @Nullable String plan, boolean force) {
        Path only =
                Collections.min(Elsewhere.below(folder).keySet(), Comparator.comparing(MigrationFolders::isOfTests));
        ProjectInit below = new ProjectInit(given.resolve(only));
        below.notes.add(below.folder + " is the only project below " + folder + " that has migrations");
        return below.write(from, null, null, plan, force);
    }

    /** Empty where there are none here, and one project below has some. */
    private Optional<Found> choose(@Nullable String key, @Nullable String migrations, List<ToolProject> opened) {
        if (key != null && !KNOWN.contains(key)) {
            throw new InvalidRehearsalException("There is no tool \"" + key + "\"." + Suggestions.nearest(key, KNOWN)
                    + " Known are " + String.join(", ", KNOWN) + ".");
        }
        if (migrations != null) {
            return Optional.of(named(migrations, key));
        }
        List<Found> candidates = new ArrayList<>();
        List<ProjectTool> tools = key == null
                ? ProjectTools.detect(folder)
                : ProjectTools.named(key).map(List::of).orElse(List.of());
        for (ProjectTool tool : tools) {
            ToolProject project = new ToolProject(tool, folder, Map.of(), null);
            opened.add(project);
            candidates.add(new FoundTool(tool, project));
        }
        (key == null
                        ? CommandTools.detect(folder)
                        : CommandTools.named(key).stream().toList())
                .forEach(tool -> candidates.add(new FoundCommand(tool, folder)));
        if (candidates.size() == 1) {
            return Optional.of(candidates.get(0));
        }
        if (!candidates.isEmpty()) {
            throw new InvalidRehearsalException("The folder " + folder + " has files of several tools: "
                    + candidates.stream().map(Found::key).collect(Collectors.joining(", "))
                    + ". Name one with --tool.");
        }
        return Stream.of(FoundFlyway.in(folder), FoundScripts.in(folder))
                .flatMap(Optional::stream)
                .filter(found -> isAsked(found, key))
                .findFirst()
                .or(() -> chooseBelow(key));
    }

    private static boolean isAsked(Found found, @Nullable String key) {
        return key == null || found.key().equals(key);
    }

    private Found named(String migrations, @Nullable String key) {
        Stream<Found> ofDatabase = CommandTools.detect(folder).stream()
                .flatMap(tool -> tool.of(folder, migrations).stream())
                .map(tool -> new FoundCommand(tool, folder));
        return Stream.concat(
                        ofDatabase,
                        Stream.of(FoundFlyway.at(folder, migrations), FoundScripts.at(folder, migrations))
                                .flatMap(Optional::stream))
                .filter(found -> isAsked(found, key))
                .findFirst()
                .orElseThrow(() -> none(migrations));
    }

    /** What {@code --migrations} takes here, where it named none of that. */
    private InvalidRehearsalException none(String migrations) {
        for (CommandTool tool : CommandTools.detect(folder)) {
            List<String> databases = tool.databases(folder);
            if (!databases.isEmpty()) {
                return new InvalidRehearsalException("\"" + migrations
                        + "\" is no database of this project, and no folder of its"
                        + " migrations." + Suggestions.nearest(migrations, databases) + " " + tool.title() + " has "
                        + String.join(", ", databases) + ".");
            }
        }
        String tools = Stream.concat(
                        ProjectTools.detect(folder).stream().map(ProjectTool::title),
                        CommandTools.detect(folder).stream().map(CommandTool::title))
                .collect(Collectors.joining(", "));
        return new InvalidRehearsalException("There are no migrations in " + folder.resolve(migrations)
                + ": expected V1__name.sql as Flyway has them, 1_name.sql, or 1_name/up.sql."
                + (tools.isEmpty() ? "" : " --migrations is for those alone: for " + tools + " leave it out."));
    }

    /** The only folder of migrations below this one, or none where a project of a tool is the only one; of several somebody has to name one. */
    private Optional<Found> chooseBelow(@Nullable String key) {
        Map<Path, String> projects = Elsewhere.below(folder);
        Map<Path, String> others = new TreeMap<>();
        FoundFlyway.below(folder).forEach(location -> others.put(location, FoundFlyway.KEY));
        List<Path> flyways = List.copyOf(others.keySet());
        FoundScripts.below(folder).stream()
                .filter(location -> flyways.stream().noneMatch(location::startsWith))
                .forEach(location -> others.put(location, FoundScripts.KEY));
        others.keySet().removeIf(location -> projects.keySet().stream().anyMatch(location::startsWith));
        List<Set<Path>> places = List.of(projects.keySet(), others.keySet());
        if (!places.stream().flatMap(Set::stream).allMatch(MigrationFolders::isOfTests)) {
            places.forEach(each -> each.removeIf(MigrationFolders::isOfTests));
        }
        if (key != null) {
            projects.clear();
            others.values().removeIf(other -> !other.equals(key));
        }
        if (projects.isEmpty() && others.size() == 1) {
            return Optional.of(named(others.keySet().iterator().next().toString(), key));
        }
        if (others.isEmpty() && projects.size() == 1) {
            return Optional.empty();
        }
        String none =
                "There are no migrations in " + folder + " that " + (key == null ? "a known tool runs" : key + " runs");
        String byHand =
                "write the plan by hand: a schema and a migration, which may be a command of your own, are enough.";
        if (projects.isEmpty() && others.isEmpty()) {
            throw new InvalidRehearsalException(none + ". " + classes() + "Known are " + String.join(", ", KNOWN)
                    + ". Name the folder in which the tool is called, or that of the scripts with --migrations, or "
                    + byHand);
        }
        List<String> commands = new ArrayList<>();
        projects.forEach((path, keys) -> commands.add(
                "rehearse init " + ShellCommand.word(given.resolve(path).toString()) + "   (" + keys + ")"));
        others.forEach((path, tool) -> commands.add(
                "rehearse init" + (given.toString().isEmpty() ? "" : " " + ShellCommand.word(given.toString()))
                        + " --migrations " + ShellCommand.word(path.toString()) + "   (" + tool + ")"));
        throw new InvalidRehearsalException(none + ", but below it there are. Choose one, or " + byHand
                + commands.stream().limit(SHOWN).map("\n  "::concat).collect(Collectors.joining())
                + (commands.size() > SHOWN ? "\n  and " + (commands.size() - SHOWN) + " more" : ""));
    }

    private String classes() {
        return MigrationFolders.below(folder, JavaMigrations::isOne).stream()
                .findFirst()
                .map(place -> "Flyway's migrations that are classes, as those in " + place
                        + ", are run by the application alone, which a command may call. ")
                .orElse("");
    }

    /** The folder, but for a plan of another name. */
    private Path toRun(Path file) {
        return isUsual(file) ? given.toString().isEmpty() ? Path.of(".") : given : given.resolve(file.getFileName());
    }

    private static boolean isUsual(Path file) {
        return file.endsWith(RehearsalFile.NAME);
    }

    private String text(
            Path file, Found found, List<ToolMigration> baseline, List<ToolMigration> pending, String reason) {
        StringBuilder text = new StringBuilder();
        String other = String.valueOf(file.getFileName());
        text.append("# A rehearsal of the migrations of ")
                .append(Yaml.comment(found.title()))
                .append(": rehearse run ")
                .append(isUsual(file) ? "." : Yaml.comment(ShellCommand.word(other)))
                .append('\n');
        text.append("# All keys, for an editor that completes them: rehearse schema\n");
        text.append("name: ")
                .append(Yaml.text(
                        folder.getFileName() + (isUsual(file) ? "" : " " + other.replaceFirst("\\.[^.]*$", ""))))
                .append("\n\n");
        text.append(
                found.runsOneByOne()
                        ? "# Rehearsed one by one, each with a verdict of its own:\n"
                        : "# Rehearsed together, with one verdict:\n");
        pending.stream()
                .limit(SHOWN)
                .forEach(migration ->
                        text.append("#   ").append(Yaml.comment(migration.id())).append('\n'));
        if (pending.size() > SHOWN) {
            text.append("#   and ").append(pending.size() - SHOWN).append(" more\n");
        }
        wrapped("That is " + reason + ". Another choice: the same command with --force --from REF.")
                .forEach(line -> text.append("# ").append(Yaml.comment(line)).append('\n'));
        text.append(found.plan(baseline, pending));
        text.append("""

                # Production's own numbers tell most.
                data: { scale: 100_000 }      # rows of the largest tables; or rows: { orders: 2_000_000 }
                workload: { rate: 100/s }     # operations derived from the schema; "before" and "after" take the application's own
                budget:
                  longestLockWait: 500ms
                  rollback: ifPresent         # required: no way back is a NO_GO
                """);
        String schema = found.schema(baseline);
        return text.append(schema.isEmpty() ? "" : "\n" + schema).toString();
    }

    private static List<String> wrapped(String sentence) {
        return LINE.matcher(sentence).results().map(line -> line.group(1)).toList();
    }

    private static void write(Path file, String text, boolean force) {
        try {
            if (force) {
                Files.writeString(file, text);
            } else {
                Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
            }
        } catch (FileAlreadyExistsException e) {
            throw new InvalidRehearsalException("There is a plan already: " + file + ". Replace it with --force.", e);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot write " + file + ": " + FileTrouble.reason(e) + ".", e);
        }
    }
}
