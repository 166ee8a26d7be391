package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas, the records and what is written say the same. */
class ReportSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Iterable<RehearsalReport> samples() {
        return SampleReports.all().values();
    }

    static Iterable<Comparison> comparisons() {
        return SampleComparisons.all().values();
    }

    private static JsonNode schema() {
        return schema("report");
    }

    private static JsonNode schema(String name) {
        try (InputStream in = RehearsalReport.class.getResourceAsStream(name + ".schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonSchema validator() {
        return validator("report");
    }

    private static JsonSchema validator(String name) {
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema(name));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void every_report_that_is_written_is_valid(RehearsalReport report) {
        assertThat(validator().validate(ReportJson.render(report), InputFormat.JSON))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void every_comparison_that_is_written_is_valid(Comparison comparison) {
        String json = ReportJson.render(comparison);

        assertThat(validator("comparison").validate(json, InputFormat.JSON)).isEmpty();
        assertThat(validator("comparison")
                        .validate(json.replaceFirst("\"role\" : \"LATER\"", "\"role\" : \"LAST\""), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void a_report_with_a_piece_missing_or_of_another_kind_is_not_valid() {
        String json = ReportJson.render(SampleReports.noGo());

        assertThat(validator().validate(json.replaceFirst("\"verdict\"", "\"verdikt\""), InputFormat.JSON))
                .isNotEmpty();
        assertThat(validator().validate(json.replaceFirst("\"NO_GO\"", "\"MAYBE\""), InputFormat.JSON))
                .isNotEmpty();
        assertThat(validator().validate(json.replaceFirst("\"saferWay\"", "\"saferway\""), InputFormat.JSON))
                .isNotEmpty();
        assertThat(validator().validate(json.replaceFirst("\"queued\" : 0", "\"queued\" : \"0\""), InputFormat.JSON))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"report, dev.rehearse.report.RehearsalReport, 20", "comparison, dev.rehearse.report.Comparison, 6"})
    void schema_and_records_have_the_same_parts_of_the_same_kinds(String name, Class<?> root, int fewest) {
        List<String> differences = new ArrayList<>();
        JsonNode schema = schema(name);
        compare(root.getSimpleName(), root, schema, differences);
        List<Class<?>> types = types(root);
        for (Class<?> type : types) {
            JsonNode definition = schema.path("$defs").path(type.getSimpleName());
            if (type.isEnum()) {
                List<String> names = Arrays.stream(type.getEnumConstants())
                        .map(Object::toString)
                        .toList();
                if (!JSON.valueToTree(names).equals(definition.path("enum"))) {
                    differences.add(type.getSimpleName() + ": " + names + " against " + definition.path("enum"));
                }
            } else {
                compare(type.getSimpleName(), type, definition, differences);
            }
        }
        TreeSet<String> defined = new TreeSet<>();
        schema.path("$defs").fieldNames().forEachRemaining(defined::add);

        assertThat(differences).isEmpty();
        assertThat(types).hasSizeGreaterThan(fewest);
        assertThat(defined)
                .containsExactlyElementsOf(
                        new TreeSet<>(types.stream().map(Class::getSimpleName).toList()));
    }

    @ParameterizedTest
    @CsvSource({"report, " + RehearsalReport.SCHEMA_VERSION, "comparison, " + Comparison.SCHEMA_VERSION})
    void the_schema_is_of_the_version_that_is_written(String name, String version) {
        JsonNode schema = schema(name);

        assertThat(schema.path("$id").asText()).endsWith(":" + name + ":" + version);
        assertThat(version)
                .matches(schema.path("properties")
                        .path("schemaVersion")
                        .path("pattern")
                        .asText());
    }

    private static List<Class<?>> types(Class<?> root) {
        return Stream.concat(
                        Stream.of(Verdict.class),
                        Arrays.stream(root.getDeclaredClasses())
                                // What it is made from is not written.
                                .filter(type -> type != Comparison.NamedReport.class)
                                .flatMap(c -> Stream.concat(Stream.of(c), Arrays.stream(c.getDeclaredClasses()))))
                .<Class<?>>map(c -> c)
                .toList();
    }

    private static void compare(String name, Class<?> type, JsonNode definition, List<String> differences) {
        TreeSet<String> required = new TreeSet<>();
        definition.path("required").forEach(r -> required.add(r.asText()));
        TreeSet<String> described = new TreeSet<>();
        definition.path("properties").fieldNames().forEachRemaining(described::add);
        TreeSet<String> components = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.add(component.getName());
            JsonNode property = definition.path("properties").path(component.getName());
            String said = kind(property);
            String meant = kind(component.getGenericType(), component.getAnnotatedType());
            if (!said.equals(meant)) {
                differences.add(name + "." + component.getName() + " is " + meant + ", the schema says " + said);
            }
        }
        if (!components.equals(described) || !components.equals(required)) {
            differences.add(
                    name + ": " + components + " against properties " + described + " and required " + required);
        }
    }

    private static String kind(JsonNode property) {
        if (property.has("$ref")) {
            return property.path("$ref").asText().replace("#/$defs/", "");
        }
        JsonNode type = property.path("type");
        boolean nullable = type.isArray();
        String name = nullable ? type.get(0).asText() : type.asText();
        String inner = switch (name) {
            case "array" -> " of " + kind(property.path("items"));
            case "object" -> " of " + kind(property.path("additionalProperties"));
            default -> "";
        };
        return name + inner + (nullable ? " or null" : "");
    }

    private static final Map<Type, String> KINDS = Map.of(
            String.class, "string",
            double.class, "number",
            long.class, "integer",
            int.class, "integer",
            boolean.class, "boolean",
            Long.class, "integer",
            Integer.class, "integer",
            Boolean.class, "boolean",
            // Only columns of the timeline have boxed ones: null where nothing was measured.
            Double.class, "number or null");

    private static String kind(Type type, AnnotatedType annotated) {
        String nullable = annotated.isAnnotationPresent(Nullable.class) ? " or null" : "";
        if (type instanceof ParameterizedType) {
            ParameterizedType generic = (ParameterizedType) type;
            int last = generic.getActualTypeArguments().length - 1;
            String inner = kind(
                    generic.getActualTypeArguments()[last],
                    ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[last]);
            return (generic.getRawType().equals(List.class) ? "array of " : "object of ") + inner + nullable;
        }
        return KINDS.getOrDefault(type, ((Class<?>) type).getSimpleName()) + nullable;
    }
}
