package dev.rehearse.init;

import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.known.CommandTools;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The projects of tools below a folder, for somebody who named the folder of them all. */
final class Elsewhere {

    /** A package of Python's may have them as deep as {@code src/name/server/database}. */
    private static final int DEPTH = 6;

    private Elsewhere() {}

    /** Their folders, relative to this one, with their tools' keys; what cannot be read is passed over. */
    static Map<Path, String> below(Path folder) {
        Map<Path, String> found = new TreeMap<>();
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
                    if (below.equals(folder)) {
                        return FileVisitResult.CONTINUE;
                    }
                    if (MigrationFolders.isOther(String.valueOf(below.getFileName()))) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    String keys = Stream.concat(
                                    ProjectTools.detect(below).stream().map(ProjectTool::key),
                                    CommandTools.detect(below).stream().map(CommandTool::key))
                            .collect(Collectors.joining(", "));
                    if (keys.isEmpty()) {
                        return FileVisitResult.CONTINUE;
                    }
                    found.put(folder.relativize(below), keys);
                    return FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            return Map.of();
        }
        return found;
    }
}
