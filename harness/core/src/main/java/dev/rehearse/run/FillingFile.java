package dev.rehearse.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.Part;
import java.time.Duration;

/** What a filling did, as JSON for programs. */
public final class FillingFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The JSON Schema of the document, beside this class. */
    public static final String SCHEMA_RESOURCE = "filling.schema.json";

    /** Grows where a reader of an older document would be misled. */
    static final String SCHEMA_VERSION = "1.0";

    private FillingFile() {}

    /** One document, by the schema {@link #SCHEMA_RESOURCE}. */
    public static String json(DatasetSpec spec, Part part, FilledDataset filled) {
        ObjectNode root = JSON.createObjectNode();
        root.put("schemaVersion", SCHEMA_VERSION);
        root.put("shard", part.toString());
        root.put("randomSeed", spec.randomSeed());
        root.put("edgeCaseShare", spec.edgeCaseShare());
        ArrayNode locales = root.putArray("locales");
        spec.locales().forEach(locales::add);
        root.put("rows", filled.rows());
        root.put("bytes", filled.bytes());
        root.put("seconds", seconds(filled.took()));
        root.put("indexSeconds", seconds(filled.indexing()));
        ArrayNode tables = root.putArray("tables");
        filled.tables().forEach(table -> add(tables.addObject(), table));
        ArrayNode dirt = root.putArray("dirt");
        filled.dirt()
                .forEach(made -> dirt.addObject()
                        .put("table", made.table())
                        .put("breaks", made.breaks())
                        .put("rowsAsked", made.asked())
                        .put("rows", made.rows()));
        ArrayNode aged = root.putArray("aged");
        filled.aged()
                .forEach(table -> aged.addObject()
                        .put("table", table.table())
                        .put("bloatShare", table.bloat())
                        .put("deadRows", table.deadRows())
                        .put("staleStatisticsShare", table.staleStatistics()));
        ArrayNode refused = root.putArray("refused");
        filled.refused()
                .forEach(each -> refused.addObject()
                        .put("table", each.table())
                        .put("column", each.column())
                        .put("why", each.why()));
        ArrayNode notes = root.putArray("notes");
        filled.notes().forEach(notes::add);
        return root.toPrettyString() + "\n";
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
