package dev.rehearse.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * {@code report.json}: the report as JSON, as {@code report.schema.json} (beside this class) describes it. Newlines are {@code \n}
 * on every machine; a number that is not finite is written as null, and null read as {@code NaN}. Thread-safe.
 */
public final class ReportJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule()
                    .addSerializer(Double.class, new FiniteOrNull())
                    .addSerializer(Double.TYPE, new FiniteOrNull())
                    .addDeserializer(Double.TYPE, new NumberOrNaN()))
            .build();

    /** What every report has. */
    private static final List<String> PARTS = List.of(
            "plan", "environment", "verdict", "phases", "operations", "outages", "lockWaits", "findings", "rollback");

    private ReportJson() {}

    /** The report as indented JSON, ending with a newline. */
    public static String render(RehearsalReport report) {
        return indented(report);
    }

    /** A comparison as indented JSON, ending with a newline, as {@code comparison.schema.json} describes it. */
    public static String render(Comparison comparison) {
        return indented(comparison);
    }

    private static String indented(Object value) {
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter().withObjectIndenter(indenter);
        try {
            return MAPPER.writer(printer).writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new ReportException("The report could not be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads what {@link #render} wrote. Fields that a later minor version added are ignored.
     *
     * @throws ReportException if it is no report, or one of another major version
     */
    public static RehearsalReport parse(String json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            String version = tree.path("schemaVersion").asText("");
            if (version.isEmpty()) {
                throw new ReportException("This is no report of a rehearsal: it has no \"schemaVersion\"."
                        + " Give the report.json of a run's folder.");
            }
            if (!major(version).equals(major(RehearsalReport.SCHEMA_VERSION))) {
                throw new ReportException("The report has schema version " + version + ", and this version reads "
                        + major(RehearsalReport.SCHEMA_VERSION)
                        + ".x. Read it with the version of Rehearse that wrote it,"
                        + " or judge its recording again with this one.");
            }
            RehearsalReport report = Objects.requireNonNull(MAPPER.treeToValue(tree, RehearsalReport.class));
            PARTS.stream().filter(part -> !tree.hasNonNull(part)).findFirst().ifPresent(part -> {
                throw new ReportException("This is no whole report of a rehearsal: it has no \"" + part
                        + "\". Give the report.json of a run's folder as the run wrote it.");
            });
            return report;
        } catch (JsonProcessingException e) {
            throw new ReportException("This is no report of a rehearsal: " + e.getOriginalMessage(), e);
        }
    }

    /** Any values of a report, or made of such, on one line without its end. */
    public static String line(Object value) {
        return compact(value);
    }

    /** For the page: the same values on one line. */
    static String compact(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new ReportException("The report could not be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String major(String version) {
        return version.split("\\.", 2)[0];
    }

    /** JSON knows no NaN; "not a number" means that there was nothing to measure. */
    private static final class FiniteOrNull extends StdSerializer<Double> {

        private static final long serialVersionUID = 1L;

        FiniteOrNull() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                generator.writeNumber(value);
            } else {
                generator.writeNull();
            }
        }
    }

    private static final class NumberOrNaN extends StdDeserializer<Double> {

        private static final long serialVersionUID = 1L;

        NumberOrNaN() {
            super(Double.TYPE);
        }

        @Override
        public Double deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return _parseDoublePrimitive(parser, context);
        }

        @Override
        public Double getNullValue(DeserializationContext context) {
            return Double.NaN;
        }
    }
}
