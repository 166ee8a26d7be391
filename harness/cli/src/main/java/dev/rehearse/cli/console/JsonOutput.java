package dev.rehearse.cli.console;

import dev.rehearse.EnvironmentException;
import dev.rehearse.report.FileTrouble;
import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the JSON of a command goes: a file, which is replaced, or standard output. Stateless. */
public final class JsonOutput {

    private static final Path STANDARD = Path.of("-");

    private JsonOutput() {}

    /** Whether a file is the one that means standard output. */
    public static boolean isStandard(@Nullable Path file) {
        return STANDARD.equals(file);
    }

    /** @throws EnvironmentException if it cannot be written to */
    public static Writer open(Path file, Console console) {
        if (isStandard(file)) {
            return standard(console);
        }
        try {
            return new BufferedWriter(
                    new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8), 1 << 16);
        } catch (IOException e) {
            throw cannotWrite(file, e, "Name a file that can be written to.");
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
