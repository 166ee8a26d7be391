package dev.rehearse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadTestJsonTest {

    private static final LoadTestResult.Percentiles TIMES =
            new LoadTestResult.Percentiles(0.5, 0.9, 0.95, 0.99, 1e-7, 12_345_678.9);

    @Test
    void every_component_is_there_and_texts_are_quoted() throws Exception {
        LoadTestResult result = new LoadTestResult(
                10,
                1.5,
                16,
                15,
                1,
                0,
                0,
                2,
                3,
                Map.of("22012", 1L),
                Map.of("22012", "a \"quoted\"\nline \\ é"),
                TIMES,
                TIMES,
                LoadTestResult.Percentiles.NONE,
                TIMES,
                12.5,
                false,
                Map.of("C:\\bench.sql", 16L),
                Map.of("a \"reason\"", 3L),
                -7,
                List.of("one", "two"));

        JsonNode json = new ObjectMapper().readTree(LoadTestJson.of(result));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyElementsOf(Arrays.stream(LoadTestResult.class.getRecordComponents())
                        .map(component -> component.getName())
                        .toList());
        assertThat(json.get("errorExamples").get("22012").asText()).isEqualTo("a \"quoted\"\nline \\ é");
        assertThat(json.get("errorsBySqlState").get("22012").asLong()).isEqualTo(1);
        assertThat(json.get("scripts").get("C:\\bench.sql").asLong()).isEqualTo(16);
        assertThat(json.get("lateMillis").get("max").asDouble()).isEqualTo(12_345_678.9);
        assertThat(json.get("lateMillis").get("p999").asDouble()).isEqualTo(1e-7);
        assertThat(json.get("queueMillis"))
                .allSatisfy(millis -> assertThat(millis.isNull()).isTrue());
        assertThat(json.get("randomSeed").asLong()).isEqualTo(-7);
        assertThat(json.get("leftOut").get("a \"reason\"").asLong()).isEqualTo(3);
        assertThat(json.get("notes")).hasSize(2);
    }
}
