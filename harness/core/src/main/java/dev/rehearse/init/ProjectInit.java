package dev.rehearse.init;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.plan.RehearsalFile;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ProjectTools;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the first {@code rehearsal.yaml} of a project: finds what migrates it by its files, and which migrations production does not have
 * yet. Reads the project, git and, where one is named, a database; writes one file.
 */
public final class ProjectInit {

    private static final int SHOWN = 12;
    private static final List<String> UPSTREAM = List.of("origin/HEAD", "origin/main", "origin/master");

    private final Path folder;
    private final List<String> notes = new ArrayList<>();

    /**
     * What was written.
     *
     * @param file the plan
     * @param tool what migrates, in words
     * @param baseline the last migration that is there before; null: none
     * @param pending what will be rehearsed, in order
     * @param notes what its reader should know
     */
    public record Written(
            Path file, String tool, @Nullable String baseline, List<String> pending, List<String> notes) {}

    private ProjectInit(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Writes the plan.
     *
     * @param folder where the project's users call its tool
     * @param from what production has: a git ref, a migration (or the beginning or a part of one), or the URL of a database, whose history is
     *     read and which is not changed; null: what the upstream branch does not
     *     have, or else all but the last migration
     * @param key which tool, where the folder has files of several; null: the one that is found
     * @param force whether a plan that is there is replaced
     * @throws InvalidRehearsalException if there is a plan already, if it cannot be told which tool or which migrations, or none is pending
     * @throws EnvironmentException if the database does not answer, a program is missing, or the file cannot be written
     */
    public static Written write(Path folder, @Nullable String from, @Nullable String key, boolean force) {
        return new ProjectInit(folder).write(from, key, force);
    }

    private Written write(@Nullable String from, @Nullable String key, boolean force) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidRehearsalException("There is no folder " + folder + ".");
        }
        Path file = folder.resolve(RehearsalFile.NAME);
        if (Files.exists(file) && !force) {
            throw new InvalidRehearsalException(
                    "There is a plan already: " + file + ". Run it, or replace it with --force.");
        }
        List<ToolProject> opened = new ArrayList<>();
        try {
            Found found = choose(key, opened);
            List<ToolMigration> all = found.migrations();
            if (all.isEmpty()) {
                throw new InvalidRehearsalException(found.title() + " finds no migration in " + folder + ".");
            }
            int first = from == null ? byDefault(found, all) : firstPending(found, all, from);
            if (first == all.size()) {
                throw new InvalidRehearsalException(
                        "Nothing is pending: " + from + " has all " + all.size() + " migrations of " + folder + ".");
            }
            List<ToolMigration> baseline = all.subList(0, first);
            List<ToolMigration> pending = all.subList(first, all.size());
            String note = found.note(pending);
            if (note != null) {
                notes.add(note);
            }
            write(file, text(found, baseline, pending), force);
            return new Written(
                    file,
                    found.title(),
                    baseline.isEmpty()
                            ? null
                            : baseline.get(baseline.size() - 1).id(),
                    pending.stream().map(ToolMigration::id).toList(),
                    List.copyOf(notes));
        } finally {
            opened.forEach(ToolProject::close);
        }
    }

    private Found choose(@Nullable String key, List<ToolProject> opened) {
        List<Found> candidates = new ArrayList<>();
        List<ProjectTool> tools = key == null
                ? ProjectTools.detect(folder)
                : ProjectTools.named(key).map(List::of).orElse(List.of());
        for (ProjectTool tool : tools) {
            ToolProject project = new ToolProject(tool, folder, Map.of());
            opened.add(project);
            candidates.add(new FoundTool(tool, project));
        }
        if (candidates.isEmpty()) {
            Stream.of(FoundFlyway.in(folder), FoundScripts.in(folder))
                    .flatMap(Optional::stream)
                    .filter(found -> key == null || found.key().equals(key))
                    .findFirst()
                    .ifPresent(candidates::add);
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        String known = String.join(", ", ProjectTools.keys()) + ", flyway-api, sql";
        throw new InvalidRehearsalException(
                candidates.isEmpty()
                        ? "There are no migrations in " + folder + " that "
                                + (key == null ? "a known tool runs" : key + " runs") + ". Known are " + known
                                + ". Name the folder in which the tool is called, or write the plan by hand: schema and migration are"
                                + " enough."
                        : "The folder " + folder + " has files of several tools: "
                                + candidates.stream().map(Found::key).collect(Collectors.joining(", "))
                                + ". Name one with --tool.");
    }

    /** On a branch that adds migrations: those; else the last. */
    private int byDefault(Found found, List<ToolMigration> all) {
        GitHistory git = new GitHistory(folder);
        for (String ref : UPSTREAM) {
            Optional<String> commit = git.commit(ref);
            if (commit.isPresent()) {
                int first = after(all, inCommit(found, git, commit.get()));
                if (first > 0 && first < all.size()) {
                    notes.add("pending is what " + ref + " does not have; --from says otherwise");
                    return first;
                }
                break;
            }
        }
        notes.add("all but the last migration are taken for what production has; --from says otherwise");
        return all.size() - 1;
    }

    /** Position of the first migration that is not there before. */
    private int firstPending(Found found, List<ToolMigration> all, String from) {
        if (DatabaseUrl.isMeant(from)) {
            return after(all, applied(found, DatabaseUrl.of(from)));
        }
        List<String> ids = all.stream().map(ToolMigration::id).toList();
        List<String> fitting = Stream.<Predicate<String>>of(
                        from::equals, id -> id.startsWith(from), id -> id.contains(from))
                .map(fits -> ids.stream().filter(fits).toList())
                .filter(some -> !some.isEmpty())
                .findFirst()
                .orElse(List.of());
        if (fitting.size() == 1) {
            return ids.indexOf(fitting.get(0)) + 1;
        }
        GitHistory git = new GitHistory(folder);
        Optional<String> commit = git.commit(from);
        if (commit.isPresent()) {
            return after(all, inCommit(found, git, commit.get()));
        }
        throw new InvalidRehearsalException("\"" + from + "\" is "
                + (fitting.isEmpty() ? "no migration of the project" : "a part of " + fitting.size() + " migrations")
                + ", no git ref and no URL of a database. The migrations are "
                + ids.stream().limit(SHOWN).collect(Collectors.joining(", "))
                + (ids.size() > SHOWN ? " and " + (ids.size() - SHOWN) + " more." : "."));
    }

    private static Set<String> applied(Found found, DatabaseUrl url) {
        try (Connection connection = url.connect("rehearse-init");
                Statement statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = on");
            statement.execute("set statement_timeout = '10s'");
            return new HashSet<>(found.applied(connection));
        } catch (SQLException e) {
            throw url.cannotConnect(e);
        }
    }

    private Set<String> inCommit(Found found, GitHistory git, String commit) {
        try {
            Path copy = Files.createTempDirectory("rehearse-init-");
            try {
                git.copy(commit, copy);
                return found.migrationsIn(copy).stream().map(ToolMigration::id).collect(Collectors.toSet());
            } catch (InvalidRehearsalException e) {
                notes.add(
                        found.title() + " finds no migrations in commit " + commit.substring(0, 8) + " of this folder");
                return Set.of();
            } finally {
                delete(copy);
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot make or remove a temporary folder: " + e + ".", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A plan begins at one place in the order, whatever was merged late. */
    private int after(List<ToolMigration> all, Set<String> there) {
        int first = 0;
        while (first < all.size() && there.contains(all.get(first).id())) {
            first++;
        }
        List<String> late = all.subList(first, all.size()).stream()
                .map(ToolMigration::id)
                .filter(there::contains)
                .toList();
        if (!late.isEmpty()) {
            notes.add("production has " + String.join(", ", late) + ", too, which the tool orders after "
                    + all.get(first).id() + "; they will be rehearsed with it");
        }
        return first;
    }

    private String text(Found found, List<ToolMigration> baseline, List<ToolMigration> pending) {
        StringBuilder text = new StringBuilder();
        text.append("# A rehearsal of the migrations of ")
                .append(Yaml.comment(found.title()))
                .append(": rehearse run .\n");
        text.append("# All keys, for an editor that completes them: rehearse schema\n");
        text.append("name: ")
                .append(Yaml.text(String.valueOf(folder.getFileName())))
                .append("\n\n");
        text.append("# Rehearsed one by one, each with a verdict of its own:\n");
        pending.stream()
                .limit(SHOWN)
                .forEach(migration ->
                        text.append("#   ").append(Yaml.comment(migration.id())).append('\n'));
        if (pending.size() > SHOWN) {
            text.append("#   and ").append(pending.size() - SHOWN).append(" more\n");
        }
        text.append(found.plan(baseline, pending));
        text.append("""

                # Production's own numbers tell most.
                data: { scale: 100_000 }      # rows of the largest tables; or rows: { orders: 2_000_000 }
                workload: { rate: 100/s }     # operations derived from the schema; "before" and "after" take the application's own
                budget:
                  longestLockWait: 500ms
                  rollback: ifPresent         # required: no way back is a NO_GO
                """);
        return text.toString();
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
            throw new EnvironmentException("Cannot write " + file + ": " + e + ".", e);
        }
    }
}
