package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Folders of scripts without some of these, for a tool that takes all that is in a folder; gone when closed. */
final class FolderCopies implements AutoCloseable {

    private final Path root;
    private final List<Path> folders = new ArrayList<>();

    private FolderCopies(Path root) {
        this.root = root;
    }

    /**
     * @param leftOut names of files
     * @throws EnvironmentException if something cannot be read or written
     */
    static FolderCopies of(List<Path> folders, Set<String> leftOut) {
        FolderCopies copies = new FolderCopies(root(folders));
        try {
            for (Path folder : folders) {
                copies.add(folder, leftOut);
            }
            return copies;
        } catch (IOException | UncheckedIOException e) {
            copies.close();
            throw cannotCopy(folders, e);
        }
    }

    private static Path root(List<Path> folders) {
        try {
            return Files.createTempDirectory("rehearse-scripts-");
        } catch (IOException e) {
            throw cannotCopy(folders, e);
        }
    }

    private static EnvironmentException cannotCopy(List<Path> folders, Exception cause) {
        return new EnvironmentException(
                "Cannot copy the migrations of " + folders + ": " + cause.getMessage() + ".", cause);
    }

    private void add(Path folder, Set<String> leftOut) throws IOException {
        Path copy = Files.createDirectory(root.resolve(String.valueOf(folders.size())));
        folders.add(copy);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!leftOut.contains(String.valueOf(file.getFileName()))) {
                    Path target = copy.resolve(folder.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
    }

    /** The copies, in the order of what they are of. */
    List<Path> folders() {
        return List.copyOf(folders);
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot remove " + root + ": " + FileTrouble.of(e) + ".", e);
        }
    }
}
