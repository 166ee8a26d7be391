package dev.rehearse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.data.PlannedConstraint.Check;
import dev.rehearse.data.PlannedConstraint.Element;
import dev.rehearse.data.PlannedConstraint.NotNull;
import dev.rehearse.data.PlannedConstraint.Reference;
import dev.rehearse.data.PlannedConstraint.Type;
import dev.rehearse.data.PlannedConstraint.Unique;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannedConstraintTest {

    @Test
    void it_is_read_from_the_words_of_the_statement_that_will_ask_for_it() {
        Map<String, PlannedConstraint> read = Map.ofEntries(
                Map.entry("not null (status)", new NotNull("status")),
                Map.entry("NOT NULL Status", new NotNull("status")),
                Map.entry("alter column \"Status\" set not null", new NotNull("Status")),
                Map.entry("unique(email)", new Unique(List.of(new Element("email", null)))),
                Map.entry(
                        "UNIQUE NULLS NOT DISTINCT (lower(email), trim( \"Zip\" ))",
                        new Unique(List.of(new Element("email", "lower"), new Element("Zip", "btrim")))),
                Map.entry("check (total >= (0)) not valid", new Check("total >= (0)")),
                Map.entry("Check(a)", new Check("a")),
                Map.entry(
                        "foreign key (a, b) references shop.parent (x, y) on delete cascade",
                        new Reference(List.of("a", "b"), "shop.parent", List.of("x", "y"))),
                Map.entry("foreign key(a) references \"Parent\"", new Reference(List.of("a"), "\"Parent\"", List.of())),
                Map.entry("zip type varchar(10)", new Type("zip", "varchar(10)")),
                Map.entry("alter column zip set data type integer", new Type("zip", "integer")));

        read.forEach((words, constraint) ->
                assertThat(PlannedConstraint.parse(words)).as(words).isEqualTo(constraint));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unique",
                "unique (a + b)",
                "check total > 0",
                "primary key (id)",
                "foreign key (a) references"
            })
    void anything_else_is_refused_with_what_there_is(String words) {
        assertThatThrownBy(() -> PlannedConstraint.parse(words))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("\"" + words + "\" is nothing that dirt can break")
                .hasMessageContaining("foreign key (column) references table (column)");
    }
}
