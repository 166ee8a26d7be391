package dev.rehearse.init;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.init.CommittedFiles.NotCloned;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells which of a project's migrations are there before the rehearsal, by what its user says or else by git. */
final class Baseline {

    private static final List<String> UPSTREAM = List.of("origin/HEAD", "origin/main", "origin/master");

    /** So many are rehearsed together where nothing tells which belong together. */
    private static final int FEW = 10;

    private static final int SHOWN = 12;

    private final Path folder;
    private final Found found;
    private final List<ToolMigration> all;
    private final List<String> ids;
    private final GitHistory git;
    private final List<String> notes = new ArrayList<>();

    /** Made when it is first asked. */
    private @Nullable CommittedFiles committed;

    /**
     * What was found.
     *
     * @param there migrations that are there before
     * @param pending all others
     * @param reason what the pending ones are, in words
     * @param notes what the plan's reader should know besides
     */
    record Chosen(List<ToolMigration> there, List<ToolMigration> pending, String reason, List<String> notes) {}

    private Baseline(Path folder, Found found, List<ToolMigration> all) {
        this.folder = folder;
        this.found = found;
        this.all = all;
        this.ids = all.stream().map(ToolMigration::id).toList();
        this.git = new GitHistory(folder);
    }

    /** By what {@code --from} says. */
    static Chosen of(Path folder, Found found, List<ToolMigration> all, String from) {
        Baseline baseline = new Baseline(folder, found, all);
        try {
            return baseline.chosen(
                    baseline.there(from),
                    DatabaseUrl.isMeant(from) ? "what the database did not have" : "what comes after " + from);
        } catch (NotCloned e) {
            throw new InvalidRehearsalException("The clone of the submodule " + e.submodule() + " lacks what " + from
                    + " has of it. Fetch that (git -C "
                    + ShellCommand.word(
                            baseline.git.root().resolve(e.submodule()).toString())
                    + " fetch --unshallow), or let --from name a migration.");
        }
    }

    /**
     * By git: what the upstream branch does not have; else what is not committed; else what the newest commit added that added any. Where git
     * tells no migration from the others, all but the first: their order is that of a release's steps, and a backfill that ran before there
     * were rows has filled none. Of many such, the last alone.
     */
    static Chosen byGit(Path folder, Found found, List<ToolMigration> all) {
        Baseline baseline = new Baseline(folder, found, all);
        try {
            return baseline.byGit();
        } catch (NotCloned e) {
            return baseline.untold("the clone of the submodule " + e.submodule() + " lacks what it was before");
        }
    }

    private Chosen chosen(List<ToolMigration> there, String reason) {
        return new Chosen(there, without(there), reason, List.copyOf(notes));
    }

    private List<ToolMigration> without(List<ToolMigration> there) {
        Set<ToolMigration> before = new HashSet<>(there);
        return all.stream().filter(migration -> !before.contains(migration)).toList();
    }

    private Chosen byGit() {
        Optional<String> head = git.commit("HEAD");
        if (head.isEmpty()) {
            return untold("there is no git history");
        }
        for (String ref : UPSTREAM) {
            Optional<String> commit = git.commit(ref);
            if (commit.isPresent()) {
                List<ToolMigration> there = baseline(inCommit(commit.get()));
                if (isWithin(there)) {
                    return chosen(there, "what " + ref + " does not have");
                }
                break;
            }
        }
        Set<String> committed = inCommit(head.get());
        if (committed.isEmpty()) {
            return untold("git has none of them");
        }
        List<ToolMigration> there = baseline(committed);
        if (there.size() < all.size()) {
            return isWithin(there)
                    ? chosen(there, "what is not committed")
                    : untold("the first is not committed, and later ones are");
        }
        return byCommit();
    }

    private boolean isWithin(List<ToolMigration> there) {
        return !there.isEmpty() && there.size() < all.size();
    }

    /** A commit on the branch itself, so that a merge is what was merged. */
    private Chosen byCommit() {
        for (String commit : git.touching(ownFiles(), eachHasItsOwnFile())) {
            Optional<String> parent = git.commit(commit + "^1");
            if (parent.isEmpty() && git.isShallow()) {
                return untold("the clone is shallow, and its history ends before the newest was added");
            }
            List<ToolMigration> there = baseline(parent.map(this::inCommit).orElse(Set.of()));
            if (there.isEmpty()) {
                return untold("commit " + shortened(commit) + " added them all");
            }
            if (there.size() < all.size()) {
                return chosen(there, "what commit " + shortened(commit) + " added, the newest that added a migration");
            }
        }
        return untold("git does not tell when they were added");
    }

    private Chosen untold(String why) {
        notes.clear();
        if (all.size() == 1) {
            return chosen(List.of(), "the only migration that there is");
        }
        if (all.size() <= FEW) {
            return chosen(
                    all.subList(0, 1),
                    "all but the first, so that a backfill comes after the rows that it is for: " + why);
        }
        return chosen(all.subList(0, all.size() - 1), "the last of " + all.size() + ": " + why);
    }

    private List<Path> ownFiles() {
        return all.stream()
                .flatMap(migration -> migration.files().stream())
                .distinct()
                .filter(file -> file.startsWith(folder))
                .map(folder::relativize)
                .toList();
    }

    private boolean eachHasItsOwnFile() {
        Set<Path> seen = new HashSet<>();
        return all.stream()
                .allMatch(migration -> !migration.files().isEmpty()
                        && migration.files().stream().allMatch(seen::add));
    }

    private List<ToolMigration> there(String from) {
        if (DatabaseUrl.isMeant(from)) {
            Set<String> there = applied(DatabaseUrl.of(from));
            if (there.isEmpty()) {
                notes.add("the database has none of the migrations in a history of " + found.title()
                        + " that the URL's user and search path lead to, so that all are pending");
            }
            return baseline(there);
        }
        List<String> fitting = Stream.<Predicate<String>>of(
                        from::equals, id -> id.startsWith(from), id -> id.contains(from))
                .map(fits -> ids.stream().filter(fits).toList())
                .filter(some -> !some.isEmpty())
                .findFirst()
                .orElse(List.of());
        if (fitting.size() == 1) {
            return found.baseline(all, found.before(all, fitting.get(0)));
        }
        Optional<String> commit = git.commit(from);
        if (commit.isPresent()) {
            Set<String> there = inCommit(commit.get());
            if (there.isEmpty()) {
                notes.add(found.title() + " finds no migrations in commit " + shortened(commit.get())
                        + " of this folder");
            }
            return baseline(there);
        }
        throw new InvalidRehearsalException("\"" + from + "\" is "
                + (fitting.isEmpty() ? "no migration of the project" : "a part of " + fitting.size() + " migrations")
                + ", no git ref and no URL of a database. "
                + (fitting.isEmpty() ? "The project's migrations " : "These ")
                + newest(fitting.isEmpty() ? ids : fitting)
                + (git.commit("HEAD").isPresent() && git.isShallow()
                        ? " The clone is shallow, so that refs are missing: git fetch --unshallow --tags."
                        : ""));
    }

    /** Production has most of them, so that the last ones are those to choose from. */
    private static String newest(List<String> some) {
        int more = Math.max(0, some.size() - SHOWN);
        return (more == 0 ? "are " : "end with ") + String.join(", ", some.subList(more, some.size())) + ".";
    }

    private static String shortened(String commit) {
        return commit.substring(0, 8);
    }

    private Set<String> applied(DatabaseUrl url) {
        try (Connection connection = url.connect("rehearse-init");
                Statement statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = on");
            statement.execute("set statement_timeout = '10s'");
            return new HashSet<>(found.applied(connection));
        } catch (SQLException e) {
            throw url.cannotConnect(e);
        }
    }

    private Set<String> inCommit(String commit) {
        if (!eachHasItsOwnFile()) {
            return toldByTool(commit);
        }
        if (committed == null) {
            committed = new CommittedFiles(git, all);
        }
        return committed.in(commit);
    }

    /** Of several in a file; none, too, where the tool finds no project. */
    private Set<String> toldByTool(String commit) {
        try {
            Path copy = Files.createTempDirectory("rehearse-init-");
            try {
                git.copy(commit, ownFiles(), copy);
                return found.migrationsIn(copy).stream().map(ToolMigration::id).collect(Collectors.toSet());
            } catch (InvalidRehearsalException e) {
                return Set.of();
            } finally {
                delete(copy);
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot make or remove a temporary folder: " + FileTrouble.of(e) + ".", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private List<ToolMigration> baseline(Set<String> there) {
        List<ToolMigration> baseline = found.baseline(all, there);
        List<ToolMigration> pending = without(baseline);
        List<String> late =
                pending.stream().map(ToolMigration::id).filter(there::contains).toList();
        if (!late.isEmpty()) {
            notes.add("production has "
                    + late.stream().limit(SHOWN).collect(Collectors.joining(", "))
                    + (late.size() > SHOWN ? " and " + (late.size() - SHOWN) + " more" : "")
                    + ", too, which the tool orders after " + pending.get(0).id()
                    + "; they will be rehearsed with it");
        }
        return baseline;
    }
}
