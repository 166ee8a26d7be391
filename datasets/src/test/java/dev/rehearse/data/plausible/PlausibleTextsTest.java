package dev.rehearse.data.plausible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.Locales;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Tables;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlausibleTextsTest {

    private static final int ANY = Character.MAX_CODE_POINT;

    /** Those that are not digits alone. */
    private static final Map<String, String> POSTCODES = Map.ofEntries(
            Map.entry("AR", "[A-Z]\\d{4}"),
            Map.entry("BR", "\\d{5}-\\d{3}"),
            Map.entry("CA", "[A-Z]\\d[A-Z] ?\\d[A-Z]\\d"),
            Map.entry("CZ", "\\d{3} \\d{2}"),
            Map.entry("GB", "[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}"),
            Map.entry("IE", "[A-Z]\\d[\\dW] ?[A-Z\\d]{4}"),
            Map.entry("JP", "\\d{3}-\\d{4}"),
            Map.entry("LV", "LV-\\d{4}"),
            Map.entry("NL", "\\d{4} [A-Z]{2}"),
            Map.entry("PL", "\\d{2}-\\d{3}"),
            Map.entry("PT", "\\d{4}-\\d{3}"),
            Map.entry("SK", "\\d{3} \\d{2}"),
            Map.entry("US", "\\d{5}"),
            Map.entry("VN", "\\d{5}"));

    @Test
    void every_locale_has_all_kinds_and_its_accounts_and_numbers_are_right() throws Exception {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        assertThat(Locales.known()).hasSizeGreaterThan(45).containsAll(Locales.DEFAULT);
        for (String locale : Locales.known()) {
            PlausibleTexts texts = PlausibleTexts.of(List.of(locale), ANY);
            String country = texts.text(TextKind.COUNTRY_CODE, 0);
            int valid = 0;
            for (int i = 0; i < 50; i++) {
                for (TextKind kind : TextKind.values()) {
                    assertThat(texts.text(kind, Mix.at(3, i)))
                            .as(locale + " " + kind)
                            .isNotBlank()
                            .doesNotContain("\\", "\t", "\n");
                }
                assertThat(texts.text(TextKind.POSTCODE, Mix.at(6, i)))
                        .as("postcodes of " + locale)
                        .matches(POSTCODES.getOrDefault(country, "\\d{4,6}"));
                assertThat(isIban(texts.text(TextKind.IBAN, Mix.at(4, i)))).isTrue();
                String phone = texts.text(TextKind.PHONE, Mix.at(5, i));
                valid += numbers.isValidNumber(numbers.parse(phone, country)) ? 1 : 0;
                assertThat(numbers.getRegionCodesForCountryCode(
                                numbers.parse(phone, country).getCountryCode()))
                        .contains(country);
            }
            // The last four digits are free, and some ranges are narrower.
            assertThat(valid).as("valid numbers of " + locale).isGreaterThanOrEqualTo(45);
        }
    }

    @Test
    void the_columns_of_a_row_speak_of_one_person_at_one_place() {
        for (int row = 0; row < 500; row++) {
            String first = plain("first_name", row);
            String last = plain("last_name", row);
            String email = plain("email", row);
            assertThat(plain("full_name", row)).contains(first, last);
            assertThat(plain("login", row).replaceAll("\\d+$", "")).isEqualTo(email.replaceAll("\\d+@.*", ""));
            if (first.chars().allMatch(c -> c < 0x80) && last.chars().allMatch(c -> c < 0x80)) {
                assertThat(email).startsWith(cut(first) + "." + cut(last)).matches(".*\\d@example\\.(com|org|net)");
                assertThat(key("email", row)).startsWith(cut(first) + "." + cut(last));
            }
            String city = plain("city", row);
            String country = plain("country_code", 2, row);
            int postcode = plain("zip", row).length();
            LocalePool pool = Locales.DEFAULT.stream()
                    .map(tag -> LocalePool.of(tag, ANY))
                    .filter(one -> text(one.country).equals(country))
                    .findFirst()
                    .orElseThrow();
            assertThat(List.of(pool.places))
                    .anyMatch(place -> text(place.city()).equals(city)
                            && text(place.postcode().text()).length() == postcode);
            assertThat(plain("country", row)).isEqualTo(text(pool.countryName));
            assertThat(plain("currency", row)).isEqualTo(text(pool.currency));
        }
        assertThat(plain("billing_city", 4) + plain("billing_city", 5) + plain("billing_city", 6))
                .isNotEqualTo(plain("shipping_city", 4) + plain("shipping_city", 5) + plain("shipping_city", 6));
        assertThat(plain("phone", 4)).isNotEqualTo(plain("mobile", 4));
    }

    @Test
    void unique_numbers_and_addresses_differ_and_keep_their_form() {
        for (String name : List.of("email", "phone", "iban", "username", "company", "city")) {
            Set<String> seen = new HashSet<>();
            for (int row = 0; row < 20_000; row++) {
                assertThat(seen.add(key(name, row))).as(name).isTrue();
            }
            assertThat(seen).allMatch(text -> switch (name) {
                case "email" -> text.matches("[a-z0-9.]+@example\\.(com|org|net)");
                case "phone" -> text.matches("\\+[0-9 \\-]{8,20}");
                case "iban" -> isIban(text);
                case "username" -> text.matches("[a-z0-9.]+\\d{5}");
                default -> text.matches(".*-\\d{5}");
            });
        }
    }

    @Test
    void a_database_that_cannot_store_every_character_gets_none_that_it_cannot() {
        PlausibleTexts ascii = PlausibleTexts.of(Locales.known(), 0x7F);
        PlausibleTexts japanese = PlausibleTexts.of(List.of("ja"), 0x7F);
        PlausibleTexts western = PlausibleTexts.of(Locales.DEFAULT, 0xFF);
        for (int i = 0; i < 2_000; i++) {
            for (TextKind kind : TextKind.values()) {
                assertThat(ascii.text(kind, Mix.at(1, i)) + japanese.text(kind, Mix.at(1, i)))
                        .matches("\\p{ASCII}+");
                assertThat(western.text(kind, Mix.at(2, i)).chars().max().orElse(0))
                        .isLessThan(0x100);
            }
        }
    }

    @Test
    void a_locale_is_found_by_its_language_and_an_unknown_one_is_refused_with_those_that_are_known() {
        assertThat(Locales.of(List.of("de", "pt_br", "EN", "ja"))).containsExactly("de-DE", "pt-BR", "en-US", "ja-JP");
        assertThatThrownBy(() -> Locales.of(List.of("tlh")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("\"tlh\"")
                .hasMessageContaining("de-AT, de-CH, de-DE");
    }

    @Test
    void texts_are_cut_between_characters_and_not_within_one() {
        for (int room = 1; room < 8; room++) {
            for (int row = 0; row < 300; row++) {
                String text = plain("full_name", room, row);
                assertThat(text.codePointCount(0, text.length())).isBetween(1, room);
                assertThat(text).doesNotContain("\uFFFD");
            }
        }
    }

    private static String plain(String name, int row) {
        return plain(name, 200, row);
    }

    private static String plain(String name, int room, int row) {
        Column column = new Column(1, name, Tables.type(Kind.TEXT, room + 4), true, null, null, true, false);
        return text(Objects.requireNonNull(maker(name).plain(column, Restriction.of(column), null)), row);
    }

    private static String key(String name, int row) {
        Column column = new Column(1, name, Tables.type(Kind.TEXT, 200 + 4), true, null, null, true, false);
        return text(
                KEYS.computeIfAbsent(name, n -> maker(n).distinct(column, Restriction.of(column), 1))
                        .at(),
                row);
    }

    private static final java.util.Map<String, Keys> KEYS = new java.util.HashMap<>();

    private static ValueMaker maker(String name) {
        return new ValueMaker(
                40_000,
                100,
                7,
                Mix.seed(11, name),
                new RowSubject(ColumnName.of("thing"), true, false, 5),
                PlausibleTexts.of(Locales.DEFAULT, ANY),
                List.of());
    }

    private static String cut(String name) {
        String plain = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]", "");
        return plain.substring(0, Math.min(20, plain.length()));
    }

    private static boolean isIban(String iban) {
        StringBuilder digits = new StringBuilder();
        (iban.substring(4) + iban.substring(0, 4)).chars().forEach(c -> digits.append(Character.digit(c, 36)));
        return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String text(Values values, long row) {
        CopyBuffer out = new CopyBuffer(64);
        values.write(row, out);
        return Objects.requireNonNull(out.textFrom(0));
    }
}
