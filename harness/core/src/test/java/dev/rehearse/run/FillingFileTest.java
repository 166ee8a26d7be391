package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.rehearse.data.AgedTable;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.MadeDirt;
import dev.rehearse.data.Part;
import dev.rehearse.data.Refused;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is written and the schema say the same. */
class FillingFileTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final FilledDataset FILLED = new FilledDataset(
            List.of(new FilledTable(
                    "shop",
                    "orders",
                    30,
                    20,
                    900,
                    Duration.ofMillis(1_250),
                    List.of(new FilledColumn("note", 0.25, Map.of("empty", 3L))))),
            20,
            900,
            Duration.ofMillis(2_500),
            Duration.ofMillis(300),
            List.of(new MadeDirt("shop.orders", "not null (note)", 10, 7)),
            List.of(new AgedTable("shop.orders", 0.5, 12, 0.1)),
            List.of(
                    new Refused("shop.version", null, "It was left alone."),
                    new Refused("shop.orders", "shape", "It is NULL in all rows.")),
            List.of("Connections were lost."));

    private static JsonNode schema() throws Exception {
        try (InputStream in = FillingFile.class.getResourceAsStream(FillingFile.SCHEMA_RESOURCE)) {
            return JSON.readTree(in);
        }
    }

    @Test
    void what_is_written_is_valid_and_says_everything_once() throws Exception {
        String json = FillingFile.json(DatasetSpec.of(20, 7), new Part(2, 3), FILLED);
        JsonNode written = JSON.readTree(json);
        JsonSchema validator =
                JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema());

        assertThat(validator.validate(json, InputFormat.JSON)).isEmpty();
        assertThat(written.path("shard").asText()).isEqualTo("2/3");
        assertThat(written.path("seconds").asDouble()).isEqualTo(2.5);
        assertThat(written.at("/tables/0/columns/0/edgeCases/empty").asLong()).isEqualTo(3);
        assertThat(written.at("/dirt/0").toString())
                .isEqualTo("{\"table\":\"shop.orders\",\"breaks\":\"not null (note)\",\"rowsAsked\":10,\"rows\":7}");
        assertThat(written.at("/aged/0/deadRows").asLong()).isEqualTo(12);
        assertThat(written.at("/refused/0/column").isNull()).isTrue();
        assertThat(written.at("/refused/1/column").asText()).isEqualTo("shape");
        for (String spoilt : List.of(
                json.replace("\"rowsNow\"", "\"rowsThen\""),
                json.replace("\"deadRows\" : 12", "\"deadRows\" : \"12\""),
                json.replace("\"nullShare\" : 0.25", "\"nullShare\" : 25"),
                json.replace("\"schemaVersion\" : \"1.0\"", "\"schemaVersion\" : \"2.0\""))) {
            assertThat(spoilt).isNotEqualTo(json);
            assertThat(validator.validate(spoilt, InputFormat.JSON)).isNotEmpty();
        }
    }

    @Test
    void the_schema_requires_and_describes_exactly_what_is_written() throws Exception {
        JsonNode schema = schema();
        JsonNode written = JSON.readTree(FillingFile.json(DatasetSpec.of(20, 7), Part.WHOLE, FILLED));

        assertSame(schema, written);
        assertSame(schema.at("/$defs/table"), written.at("/tables/0"));
        assertSame(schema.at("/$defs/column"), written.at("/tables/0/columns/0"));
        assertSame(schema.at("/$defs/dirt"), written.at("/dirt/0"));
        assertSame(schema.at("/$defs/aged"), written.at("/aged/0"));
        assertSame(schema.at("/$defs/refused"), written.at("/refused/0"));
        assertThat(schema.path("$id").asText()).endsWith(":" + FillingFile.SCHEMA_VERSION);
    }

    private static void assertSame(JsonNode definition, JsonNode written) {
        Set<String> described = new TreeSet<>();
        definition.path("properties").fieldNames().forEachRemaining(described::add);
        Set<String> required = new TreeSet<>();
        definition.path("required").forEach(name -> required.add(name.asText()));
        Set<String> names = new TreeSet<>();
        written.fieldNames().forEachRemaining(names::add);
        assertThat(names).isNotEmpty().isEqualTo(described).isEqualTo(required);
    }
}
