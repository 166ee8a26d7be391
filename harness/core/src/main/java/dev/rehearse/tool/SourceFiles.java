package dev.rehearse.tool;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The files that a project's people wrote. Stateless. */
final class SourceFiles {

    /** What is installed or built. */
    private static final Set<String> NOT_WRITTEN =
            Set.of("node_modules", "dist", "build", "out", "coverage", "venv", "__pycache__");

    private SourceFiles() {}

    /**
     * Those below a folder with such a name and such a text, by path; not what is installed, built, hidden or for another database.
     *
     * @param text of a file without comments, as {@link NodeFiles#code} has it
     */
    static List<Path> named(Path folder, Pattern name, Predicate<String> text) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    String called = NodeFiles.nameOf(directory);
                    return !directory.equals(folder)
                                    && (called.startsWith(".")
                                            || NOT_WRITTEN.contains(called)
                                            || Dialects.isOtherFolder(called))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (name.matcher(NodeFiles.nameOf(file)).matches() && text.test(NodeFiles.code(file))) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            return List.of();
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }
}
