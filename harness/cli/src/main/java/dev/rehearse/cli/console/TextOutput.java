package dev.rehearse.cli.console;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Where a text of a command goes, its JSON or a page: a file, which is replaced, or standard output, which {@code -} stands for. Stateless. */
public final class TextOutput {

    private static final Path STANDARD = Path.of("-");
    public static final String OTHER_FILE = "Name a file that can be written to.";

    /** An encoder gives on 8 KiB at a time, which would be as many calls of the system. */
    private static final int BUFFER_BYTES = 1 << 16;

    private TextOutput() {}

    /** Whether a file is the one that means standard output. */
    public static boolean isStandard(@Nullable Path file) {
        return STANDARD.equals(file);
    }

    /**
     * For who writes at the end and not before: what is in the file stays there until then.
     *
     * @throws EnvironmentException if it cannot be written to
     */
    public static void mustBeWritable(Path file) {
        if (isStandard(file) || Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            // Whoever reads a pipe would see its end.
            return;
        }
        boolean isNew = Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
            if (isNew) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e, OTHER_FILE);
        }
    }

    /**
     * Writes the whole of it.
     *
     * @param meaning what follows where that fails or is to be done, as a sentence
     * @throws EnvironmentException if it cannot be written to
     */
    public static void write(Path file, String text, Console console, String meaning) {
        try (Writer writer = open(file, console)) {
            writer.write(text);
        } catch (IOException e) {
            throw cannotWrite(file, e, meaning);
        }
    }

    /** @throws EnvironmentException if it cannot be written to */
    public static Writer open(Path file, Console console) {
        if (isStandard(file)) {
            return standard(console);
        }
        try {
            OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
            return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw cannotWrite(file, e, OTHER_FILE);
        }
    }

    /** Standard output, which outlives the writer, and whose failures are not told otherwise. */
    private static Writer standard(Console console) {
        return new FilterWriter(console.out()) {

            @Override
            public void flush() throws IOException {
                mustBeRead((PrintWriter) out);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    /** @throws IOException if what was printed so far does not arrive any more */
    public static void mustBeRead(PrintWriter out) throws IOException {
        if (out.checkError()) {
            throw new IOException("nobody reads it any more, or its disk is full");
        }
    }

    /**
     * @param file null for standard output, too
     * @param meaning what follows from it or is to be done, as a sentence
     */
    public static EnvironmentException cannotWrite(@Nullable Path file, IOException e, String meaning) {
        String where = file == null || isStandard(file) ? "standard output" : file.toString();
        return new EnvironmentException("Cannot write to " + where + ": " + FileTrouble.reason(e) + ". " + meaning, e);
    }
}
