package dev.rehearse.data.anonymize.leak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DefinitionsTest {

    @Test
    void literals_are_somebodys_but_for_defaults_codes_and_what_many_have() {
        Ledger ledger = new Ledger(1000, 1000, Set.of("harmless"), Set.of("Listed"));
        Map<String, String> names = new HashMap<>(Map.of(
                "Kowalczykowa", "last_name",
                "Ola O'Neill", "full_name",
                "London", "city",
                "admin", "username",
                "CLOSED", "last_name",
                "Suspended", "account_status",
                "Listed", "last_name",
                "Harmless", "last_name",
                "Common", "last_name",
                "Hamburg", "home_city"));
        names.put("Unknown Person", "last_name");
        names.put("Made by", "last_name");
        Ledger.Writer writer = ledger.writer();
        names.keySet().forEach(value -> writer.read(value, true));
        Definitions definitions = new Definitions(ledger, new Suspects());

        definitions.read(List.of("""
                -- Name: people; Type: TABLE; Schema: public; Owner: o

                CREATE TABLE public.people (city text DEFAULT 'London'::text, made_by text DEFAULT 'admin'::text);

                -- Name: some; Type: VIEW; Schema: public; Owner: o

                CREATE VIEW public.some AS SELECT 'K&#79;WALCZYKOWA ' AS a, 'Ola O''Neill' AS b, 'admin' AS c, 'CLOSED' AS d,
                    'Suspended' AS e, 'Listed' AS f, 'Harmless' AS g, 'Common' AS h,
                    'Hamburg' AS i, 'Unknown Person' AS j, 'Made by' AS k;
                """));
        names.forEach((value, name) -> definitions.value(name, value));
        for (int row = 0; row < 20; row++) {
            definitions.value("last_name", "Common");
        }

        assertThat(definitions.whole())
                .extracting(literal -> literal.text() + " in " + literal.places() + ": " + literal.told())
                .containsExactly(
                        "KOWALCZYKOWA  in [the definition of view some]: the value K... of 13 characters as a literal",
                        "Ola O'Neill in [the definition of view some]: the value O... of 11 characters as a literal");
    }

    @Test
    void days_codes_in_names_and_what_hardly_identifies_are_no_leaks_but_numbers_and_rare_codes_are() {
        Ledger ledger = new Ledger(1000, 1000, Set.of(), Set.of());
        Ledger.Writer writer = ledger.writer();
        List.of("20230101", "pbkdf2_sha256$ab$cd", "601777888", "CX1Y2Z3KW", "k.li@se.ex")
                .forEach(value -> writer.read(value, true));
        Suspects suspects = new Suspects();

        new Definitions(ledger, suspects).read(List.of("""
                -- Name: visits_20230101; Type: TABLE; Schema: public; Owner: o

                CREATE TABLE public.visits_20230101 (sha256 text, code text DEFAULT 'CX1Y2Z3KW', phone text DEFAULT '601 777 888');
                ALTER TABLE ONLY public.visits ATTACH PARTITION public.visits_20230101 FOR VALUES FROM ('2023-01-01') TO ('2023-02-01');
                CREATE INDEX i ON public.visits_20230101 (id) WHERE owner <> 'k.li@se.ex';
                """));

        assertThat(suspects.all())
                .extracting(Suspects.Suspect::told)
                .containsExactlyInAnyOrder(
                        "the code c... of 9 characters", "the number 6... of 9 digits", "the mail address k...");
    }

    @Test
    void literals_of_ordinary_words_and_of_the_schemas_own_name_nobody() {
        OrdinaryWords ordinary =
                new OrdinaryWords(List.of("CREATE TABLE springfield_orders (id int); SELECT 'Kowalczyk'"));

        assertThat(List.of("Unknown", "Unknown Person", "N/A", "Guest", "Неизвестно", "Springfield", "(none)"))
                .allMatch(ordinary::all);
        assertThat(List.of("Kowalczyk", "Unknown Kowalczyk", "Guest of Anna", "Max"))
                .noneMatch(ordinary::all);
    }
}
