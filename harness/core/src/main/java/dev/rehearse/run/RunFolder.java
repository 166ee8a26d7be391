package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the files of a run go: {@code reports/runs/NAME/TIME} under the current directory, unless told otherwise. */
public final class RunFolder {

    private static final Path DEFAULT = Path.of("reports", "runs");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss", Locale.ROOT);
    private static final int LONGEST_SLUG = 60;

    private RunFolder() {}

    /**
     * Makes the folder: {@code out}, or a new one of this plan and moment.
     *
     * @throws EnvironmentException if it cannot be made
     */
    public static Path make(@Nullable Path out, String planName, LocalDateTime now) {
        try {
            if (out != null) {
                return Files.createDirectories(out);
            }
            return fresh(DEFAULT, planName, now);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot make the folder of the report: " + e + ". Name another one that can be written.", e);
        }
    }

    /** Two runs may begin in the same second. */
    static Path fresh(Path runs, String planName, LocalDateTime now) throws IOException {
        Path parent = Files.createDirectories(runs.resolve(slug(planName)));
        String name = TIME.format(now);
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
}
