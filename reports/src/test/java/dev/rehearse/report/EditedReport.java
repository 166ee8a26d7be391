package dev.rehearse.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** A report with something else in its report.json. */
final class EditedReport {

    private EditedReport() {}

    static RehearsalReport of(RehearsalReport report, Consumer<ObjectNode> edit) {
        try {
            ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(ReportJson.render(report));
            edit.accept(tree);
            return ReportJson.parse(tree.toString());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
