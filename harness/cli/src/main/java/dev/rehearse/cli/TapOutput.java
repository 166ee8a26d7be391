package dev.rehearse.cli;

import dev.rehearse.EnvironmentException;
import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where the lines of a tap go. */
final class TapOutput {

    private TapOutput() {}

    static Writer file(Path path) {
        try {
            return new BufferedWriter(
                    new OutputStreamWriter(Files.newOutputStream(path), StandardCharsets.UTF_8), 1 << 16);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot write to " + path + ": " + reason(e) + ". Name a file that can be written to.", e);
        }
    }

    /** Standard output, which outlives the tap, and whose failures are not told otherwise. */
    static Writer standard(Console console) {
        return new FilterWriter(console.out()) {

            @Override
            public void flush() throws IOException {
                if (((PrintWriter) out).checkError()) {
                    throw new IOException("nobody reads it any more");
                }
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such folder";
        } else if (e instanceof AccessDeniedException) {
            return "permission denied";
        } else if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
