package dev.rehearse.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.SqlType.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentKeyTest {

    private static final Column VALUE = Tables.column(1, "value", Kind.JSON);

    @Test
    void what_the_schema_reads_of_a_document_is_found_with_its_type() {
        assertThat(read(Kind.TEXT, "(value ->> 'namespace'::text)")).containsExactly("namespace TEXT");
        assertThat(read(Kind.INT4, "(((value -> 'a'::text) -> 0) ->> 'it''s'::text)::integer"))
                .containsExactly("a.0.it's INT4");
        assertThat(read(Kind.TSVECTOR, "(to_tsvector((value ->> 'id'::text)) || f(value #>> '{flow,id}'::text[]))"))
                .containsExactly("id TEXT", "flow.id TEXT");
        assertThat(read(Kind.BOOL, "(value ? 'kind'::text)")).containsExactly("kind TEXT");
        assertThat(read(Kind.JSON, "(value -> 'items'::text)")).containsExactly("items JSON");
        assertThat(read(Kind.TEXT, "(other ->> 'value'::text)")).isEmpty();
    }

    @Test
    void what_is_computed_of_one_place_alone_says_its_type() {
        assertThat(read(Kind.TIMESTAMPTZ, "parse_iso8601_datetime((value #>> '{state,startDate}'::text[]))"))
                .containsExactly("state.startDate TIMESTAMPTZ");
        assertThat(read(Kind.TEXT, "(value ->> 'revision'::text)", "((value ->> 'revision'::text))::bigint"))
                .containsExactly("revision INT8");
    }

    private static List<String> read(Kind computed, String... expressions) {
        Table table = new Table(
                1,
                "public",
                "t",
                false,
                List.of(VALUE),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Arrays.stream(expressions)
                        .map(expression -> new Table.Computed(
                                0, "computed", expression, List.of(1), Tables.type(computed, -1), false))
                        .toList(),
                0);
        return DocumentKey.of(table, VALUE).stream()
                .map(key -> String.join(".", key.path()) + " " + key.type().kind())
                .toList();
    }
}
