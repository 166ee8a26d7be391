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
import java.util.stream.Stream;

/** The files that a project's people wrote, and what is in them. Stateless. */
public final class SourceFiles {

    /** What is installed or built. */
    private static final Set<String> NOT_WRITTEN =
            Set.of("node_modules", "dist", "build", "out", "coverage", "venv", "__pycache__");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*//.*$|(?s)/\\*.*?\\*/");

    private SourceFiles() {}

    /** A file's text without its comments; empty where it cannot be read. */
    public static String code(Path file) {
        return COMMENT.matcher(text(file)).replaceAll("");
    }

    /** The same with them. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    public static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** A folder's entries by name; empty where it cannot be read. */
    public static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Those below a folder with such a name and such a text, by path; not what is installed, built, hidden or for another database.
     *
     * @param text of a file without comments, as {@link #code} has it
     */
    public static List<Path> named(Path folder, Pattern name, Predicate<String> text) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    String called = nameOf(directory);
                    return !directory.equals(folder)
                                    && (called.startsWith(".")
                                            || NOT_WRITTEN.contains(called)
                                            || Dialects.isOtherFolder(called))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (name.matcher(nameOf(file)).matches() && text.test(code(file))) {
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
