package dev.rehearse.data.anonymize.dump;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Whether files of pg_dump are there to their ends, where pg_restore does not look: it takes the end of a file in a folder for the end of its
 * rows, and may read the end of a tar file for ever. Stateless.
 */
final class Completeness {

    private static final int TAR_BLOCK = 512;
    private static final int TAR_NAME = 100;
    private static final int TAR_SIZE = 124;
    private static final int TAR_SIZE_DIGITS = 12;
    private static final String ROWS_END = "\\.\n\n\n";
    private static final String STATEMENTS_END = ";\n\n\n";
    private static final String NO_STATEMENTS = "\n\n";

    private Completeness() {}

    /** Where a folder was cut short; null if nowhere. */
    static @Nullable String cutInFolder(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (!isWhole(file)) {
                    return "in its file " + file.getFileName() + ", which ends after " + Files.size(file) + " bytes";
                }
            }
            return null;
        }
    }

    private static boolean isWhole(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".gz")) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                in.transferTo(OutputStream.nullOutputStream());
                return true;
            } catch (EOFException | ZipException e) {
                return false;
            }
        }
        if (name.matches("blob_\\d+\\.dat\\.lz4") && Files.size(file) == 0) {
            // pg_dump begins the frame of a large object with its first byte, which an empty one has not.
            return true;
        }
        if (name.endsWith(".zst") || name.endsWith(".lz4")) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                return Frames.areWhole(in);
            }
        }
        return !name.matches("\\d+\\.dat") || endsAsTold(file);
    }

    /** Rows end with a line of their own, and each of the statements of --inserts with a semicolon. */
    private static boolean endsAsTold(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] begin = new byte[(int) Math.min(7, file.length())];
            file.readFully(begin);
            byte[] end = new byte[(int) Math.min(ROWS_END.length() + 1, file.length())];
            file.seek(file.length() - end.length);
            file.readFully(end);
            String head = new String(begin, StandardCharsets.ISO_8859_1);
            String tail = new String(end, StandardCharsets.ISO_8859_1);
            boolean endsWithRows =
                    tail.equals("\n" + ROWS_END) || (file.length() == ROWS_END.length() && tail.equals(ROWS_END));
            // A row may begin as a statement does.
            return endsWithRows
                    || head.equals(NO_STATEMENTS)
                    || (head.equals("INSERT ") && tail.endsWith(STATEMENTS_END));
        }
    }

    /** Where a tar file was cut short; null if nowhere. */
    static @Nullable String cutInTar(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] header = new byte[TAR_BLOCK];
            String last = "";
            long at = 0;
            while (at + TAR_BLOCK <= file.length()) {
                file.seek(at);
                file.readFully(header);
                if (header[0] == 0) {
                    return null;
                }
                last = text(header, 0, TAR_NAME);
                long size = tarSize(header);
                if (size < 0) {
                    return "or damaged before its part " + last + ", whose size cannot be read";
                }
                long blocks = (size + TAR_BLOCK - 1) / TAR_BLOCK;
                at += TAR_BLOCK * (1 + blocks);
            }
            return "in its part " + last + ": it ends after " + file.length() + " bytes";
        }
    }

    /** In octal digits, or from 8 GiB on in bytes behind one that says so; negative where it is neither. */
    private static long tarSize(byte[] header) {
        if (header[TAR_SIZE] >= 0) {
            String digits = text(header, TAR_SIZE, TAR_SIZE + TAR_SIZE_DIGITS).strip();
            return !digits.matches("[0-7]*") ? -1 : digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        }
        long size = 0;
        for (int i = TAR_SIZE + 1; i < TAR_SIZE + TAR_SIZE_DIGITS; i++) {
            size = size << 8 | header[i] & 0xff;
        }
        return size;
    }

    private static String text(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    }
}
