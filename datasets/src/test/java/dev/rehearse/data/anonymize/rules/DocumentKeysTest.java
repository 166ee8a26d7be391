package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentKeysTest {

    private static DocumentKeys of(Kind kind, Stream<String> documents) {
        return DocumentKeys.of(type(kind), documents.toList()).orElseThrow();
    }

    private static ValueType type(Kind kind) {
        return new ValueType(kind, "", null, List.of());
    }

    private static Stream<String> hundred(String document) {
        return IntStream.range(0, 100)
                .mapToObj(i -> document.replace("#", "Kow" + Character.toString('a' + i % 26) + (char) ('a' + i / 26)));
    }

    @Test
    void keys_that_hardly_come_again_or_are_called_as_people_are_data() {
        DocumentKeys keyed =
                of(Kind.JSON, hundred("{\"id\": 1, \"note\": \"says \\\"x\\\": y\", \"friends\": {\"#\": 1}}"));
        assertThat(keyed.areData()).isTrue();
        assertThat(keyed.ofProgram()).containsExactly("friends", "id", "note");

        assertThat(of(Kind.HSTORE, hundred("\"role\"=>\"x\", \"#\"=>\"friend\""))
                        .ofProgram())
                .containsExactly("role");
        DocumentKeys xml = of(Kind.XML, hundred("<r a=\"1\" x:b = '2'><s:#>1</s:#></r>"));
        assertThat(xml.areData()).isTrue();
        assertThat(xml.ofProgram()).containsExactly("a", "b", "r");
        assertThat(of(Kind.JSON, Stream.of("{\"Anna\": 1}", "{\"Peter\": 1}", "{\"lang\": 2, \"Maria Rossi\": 1}"))
                        .areData())
                .isTrue();
    }

    @Test
    void keys_of_documents_in_columns_of_text_count_too() {
        List<String> documents = new ArrayList<>();
        for (String name : List.of("Anna", "Maria", "Robert", "Daniel")) {
            documents.add("[{\"" + name + "\": {\"mail\": 1}}]");
            documents.add("{nothing} of \"" + name + "\": a document");
        }

        DocumentKeys keys = DocumentKeys.of(type(Kind.TEXT), documents).orElseThrow();
        assertThat(keys.areData()).isTrue();
        assertThat(keys.ofProgram()).containsExactly("mail");
        assertThat(DocumentKeys.of(type(Kind.TEXT), List.of("Anna: 1"))).isEmpty();
        Stream<String> serialized = hundred("a:2:{s:5:\"votes\";a:1:{s:5:\"#\";i:1;}s:4:\"kind\";s:4:\"poll\";}");
        assertThat(of(Kind.TEXT, serialized).ofProgram()).containsExactly("kind", "votes");
        assertThat(DocumentKeys.of(type(Kind.BYTEA), documents).orElseThrow().areData())
                .isTrue();
    }

    @Test
    void documents_in_texts_of_arrays_of_fields_and_of_documents_are_read_too() {
        ValueType texts = new ValueType(Kind.ARRAY, "_text", type(Kind.TEXT), List.of());
        DocumentKeys ofArray = DocumentKeys.of(
                        texts,
                        hundred("[\"a\",\"{\\\"type\\\": \\\"#\\\", \\\"mode\\\": \\\"a\\\", \\\"#\\\": 1}\"]")
                                .toList())
                .orElseThrow();
        assertThat(ofArray.areData()).isTrue();
        assertThat(ofArray.ofProgram()).containsExactly("mode", "type");
        assertThat(ofArray.notCodes()).containsExactly("type");
        assertThat(DocumentKeys.of(texts, List.of("[\"Anna: 1\"]"))).isEmpty();

        ValueType composite =
                new ValueType(Kind.COMPOSITE, "", null, List.of(new ValueType.Field("kind", type(Kind.TEXT))));
        DocumentKeys ofField = DocumentKeys.of(
                        new ValueType(Kind.ARRAY, "", composite, List.of()),
                        hundred("[{\"kind\":\"#\",\"level\":\"a\",\"doc\":{\"#\":1},\"x\":\"<r mode='#'/>\"}]")
                                .toList())
                .orElseThrow();
        assertThat(ofField.ofProgram()).containsExactly("doc", "kind", "level", "mode", "r", "x");
        assertThat(ofField.areData()).isTrue();
        assertThat(ofField.notCodes()).containsExactly("kind", "mode");

        assertThat(of(Kind.JSON, hundred("{\"payload\": \"{\\\"status\\\": [\\\"#\\\"]}\"}"))
                        .notCodes())
                .containsExactly("status");
    }

    @Test
    void what_stands_under_a_codes_name_is_none_where_it_is_many_things_or_names() {
        assertThat(of(Kind.JSON, hundred("{\"type\": \"a\", \"by\": {\"kind\" : [\"#\"]}, \"sku\": \"#\"}"))
                        .notCodes())
                .containsExactly("kind");
        assertThat(of(Kind.HSTORE, hundred("\"status\"=>\"#\", \"level\"=>\"1\""))
                        .notCodes())
                .containsExactly("status");
        assertThat(of(Kind.XML, hundred("<r mode='#'><status x='1'>#</status><type>a</type></r>"))
                        .notCodes())
                .containsExactly("mode", "status");
        assertThat(of(Kind.XML, hundred("<r mode = \"#\">a</r>")).notCodes()).containsExactly("mode");
        assertThat(of(Kind.XML, hundred("<r>\n  <type>#</type>\n  <kind>\n    <id>1</id>\n  </kind>\n</r>"))
                        .notCodes())
                .containsExactly("type");
        assertThat(of(Kind.JSON, hundred("{\"type\": [\"a\", 1, \"#\"], \"kind\": [\"a\", \"b\"]}"))
                        .notCodes())
                .containsExactly("type");
        assertThat(of(Kind.XML, hundred("<r><type><![CDATA[#]]></type><kind><![CDATA[a]]></kind></r>"))
                        .notCodes())
                .containsExactly("type");
        assertThat(of(Kind.HSTORE, hundred("\"status\"=>\"[#]\"")).notCodes()).containsExactly("status");
        assertThat(of(Kind.XML, hundred("<type>[#]</type>")).notCodes()).containsExactly("type");
        assertThat(of(
                                Kind.JSON,
                                hundred(
                                        "{\"type\": [\"]\", {\"n\": \"[\"}, \"#\"], \"role\": [[\"a\"], \"{\"], \"mode\": [\"a"))
                        .notCodes())
                .containsExactly("role", "type");
        assertThat(of(Kind.JSON, Stream.of("{\"channel\": \"web\"}", "{\"channel\": \"10.20.30.40\"}"))
                        .notCodes())
                .containsExactly("channel");
        assertThat(of(Kind.JSON, hundred("{\"type\": \"#\"}").limit(20)).notCodes())
                .containsExactly("type");
        assertThat(of(Kind.JSON, hundred("{\"type\": \"#\"}").limit(4)).notCodes())
                .isEmpty();
        assertThat(of(Kind.JSON, Stream.of("{\"role\": \"Anna Berg\"}", "{\"role\": \"Maria\"}"))
                        .notCodes())
                .containsExactly("role");
    }

    @Test
    void codes_and_keys_that_come_again_are_ordinary_the_keys_by_the_objects_where_they_stand() {
        Ordinary json = of(
                        Kind.JSON,
                        hundred(
                                "{\"type\": \"billing\", \"votes\": {\"nowak\": 1, \"gruber\": [{\"n\": {\"a\": 1}}], \"Anna\": 2}, \"limit\": 1}"))
                .ordinary();
        assertThat(json.codes()).containsExactly("billing");
        assertThat(json.keys())
                .containsExactlyInAnyOrder(
                        Set.of("type", "votes", "limit"), Set.of("nowak", "gruber"), Set.of("n"), Set.of("a"));

        assertThat(of(Kind.HSTORE, hundred("\"status\"=>\"open\", \"level\"=>\"1\""))
                        .ordinary()
                        .keys())
                .containsExactly(Set.of("status", "level"));
        assertThat(of(Kind.JSON, hundred("{\"limit\": 1}").limit(4)).ordinary().keys())
                .containsExactly(Set.of());
    }

    @Test
    void keys_of_a_program_are_not() {
        assertThat(of(Kind.JSON, hundred("{\"id\": 1, \"max\": {\"rate\": 2}}")).areData())
                .isFalse();
        assertThat(of(Kind.JSON, Stream.of()).areData()).isFalse();
    }
}
