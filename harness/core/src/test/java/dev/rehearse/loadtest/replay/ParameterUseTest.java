package dev.rehearse.loadtest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.loadtest.replay.ParameterUse.Kind;
import dev.rehearse.loadtest.replay.ParameterUse.Use;
import org.junit.jupiter.api.Test;

class ParameterUseTest {

    @Test
    void a_literal_beside_a_parameter_may_be_as_long_as_any() throws Exception {
        JsonNode plan = new ObjectMapper().readTree("""
                [{"Plan": {"Node Type": "ModifyTable", "Schema": "public", "Relation Name": "t", "Alias": "t"}}]""");
        String longest = "'" + "it''s \" ".repeat(20_000) + "'";

        ParameterUse inserted = new ParameterUse(plan, "INSERT INTO t (a, b) VALUES (" + longest + ", $1)");
        ParameterUse updated = new ParameterUse(plan, "UPDATE t SET a = " + longest + ", b = $1 WHERE id = $2");

        assertThat(inserted.of(1)).isEqualTo(new Use(Kind.INSERTED, "\"public\".\"t\"", "\"b\""));
        assertThat(updated.of(1)).isEqualTo(new Use(Kind.ASSIGNED, "\"public\".\"t\"", "\"b\""));
        assertThat(updated.of(2)).isEqualTo(new Use(Kind.VALUE, "\"public\".\"t\"", "\"id\""));
    }

    @Test
    void a_parameter_within_a_subquery_is_no_value_of_a_list() throws Exception {
        JsonNode plan = new ObjectMapper().readTree("""
                [{"Plan": {"Node Type": "Seq Scan", "Schema": "public", "Relation Name": "t", "Alias": "t"}}]""");

        ParameterUse use = new ParameterUse(
                plan, "SELECT FROM t WHERE a IN (SELECT b FROM u WHERE c = $1) AND d NOT IN ($2, 'x', $3)");

        assertThat(use.of(1)).isEqualTo(new Use(Kind.VALUE, ParameterUse.ANY_RELATION, "\"c\""));
        assertThat(use.of(2)).isEqualTo(new Use(Kind.LISTED, ParameterUse.ANY_RELATION, "\"d\""));
        assertThat(use.of(3)).isEqualTo(new Use(Kind.LISTED, ParameterUse.ANY_RELATION, "\"d\""));
    }
}
