package dev.rehearse.data.anonymize.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.text.Meaning;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RulesReaderTest {

    private static SourceTable table(long oid, String name, SourceColumn... columns) {
        return new SourceTable(oid, "public", name, false, 0, List.of(columns), List.of());
    }

    private static SourceColumn column(int number, String name, ValueType type) {
        return new SourceColumn(
                number, name, type, type.name(), -1, false, false, false, false, false, false, List.of());
    }

    private static ValueType type(ValueType.Kind kind, @Nullable ValueType element) {
        return new ValueType(kind, kind.name(), element, List.of());
    }

    @Test
    void what_refers_to_a_personal_key_and_the_key_stay_personal_whatever_their_rule() {
        SourceTable people = table(1, "people", column(1, "ssn", type(ValueType.Kind.TEXT, null)));
        SourceTable orders = table(2, "orders", column(1, "payer", type(ValueType.Kind.TEXT, null)));
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
                    .read("tables: { " + of + " }", Map.of(), true);

            for (SourceTable table : schema.tables()) {
                ColumnRule rule = rules.of(table, table.columns().get(0));
                assertThat(rule.treatment()).as(of).isEqualTo(Treatment.KEEP);
                assertThat(rule.personal()).as(of).isTrue();
            }
        }
    }

    @Test
    void a_suggestion_keeps_what_the_rules_say_and_rules_that_change_nothing_are_refused() {
        ValueType number = type(ValueType.Kind.INTEGER, null);
        SourceTable people = table(
                1,
                "people",
                column(1, "height", number),
                column(2, "born", type(ValueType.Kind.DATE, null)),
                new SourceColumn(
                        3,
                        "weight",
                        type(ValueType.Kind.NUMERIC, null),
                        "numeric(5,2)",
                        -1,
                        false,
                        false,
                        false,
                        false,
                        false,
                        false,
                        List.of()));
        SourceSchema schema = new SourceSchema(15, List.of(people), List.of(), Set.of(), List.of());
        Map<Place, ColumnRule> suggested = Map.of(
                new Place(1, 1), ColumnRule.keep("a measure"),
                new Place(1, 2), ColumnRule.keep("a day"),
                new Place(1, 3), ColumnRule.keep("a measure"));
        RulesReader reader = new RulesReader("the test", schema, new KeyFamilies(schema), suggested);
        Rules said = reader.read("tables: { people: { height: { rule: keep, personal: false } } }", Map.of(), true);

        Rules read = new RulesReader("the test", schema, new KeyFamilies(schema), suggested)
                .read(RulesText.of(schema, said), Map.of(), true);

        assertThat(read.of(people, people.columns().get(0)).excuse()).isEqualTo(ColumnRule.Excuse.SAID);
        assertThat(read.of(people, people.columns().get(2)).excuse()).isEqualTo(ColumnRule.Excuse.NONE);
        for (String unchanged : List.of(
                "height: { rule: generalise, amount: 1 }",
                "height: { rule: noise, amount: 0% }",
                "weight: { rule: generalise, amount: 0.01 }",
                "weight: { rule: generalise, amount: 0 }",
                "born: { rule: noise, amount: 0 }",
                "born: { rule: generalise, amount: day }",
                "born: { rule: shiftDates, amount: 0 }")) {
            assertThatThrownBy(() -> new RulesReader("the test", schema, new KeyFamilies(schema), suggested)
                            .read("tables: { people: { " + unchanged + " } }", Map.of(), true))
                    .as(unchanged)
                    .hasMessageContaining("would leave values as they are; write ");
        }
        for (String changed : List.of(
                "height: { rule: generalise, amount: 2 }",
                "weight: { rule: generalise, amount: 0.1 }",
                "born: { rule: shiftDates, amount: -1 }",
                "born: { rule: generalise, amount: month }")) {
            new RulesReader("the test", schema, new KeyFamilies(schema), suggested)
                    .read("tables: { people: { " + changed + " } }", Map.of(), true);
        }
    }

    /** None of these columns has values to look at, so no database is asked. */
    @Test
    @SuppressWarnings("NullAway")
    void what_is_tied_to_a_key_of_partitions_stays_with_it_unless_it_is_personal() throws SQLException {
        ValueType bits = type(ValueType.Kind.BITS, null);
        SourceColumn ordering =
                new SourceColumn(1, "id", bits, "bit", -1, false, false, false, false, false, true, List.of());
        for (ValueType.Kind kind : List.of(ValueType.Kind.GEOMETRIC, ValueType.Kind.INET)) {
            SourceTable orders = table(1, "orders", ordering);
            SourceTable items = table(2, "items", column(1, "of", type(kind, null)));
            SourceSchema schema = new SourceSchema(
                    15,
                    List.of(orders, items),
                    List.of(new Reference("of", 2, 1, List.of(1), List.of(1))),
                    Set.of(),
                    List.of());

            Map<Place, ColumnRule> suggested = new Suggester(null, schema, new KeyFamilies(schema)).suggest();

            assertThat(suggested.values())
                    .extracting(ColumnRule::treatment)
                    .containsOnly(kind == ValueType.Kind.GEOMETRIC ? Treatment.KEEP : Treatment.PSEUDONYMISE);
        }
    }

    @Test
    void words_of_documents_that_are_kept_against_the_suggestion_are_not_ordinary() {
        SourceTable people = table(
                1,
                "people",
                column(1, "status", type(ValueType.Kind.TEXT, null)),
                column(2, "profile", type(ValueType.Kind.JSON, null)));
        SourceSchema schema = new SourceSchema(15, List.of(people), List.of(), Set.of(), List.of());
        Map<Place, ColumnRule> suggested = Map.of(
                new Place(1, 1), ColumnRule.keep("a code"),
                new Place(1, 2), ColumnRule.pseudonymise(Meaning.UNKNOWN, "in doubt"));
        Ordinary words = new Ordinary(Set.of("billing"), List.of(Set.of("page")));
        Map<Place, Ordinary> ordinary = Map.of(new Place(1, 1), words, new Place(1, 2), words);
        KeyFamilies families = new KeyFamilies(schema);

        Rules left = new RulesReader("the test", schema, families, suggested)
                .read("tables: { people: { status: keep } }", ordinary, true);
        Rules kept = new RulesReader("the test", schema, families, suggested)
                .read("tables: { people: { profile: keep } }", ordinary, true);

        for (SourceColumn column : people.columns()) {
            assertThat(left.ordinary(people, column)).isEqualTo(words);
        }
        assertThat(kept.ordinary(people, people.columns().get(0))).isEqualTo(words);
        assertThat(kept.ordinary(people, people.columns().get(1))).isEqualTo(Ordinary.NONE);
    }

    /** None of these columns has values to look at, so no database is asked. */
    @Test
    @SuppressWarnings("NullAway")
    void arrays_of_what_has_no_pseudonyms_get_a_rule_that_is_taken_back() throws SQLException {
        ValueType range = type(ValueType.Kind.RANGE, type(ValueType.Kind.TIME, null));
        SourceTable people = table(
                1,
                "people",
                column(1, "phone_kinds", type(ValueType.Kind.ARRAY, type(ValueType.Kind.ENUM, null))),
                column(2, "birth_days", type(ValueType.Kind.ARRAY, range)),
                column(3, "stays", type(ValueType.Kind.ARRAY, range)));
        SourceSchema schema = new SourceSchema(15, List.of(people), List.of(), Set.of(), List.of());
        KeyFamilies families = new KeyFamilies(schema);

        Map<Place, ColumnRule> suggested = new Suggester(null, schema, families).suggest();

        assertThat(suggested.get(new Place(1, 1)).treatment()).isEqualTo(Treatment.KEEP);
        assertThat(suggested.get(new Place(1, 2)).treatment()).isEqualTo(Treatment.NULL);
        assertThat(suggested.get(new Place(1, 3)).treatment()).isEqualTo(Treatment.KEEP);
        String text = RulesText.of(schema, new Rules(suggested, Set.of(), Set.of(), Map.of(), true));
        Rules rules = new RulesReader("the test", schema, families, suggested).read(text, Map.of(), true);
        people.columns()
                .forEach(column -> assertThat(rules.of(people, column).treatment())
                        .isEqualTo(suggested.get(new Place(1, column.number())).treatment()));
    }

    /** None of these columns has values to look at, so no database is asked. */
    @Test
    @SuppressWarnings("NullAway")
    void of_a_history_of_migrations_what_the_tool_reads_stays_and_no_other_column() throws SQLException {
        ValueType point = type(ValueType.Kind.GEOMETRIC, null);
        SourceTable history = table(
                1,
                "_prisma_migrations",
                column(1, "id", point),
                column(2, "logs", point),
                column(3, "email", point),
                column(4, "Checksum", point));
        SourceSchema schema = new SourceSchema(15, List.of(history), List.of(), Set.of(), List.of());

        Map<Place, ColumnRule> suggested = new Suggester(null, schema, new KeyFamilies(schema)).suggest();

        assertThat(suggested.get(new Place(1, 1)).excuse()).isEqualTo(ColumnRule.Excuse.HISTORY);
        assertThat(suggested.get(new Place(1, 4)).excuse()).isEqualTo(ColumnRule.Excuse.HISTORY);
        for (int other : List.of(2, 3)) {
            assertThat(suggested.get(new Place(1, other)).treatment()).isEqualTo(Treatment.PSEUDONYMISE);
        }
    }
}
