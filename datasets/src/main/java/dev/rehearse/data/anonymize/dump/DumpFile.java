package dev.rehearse.data.anonymize.dump;

import dev.rehearse.data.anonymize.AnonymizeException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** A file that pg_dump wrote: an archive (custom, directory or tar) or a script, which gzip may have packed. Immutable. */
public final class DumpFile {

    private static final Pattern VERSION = Pattern.compile("Dumped from database version:? (\\d+)");
    private static final Pattern WRITER = Pattern.compile("Dumped by pg_dump version:? (\\d+)");
    /** Lines of pg_restore's table of contents. */
    private static final Pattern TABLE = Pattern.compile("(?m)^\\d+; \\d+ \\d+ TABLE (?!DATA )");

    private static final Pattern ROWS = Pattern.compile("(?m)^\\d+; \\d+ \\d+ TABLE DATA ");
    private static final String GZIP = "1f8b";
    /** How files begin that were packed afterwards, in hexadecimal digits, and what unpacks them. */
    private static final Map<String, String> PACKED = Map.of(
            GZIP, "gzip -dk", "28b52ffd", "zstd -d", "04224d18", "lz4 -d", "fd377a58", "xz -dk", "504b0304", "unzip");

    private static final int HEAD_BYTES = 4096;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path path;
    private final @Nullable DumpScript script;
    private final int major;

    private DumpFile(Path path, @Nullable DumpScript script, int major) {
        this.path = path;
        this.script = script;
        this.major = major;
    }

    /**
     * Reads what is in a file, all of it where its end can be seen no other way.
     *
     * @throws AnonymizeException if there is none, it is none, or it was cut short
     */
    public static DumpFile at(Path path) {
        if (!Files.isReadable(path)) {
            throw AnonymizeException.input("There is no dump " + path
                    + " that can be read. Name a file of pg_dump, or the URL of a database.");
        }
        try {
            return read(path);
        } catch (EOFException | ZipException e) {
            throw cutShort(path, "in what gzip packed: " + e.getMessage());
        } catch (IOException e) {
            throw AnonymizeException.input("Cannot read the dump " + path + ": " + e + ".", e);
        }
    }

    private static DumpFile read(Path path) throws IOException {
        boolean isFolder = Files.isDirectory(path);
        boolean isTar = !isFolder && isTar(path);
        boolean isArchive = isFolder || isTar || begin(path, 5).equals(hex("PGDMP"));
        if (isTar) {
            mustBeWhole(path, Completeness.cutInTar(path));
        }
        String head = isArchive ? SchemaTools.contents(path) : head(path);
        if (head.contains("PostgreSQL database cluster dump")) {
            throw AnonymizeException.input(path + " is of pg_dumpall, with the roles of a server and all its databases."
                    + " Take one database, with pg_dump.");
        }
        Matcher version = VERSION.matcher(head);
        if (!version.find()) {
            mustNotBePacked(path);
            throw AnonymizeException.input(path
                    + " does not say of which server pg_dump took it, as its files do: it is none, or was cut short"
                    + (isArchive
                            ? ", or a newer pg_dump wrote it than the newest pg_restore of this machine reads (install a newer"
                                    + " postgresql-client), which says: " + head.strip()
                            : "."));
        }
        if (isFolder) {
            mustBeWhole(path, Completeness.cutInFolder(path));
        }
        DumpScript script = null;
        if (isArchive) {
            mustHoldAll(path, TABLE.matcher(head).find(), ROWS.matcher(head).find());
        } else {
            try (InputStream in = open(path)) {
                script = DumpScript.read(in);
            }
            mustBeWhole(path, script.end());
            mustHoldAll(path, script.hasTables(), script.hasRows());
        }
        Matcher writer = WRITER.matcher(head);
        int from = Integer.parseInt(version.group(1));
        return new DumpFile(path, script, writer.find() ? Math.max(from, Integer.parseInt(writer.group(1))) : from);
    }

    public Path path() {
        return path;
    }

    /** The newer one of the server that it was taken from and of the pg_dump that wrote it: what reads it is of that version. */
    public int major() {
        return major;
    }

    /** Null for an archive. */
    @Nullable
    DumpScript script() {
        return script;
    }

    /** The text of a script. */
    InputStream open() throws IOException {
        return open(path);
    }

    private static InputStream open(Path path) throws IOException {
        boolean isPacked = begin(path, 2).equals(GZIP);
        InputStream in = Files.newInputStream(path);
        return new BufferedInputStream(isPacked ? new GZIPInputStream(in, BUFFER_BYTES) : in, BUFFER_BYTES);
    }

    private static void mustBeWhole(Path path, @Nullable String cut) {
        if (cut != null) {
            throw cutShort(path, cut);
        }
    }

    private static AnonymizeException cutShort(Path path, String where) {
        return AnonymizeException.input(
                "The dump " + path + " was cut short " + where + ". Nothing was made of it; copy or take it again.");
    }

    /** A dump of a part has no snapshot in it. */
    private static void mustHoldAll(Path path, boolean hasTables, boolean hasRows) {
        if (!hasTables || !hasRows) {
            throw AnonymizeException.input("The dump " + path + " has "
                    + (hasTables
                            ? "tables but no rows of them, as --schema-only and --section=pre-data leave it"
                            : hasRows
                                    ? "rows but not their tables, as --data-only and --section=data leave it"
                                    : "neither tables nor rows, as --section=post-data leaves it")
                    + ". Take the whole database, without that option.");
        }
    }

    private static void mustNotBePacked(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        String begin = begin(path, 4);
        PACKED.forEach((magic, unpack) -> {
            if (begin.startsWith(magic)) {
                throw AnonymizeException.input(path + " is packed, and not a script packed with gzip. Unpack it first ("
                        + unpack + " " + path + "), or take an archive: pg_dump --format=custom is packed, too.");
            }
        });
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

    private static boolean isTar(Path path) throws IOException {
        return begin(path, 262).endsWith(hex("ustar"));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first bytes, in hexadecimal digits. */
    private static String begin(Path path, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return HexFormat.of().formatHex(in.readNBytes(bytes));
        }
    }

    private static String head(Path path) throws IOException {
        try (InputStream in = open(path)) {
            return new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
        }
    }
}
