package dev.rehearse.serverlog;

import dev.rehearse.InvalidRehearsalException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The lines of one file of a log, one after the other, so that its size does not matter; a file that gzip packed is unpacked meanwhile. For one thread. */
final class LogLines implements AutoCloseable {

    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final CountedBytes bytes;
    private final BufferedReader reader;
    private final char[] read = new char[BUFFER_BYTES];
    private final StringBuilder line = new StringBuilder();
    private int at;
    private int limit;
    private long number;
    private boolean isCut;

    /** The bytes of a file as they are on the disk, and how many of them were read. */
    private static final class CountedBytes extends FilterInputStream {

        private long count;

        CountedBytes(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int from, int most) throws IOException {
            int read = super.read(target, from, most);
            count += Math.max(0, read);
            return read;
        }
    }

    private LogLines(Path file, CountedBytes bytes) throws IOException {
        this.file = file;
        this.bytes = bytes;
        this.reader = new BufferedReader(text(bytes), BUFFER_BYTES);
    }

    /** @throws InvalidRehearsalException where the file cannot be read */
    static LogLines open(Path file) {
        try {
            return new LogLines(file, new CountedBytes(Files.newInputStream(file)));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** A file as text, unpacked. */
    static Reader text(Path file) throws IOException {
        return text(Files.newInputStream(file));
    }

    private static Reader text(InputStream bytes) throws IOException {
        InputStream in = new BufferedInputStream(bytes, BUFFER_BYTES);
        try {
            return decoded(isPacked(in) ? unpacked(in) : in);
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private static boolean isPacked(InputStream in) throws IOException {
        in.mark(2);
        boolean packed = in.read() == GZIP_FIRST && in.read() == GZIP_SECOND;
        in.reset();
        return packed;
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        try {
            return new GZIPInputStream(in, BUFFER_BYTES);
        } catch (EOFException e) {
            return InputStream.nullInputStream();
        }
    }

    /** A log may hold texts of several encodings. */
    private static InputStreamReader decoded(InputStream in) {
        return new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE));
    }

    private static InvalidRehearsalException unreadable(Path file, IOException e) {
        return new InvalidRehearsalException(
                "The log " + file + " cannot be read: "
                        + (e instanceof NoSuchFileException ? "there is no such file" : e.getMessage())
                        + ". Name a file of the server's log.",
                e);
    }

    /** The next line, without its end; null where there is none. A cut at the end of the file shows in {@link #isCut}. */
    @Nullable
    String next() {
        line.setLength(0);
        while (true) {
            if (at == limit && !fill()) {
                if (line.length() == 0) {
                    return null;
                }
                isCut = true;
                number++;
                return line.toString();
            }
            int end = at;
            while (end < limit && read[end] != '\n') {
                end++;
            }
            line.append(read, at, end - at);
            at = Math.min(limit, end + 1);
            if (end < limit) {
                number++;
                int length = line.length();
                return line.substring(0, length > 0 && line.charAt(length - 1) == '\r' ? length - 1 : length);
            }
        }
    }

    private boolean fill() {
        try {
            limit = Math.max(0, reader.read(read));
        } catch (EOFException e) {
            // What gzip packed was cut.
            limit = 0;
            isCut = true;
        } catch (ZipException e) {
            throw new InvalidRehearsalException(
                    "The log " + file + " cannot be unpacked, from line " + (number + 1) + " on: " + e.getMessage()
                            + ". Copy it again.",
                    e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        at = 0;
        return limit > 0;
    }

    /** Of the line that came last, from 1. */
    long number() {
        return number;
    }

    /** Whether the file ended within a line. */
    boolean isCut() {
        return isCut;
    }

    /** How many bytes of the file were read, packed as they are there; the lines may not have come to their end. */
    long bytes() {
        return bytes.count;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            // What was read was read.
        }
    }
}
