package dev.rehearse.init;

import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ProjectTools;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The projects of tools below a folder, for somebody who named the folder of them all. */
final class Elsewhere {

    private static final int DEPTH = 4;
    private static final int MOST = 6;

    /** Where dependencies and what was built is put: nobody calls a tool there. */
    private static final Set<String> NOT_OURS =
            Set.of("node_modules", "vendor", "venv", "target", "build", "dist", "out");

    private Elsewhere() {}

    /** Some of them with their tools' keys, nearest first: {@code services/api (knex)}; what cannot be read is passed over. */
    static List<String> below(Path folder) {
        Map<Path, String> found = new HashMap<>();
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
                    if (below.equals(folder)) {
                        return FileVisitResult.CONTINUE;
                    }
                    String name = String.valueOf(below.getFileName());
                    if (name.startsWith(".") || NOT_OURS.contains(name)) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    List<String> keys = keys(below);
                    if (keys.isEmpty()) {
                        return FileVisitResult.CONTINUE;
                    }
                    found.put(below, String.join(", ", keys));
                    return FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            return List.of();
        }
        return found.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparing(Path::getNameCount).thenComparing(Comparator.naturalOrder())))
                .limit(MOST)
                .map(project -> folder.relativize(project.getKey()) + " (" + project.getValue() + ")")
                .toList();
    }

    private static List<String> keys(Path folder) {
        List<String> keys =
                ProjectTools.detect(folder).stream().map(ProjectTool::key).toList();
        return !keys.isEmpty()
                ? keys
                : Stream.of(FoundFlyway.in(folder), FoundScripts.in(folder))
                        .flatMap(Optional::stream)
                        .map(Found::key)
                        .limit(1)
                        .toList();
    }
}
