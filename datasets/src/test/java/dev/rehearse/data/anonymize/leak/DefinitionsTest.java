package dev.rehearse.data.anonymize.leak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import java.util.HashMap;
import java.util.HashSet;
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
    void defaults_of_one_person_patterns_days_of_birth_and_full_names_are_leaks() {
        Ledger ledger = new Ledger(1000, 1000, Set.of(), Set.of("Apolline Unwin"));
        Ledger.Writer writer = ledger.writer();
        List<String> personal =
                List.of("Kowalczyk", "Zimmermann", "Fitzgerald", "19680209", "20240615", "Apolline", "Unwin");
        personal.forEach(value -> writer.read(value, true));
        Definitions definitions = new Definitions(ledger, new Suspects());

        definitions.read(List.of("""
                -- Name: people; Type: TABLE; Schema: public; Owner: o

                CREATE TABLE public.people (
                    last_name text DEFAULT 'Kowalczyk'::text NOT NULL,
                    nick_name text DEFAULT 'Zimmermann'::text,
                    born date DEFAULT '2000-01-01'::date
                );

                -- Name: some; Type: VIEW; Schema: public; Owner: o

                CREATE VIEW public.some AS SELECT 1 WHERE last_name LIKE '%Fitzgerald%' AND born <> '1968-02-09'::date;

                -- Name: parts; Type: TABLE ATTACH; Schema: public; Owner: o

                ALTER TABLE ONLY public.visits ATTACH PARTITION public.v FOR VALUES FROM ('2024-06-15') TO ('2024-07-15');

                -- Name: mood; Type: TYPE; Schema: public; Owner: o

                CREATE TYPE public.mood AS ENUM ('Apolline Unwin');

                -- Name: s_apolline_unwin; Type: SEQUENCE; Schema: public; Owner: o

                CREATE SEQUENCE public.s_apolline_unwin;

                -- Name: f(); Type: FUNCTION; Schema: public; Owner: o

                CREATE FUNCTION public.f() RETURNS void AS $f$ PERFORM $$Apolline Unwin$$; $f$;

                -- Name: people p; Type: POLICY; Schema: public; Owner: o

                CREATE POLICY p ON public.people USING ((first_name || last_name) = 'ApollineUnwin'::text);
                """));
        personal.forEach(value -> definitions.value("last_name", value));
        definitions.value("nick_name", "Zimmermann");
        definitions.value("nick_name", "Zimmermann");
        Set<Long> row = new HashSet<>();
        Features features = new Features();
        features.of("Apolline Unwin", (hash, start) -> row.add(hash));
        definitions.names().row(row);

        assertThat(definitions.whole())
                .extracting(literal -> literal.text() + " in " + literal.places())
                .containsExactly(
                        "%Fitzgerald% in [the definition of view some]",
                        "1968-02-09 in [the definition of view some]",
                        "Apolline Unwin in [the definition of function f(), the definition of type mood]",
                        "ApollineUnwin in [the definition of policy people p]",
                        "Kowalczyk in [the definition of table people]",
                        "Zimmermann in [the definition of table people]",
                        "s_apolline_unwin in [the definition of sequence s_apolline_unwin]");
    }

    @Test
    void a_default_that_some_rows_of_its_column_have_is_nobodys() {
        Ledger ledger = new Ledger(1000, 1000, Set.of(), Set.of());
        ledger.writer().read("Kowalczyk", true);
        Definitions definitions = new Definitions(ledger, new Suspects());

        definitions.read(
                List.of("ALTER TABLE ONLY public.people ALTER COLUMN last_name SET DEFAULT 'Kowalczyk'::text;"));
        definitions.value("last_name", "Kowalczyk");
        assertThat(definitions.whole()).hasSize(1);
        definitions.value("last_name", "Kowalczyk");
        assertThat(definitions.whole()).isEmpty();
        definitions.value("contact", "Kowalczyk");
        assertThat(definitions.whole()).hasSize(1);
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
