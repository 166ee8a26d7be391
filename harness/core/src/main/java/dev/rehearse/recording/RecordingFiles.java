package dev.rehearse.recording;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Saves a recording in a folder and reads it again: {@value #RECORDING} with everything but the operations, which are in
 * {@value #OPERATIONS}. What is read equals what was written. Stateless.
 */
public final class RecordingFiles {

    /** Everything but the operations. */
    public static final String RECORDING = "recording.json.gz";

    /** Every operation of the load. */
    public static final String OPERATIONS = "operations.bin.gz";

    private static final int BUFFER = 1 << 16;

    private RecordingFiles() {}

    /**
     * Saves the recording. Each file appears whole or not at all.
     *
     * @param folder made if it is not there
     * @throws EnvironmentException if the disk does not take it
     */
    public static void write(Recording recording, Path folder) {
        try {
            Files.createDirectories(folder);
            save(folder.resolve(OPERATIONS), out -> {
                DataOutputStream data = new DataOutputStream(out);
                OperationColumns.write(recording.operations(), recording.startedAt(), data);
                data.flush();
            });
            save(folder.resolve(RECORDING), out -> RecordingJson.MAPPER.writeValue(out, recording));
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot save the recording in " + folder + ": " + e.getMessage()
                            + ". Without it the run cannot be judged again later. Make room there, or choose another folder.",
                    e);
        }
    }

    /**
     * Reads a recording.
     *
     * @param folderOrFile the folder it was saved in, or one of its files
     * @throws InvalidRehearsalException if there is none, or it is damaged, cut short, or of another format; names the file and what to do
     */
    public static Recording read(Path folderOrFile) {
        Path folder = folderOf(folderOrFile);
        Path file = existing(folder, RECORDING);
        Path operations = existing(folder, OPERATIONS);
        int format = parse(file, RecordingFiles::format);
        if (format != Recording.FORMAT) {
            throw new InvalidRehearsalException(
                    file + " has format " + format
                            + ", and this version of Rehearse reads format " + Recording.FORMAT + ": "
                            + (format > Recording.FORMAT
                                    ? "it was saved by a newer version. Read it with that version, or a later one."
                                    : "it was saved by an older version. Read it with that version, or run the rehearsal again."));
        }
        Recording recording = parse(file, in -> RecordingJson.MAPPER.readValue(in, Recording.class));
        return parse(operations, in -> {
            OperationColumns.read(new DataInputStream(in), recording.startedAt(), recording.operations());
            return recording;
        });
    }

    private static Path folderOf(Path folderOrFile) {
        if (Files.isDirectory(folderOrFile)) {
            return folderOrFile;
        }
        Path parent = folderOrFile.toAbsolutePath().getParent();
        if (parent == null || !Files.isRegularFile(folderOrFile)) {
            throw new InvalidRehearsalException("There is no recording at " + folderOrFile
                    + ". Name the folder of a run, the one with " + RECORDING + ".");
        }
        return parent;
    }

    private static Path existing(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new InvalidRehearsalException("There is no whole recording in " + folder + ": " + name
                    + " is missing. A recording is " + RECORDING + " together with " + OPERATIONS
                    + "; copy both from where the run saved them, or name another folder.");
        }
        return file;
    }

    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(InputStream in) throws IOException;
    }

    private static void save(Path file, Writing content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = new BufferedOutputStream(new QuickGzip(Files.newOutputStream(unfinished)), BUFFER)) {
            content.to(out);
        }
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static <T> T parse(Path file, Reading<T> content) {
        try (InputStream in =
                new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), BUFFER), BUFFER)) {
            return content.from(in);
        } catch (IOException e) {
            throw new InvalidRehearsalException(
                    file + " is damaged, or not what Rehearse saved: " + RecordingJson.reason(e)
                            + ". Files are saved whole or not at all, so this one was cut or changed afterwards. Copy it again from"
                            + " where the run saved it, or rehearse again.",
                    e);
        }
    }

    /** The format is the first thing in the file, so that it can be read before what a newer version may have changed. */
    private static int format(InputStream in) throws IOException {
        try (JsonParser parser = RecordingJson.MAPPER.createParser(in)) {
            boolean isFirst = parser.nextToken() == JsonToken.START_OBJECT
                    && "format".equals(parser.nextFieldName())
                    && parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
            if (!isFirst) {
                throw new IOException("it does not begin with its format");
            }
            return parser.getIntValue();
        }
    }

    /** Better compression would take three times as long for a tenth of the size. */
    private static final class QuickGzip extends GZIPOutputStream {
        QuickGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
