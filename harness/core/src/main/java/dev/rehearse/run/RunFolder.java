package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a run go: {@code reports/runs/NAME/TIME} under the current directory, unless told otherwise. Made before the run, so
 * that one that cannot be written is told then. Closing it takes back what was made and stayed empty. Not thread-safe.
 */
public final class RunFolder implements AutoCloseable {

    private static final Path DEFAULT = Path.of("reports", "runs");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss", Locale.ROOT);
    private static final int LONGEST_SLUG = 60;

    private final Path path;
    /** The folders that were not there before, deepest first. */
    private final Deque<Path> made;

    private RunFolder(Path path, Deque<Path> made) {
        this.path = path;
        this.made = made;
    }

    /**
     * Makes the folder: {@code out}, or a new one of this plan and moment.
     *
     * @throws EnvironmentException if it cannot be made
     */
    public static RunFolder make(@Nullable Path out, String planName, LocalDateTime now) {
        return make(DEFAULT, out, planName, now);
    }

    /**
     * Makes a new folder of this plan and moment under {@code runs}.
     *
     * @throws EnvironmentException if it cannot be made
     */
    public static RunFolder under(Path runs, String planName, LocalDateTime now) {
        return make(runs, null, planName, now);
    }

    static RunFolder make(Path runs, @Nullable Path out, String planName, LocalDateTime now) {
        Deque<Path> made = new ArrayDeque<>();
        try {
            if (out != null) {
                makeAll(out, made);
                Files.delete(Files.createTempFile(out, ".rehearse", null));
                return new RunFolder(out, made);
            }
            Path parent = runs.resolve(slug(planName));
            makeAll(parent, made);
            Path folder = makeNew(parent, TIME.format(now));
            made.push(folder);
            return new RunFolder(folder, made);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot write to the folder of the report: " + FileTrouble.of(e)
                            + ". Name another one that can be written.",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    private static void makeAll(Path folder, Deque<Path> made) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = folder.toAbsolutePath(); at != null && Files.notExists(at); at = at.getParent()) {
            missing.push(at);
        }
        Files.createDirectories(folder);
        missing.forEach(made::push);
    }

    /** Two runs may begin in the same second. */
    private static Path makeNew(Path parent, String name) throws IOException {
        Path folder = parent.resolve(name);
        for (int number = 2; ; number++) {
            try {
                return Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                folder = parent.resolve(name + "-" + number);
            }
        }
    }

    /** {@code Widen the order total} becomes {@code widen-the-order-total}. */
    static String slug(String name) {
        String plain = Normalizer.normalize(name.replace("ß", "ss"), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.]+", "-");
        String cut = plain.substring(0, Math.min(plain.length(), LONGEST_SLUG)).replaceAll("^[-.]+|[-.]+$", "");
        return cut.isEmpty() ? "rehearsal" : cut;
    }

    @Override
    public void close() {
        for (Path folder : made) {
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException inUse) {
                return;
            } catch (IOException e) {
                throw new EnvironmentException(
                        "Cannot remove the empty folder " + folder + ": " + FileTrouble.of(e), e);
            }
        }
    }
}
