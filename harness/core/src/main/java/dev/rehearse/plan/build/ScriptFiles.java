package dev.rehearse.plan.build;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.machine.MavenArtifacts;
import dev.rehearse.plan.Span;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.Suggestions;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.TwoWayScript;
import dev.rehearse.sql.TwoWayScript.Way;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds and reads the files that a plan names, relative to its folder. */
final class ScriptFiles {

    /** What a reference to a file inside a Maven artifact begins with. */
    private static final String MAVEN = "maven:";

    /** Names that many scripts have, each in the folder of its migration. */
    private static final Set<String> OF_A_FOLDER = Set.of("up.sql", "down.sql", "migration.sql");

    private final Path folder;
    private final Progress progress;

    ScriptFiles(Path folder, Progress progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Reads a script.
     *
     * @param reference a path relative to the folder, or {@code maven:GROUP:ARTIFACT:VERSION!/path/in.jar}
     * @param way which way is meant, where it holds both
     * @param transaction whether its statements run in one transaction; null: it chooses itself
     */
    SqlFile script(String reference, Way way, @Nullable Boolean transaction) {
        String whole = text(reference);
        String text = TwoWayScript.only(way, whole);
        String name = name(reference);
        boolean isEmpty = SqlScripts.split(name, text).isEmpty();
        // What says in a comment that there is nothing to do is no mistake, as an empty file or way may be.
        boolean explains = !text.isBlank() && !TwoWayScript.isOne(whole);
        Span.that(
                explains || !isEmpty,
                "The script \"" + name + "\" has no statement"
                        + (TwoWayScript.isOne(whole)
                                ? " for the way " + way.name().toLowerCase(Locale.ROOT)
                                : "") + ": leave it out.");
        return transaction == null ? SqlFile.of(name, text) : new SqlFile(name, text, transaction);
    }

    /** The file's, with its folder's where only that tells scripts apart. */
    private static String name(String reference) {
        String[] path = reference.split("/");
        String file = path[path.length - 1];
        return path.length > 1 && OF_A_FOLDER.contains(file) ? path[path.length - 2] + "/" + file : file;
    }

    String text(String reference) {
        if (reference.startsWith(MAVEN)) {
            return textInArtifact(reference);
        }
        Path path = file(reference);
        try {
            return decoded(reference, Files.readAllBytes(path));
        } catch (IOException e) {
            throw new InvalidRehearsalException("Cannot read \"" + reference + "\": " + FileTrouble.of(e) + ".", e);
        }
    }

    private String textInArtifact(String reference) {
        int separator = reference.indexOf("!/");
        Span.that(
                separator > 0 && separator < reference.length() - 2,
                "\"" + reference
                        + "\" names no file of the artifact; expected maven:GROUP:ARTIFACT:VERSION!/path/in.jar.");
        Path jar = MavenArtifacts.fetch(reference.substring(MAVEN.length(), separator), progress);
        String path = reference.substring(separator + 2);
        try (JarFile archive = new JarFile(jar.toFile())) {
            JarEntry entry = archive.getJarEntry(path);
            if (entry == null || entry.isDirectory()) {
                throw new InvalidRehearsalException("There is no file \"" + path + "\" in " + jar.getFileName() + "."
                        + Suggestions.nearest(
                                path, archive.stream().map(JarEntry::getName).toList()));
            }
            try (InputStream content = archive.getInputStream(entry)) {
                return decoded(reference, content.readAllBytes());
            }
        } catch (IOException e) {
            throw new InvalidRehearsalException(
                    "Cannot read \"" + path + "\" in " + jar + ": " + FileTrouble.of(e) + ".", e);
        }
    }

    private static String decoded(String reference, byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        CharBuffer text = CharBuffer.allocate(content.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true).isError()) {
            int wrong = bytes.position();
            long line = 1
                    + IntStream.range(0, wrong).filter(i -> content[i] == '\n').count();
            throw new InvalidRehearsalException("\"%s\" is not UTF-8: line %d has a byte 0x%02X. Save it as UTF-8."
                    .formatted(reference, line, content[wrong]));
        }
        String decoded = text.flip().toString();
        return decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
    }

    /** How messages name it. */
    String shownAs(String reference) {
        return reference.startsWith(MAVEN)
                ? reference
                : folder.resolve(reference).normalize().toString();
    }

    Path file(String reference) {
        Path path = folder.resolve(reference);
        if (Files.isDirectory(path)) {
            throw new InvalidRehearsalException("\"" + reference + "\" is a folder, where a file was expected.");
        }
        if (!Files.isRegularFile(path)) {
            throw new InvalidRehearsalException("There is no file \"" + reference + "\"" + in() + "." + nearest(path));
        }
        return path;
    }

    Path folder(String reference) {
        Path path = folder.resolve(reference);
        if (!Files.isDirectory(path)) {
            throw new InvalidRehearsalException(
                    "There is no folder \"" + reference + "\"" + in() + "." + nearest(path));
        }
        return path;
    }

    /** Where a path was looked for. */
    private String in() {
        return " in " + folder.toAbsolutePath().normalize();
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
