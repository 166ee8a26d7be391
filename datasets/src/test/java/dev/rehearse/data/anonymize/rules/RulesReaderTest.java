package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.text.Meaning;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesReaderTest {

    private static SourceTable table(long oid, String name, String column) {
        ValueType text = new ValueType(ValueType.Kind.TEXT, "text", null, List.of());
        return new SourceTable(
                oid,
                "public",
                name,
                false,
                0,
                List.of(new SourceColumn(
                        1, column, text, "text", -1, true, false, false, true, false, false, List.of())),
                List.of());
    }

    @Test
    void what_refers_to_a_personal_key_and_the_key_stay_personal_whatever_their_rule() {
        SourceTable people = table(1, "people", "ssn");
        SourceTable orders = table(2, "orders", "payer");
        SourceSchema schema = new SourceSchema(
                15,
                List.of(people, orders),
                List.of(new Reference("payer", 2, 1, List.of(1), List.of(1))),
                Set.of(),
                List.of());
        // As they are suggested: one of a family is personal, so all are.
        Map<Place, ColumnRule> suggested = Map.of(
                new Place(1, 1), ColumnRule.pseudonymise(Meaning.IDENTIFIER, "by name"),
                new Place(2, 1),
                        ColumnRule.pseudonymise(Meaning.UNKNOWN, "in doubt").personal(true));

        for (String of : List.of("orders: { payer: keep }", "people: { ssn: keep }")) {
            Rules rules = new RulesReader("the test", schema, new KeyFamilies(schema), suggested)
                    .read("tables: { " + of + " }", true);

            for (SourceTable table : schema.tables()) {
                ColumnRule rule = rules.of(table, table.columns().get(0));
                assertThat(rule.treatment()).as(of).isEqualTo(Treatment.KEEP);
                assertThat(rule.personal()).as(of).isTrue();
            }
        }
    }
}
