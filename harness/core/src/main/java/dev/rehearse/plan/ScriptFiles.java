package dev.rehearse.plan;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds and reads the files that a plan names, relative to its folder. */
final class ScriptFiles {

    private final Path folder;
    private final Progress progress;

    ScriptFiles(Path folder, Progress progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Reads a script.
     *
     * @param reference a path relative to the folder
     * @param transaction whether its statements run in one transaction; null: it chooses itself
     */
    SqlFile script(String reference, @Nullable Boolean transaction) {
        String text = text(reference);
        String name = reference.substring(reference.lastIndexOf('/') + 1);
        return transaction == null ? SqlFile.of(name, text) : new SqlFile(name, text, transaction);
    }

    String text(String reference) {
        Path path = file(reference);
        try {
            String text = Files.readString(path);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new InvalidRehearsalException("\"" + reference + "\" is not UTF-8. Save it as UTF-8.", e);
        } catch (IOException e) {
            throw new InvalidRehearsalException("Cannot read \"" + reference + "\": " + e + ".", e);
        }
    }

    Path file(String reference) {
        Path path = folder.resolve(reference);
        if (Files.isDirectory(path)) {
            throw new InvalidRehearsalException("\"" + reference + "\" is a folder, where a file was expected.");
        }
        if (!Files.isRegularFile(path)) {
            throw new InvalidRehearsalException(
                    "There is no file \"" + reference + "\" in " + folder + "." + nearest(path));
        }
        return path;
    }

    Path folder(String reference) {
        Path path = folder.resolve(reference);
        if (!Files.isDirectory(path)) {
            throw new InvalidRehearsalException(
                    "There is no folder \"" + reference + "\" in " + folder + "." + nearest(path));
        }
        return path;
    }

    private static String nearest(Path missing) {
        Path parent = missing.getParent();
        if (parent == null || !Files.isDirectory(parent) || missing.getFileName() == null) {
            return "";
        }
        try (Stream<Path> siblings = Files.list(parent)) {
            List<String> names =
                    siblings.map(p -> String.valueOf(p.getFileName())).toList();
            return Suggestions.nearest(missing.getFileName().toString(), names);
        } catch (IOException e) {
            return "";
        }
    }
}
