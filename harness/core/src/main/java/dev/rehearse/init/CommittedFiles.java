package dev.rehearse.init;

import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which migrations a commit has, where each is a file of its own: told by the names that git keeps of files, so that neither a file is read nor
 * the tool asked.
 */
final class CommittedFiles {

    /** What a commit has of a submodule is not in the submodule's clone, as where that is shallow. */
    static final class NotCloned extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotCloned(String submodule) {
            super(submodule);
        }

        /** Its path from the repository's folder. */
        String submodule() {
            return String.valueOf(getMessage());
        }
    }

    private final GitHistory git;
    private final Path root;

    /** Paths from the root, absolute where they are none of the repository's, by the migrations' ids. */
    private final Map<String, String> files = new HashMap<>();

    /** Ids of those of packages: git does not tell when they came, and they are there as what they need is. */
    private final Set<String> ofPackages;

    /** What is committed now. */
    private final Map<String, String> now;

    CommittedFiles(GitHistory git, Collection<ToolMigration> migrations) {
        this.git = git;
        this.root = git.root();
        migrations.forEach(migration ->
                files.put(migration.id(), relative(real(migration.files().get(0)))));
        this.now = git.files("HEAD");
        Set<String> ignored = git.ignored(files.values().stream()
                .filter(file -> !isElsewhere(file) && !now.containsKey(file))
                .toList());
        this.ofPackages = files.entrySet().stream()
                .filter(file -> isElsewhere(file.getValue()) || ignored.contains(file.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private String relative(Path file) {
        return (file.startsWith(root) ? root.relativize(file) : file).toString();
    }

    private static boolean isElsewhere(String file) {
        return file.startsWith("/");
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException notThere) {
            return file.toAbsolutePath().normalize();
        }
    }

    /**
     * The ids of those that a commit has: at their path, or at one that is gone since, by the same name and with the same content.
     *
     * @throws NotCloned if some are in a submodule of which it cannot be told
     */
    Set<String> in(String commit) {
        Map<String, String> then = git.files(commit);
        then.keySet().stream()
                .filter(path -> path.endsWith("/") && files.values().stream().anyMatch(file -> file.startsWith(path)))
                .findFirst()
                .ifPresent(path -> {
                    throw new NotCloned(path.substring(0, path.length() - 1));
                });
        Set<List<String>> gone = then.entrySet().stream()
                .filter(file -> !now.containsKey(file.getKey()))
                .map(file -> nameAndContent(file.getKey(), file.getValue()))
                .collect(Collectors.toSet());
        return files.entrySet().stream()
                .filter(file -> ofPackages.contains(file.getKey())
                        || then.containsKey(file.getValue())
                        || gone.contains(nameAndContent(file.getValue(), now.getOrDefault(file.getValue(), ""))))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static List<String> nameAndContent(String file, String content) {
        return List.of(file.substring(file.lastIndexOf('/') + 1), content);
    }
}
