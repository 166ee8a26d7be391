package dev.rehearse.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rehearse.HarnessException;
import dev.rehearse.data.anonymize.AnonymizedSnapshot;

/** What an anonymized snapshot holds, as JSON for programs. */
public final class AnonymizedFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private AnonymizedFile() {}

    /** The text, with its newline at the end. */
    public static String json(AnonymizedSnapshot snapshot) {
        ObjectNode root = JSON.createObjectNode();
        root.put("whole", snapshot.isWhole());
        root.put("rows", snapshot.rows());
        root.put("seconds", snapshot.took().toMillis() / 1000.0);
        ObjectNode check = root.putObject("leakCheck");
        check.put("columns", snapshot.leakCheck().columns());
        check.put("values", snapshot.leakCheck().values());
        check.put("suspects", snapshot.leakCheck().suspects());
        check.put("notSeen", AnonymizedSnapshot.LeakReport.NOT_SEEN);
        if (!snapshot.remains().isEmpty()) {
            check.put("remains", snapshot.remains());
        }
        ArrayNode leaks = check.putArray("leaks");
        snapshot.leakCheck()
                .leaks()
                .forEach(leak -> leaks.addObject()
                        .put("column", leak.column())
                        .put("count", leak.count())
                        .put("example", leak.example()));
        ArrayNode tables = root.putArray("tables");
        for (AnonymizedSnapshot.Table table : snapshot.tables()) {
            ObjectNode each = tables.addObject();
            each.put("schema", table.schema());
            each.put("name", table.name());
            each.put("rows", table.rows());
            ArrayNode columns = each.putArray("columns");
            table.columns()
                    .forEach(column -> columns.addObject()
                            .put("name", column.name())
                            .put("rule", column.rule().word())
                            .put("personal", column.personal())
                            .put("reason", column.reason()));
        }
        ArrayNode notes = root.putArray("notes");
        snapshot.notes().forEach(notes::add);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new HarnessException("A snapshot cannot be written as JSON", e);
        }
    }
}
