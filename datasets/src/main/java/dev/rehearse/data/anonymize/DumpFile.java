package dev.rehearse.data.anonymize;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file that pg_dump wrote: an archive (custom, directory or tar) or a script.
 *
 * @param major the newer one of the server that it was taken from and of the pg_dump that wrote it: what reads it is of that version
 */
public record DumpFile(Path path, boolean script, int major) {

    private static final Pattern VERSION = Pattern.compile("Dumped from database version:? (\\d+)");
    private static final Pattern WRITER = Pattern.compile("Dumped by pg_dump version:? (\\d+)");
    /** How files begin that were packed afterwards, in hexadecimal digits. */
    private static final Map<String, String> PACKED =
            Map.of("1f8b", "gzip", "28b52ffd", "zstd", "04224d18", "lz4", "fd377a58", "xz", "504b0304", "zip");

    private static final String LAST_LINE = "-- PostgreSQL database dump complete";
    private static final int END_BYTES = 4096;

    /**
     * @throws AnonymizeException if there is none, it is none, or it was cut short
     */
    public static DumpFile at(Path path) {
        if (!Files.isReadable(path)) {
            throw AnonymizeException.input("There is no dump " + path
                    + " that can be read. Name a file of pg_dump, or the URL of a database.");
        }
        boolean script = !Files.isDirectory(path) && !isArchive(path);
        String head = script ? head(path) : SchemaTools.contents(path);
        Matcher version = VERSION.matcher(head);
        if (head.contains("PostgreSQL database cluster dump")) {
            throw AnonymizeException.input(
                    path + " is of pg_dumpall, with all databases of a server. Take one database, with pg_dump.");
        }
        if (!version.find()) {
            mustNotBePacked(path);
            throw AnonymizeException.input(path
                    + " does not say of which server pg_dump took it, as its files do: it is none, or was cut short"
                    + (script
                            ? "."
                            : ", or a newer pg_dump wrote it than the newest pg_restore of this machine reads, which says: "
                                    + head.strip()));
        }
        if (script && !end(path).contains(LAST_LINE)) {
            throw AnonymizeException.input("The dump " + path + " was cut short: its last line, " + LAST_LINE
                    + ", is missing. Nothing was made of it; copy or take it again.");
        }
        if (Files.isDirectory(path)) {
            mustBeComplete(path);
        }
        Matcher writer = WRITER.matcher(head);
        int from = Integer.parseInt(version.group(1));
        return new DumpFile(path, script, writer.find() ? Math.max(from, Integer.parseInt(writer.group(1))) : from);
    }

    private static void mustNotBePacked(Path path) {
        if (Files.isDirectory(path)) {
            return;
        }
        try (var in = Files.newInputStream(path)) {
            String begin = HexFormat.of().formatHex(in.readNBytes(4));
            PACKED.forEach((magic, name) -> {
                if (begin.startsWith(magic)) {
                    throw AnonymizeException.input(path + " is packed with " + name
                            + ". Unpack it first, or take an archive: pg_dump --format=custom is packed, too.");
                }
            });
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + path + ": " + e + ".", e);
        }
    }

    /** The files of tables in a folder may end early without a word of pg_restore's. */
    private static void mustBeComplete(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".dat.gz")) {
                    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
                        in.transferTo(OutputStream.nullOutputStream());
                    } catch (EOFException | ZipException e) {
                        throw cutShort(folder, file);
                    }
                } else if (name.matches("\\d+\\.dat") && !end(file).contains("\\.\n")) {
                    throw cutShort(folder, file);
                }
            }
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + folder + ": " + e + ".", e);
        }
    }

    private static AnonymizeException cutShort(Path folder, Path file) {
        return AnonymizeException.input("The dump " + folder + " was cut short in its file " + file.getFileName()
                + ". Nothing was made of it; copy or take it again.");
    }

    /** @throws AnonymizeException if there is something already, or no folder for it */
    public static void mustBeWritable(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.exists(path) || folder == null || !Files.isWritable(folder)) {
            throw AnonymizeException.input(
                    Files.exists(path)
                            ? path + " is there already. Name a new file, or the URL of a database."
                            : "There is no folder for " + path + " that can be written to.");
        }
    }

    private static boolean isArchive(Path path) {
        try (var in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(262);
            return new String(head, 0, Math.min(5, head.length), StandardCharsets.US_ASCII).equals("PGDMP")
                    || (head.length == 262
                            && Arrays.equals(head, 257, 262, "ustar".getBytes(StandardCharsets.US_ASCII), 0, 5));
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + path + ": " + e + ".", e);
        }
    }

    private static String head(Path path) {
        try (var in = Files.newInputStream(path)) {
            return new String(in.readNBytes(END_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + path + ": " + e + ".", e);
        }
    }

    private static String end(Path path) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(END_BYTES, file.length())];
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + path + ": " + e + ".", e);
        }
    }
}
