package dev.rehearse.data.anonymize;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that pg_dump wrote: an archive (custom, directory or tar) or a script.
 *
 * @param major of the server that it was taken from
 */
public record DumpFile(Path path, boolean script, int major) {

    private static final Pattern VERSION = Pattern.compile("Dumped from database version:? (\\d+)");
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
        if (!version.find()) {
            throw AnonymizeException.input(
                    path + " does not say of which server pg_dump took it, as its files do: it is none, or was"
                            + " cut short.");
        }
        if (script && !end(path).contains(LAST_LINE)) {
            throw AnonymizeException.input("The dump " + path + " was cut short: its last line, " + LAST_LINE
                    + ", is missing. Nothing was made of it; copy or take it again.");
        }
        return new DumpFile(path, script, Integer.parseInt(version.group(1)));
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
