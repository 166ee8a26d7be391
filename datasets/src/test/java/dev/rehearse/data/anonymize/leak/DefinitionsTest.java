package dev.rehearse.data.anonymize.leak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DefinitionsTest {

    @Test
    void literals_are_somebodys_but_for_defaults_codes_and_what_many_have() {
        Ledger ledger = new Ledger(1000, 1000, Set.of("harmless"), Set.of("Listed"));
        Map<String, String> names = Map.of(
                "Kowalczykowa", "last_name",
                "Ola O'Neill", "full_name",
                "London", "city",
                "admin", "username",
                "CLOSED", "last_name",
                "Suspended", "account_status",
                "Listed", "last_name",
                "Harmless", "last_name",
                "Common", "last_name");
        Ledger.Writer writer = ledger.writer();
        names.keySet().forEach(value -> writer.read(value, true));
        Definitions definitions = new Definitions(ledger, new Suspects());

        definitions.read(List.of("""
                -- Name: people; Type: TABLE; Schema: public; Owner: o

                CREATE TABLE public.people (city text DEFAULT 'London'::text, made_by text DEFAULT 'admin'::text);

                -- Name: some; Type: VIEW; Schema: public; Owner: o

                CREATE VIEW public.some AS SELECT 'KOWALCZYKOWA ' AS a, 'Ola O''Neill' AS b, 'admin' AS c, 'CLOSED' AS d,
                    'Suspended' AS e, 'Listed' AS f, 'Harmless' AS g, 'Common' AS h;
                """));
        names.forEach((value, name) -> definitions.value(name, value));
        for (int row = 0; row < 20; row++) {
            definitions.value("last_name", "Common");
        }
        Set<String> leaks = new TreeSet<>();
        definitions.whole((where, told) -> leaks.add(where + ": " + told));

        assertThat(leaks)
                .containsExactly(
                        "the definition of view some: the value k... of 12 characters as a literal",
                        "the definition of view some: the value o... of 11 characters as a literal");
    }
}
