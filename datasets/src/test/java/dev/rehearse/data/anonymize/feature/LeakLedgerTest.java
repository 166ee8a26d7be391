package dev.rehearse.data.anonymize.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeakLedgerTest {

    private static final long PLACE = Features.mix(7);

    private final Features features = new Features();

    private Set<Long> features(String text) {
        Set<Long> found = new HashSet<>();
        features.of(text, (hash, start) -> found.add(hash));
        return found;
    }

    private Set<Long> personal(String text) {
        Set<Long> found = new HashSet<>();
        features.ofPersonal(text, (hash, start) -> found.add(hash));
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "Kowalczykowa, Frau KOWALCZYKOWA rang again",
        "+48 601 777 888, ring (601) 777888 now",
        "+48 601 777 888, or 0048-601-777-888",
        "zofia.planted@secret.example, <Zofia.Planted@secret.example>",
        "987-65-4321, ssn:987 65 4321.",
        "Li Wu, from li wu's desk",
        "AB1234567, plate ab1234567!",
        "Müller, MU\u0308LLER",
        "Müllerová, mullerova-jana",
        "Straßer, STRASSER",
        "Wałęsa, von Walesa",
        "İnönü, inonu",
        "Παπαδόπουλος, ΠΑΠΑΔΟΠΟΥΛΟΣ",
        "Kowalczykowa, Ｋｏｗａｌｃｚｙｋｏｗａ",
        "Kowalczykowa, Kowalczy\u00ADkowa",
        "田中, 田中さん",
        "zofia.planted@secret.example, Basic em9maWEucGxhbnRlZEBzZWNyZXQuZXhhbXBsZTpwdw==",
        "Müllerová, https://x.example/u/TcO8bGxlcm92w6E",
        "Zofia, Wm9maWE=",
        "Kowalczykowa, say:eyJuIjoiSyYjMTExO3dhbGN6eWtvd2E_w78-In0.",
        "Kowalczykowa, 'VGhlIGNhbGwgb2YgdG9kYXkgd2FzIGZyb20gYSB2ZXJ5IG9sZCBjdXN0b21lciBvZiBvdXJzLCB3\naG8gaXMgY2FsbGVkIEtvd2FsY3p5a293YQ=='",
        "Kowalczykowa, \\x4b6f77616c637a796b6f7761",
        "zofia.planted@secret.example, see ZW05bWFXRXVjR3hoYm5SbFpFQnpaV055WlhRdVpYaGhiWEJzWlE9PQ==",
        "Kowalczykowa, NGI2Zjc3NjE2YzYzN2E3OTZiNmY3NzYx"
    })
    void what_identifies_is_found_in_another_form(String personal, String text) {
        assertThat(features(text)).containsAnyElementsOf(personal(personal));
    }

    @Test
    void how_an_address_begins_identifies_nobody() {
        assertThat(personal("https://kowalczyk.example/")).doesNotContainAnyElementsOf(personal("https"));
        assertThat(features("see https://x.example")).doesNotContainAnyElementsOf(personal("https"));
    }

    @Test
    void a_code_identifies_nobody_unless_it_is_an_address_or_a_number() {
        Ledger.Writer writer =
                new Ledger(1000, 1000, Set.of(), Set.of("Brown", "boss@codes.example", "601777888")).writer();
        writer.read("Brown, boss@codes.example, 601777888", true);
        writer.read("2147483647", true);

        assertThat(writer.identifies("a brown one")).isFalse();
        // What programs write for no limit.
        assertThat(writer.identifies("2147483647")).isFalse();
        assertThat(writer.identifies("<boss@codes.example>")).isTrue();
        assertThat(writer.identifies("601 777 888")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5A6AF98B45258DD361D19F8C66B50CC9",
                "of \\x925cc1f508b68c014789eeddbac9db3854326363",
                "TAFC1EhyozTEcLANf2yJtQfOmZS49/RD/CCIXjWiA8Q=",
                "https://x.example/avatar/5a6af98b45258dd361d19f8c66b50cc9?s=80",
                "ef21ba7bf55818558aec1941d0803d85e88d540c9ccd077b461226362c2426d18521e574b106c012a88b7b013135d52ad6e089e7134d48c37e94fdc38a13f0d7",
                "5a6af98b-4525-8dd3-61d1-9f8c66b50cc9"
            })
    void the_digest_of_what_identifies_is_found_where_it_was_kept(String text) {
        Ledger ledger = new Ledger(1000, 1000, Set.of(), Set.of());
        Ledger.Writer writer = ledger.writer();
        writer.copied(PLACE, text, text, false, true);
        writer.copied(PLACE, "other", "other", false, true);

        assertThat(ledger.digestSizes()).hasSize(1);
        assertThat(features(text)).noneMatch(feature -> ledger.isSuspect(feature, PLACE));
        ledger.expectDigests();
        writer.digests(" Zofia.Planted@Secret.example");
        writer.digests("+48 601 777 888");
        assertThat(features(text))
                .filteredOn(feature -> ledger.isSuspect(feature, PLACE))
                .hasSize(1);
        // Or what the copying kept would seem to have been replaced.
        assertThat(writer.identifies(text)).isFalse();
    }

    @Test
    void a_word_of_codes_is_excused_in_their_column_and_in_definitions_and_nowhere_else() {
        Ledger ledger = new Ledger(1000, 1000, Set.of(), Set.of());
        Ledger.Writer writer = ledger.writer();
        ledger.excuse(1, Set.of("web", "kowalski", "601777888"));
        for (long place = 1; place <= 2; place++) {
            writer.copied(place, "kowalski", "kowalski", true, true);
            writer.copied(place, "601777888", "601777888", true, true);
        }
        long name = only("kowalski");

        assertThat(ledger.isSuspect(name, 1)).isFalse();
        assertThat(ledger.isSuspect(name, 2)).isTrue();
        assertThat(ledger.mayIdentify(name)).isTrue();
        assertThat(ledger.mayIdentifyInDefinition(name)).isFalse();
        assertThat(ledger.isSuspect(only("601777888"), 1)).isTrue();
    }

    @Test
    void keys_are_excused_unless_most_of_those_beside_each_other_are_called_as_people_are() {
        Ledger ledger = new Ledger(1000, 1000, Set.of(), Set.of());
        Ledger.Writer writer = ledger.writer();
        for (String name : List.of("Kowalski", "Page", "Gruber")) {
            writer.read(name, true);
            for (long place = 1; place <= 4; place++) {
                writer.copied(place, name, name, false, true);
            }
        }
        ledger.excuseKeys(1, Set.of("page", "gruber", "size", "sort"));
        ledger.excuseKeys(2, Set.of("page"));
        ledger.excuseKeys(3, Set.of("kowalski", "gruber"));
        ledger.excuseKeys(4, Set.of("kowalski", "gruber", "total"));

        assertThat(ledger.isSuspect(only("page"), 1)).isFalse();
        assertThat(ledger.isSuspect(only("page"), 2)).isFalse();
        assertThat(ledger.isSuspect(only("gruber"), 3)).isTrue();
        assertThat(ledger.isSuspect(only("kowalski"), 4)).isTrue();
    }

    private static long only(String text) {
        List<Long> found = new ArrayList<>();
        new Features().of(text, (hash, start) -> found.add(hash));
        return found.get(0);
    }

    @Test
    void a_full_ledger_excuses_nothing_and_only_what_survived_is_a_suspect_for_certain() {
        Ledger ledger = new Ledger(1000, 1000, Set.of("harmless"), Set.of());
        Ledger.Writer writer = ledger.writer();
        // Far more than the filters are made for, so that they say yes to nearly everything.
        for (int i = 0; i < 400_000; i++) {
            writer.copied(PLACE, "name" + i + "x", "eman" + i + "y", true, true);
        }

        writer.copied(PLACE, "Kowalczykowa", "Kowalczykowa", true, true);
        writer.copied(PLACE, "Harmless", "Harmless", true, true);

        assertThat(features("kowalczykowa")).allMatch(hash -> ledger.isSuspect(hash, PLACE));
        assertThat(features("harmless")).noneMatch(hash -> ledger.isSuspect(hash, PLACE));
    }

    private Set<Long> survivors(String value, String image, boolean byPieces) {
        Set<Long> found = new HashSet<>();
        new Ledger(1000, 1000, Set.of(), Set.of())
                .writer()
                .survivors(value, image, byPieces, (hash, start) -> found.add(hash));
        return found;
    }

    @Test
    void a_word_that_comes_again_by_chance_did_not_survive_and_one_that_stayed_did() {
        assertThat(survivors("noon work", "abcd noon", true)).isEmpty();
        assertThat(survivors("Noon work", "noon abcd", true)).isEqualTo(features("noon"));
        assertThat(survivors("esta1@mail", "esta7@xvqp", true)).isEmpty();
        assertThat(survivors("call Kowalczykowa", "call xxxxxxxxxxxx", true)).isEqualTo(features("call"));
        // Nor is it otherwise where a letter is written as two.
        assertThat(survivors("ß noon work", "é abcd noon", true)).isEmpty();
        assertThat(survivors("Straße noon", "abcdef noon", true)).isEqualTo(features("noon"));
        // What leaves a part of a run has no such excuse, nor has a text of another length.
        assertThat(survivors("Kowalczykowa1984", "Kowalczykowa0000", false)).isEqualTo(features("kowalczykowa"));
        assertThat(survivors("Kowalczykowa", "a Kowalczykowa", true)).isEqualTo(features("kowalczykowa"));
    }

    @Test
    void suspects_that_do_not_fit_come_in_later_rounds_and_none_is_lost() {
        Suspects suspects = new Suspects(10);
        Set<String> planted = new TreeSet<>();
        List<String> words = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            words.add("word" + (char) ('a' + i % 26) + (char) ('a' + i / 26));
        }
        int rounds = 0;
        List<Long> expected = new java.util.ArrayList<>();
        do {
            rounds++;
            for (String word : words) {
                features.of(word, (hash, start) -> suspects.add(hash, features, "column " + word, Suspects.ANY_PLACE));
            }
            assertThat(suspects.size()).isLessThanOrEqualTo(10);
            expected.add(rounds + suspects.roundsLeft());
            suspects.all().forEach(suspect -> suspect.identifies(false));
            suspects.all().forEach(suspect -> planted.addAll(suspect.leaks()));
        } while (suspects.next());

        assertThat(rounds).isGreaterThan(9);
        // Chance makes some shares larger than others.
        assertThat(expected.get(0)).isBetween(rounds / 2L, rounds * 2L);
        assertThat(expected.get(rounds - 1)).isEqualTo(rounds);
        assertThat(planted).hasSize(100);
        assertThat(suspects.total()).isEqualTo(100);
    }
}
