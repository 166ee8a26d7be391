package dev.rehearse.init;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.Dialects;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The folders below a project's that hold migrations for PostgreSQL, wherever its build keeps them. Stateless. */
final class MigrationFolders {

    private static final int DEPTH = 14;

    /** More than a project has; a home or a disk has them. */
    private static final int MOST_ENTRIES = 500_000;

    /** Where dependencies, what was built and what only tests use is put. */
    private static final Set<String> NOT_OURS = Set.of(
            "node_modules",
            "vendor",
            "venv",
            "target",
            "build",
            "dist",
            "out",
            "test",
            "tests",
            "testdata",
            "fixtures");

    private static final Pattern OF_TESTS = Pattern.compile("tests?[-_].*|testing|stubs?");

    private MigrationFolders() {}

    /** Whether nothing of a project's own for PostgreSQL is below a folder of that name. */
    static boolean isOther(String name) {
        return name.startsWith(".") || NOT_OURS.contains(name) || Dialects.isOtherFolder(name);
    }

    /** Whether a folder on the way is called as those that only tests use, and as some that are not: {@code test_migrations}, {@code test-service}. */
    static boolean isOfTests(Path place) {
        return StreamSupport.stream(place.spliterator(), false)
                .anyMatch(folder -> OF_TESTS.matcher(folder.toString()).matches());
    }

    /**
     * Folders with such files, as paths relative to the project's, in order; what cannot be read is passed over.
     *
     * @param isMigration of a file, or of a folder that is one migration
     * @throws InvalidRehearsalException if it is too large to be a project's
     */
    static List<Path> below(Path project, Predicate<Path> isMigration) {
        Set<Path> found = new TreeSet<>();
        try {
            Files.walkFileTree(project, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                private int seen;

                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    if (folder.equals(project)) {
                        return FileVisitResult.CONTINUE;
                    }
                    note(folder);
                    return isOther(String.valueOf(folder.getFileName()))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    note(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                private void note(Path path) {
                    if (++seen > MOST_ENTRIES) {
                        throw new InvalidRehearsalException(
                                "There are more than " + MOST_ENTRIES + " files and folders in " + project
                                        + ". Name the folder of the project, or that of its migrations.");
                    }
                    Path parent = path.getParent();
                    if (parent != null && isMigration.test(path)) {
                        found.add(project.relativize(parent));
                    }
                }
            });
        } catch (IOException unreadable) {
            return List.of();
        }
        return List.copyOf(found);
    }

    /** Whether a folder has others for other databases in it. */
    static boolean hasOthers(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isDirectory)
                    .anyMatch(each -> Dialects.isOtherFolder(String.valueOf(each.getFileName())));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** Without those that are within another of them. */
    static List<Path> outermost(Collection<Path> folders) {
        return folders.stream()
                .filter(folder -> folders.stream().noneMatch(other -> !other.equals(folder) && isWithin(folder, other)))
                .sorted()
                .toList();
    }

    private static boolean isWithin(Path folder, Path other) {
        return String.valueOf(other).isEmpty() || folder.startsWith(other);
    }
}
