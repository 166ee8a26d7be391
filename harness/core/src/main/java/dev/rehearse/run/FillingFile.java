package dev.rehearse.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rehearse.EnvironmentException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a filling did, as JSON for programs. */
public final class FillingFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private FillingFile() {}

    /** Writes or replaces the file. An {@link EnvironmentException} says why it cannot be written. */
    public static void write(Path file, DatasetSpec spec, Part part, FilledDataset filled) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, json(spec, part, filled), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "The database is filled, but " + file + " cannot be written: " + e + ". Name a file that can.", e);
        }
    }

    private static String json(DatasetSpec spec, Part part, FilledDataset filled) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("shard", part.toString());
        root.put("randomSeed", spec.randomSeed());
        root.put("edgeCaseShare", spec.edgeCaseShare());
        ArrayNode locales = root.putArray("locales");
        spec.locales().forEach(locales::add);
        root.put("rows", filled.rows());
        root.put("bytes", filled.bytes());
        root.put("seconds", seconds(filled.took()));
        ArrayNode tables = root.putArray("tables");
        filled.tables().forEach(table -> add(tables.addObject(), table));
        ArrayNode notes = root.putArray("notes");
        filled.notes().forEach(notes::add);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void add(ObjectNode node, FilledTable table) {
        node.put("schema", table.schema());
        node.put("name", table.name());
        node.put("rowsNow", table.rows());
        node.put("rows", table.loaded());
        node.put("bytes", table.bytes());
        node.put("seconds", seconds(table.took()));
        ArrayNode columns = node.putArray("columns");
        for (FilledColumn column : table.columns()) {
            ObjectNode each = columns.addObject();
            each.put("name", column.name());
            each.put("nullShare", column.nullShare());
            ObjectNode cases = each.putObject("edgeCases");
            column.edgeCases().forEach(cases::put);
        }
    }

    private static double seconds(Duration took) {
        return took.toMillis() / 1000.0;
    }
}
