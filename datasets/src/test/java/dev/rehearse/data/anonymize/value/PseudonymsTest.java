package dev.rehearse.data.anonymize.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.SecretKey;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.rules.KeyFamilies;
import dev.rehearse.data.anonymize.rules.Rules;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.text.Bytes;
import dev.rehearse.data.anonymize.text.CheckedNumber;
import dev.rehearse.data.anonymize.text.Checks;
import dev.rehearse.data.anonymize.text.JsonDocument;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.PhpDocument;
import dev.rehearse.data.anonymize.text.TextScanner;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PseudonymsTest {

    private final Pseudonyms pseudonyms = of("the first key of the test");
    private final TextScanner scanner = new TextScanner(Set.of());

    private static Pseudonyms of(String key) {
        return new Pseudonyms(SecretKey.of(key.getBytes(StandardCharsets.UTF_8), "the test"), Set.of("gmail.com"));
    }

    /** Each character by what it is: upper, lower, other letter, digit, or itself. */
    private static String classes(String text) {
        StringBuilder classes = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isDigit(c)) {
                classes.append('0');
            } else if (Character.isLetter(c)) {
                classes.append(Character.isUpperCase(c) ? 'A' : Character.isLowerCase(c) ? 'a' : 'x');
                classes.append(Character.toString(c).getBytes(StandardCharsets.UTF_8).length);
            } else {
                classes.appendCodePoint(c);
            }
        });
        return classes.toString();
    }

    @Test
    void keys_that_say_in_another_language_what_stands_there_are_a_programs() {
        assertThat(List.of("prénom", "größe_adresse", "Straße", "生年月日", "имя_клиента", "name", "x1"))
                .filteredOn(key -> !PseudonymLeaf.isName(key))
                .isEmpty();
        assertThat(List.of("Zoë", "Zoë Straße", "Müller", "1a", "王伟")).noneMatch(PseudonymLeaf::isName);
    }

    @ParameterizedTest
    @CsvSource({
        "12345678Z, NIF",
        "X1234567L, NIE",
        "RSSMRA85T10A562S, CODICE_FISCALE",
        "A123456780, KVNR",
        "15070649C103, RVNR",
        "2 55 08 14 168 025 38, NIR",
        "86095742719, STEUER_ID",
        "44051401359, PESEL",
        "15108695088, FODSELSNUMMER",
        "85.07.30-033.28, RIJKSREGISTER",
        "05.12.31-017.47, RIJKSREGISTER_2000",
        "111.444.777-35, CPF",
        "10000000146, TCKN",
        "11.444.777/0001-61, CNPJ",
        "756.9217.0769.85, EAN",
        "811218-9876, PERSONNUMMER",
        "943 476 5919, NHS",
        "526-025-02-74, NIP",
        "111222333, BSN",
        "123456789, PORTUGUESE_NIF",
        "046 454 286, LUHN_OF_NINE"
    })
    void a_number_that_checks_itself_becomes_one_that_does(String number, CheckedNumber as) {
        assertThat(CheckedNumber.of(number)).contains(as);
        String image = pseudonyms.text(number);

        assertThat(image).isNotEqualTo(number);
        assertThat(classes(image)).isEqualTo(classes(number));
        assertThat(CheckedNumber.of(image)).isEqualTo(CheckedNumber.of(number));
        String plain = number.replaceAll("[^0-9A-Z]", "");
        assertThat(pseudonyms.text(plain)).isEqualTo(image.replaceAll("[^0-9A-Z]", ""));
        assertThat(pseudonyms.text(plain.toLowerCase(Locale.ROOT)))
                .isEqualTo(image.replaceAll("[^0-9A-Z]", "").toLowerCase(Locale.ROOT));
    }

    @Test
    void numbers_that_check_themselves_and_those_that_do_not_keep_to_themselves_and_apart() {
        Set<String> images = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            for (String number : List.of(Integer.toString(123_450_000 + i), "8609574" + (1000 + i % 9000))) {
                String image = pseudonyms.number(number);

                assertThat(image).hasSameSizeAs(number);
                assertThat(CheckedNumber.of(image)).isEqualTo(CheckedNumber.of(number));
                assertThat(image).isEqualTo(pseudonyms.text(number));
                images.add(image);
            }
        }
        assertThat(images).hasSize(29_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Anna-Lena Müller",
                "ŁUKASZ Żółć",
                "Дмитрий Иванов",
                "田中太郎",
                "नमस्ते दुनिया",
                "e\u0301cole \uD83D\uDC69\u200D\uD83D\uDC67",
                "ann.smith+shop@mail.example.co.uk",
                "+49 (151) 234-5678",
                "0151/2345678",
                "AB-1234-xyz",
                "550e8400-e29b-41d4-a716-446655440000",
                "9f86d081884c7d659a2feaa0c55ad015",
                "DE89 3704 0044 0532 0130 00",
                "GB82WEST12345698765432",
                "4111 1111 1111 1111",
                "192.168.10.7",
                "2001:db8::8a2e:370:7334",
                "08:00:2b:01:02:03",
                "1984-02-29",
                "1984-99-99",
                "https://shop.example.com/u/42?name=Bob",
                "12:30:45",
                "8:05",
                "24.12.1984",
                "3/14/1961",
                "7.1.1984",
                "2024-05-06T10:20:30.123456+05:30",
                "on 2024-05-06 10:20, or 06.05.2024 10:20:30",
                "C01X00T47",
                "1234567890123"
            })
    void a_pseudonym_differs_and_has_the_same_form(String text) {
        String image = pseudonyms.text(text);

        assertThat(image).isNotEqualTo(text);
        assertThat(classes(image)).isEqualTo(classes(text));
        assertThat(scanner.scan(image)).isEqualTo(scanner.scan(text));
        assertThat(pseudonyms.text(text)).isEqualTo(image);
        assertThat(of("another key of the same test").text(text)).isNotEqualTo(image);
    }

    @Test
    void a_word_of_small_letters_becomes_what_it_becomes_in_capitals_and_beside_others() {
        for (String word : List.of("Kowalczyk", "KOWALCZYK", "kOwalczyk", "Sesquipedalianismusfreundinnenverein")) {
            String image = pseudonyms.text(word);

            assertThat(image).isNotEqualTo(word).hasSameSizeAs(word);
            assertThat(image.toLowerCase(Locale.ROOT)).isEqualTo(pseudonyms.text(word.toLowerCase(Locale.ROOT)));
            for (int i = 0; i < word.length(); i++) {
                assertThat(Character.isUpperCase(image.charAt(i))).isEqualTo(Character.isUpperCase(word.charAt(i)));
            }
        }
    }

    @Test
    void different_values_get_different_pseudonyms_in_every_form() {
        Set<String> images = new HashSet<>();
        int values = 0;
        for (String form :
                List.of("%05d", "x%d@example.org", "+49 151 %07d", "%016d", "AB%d", "%dA", "user%04d", "00%d-1")) {
            for (int i = 0; i < 3000; i++) {
                values++;
                images.add(form + pseudonyms.text(form.formatted(i)));
            }
        }
        for (String two : List.of("", "q")) {
            for (char a = 'a'; a <= 'z'; a++) {
                for (char b = 'a'; b <= 'z'; b++) {
                    values++;
                    images.add("letters" + pseudonyms.text(two + a + b));
                }
            }
        }
        assertThat(images).hasSize(values);
    }

    @Test
    void days_and_times_in_texts_become_others_that_can_be_read_as_such_and_no_two_the_same() {
        Set<String> images = new HashSet<>();
        int values = 0;
        for (LocalDate day = LocalDate.of(2024, 1, 1); day.getYear() == 2024; day = day.plusDays(1)) {
            for (String form :
                    List.of("dd.MM.yyyy", "d.M.yyyy", "MM/dd/yyyy", "M/d/yyyy", "yyyy-MM-dd'T'HH:mm:ss'Z'")) {
                DateTimeFormatter format = DateTimeFormatter.ofPattern(form);
                String text = form.length() > 10 ? day + "T10:20:30Z" : format.format(day);
                String image = pseudonyms.text(text);
                assertThat(LocalDate.parse(image, format).getYear()).isEqualTo(2024);
                assertThat(image).isNotEqualTo(text);
                assertThat(pseudonyms.text("since " + text + ".")).endsWith(" " + image + ".");
                images.add(form.charAt(form.length() - 1) + form.substring(0, 2) + image);
                values++;
            }
        }
        for (int minute = 0; minute < 24 * 60; minute++) {
            String image = pseudonyms.text("%02d:%02d".formatted(minute / 60, minute % 60));
            images.add(LocalTime.parse(image).toString());
            values++;
        }
        assertThat(images).hasSize(values);
        assertThat(pseudonyms.text("2024-05-06 10:20:30.123456-07:00"))
                .isEqualTo(pseudonyms.date("2024-05-06") + " 10:20:30." + pseudonyms.text("123456") + "-07:00");
        assertThat(pseudonyms.text("2024-05-06 10:20-4912")).doesNotContain("4912");
        assertThat(pseudonyms.text("99:99")).matches("\\d{2}:[6-9]\\d").isNotEqualTo("99:99");
    }

    @Test
    void a_document_in_a_text_or_in_bytes_is_read_as_one() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        String document = "{\"name\": \"Ann\", \"inner\": \"[{\\\"city\\\":\\\"Bonn\\\"}, 12.5e3, true]\"}";
        String image = ValueShape.map(type(ValueType.Kind.TEXT, null), "c", document, false, leaf);
        String hex = HexFormat.of().formatHex(document.getBytes(StandardCharsets.UTF_8));

        assertThat(image)
                .matches(
                        "\\{\"name\": \"[A-Z][a-z]{2}\", \"inner\": \"\\[\\{\\\\\"city\\\\\":\\\\\"[A-Z][a-z]{3}\\\\\"}, 12.5e3, true]\"}")
                .doesNotContain("Ann", "Bonn");
        assertThat(ValueShape.map(type(ValueType.Kind.BYTEA, null), "c", "\\x" + hex, false, leaf))
                .isEqualTo("\\x" + HexFormat.of().formatHex(image.getBytes(StandardCharsets.UTF_8)));
        for (String none :
                List.of("{a,b}", "{\"a\":1,}", "[1] and more", "{\"a\" 1}", "[\"a\\x\"]", "[01]", "{", "[\"")) {
            assertThat(JsonDocument.isOne(none)).as(none).isFalse();
        }
        for (String one : List.of("{}", " [ ] ", "[[], {\"a\": [null]}]", "[".repeat(100_000) + "]".repeat(100_000))) {
            assertThat(JsonDocument.isOne(one)).isTrue();
        }
        for (String bytes : List.of("\\x00ff1020", "\\xffd8ffe0", "\\x41", "\\x")) {
            assertThat(TextBytes.text(leaf.value(ValueType.Kind.BYTEA, "c", bytes, false)))
                    .isNull();
        }
    }

    @Test
    void what_php_has_serialized_can_be_read_again() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        String document =
                "a:5:{s:4:\"name\";s:7:\"M\u00fcller\";s:4:\"tags\";a:2:{i:0;s:4:\"Bonn\";i:1;d:0.5;}s:6:\"active\";b:1;"
                        + "s:4:\"none\";N;s:4:\"user\";O:8:\"stdClass\":2:{s:6:\"status\";s:4:\"open\";s:5:\"quote\";s:6:\"a\";b:1\";}}";

        String image = ValueShape.map(type(ValueType.Kind.TEXT, null), "meta_value", document, false, leaf);

        assertThat(PhpDocument.isOne(document)).isTrue();
        assertThat(PhpDocument.isOne(image)).as(image).isTrue();
        assertThat(image)
                .startsWith("a:5:{s:4:\"name\";s:")
                .contains("s:4:\"tags\";a:2:{i:0;s:4:\"", "i:1;d:0.5;}s:6:\"active\";b:1;s:4:\"none\";N;")
                .contains("O:8:\"stdClass\":2:{s:6:\"status\";s:4:\"open\";")
                .doesNotContain("ller", "Bonn");
        for (String none : List.of(
                "a:1:{i:0;s:5:\"Anna\";}",
                "a:2:{i:0;i:1;}",
                "a:1:{i:0;i:1;} ",
                "a:1:{i:0;}",
                "s:4:\"Anna\";",
                "a:b",
                "a:1:{".repeat(200))) {
            assertThat(PhpDocument.isOne(none)).as(none).isFalse();
        }
    }

    @Test
    void what_objects_of_php_write_of_themselves_is_counted_anew_and_its_enums_stay() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        String list = "x:i:0;a:1:{s:4:\"city\";s:8:\"M\u00fcnster\";};m:a:0:{}";
        String own = "Anna M\u00fcller|Bonn";
        String document = "a:3:{s:4:\"list\";C:11:\"ArrayObject\":" + bytes(list) + ":{" + list
                + "}s:3:\"own\";C:5:\"Names\":" + bytes(own) + ":{" + own + "}s:4:\"suit\";E:15:\"App\\Suit:Hearts\";}";

        String image = ValueShape.map(type(ValueType.Kind.TEXT, null), "meta_value", document, false, leaf);

        assertThat(PhpDocument.isOne(document)).isTrue();
        assertThat(PhpDocument.isOne(image)).as(image).isTrue();
        assertThat(image)
                .containsPattern(
                        "C:11:\"ArrayObject\":\\d+:\\{x:i:0;a:1:\\{s:4:\"city\";s:\\d+:\"[^\"]+\";};m:a:0:\\{}}")
                .containsPattern("s:3:\"own\";C:5:\"Names\":\\d+:\\{[^}]+}")
                .endsWith("s:4:\"suit\";E:15:\"App\\Suit:Hearts\";}")
                .doesNotContain("nster", "Anna", "ller", "Bonn");
        assertThat(PhpDocument.isOne("C:5:\"Names\":4:{Anna, Eva}")).isFalse();
        assertThat(PhpDocument.isOne("E:15:\"App\\Suit:Hearts\";")).as("alone").isFalse();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void a_day_among_the_values_of_keys_stays_one() {
        SourceColumn value = named(1, "meta_value");
        SourceColumn key = named(2, "meta_key");

        assertThat(pseudonym("20240131", value, key)).matches("2024(0[1-9]|1[0-2])[0-3]\\d");
        assertThat(pseudonym("20240131", value)).as("of no key").isEqualTo(pseudonyms.text("20240131"));
        assertThat(pseudonym("20241331", value, key)).as("no day").isEqualTo(pseudonyms.text("20241331"));
        assertThat(pseudonym("2024", value, key)).isEqualTo(pseudonyms.text("2024"));
    }

    private static SourceColumn named(int number, String name) {
        ValueType text = type(ValueType.Kind.TEXT, null);
        return new SourceColumn(number, name, text, "text", -1, false, false, false, false, false, false, List.of());
    }

    /** @param columns of the table, the value's first */
    private String pseudonym(String value, SourceColumn... columns) {
        SourceTable table = new SourceTable(1, "s", "t", false, 1, List.of(columns), List.of());
        ColumnRule rule = ColumnRule.of(Treatment.PSEUDONYMISE, "", Meaning.UNKNOWN, "the test");
        Rules rules = new Rules(Map.of(new KeyFamilies.Place(1, 1), rule), Set.of(), Set.of(), Map.of(), true);
        Ledger.Writer writer = new Ledger(1, 1, Set.of(), Set.of()).writer();
        Leaf leaf = RowTransform.replacing(table, columns[0], rules, pseudonyms, writer);
        return ValueShape.map(columns[0].type(), columns[0].name(), value, false, leaf);
    }

    @Test
    void what_stands_under_no_key_of_a_document_in_a_text_or_in_bytes_is_replaced_as_in_a_text() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        for (String text : List.of("[12345]", "[\"Mustermann\"]", "[[4711, -2.5e3], \"Anna\", true]", "Mustermann")) {
            String image = ValueShape.map(type(ValueType.Kind.TEXT, null), "source", text, false, leaf);
            String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));

            assertThat(JsonDocument.isOne(image)).isEqualTo(JsonDocument.isOne(text));
            assertThat(image).hasSameSizeAs(text).doesNotContain("12345", "4711", "2.5", "Anna", "Mustermann");
            assertThat(ValueShape.map(type(ValueType.Kind.BYTEA, null), "source", "\\x" + hex, false, leaf))
                    .isEqualTo("\\x" + HexFormat.of().formatHex(image.getBytes(StandardCharsets.UTF_8)));
        }
        String document = "[{\"status\": \"open\", \"n\": [12, 2.5e3]}]";
        assertThat(ValueShape.map(type(ValueType.Kind.TEXT, null), "c", document, false, leaf))
                .isEqualTo(document);
        assertThat(TextBytes.text("\\x21232f40")).isNull();

        ValueType text = type(ValueType.Kind.TEXT, null);
        SourceColumn column = column(text, "text");
        assertThat(ruled(Treatment.GENERALISE, "1", column, ValueType.Kind.NUMERIC, "4915112345678"))
                .allSatisfy(number -> assertThat(number).hasSize(13).doesNotStartWith("491511234567"));
    }

    @Test
    void texts_in_bytes_that_are_replaced_are_checked_and_other_bytes_are_not() {
        SourceColumn column = column(type(ValueType.Kind.BYTEA, null), "bytea");
        ColumnRule replaced = ColumnRule.of(Treatment.PSEUDONYMISE, "", Meaning.UNKNOWN, "the test");
        ColumnRule kept = ColumnRule.of(Treatment.KEEP, "", Meaning.UNKNOWN, "the test");

        assertThat(replaced.checks(column)).isTrue();
        assertThat(kept.checks(column)).isTrue();
        assertThat(ColumnRule.of(Treatment.NULL, "", Meaning.UNKNOWN, "the test")
                        .checks(column))
                .isFalse();
        assertThat(RecordingLeaf.isTelling(replaced, ValueType.Kind.BYTEA, "\\x00"))
                .isFalse();
        assertThat(RecordingLeaf.isTelling(kept, ValueType.Kind.BYTEA, "\\x00")).isTrue();
        assertThat(RecordingLeaf.isTelling(replaced, ValueType.Kind.TEXT, "Anna"))
                .isTrue();
    }

    @Test
    void what_is_kept_goes_over_byte_by_byte() {
        SourceColumn column = column(type(ValueType.Kind.TEXT, null), "text");
        SourceTable table = new SourceTable(1, "s", "t", false, 1, List.of(column), List.of());
        ColumnRule kept = ColumnRule.of(Treatment.KEEP, "", Meaning.UNKNOWN, "the test");
        Rules rules = new Rules(Map.of(new KeyFamilies.Place(1, 1), kept), Set.of(), Set.of(), Map.of(), true);
        Ledger.Writer writer = new Ledger(1, 1, Set.of(), Set.of()).writer();
        byte[] row = "[\"Ren\\\\u00e9\", \"a\\\\/b\"]\n".getBytes(StandardCharsets.UTF_8);
        Bytes out = new Bytes(64);

        new RowTransform(table, rules, pseudonyms, writer).apply(row, out);

        assertThat(Arrays.copyOf(out.array(), out.size())).isEqualTo(row);
    }

    @Test
    void a_value_is_the_same_in_another_case_with_other_separators_and_inside_of_a_text() {
        assertThat(pseudonyms.text("MÜLLER")).isEqualToIgnoringCase(pseudonyms.text("Müller"));
        assertThat(pseudonyms.text("0151-234.5678").replaceAll("\\D", "")).isEqualTo(pseudonyms.text("01512345678"));
        for (int i = 0; i < 200; i++) {
            // Ten digits and nineteen, of which integers hold some only; or nineteen characters.
            for (String form :
                    List.of("555-%03d-4567", "(214) %03d.3000", "4111 1111 1111 1%03d", "4111 1111 1111 1%03d 111")) {
                String text = form.formatted(i);
                assertThat(pseudonyms.text(text).replaceAll("\\D", ""))
                        .isEqualTo(pseudonyms.text(text.replaceAll("\\D", "")));
            }
        }
        assertThat(pseudonyms.text("Please call Anna Schmidt."))
                .contains(pseudonyms.text("Anna") + " " + pseudonyms.text("Schmidt"));
        assertThat(pseudonyms.number("1234567")).isEqualTo(pseudonyms.text("1234567"));
    }

    @Test
    void numbers_fit_where_they_did_with_fractions_and_exponents_and_stay_different() {
        assertThat(pseudonyms.number("48.1")).matches("[1-9]\\d\\.\\d").isNotEqualTo("48.1");
        assertThat(pseudonyms.number("0.5")).matches("0\\.\\d").isNotEqualTo("0.5");
        assertThat(pseudonyms.number("1.5e+300")).matches("[1-9]\\.\\de\\+300").isNotEqualTo("1.5e+300");
        assertThat(pseudonyms.number("-9223372036854775808")).isEqualTo("-9223372036854775808");
        // As it stays, it must not be taken for somebody's.
        assertThat(RecordingLeaf.isTelling(ValueType.Kind.INTEGER, "-9223372036854775808"))
                .isFalse();
        assertThat(RecordingLeaf.isTelling(ValueType.Kind.INTEGER, "-9223372036854775807"))
                .isTrue();
        for (String largest : List.of("32767", "2147483647", "9223372036854775807")) {
            Set<Long> images = new HashSet<>();
            long last = Long.parseLong(largest);
            for (long number = last - 999; number <= last && number > 0; number++) {
                long image = Long.parseLong(pseudonyms.number(Long.toString(number)));
                assertThat(image).isLessThanOrEqualTo(last);
                images.add(image);
            }
            assertThat(images).hasSize(1000);
        }
        Set<String> fractions = new HashSet<>();
        for (int number = 0; number < 900; number++) {
            fractions.add(pseudonyms.number(Integer.toString(number / 10 + 10) + "." + number % 10));
        }
        assertThat(fractions).hasSize(900);
        assertThat(pseudonyms.number("40000")).isEqualTo(pseudonyms.text("40000"));
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        assertThat(ValueShape.map(type(ValueType.Kind.GEOMETRIC, null), "c", "(48.1,1e-05)", false, leaf))
                .matches("\\(\\d\\d\\.\\d,\\de-05\\)")
                .isNotEqualTo("(48.1,1e-05)");
        ValueType money = new ValueType(ValueType.Kind.NUMERIC, "money", null, List.of());
        assertThat(ValueShape.map(money, "c", "-$1,234.50", false, leaf))
                .matches("-\\d{4}\\.\\d\\d")
                .isNotEqualTo("-1234.50");
    }

    @Test
    void check_digits_countries_masks_and_kept_domains_hold() {
        String iban = pseudonyms.text("DE89370400440532013000");
        assertThat(iban).startsWith("DE");
        assertThat(Checks.ibanEnd(iban, 0)).isEqualTo(iban.length());
        String card = pseudonyms.text("4111111111111111");
        assertThat(Checks.isLuhn(card, 0, card.length())).isTrue();
        assertThat(pseudonyms.text("+49 151 2345678")).startsWith("+49 ");
        assertThat(pseudonyms.text("ann@gmail.com")).endsWith("@gmail.com").doesNotStartWith("ann");
        assertThat(pseudonyms.text("ann@gmail.com.evil.org")).doesNotContain("gmail.com");
        assertThat(Integer.parseInt(pseudonyms.number("-2147483647"))).isNegative();
        assertThat(pseudonyms.bytes("\\xdeadbeef")).matches("\\\\x[0-9a-f]{8}").isNotEqualTo("\\xdeadbeef");
        assertThat(pseudonyms.date("1984-02-29")).startsWith("1984-");
        assertThat(pseudonyms.date("4713-01-01 BC"))
                .matches("4713-\\d\\d-\\d\\d BC")
                .isNotEqualTo("4713-01-01 BC");
        assertThat(pseudonyms.date("12345-12-31 10:00:00")).matches("12345-\\d\\d-\\d\\d 10:00:00");
        assertThat(pseudonyms.text("10.1.2.3").split("\\.")[0])
                .isEqualTo(pseudonyms.text("10.9.9.9").split("\\.")[0]);
    }

    @Test
    void a_year_of_birth_becomes_another_of_its_ten_wherever_it_stands() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        Set<String> years = new HashSet<>();
        for (int year = 1930; year < 2000; year++) {
            String image = leaf.value(ValueType.Kind.INTEGER, "year_of_birth", Integer.toString(year), false);
            assertThat(image)
                    .startsWith(Integer.toString(year / 10))
                    .hasSize(4)
                    .isNotEqualTo(Integer.toString(year))
                    .isEqualTo(leaf.value(ValueType.Kind.NUMERIC, "birthYear", Integer.toString(year), true))
                    .isEqualTo(leaf.value(ValueType.Kind.TEXT, "yob", Integer.toString(year), true));
            years.add(image);
        }
        assertThat(years).hasSize(70);
    }

    @Test
    void a_birth_in_a_number_becomes_another_of_the_same_year() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        Set<String> seen = new HashSet<>();
        for (LocalDate day = LocalDate.of(1972, 1, 1); day.getYear() == 1972; day = day.plusDays(1)) {
            String number = day.toString().replace("-", "");
            String image = leaf.value(ValueType.Kind.INTEGER, "dob", number, false);
            // The same one as of a date.
            assertThat(image)
                    .isNotEqualTo(number)
                    .isEqualTo(leaf.value(ValueType.Kind.DATE, "dob", day.toString(), false)
                            .replace("-", ""));
            for (long unit : new long[] {1, 1000, 1_000_000}) {
                long time = (day.toEpochDay() * 86_400 + 3_661) * unit + unit / 2;
                long other =
                        Long.parseLong(leaf.value(ValueType.Kind.INTEGER, "birth_time", Long.toString(time), false));
                assertThat(LocalDate.ofEpochDay(Math.floorDiv(other, 86_400 * unit)))
                        .hasToString(image.replaceFirst("(....)(..)(..)", "$1-$2-$3"));
                assertThat(Math.floorMod(other, 86_400 * unit)).isEqualTo(3_661 * unit + unit / 2);
            }
            seen.add(image);
        }
        assertThat(seen).hasSize(366);
        assertThat(leaf.value(ValueType.Kind.INTEGER, "birth", "-1234567890", false))
                .isNotEqualTo("-1234567890")
                .satisfies(image -> assertThat(LocalDate.ofEpochDay(Math.floorDiv(Long.parseLong(image), 86_400L))
                                .getYear())
                        .isEqualTo(1930));
        assertThat(leaf.value(ValueType.Kind.INTEGER, "dob", "19840230", false)).hasSize(8);
        assertThat(leaf.value(ValueType.Kind.INTEGER, "deceased_id", "1984", false))
                .isEqualTo(pseudonyms.number("1984"));
    }

    @Test
    void a_day_of_birth_becomes_one_that_every_month_has_and_a_month_stays() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        Set<String> seen = new HashSet<>();
        for (int day = 1; day <= 31; day++) {
            String image = leaf.value(ValueType.Kind.INTEGER, "birth_day", Integer.toString(day), false);
            assertThat(Integer.parseInt(image)).isBetween(1, 28).isNotEqualTo(day);
            seen.add(image);
        }
        assertThat(seen).hasSize(28);
        assertThat(leaf.value(ValueType.Kind.TEXT, "birth_day", "07", false)).matches("0[1-9]|1\\d|2[0-8]");
        assertThat(leaf.value(ValueType.Kind.NUMERIC, "birthMonth", "12", true)).isEqualTo("12");
        assertThat(leaf.value(ValueType.Kind.INTEGER, "dob_d", "31", false)).matches("1?\\d|2[0-8]");
    }

    @Test
    void a_birth_in_a_list_of_year_month_and_day_is_another_day_that_there_is() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        String json =
                "{\"dob\": [1978, 12, 31], \"at\": [2024, 12, 31], \"died\": [[1999, 1, 29], [5, 6, 1999]], \"born\": {\"in\": [1978, 12, 31]}}";
        assertThat(ValueShape.map(type(ValueType.Kind.JSON, null), "doc", json, false, leaf))
                .matches(
                        "\\{\"dob\": \\[197\\d, 12, (?:1?\\d|2[0-8])], \"at\": \\[2024, 12, 31],"
                                + " \"died\": \\[\\[199\\d, 1, (?:1?\\d|2[0-8])], \\[\\d, \\d, 199\\d]], \"born\": \\{\"in\": \\[1978, 12, 31]}}")
                .doesNotContain("\"dob\": [1978")
                .doesNotContain("12, 31], \"at\"");
        assertThat(ValueShape.map(
                        type(ValueType.Kind.JSON, null),
                        "doc",
                        "{\"pin\": [4711, 23, 815], \"n\": [4711, 23]}",
                        false,
                        leaf))
                .endsWith("\"n\": [4711, 23]}")
                .doesNotContain("[4711, 23, 815]");
    }

    @Test
    void a_birth_in_parts_is_one_wherever_these_stand_under_it() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        String json =
                "{\"birth\": {\"year\": 1984, \"month\": 5, \"day\": 29}, \"day\": 29, \"due\": {\"y\": 1984, \"d\": 29}}";
        String image = ValueShape.map(type(ValueType.Kind.JSON, null), "doc", json, false, leaf);
        assertThat(image)
                .matches(
                        "\\{\"birth\": \\{\"year\": 198\\d, \"month\": 5, \"day\": (?:1?\\d|2[0-8])}, \"day\": 29, \"due\": \\{\"y\": 1984, \"d\": 29}}");
        ValueType parts = new ValueType(
                ValueType.Kind.COMPOSITE,
                "parts",
                null,
                List.of(
                        new ValueType.Field("y", type(ValueType.Kind.INTEGER, null)),
                        new ValueType.Field("d", type(ValueType.Kind.INTEGER, null))));
        assertThat(ValueShape.map(parts, "born", "(1984,29)", false, leaf))
                .isEqualTo("(\"%s\",\"%s\")"
                        .formatted(
                                leaf.value(ValueType.Kind.INTEGER, "born.y", "1984", true),
                                leaf.value(ValueType.Kind.INTEGER, "born.d", "29", true)))
                .doesNotContain("29");
        assertThat(leaf.value(ValueType.Kind.NUMERIC, "lastFour", "4711", true))
                .isEqualTo(pseudonyms.number("4711"))
                .isNotEqualTo("4711");
    }

    @Test
    void in_the_address_of_a_page_a_name_is_what_it_is_elsewhere_and_escapes_stay() {
        String name = pseudonyms.text("Annegret Kowalczyk");

        assertThat(pseudonyms.text("https://x.example/Annegret%20Kowalczyk?mail=a%40b%2f100%"))
                .startsWith("https://")
                .contains("/" + name.replace(" ", "%20") + "?")
                .containsPattern("=[a-z]%40[a-z]%2f\\d{3}%$");
        String image = pseudonyms.text("Sjöqvist");
        assertThat(URLDecoder.decode(pseudonyms.text("/u/Sj%C3%B6qvist?q=100%25"), StandardCharsets.UTF_8))
                .startsWith("/" + pseudonyms.text("u") + "/" + image + "?");
        assertThat(pseudonyms.text("ö%c3%b6")).matches("\\p{L}%[c-d][0-9a-f]%[0-9a-f]{2}");
        assertThat(RecordingLeaf.readable(ValueType.Kind.TEXT, "n=Sj%C3%B6qvist"))
                .isEqualTo("n=Sjöqvist");
        assertThat(pseudonyms.text("q=Annegret+%26+Kowalczyk:%20"))
                .isEqualTo(pseudonyms.text("q") + "=" + name.replace(" ", "+%26+") + ":%20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"M&uuml;ller", "M&#252;ller", "M\\u00fcller", "M%C3%BCller", "M=C3=BCller"})
    void in_every_writing_a_name_becomes_the_same_other_one_and_is_found_by_the_leak_check(String writing) {
        Leaf leaf = new PseudonymLeaf(pseudonyms, "Müller"::equals, null, Set.of(), false);
        String other = pseudonyms.text("Müller");

        for (String image : List.of(
                pseudonyms.text(writing),
                leaf.value(ValueType.Kind.TEXT, "note", "to " + writing, false).substring(3))) {
            assertThat(image).isNotEqualTo(other);
            assertThat(RecordingLeaf.readable(ValueType.Kind.TEXT, image)).isEqualTo(other);
        }
        assertThat(RecordingLeaf.readable(ValueType.Kind.BYTEA, TextBytes.of(writing)))
                .isEqualTo(RecordingLeaf.readableKey(writing))
                .isEqualTo("Müller");
    }

    @Test
    void of_documents_whose_keys_are_data_the_listed_keys_stay() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, Set.of("friends", "r"), Set.of(), false);
        Leaf xml = new PseudonymLeaf(pseudonyms, null, Set.of("friends", "r"), Set.of(), true);
        Leaf byName = new PseudonymLeaf(pseudonyms, null, null, Set.of("kind"), false);

        assertThat(byName.value(ValueType.Kind.TEXT, "status", "open", true)).isEqualTo("open");
        assertThat(byName.value(ValueType.Kind.TEXT, "kind", "Kowalczyk", true)).isNotEqualTo("Kowalczyk");

        String image = ValueShape.map(
                type(ValueType.Kind.JSON, null),
                "doc",
                "{\"friends\": {\"AnnaKowal\": 1, \"kowal:r\": 2}}",
                false,
                leaf);
        assertThat(image)
                .matches("\\{\"friends\": \\{\"[A-Z][a-z]{3}[A-Z][a-z]{4}\": 1, \"[a-z]{5}:[a-z]\": 2}}")
                .doesNotContain("Anna", "Kowal", "kowal");
        assertThat(xml.key("app:anna")).matches("app:[a-z]{4}").isNotEqualTo("app:anna");
        assertThat(xml.key("anna@mail.example:read")).isEqualTo(pseudonyms.text("anna@mail.example:read"));
        assertThat(ValueShape.map(
                        type(ValueType.Kind.XML, null), "raw", "<r xmlns:a=\"b\"><Kowal>1</Kowal></r>", false, xml))
                .matches("<r xmlns:a=\"[a-z]\"><([A-Z][a-z]{4})>\\d</\\1></r>")
                .doesNotContain("Kowal");
    }

    @Test
    void a_key_that_is_too_short_is_refused() {
        assertThatThrownBy(() -> of("short"))
                .isInstanceOf(AnonymizeException.class)
                .hasMessageContaining("at least 16");
        assertThat(SecretKey.ephemeral().toString()).isEqualTo("SecretKey");
    }

    @Test
    void the_leaves_of_every_shape_are_replaced_and_the_shape_stays() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        ValueType text = type(ValueType.Kind.TEXT, null);

        assertThat(ValueShape.map(
                        type(ValueType.Kind.JSON, null),
                        "c",
                        "{\"email\": \"a@b.org\", \"kind\": \"lead\", \"n\": 12, \"phone\": 4915123456, \"t\": [\"Ann \\u00e9\\n\", {\"x\": null}]}",
                        false,
                        leaf))
                .matches(
                        "\\{\"email\": \"[a-z]@[a-z]\\.[a-z]{3}\", \"kind\": \"lead\", \"n\": 12, \"phone\": \\d{10}, \"t\": \\[\"[A-Z][a-z]{2} .\\\\n\", \\{\"x\": null}]}")
                .doesNotContain("4915123456", "Ann");
        assertThat(ValueShape.map(type(ValueType.Kind.ARRAY, text), "c", "{NULL,{Ann,\"Bob \\\"B\\\"\"}}", false, leaf))
                .matches("\\{NULL,\\{\"[A-Z][a-z]{2}\",\"[A-Z][a-z]{2} \\\\\"[A-Z]\\\\\"\"}}");
        assertThat(ValueShape.map(
                        new ValueType(
                                ValueType.Kind.COMPOSITE,
                                "p",
                                null,
                                List.of(
                                        new ValueType.Field("name", text),
                                        new ValueType.Field("age", type(ValueType.Kind.INTEGER, null)),
                                        new ValueType.Field("note", text))),
                        "c",
                        "(\"Ann, B\"\"c\",12,)",
                        false,
                        leaf))
                .matches("\\(\"[A-Z][a-z]{2}, [A-Z]\\\\\"[a-z]\",\"12\",\\)");
        assertThat(ValueShape.map(
                        type(ValueType.Kind.XML, null),
                        "c",
                        "<p id=\"A1\" xmlns='u'>Ann &amp; Bob<!-- Carl --></p>",
                        false,
                        leaf))
                .matches("<p id=\"[A-Z]\\d\" xmlns='u'>[A-Z][a-z]{2} &amp; [A-Z][a-z]{2}<!-- [A-Z][a-z]{3} --></p>")
                .doesNotContain("Carl");
        assertThat(ValueShape.map(
                        type(ValueType.Kind.HSTORE, null), "c", "\"name\"=>\"Ann\", \"b\"=>NULL", false, leaf))
                .matches("\"name\"=>\"[A-Z][a-z]{2}\", \"b\"=>NULL");
        assertThat(ValueShape.map(type(ValueType.Kind.LEXEMES, null), "c", "'ann':1A,2 'it''s':3", false, leaf))
                .matches("'[a-z]{3}':1A,2 '[a-z]{2}''[a-z]':3");
        assertThat(ValueShape.map(type(ValueType.Kind.CIDR, null), "c", "10.20.0.0/16", false, leaf))
                .matches("\\d{2}\\.\\d{2}\\.0\\.0/16");
        assertThat(ValueShape.map(type(ValueType.Kind.INET, null), "c", "10.20.30.40/24", false, leaf))
                .endsWith("/24");
    }

    @Test
    void the_long_numbers_of_measures_are_those_before_the_point_and_the_bounds_of_ranges() {
        List<String> found = new ArrayList<>();
        for (String value : List.of(
                "491512000001",
                "-491512000002.00",
                "12345678",
                "1.2345678901234567e+16",
                "[491512000003,491512000004)",
                "{[1,5),[7,491512000005)}",
                "(,0.491512000006]",
                "NaN")) {
            RecordingLeaf.longNumbers(value, found::add);
        }
        assertThat(found)
                .containsExactly("491512000001", "491512000002", "491512000003", "491512000004", "491512000005");
    }

    @Test
    void a_day_made_rough_identifies_and_one_that_never_comes_does_not() {
        ColumnRule rule = ColumnRule.of(Treatment.GENERALISE, "month", Meaning.BIRTH, "the test");
        Ledger.Writer ledger = new Ledger(1000, 1000, Set.of(), Set.of()).writer();
        Leaf leaf =
                new RecordingLeaf(new PseudonymLeaf(pseudonyms, null, null, Set.of(), false), ledger, 1, rule, false);

        leaf.value(ValueType.Kind.DATE, "born", "infinity", false);
        leaf.value(ValueType.Kind.DATE, "born", "1970-01-02", false);

        assertThat(ledger.identifies("infinity")).isFalse();
        assertThat(ledger.identifies("born on 1970-01-02")).isTrue();
    }

    private static ValueType type(ValueType.Kind kind, @org.jspecify.annotations.Nullable ValueType element) {
        return new ValueType(kind, kind.name(), element, List.of());
    }

    private static SourceColumn column(String type, String declared) {
        return column(new ValueType(ValueType.Kind.NUMERIC, type, null, List.of()), declared);
    }

    private static SourceColumn column(ValueType of, String declared) {
        return new SourceColumn(1, "c", of, declared, -1, false, false, false, false, false, false, List.of());
    }

    private List<String> ruled(
            Treatment treatment, String amount, SourceColumn column, ValueType.Kind kind, String... values) {
        ColumnRule rule = ColumnRule.of(treatment, amount, Meaning.INCOME, "the test");
        Leaf leaf = new RuleLeaf(
                rule, pseudonyms, new PseudonymLeaf(pseudonyms, null, null, Set.of(), false), column, true);
        return Stream.of(values)
                .map(value -> leaf.value(kind, "c", value, false))
                .toList();
    }

    @Test
    void noise_and_steps_change_every_number_and_day_and_stay_within_their_type() {
        for (int i = 1; i <= 200; i++) {
            String small = Integer.toString(i);
            String large = Integer.toString(Short.MAX_VALUE - i);
            List<String> made = ruled(
                    Treatment.NOISE,
                    "1%",
                    column("int2", "smallint"),
                    ValueType.Kind.INTEGER,
                    small,
                    large,
                    "-" + large);
            assertThat(made).doesNotContain(small, large, "-" + large, "0");
            assertThat(made)
                    .allSatisfy(number -> assertThat(Integer.parseInt(number)).isBetween(-32767, 32767));
            assertThat(ruled(Treatment.NOISE, "300%", column("int2", "smallint"), ValueType.Kind.INTEGER, large))
                    .allSatisfy(number -> assertThat(Integer.parseInt(number)).isBetween(-32767, 32767));
            String wide = 999 + "." + (10 + i % 90);
            assertThat(ruled(Treatment.NOISE, "", column("numeric", "numeric(5,2)"), ValueType.Kind.NUMERIC, wide))
                    .allSatisfy(number -> assertThat(new BigDecimal(number))
                            .isLessThan(new BigDecimal(1000))
                            .isNotEqualByComparingTo(wide));
            assertThat(ruled(
                            Treatment.NOISE,
                            "",
                            column("date", "date"),
                            ValueType.Kind.DATE,
                            "9999-12-31",
                            "0001-01-01"))
                    .allSatisfy(day -> assertThat(day).matches("\\d{4}-\\d\\d-\\d\\d"))
                    .doesNotContain("9999-12-31", "0001-01-01");
        }
        assertThat(ruled(
                        Treatment.GENERALISE,
                        "10",
                        column("int2", "smallint"),
                        ValueType.Kind.INTEGER,
                        "-32768",
                        "-5",
                        "32767"))
                .containsExactly("-32760", "-10", "32760");
        assertThat(ruled(Treatment.GENERALISE, "0", column("jsonb", "jsonb"), ValueType.Kind.NUMERIC, "12345"))
                .doesNotContain("12345");
        assertThat(ruled(Treatment.SHIFT_DATES, "", column("date", "date"), ValueType.Kind.DATE, "0001-01-01"))
                .allSatisfy(day -> assertThat(day).matches("0001-\\d\\d-\\d\\d"));
    }

    @Test
    void whole_numbers_that_are_shifted_are_days_since_1970() {
        String born = Long.toString(LocalDate.of(1956, 3, 4).toEpochDay());
        SourceColumn column = column("int4", "integer");

        assertThat(ruled(Treatment.SHIFT_DATES, "year", column, ValueType.Kind.INTEGER, born))
                .singleElement()
                .satisfies(day -> assertThat(
                                LocalDate.ofEpochDay(Long.parseLong(day)).getYear())
                        .isEqualTo(1956));
        assertThat(ruled(Treatment.SHIFT_DATES, "-7", column, ValueType.Kind.INTEGER, born))
                .containsExactly(Long.toString(Long.parseLong(born) - 7));
    }

    @Test
    void a_whole_number_is_the_same_one_with_zeros_behind_its_point() {
        Set<String> images = new HashSet<>();
        for (int i = 100; i < 1_000; i++) {
            String whole = pseudonyms.number(Integer.toString(i));
            assertThat(pseudonyms.number(i + ".00")).isEqualTo(whole + ".00");
            images.add(whole + ".00");
            images.add(pseudonyms.number(i + ".25"));
        }
        assertThat(images).hasSize(1_800);
        assertThat(RecordingLeaf.readable(ValueType.Kind.NUMERIC, "601777888.00"))
                .isEqualTo("601777888");
        assertThat(RecordingLeaf.readable(ValueType.Kind.NUMERIC, "60177.80")).isEqualTo("60177.80");
        assertThat(RecordingLeaf.readable(ValueType.Kind.BYTEA, "\\x41006e006e006100"))
                .isEqualTo("Anna");
    }

    @Test
    void documents_hide_what_stands_in_exponents_declarations_and_instructions() {
        Leaf leaf = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        ValueType xml = type(ValueType.Kind.XML, null);
        assertThat(ValueShape.map(xml, "doc", "<p><status>open</status>Kowal<br status='open'/>Kowal</p>", false, leaf))
                .contains("<status>open</status>", "status='open'")
                .doesNotContain("Kowal");
        assertThat(ValueShape.map(xml, "doc", "<p" + " a='Kowal'".repeat(20_000) + "/>", false, leaf))
                .hasSize(200_004)
                .doesNotContain("Kowal");

        assertThat(ValueShape.map(type(ValueType.Kind.JSON, null), "c", "{\"x\": 4.8601771042e8}", false, leaf))
                .matches("\\{\"x\": \\d\\.\\d{10}e8}")
                .doesNotContain("8601771042");
        assertThat(ValueShape.map(
                        xml,
                        "c",
                        "<!DOCTYPE a SYSTEM \"a.dtd\" [<!ENTITY n \"Kowal > 'x'\">]><a xmlns:m='mailto:k@w.example'>&n;</a>",
                        false,
                        leaf))
                .matches("<!DOCTYPE a SYSTEM \"[a-z]\\.[a-z]{3}\" \\[<!ENTITY n \"[A-Z][a-z]{4} > '[a-z]'\">]>"
                        + "<a xmlns:m='[a-z]{6}:[a-z]@[a-z]\\.[a-z]{7}'>&amp;[a-z];</a>")
                .doesNotContain("Kowal", "mailto");
        String known = "<a xmlns='http://www.w3.org/2000/09/xmldsig#' xmlns:dc='http://purl.org/dc/elements/1.1/'/>";
        assertThat(ValueShape.map(xml, "c", known, false, leaf)).isEqualTo(known);
        assertThat(ValueShape.map(xml, "c", "<a xmlns:m='http://w.example/601777888/'/>", false, leaf))
                .matches("<a xmlns:m='http://w.example/\\d{9}/'/>")
                .doesNotContain("601777888");
        // Somebody's page, as a key of a document.
        assertThat(ValueShape.map(
                        type(ValueType.Kind.JSON, null), "c", "{\"https://pages.example/akowal\": 1}", false, leaf))
                .doesNotContain("akowal");
    }

    @Test
    void of_a_key_the_words_count_that_do_not_say_what_stands_under_it() {
        assertThat(Stream.of("street", "homeStreet", "annaKowalska_email", "kowal@mail.example", "k601777888")
                        .map(RecordingLeaf::readableKey))
                .containsExactly("", "home", "anna kowalska", "kowal@mail.example", "k601777888");
    }

    private String synthetic(String value, boolean unicode) {
        ColumnRule rule = ColumnRule.of(Treatment.SYNTHESISE, "", Meaning.NAME, "the test");
        Leaf otherwise = new PseudonymLeaf(pseudonyms, null, null, Set.of(), false);
        return new RuleLeaf(rule, pseudonyms, otherwise, column("text", "text"), unicode)
                .value(ValueType.Kind.TEXT, "full_name", value, false);
    }

    @Test
    void a_made_up_name_has_no_word_of_the_one_it_replaces_and_no_character_that_the_target_lacks() {
        Features features = new Features();
        for (int i = 0; i < 3_000; i++) {
            // A name of those that are drawn from, so that some would be drawn again.
            String value = synthetic("person " + i, true);
            Set<Long> before = new HashSet<>();
            features.of(value, (hash, start) -> before.add(hash));
            String image = synthetic(value, true);
            Set<Long> after = new HashSet<>();
            features.of(image, (hash, start) -> after.add(hash));

            assertThat(after).as(value + " became " + image).doesNotContainAnyElementsOf(before);
            assertThat(synthetic(value, true)).isEqualTo(image);
        }
        StringBuilder all = new StringBuilder();
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            all.append(synthetic("\u0141ukasz " + i, true));
            plain.append(synthetic("\u0141ukasz " + i, false));
        }
        assertThat(all.codePoints().anyMatch(c -> c >= 0x100)).isTrue();
        assertThat(plain.codePoints()).allMatch(c -> c < 0x80);
    }
}
