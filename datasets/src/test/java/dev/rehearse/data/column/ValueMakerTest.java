package dev.rehearse.data.column;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.Locales;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.DocumentKey;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Tables;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TextPattern;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.PlausibleTexts;
import dev.rehearse.data.plausible.RowSubject;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Values;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueMakerTest {

    private static final int ROWS = 20_000;

    private final ValueMaker maker = maker(11);

    @Test
    void few_rows_are_deleted_or_banned() {
        Column deleted = new Column(1, "deleted_at", Tables.type(Kind.TIMESTAMPTZ, -1), false, null, null, true, false);
        assertThat(ColumnFrame.nullShare(deleted, 0.01, 7)).isEqualTo(0.95);
        Column created = Tables.column(1, "created_at", Kind.TIMESTAMPTZ);
        assertThat(IntStream.range(0, 20).mapToObj(seed -> ColumnFrame.nullShare(created, 0.01, seed)))
                .containsOnly(0.01);

        Column banned = Tables.column(1, "is_banned", Kind.BOOL);
        Values values = maker.plain(banned, Restriction.of(banned), null);
        assertThat(IntStream.range(0, ROWS)
                        .filter(row -> text(values, row).equals("t"))
                        .count())
                .isBetween(ROWS / 25L, ROWS / 16L);
    }

    @Test
    void digests_are_all_of_a_length_and_dates_in_long_numbers_are_points_in_time() {
        Column hash = Tables.column(1, "block_hash", Kind.BYTEA);
        Values values = maker.plain(hash, Restriction.of(hash), null);
        assertThat(IntStream.range(0, 100).mapToObj(row -> text(values, row)))
                .allMatch(bytes -> bytes.matches("\\\\+x[0-9a-f]{64}"));
        Column sha1 = Tables.column(1, "content_sha1", Kind.BYTEA);
        assertThat(text(maker.distinct(sha1, Restriction.of(sha1), 1).at(), 3)).matches("\\\\+x[0-9a-f]{40}");
        Column bytes = Tables.column(1, "hash_of_type", Kind.BYTEA);
        Values others = maker.plain(bytes, Restriction.of(bytes), null);
        assertThat(IntStream.range(0, 100)
                        .mapToObj(row -> text(others, row).length())
                        .distinct())
                .hasSizeGreaterThan(3);

        Column place = new Column(
                1,
                "coordinates",
                new SqlType("point", Kind.GEOMETRIC, -1, List.of(), null, List.of(), List.of(), false),
                true,
                null,
                null,
                false,
                false);
        Values places = maker.plain(place, Restriction.of(place), null);
        assertThat(IntStream.range(0, 100).mapToObj(row -> text(places, row)))
                .allMatch(point -> point.matches("\\(-?[0-8]?\\d\\.\\d{4},-?[0-8]?\\d\\.\\d{4}\\)"));

        assertThat(ValueMaker.isInstant(Tables.column(1, "install_date", Kind.INT8)))
                .isTrue();
        assertThat(ValueMaker.isInstant(Tables.column(1, "install_date", Kind.INT4)))
                .isFalse();
        assertThat(ValueMaker.isInstant(Tables.column(1, "event_time", Kind.INT8)))
                .isTrue();
    }

    @Test
    void a_slug_stands_in_an_address_as_it_is() {
        Column slug = Tables.column(1, "project_slug", Kind.TEXT);
        assertThat(text(Objects.requireNonNull(maker.plain(slug, Restriction.of(slug), null)), 3))
                .matches("[a-z]+-[a-z]+");
        assertThat(text(maker.distinct(slug, Restriction.of(slug), 1).at(), 3)).matches("[a-z]+-[a-z]+-4");
    }

    @Test
    void an_address_beside_a_port_is_a_machine_s_and_so_is_a_number_by_that_name() {
        ValueMaker leases = new ValueMaker(
                ROWS,
                100,
                7,
                11,
                new RowSubject(ColumnName.of("lease4"), false, true, 5),
                PlausibleTexts.of(Locales.DEFAULT, Character.MAX_CODE_POINT),
                List.of());
        Column address = Tables.column(1, "listen_address", Kind.TEXT);
        Column street = Tables.column(1, "street_address", Kind.TEXT);
        Column number = Tables.column(1, "address", Kind.INT8);

        assertThat(text(Objects.requireNonNull(leases.plain(address, Restriction.of(address), null)), 3))
                .matches("10(\\.\\d{1,3}){3}");
        assertThat(text(leases.distinct(address, Restriction.of(address), 1).at(), 3))
                .matches("10(\\.\\d{1,3}){3}");
        assertThat(text(Objects.requireNonNull(leases.plain(street, Restriction.of(street), null)), 3))
                .doesNotMatch("10(\\.\\d{1,3}){3}");
        assertThat(text(Objects.requireNonNull(maker.plain(address, Restriction.of(address), null)), 3))
                .as("of a table without a port")
                .doesNotMatch("10(\\.\\d{1,3}){3}");
        // 10.0.0.1, and 10.0.0.0/8.
        assertThat(text(leases.distinct(number, Restriction.of(number), 1).at(), 0))
                .isEqualTo("167772161");
        Values leased = Objects.requireNonNull(leases.plain(number, Restriction.of(number), null));
        assertThat(IntStream.range(0, 100).mapToLong(row -> Long.parseLong(text(leased, row)) >>> 24))
                .containsOnly(10L);
        assertThat(text(maker.distinct(number, Restriction.of(number), 1).at(), 0))
                .isEqualTo("1");
    }

    @Test
    void what_somebody_wrote_or_stored_may_go_on_for_pages_but_in_an_index() {
        Column body = Tables.column(1, "body", Kind.TEXT);
        Column indexed = new Column(1, "body", Tables.type(Kind.TEXT, -1), false, null, null, true, false);
        Column narrow = new Column(1, "body", Tables.type(Kind.TEXT, 255 + 4), false, null, null, false, false);
        Column data = Tables.column(1, "data", Kind.BYTEA);
        Column salt = Tables.column(1, "salt", Kind.BYTEA);

        int[] articles = lengths(body);
        assertThat(articles[0]).isLessThan(60);
        assertThat(articles[ROWS / 2]).isBetween(150, 900);
        assertThat(articles[ROWS - 1]).isBetween(2_000, 6_000);
        assertThat(lengths(indexed)[ROWS - 1]).isLessThanOrEqualTo(400);
        assertThat(lengths(narrow)[ROWS - 1]).isLessThan(150);
        // Two digits a byte.
        assertThat(lengths(data)[ROWS / 2]).isBetween(600, 1_200);
        assertThat(lengths(data)[ROWS - 1]).isBetween(4_000, 4_200);
        assertThat(lengths(salt)[ROWS - 1]).isLessThan(140);
    }

    private int[] lengths(Column column) {
        Values values = Objects.requireNonNull(maker.plain(column, Restriction.of(column), null));
        return IntStream.range(0, ROWS)
                .map(row -> text(values, row).length())
                .sorted()
                .toArray();
    }

    @Test
    void documents_have_what_the_schema_reads_of_them_and_differ_there() {
        ValueMaker reading = new ValueMaker(
                ROWS,
                100,
                7,
                11,
                new RowSubject(ColumnName.of("thing"), true, false, 5),
                PlausibleTexts.of(Locales.DEFAULT, Character.MAX_CODE_POINT),
                List.of(
                        new DocumentKey(List.of("domains", "1", "host"), Tables.type(Kind.TEXT, -1)),
                        new DocumentKey(List.of("deleted"), Tables.type(Kind.BOOL, -1)),
                        new DocumentKey(List.of("state", "start_date"), Tables.type(Kind.TIMESTAMPTZ, -1))));
        Column column = Tables.column(1, "value", Kind.JSON);

        assertThat(text(Objects.requireNonNull(reading.plain(column, Restriction.of(column), null)), 3))
                .matches("\\{\"id\": \\d+, .*\"active\": (true|false), "
                        + "\"domains\": \\[null, \\{\"host\": \"[a-z0-9.-]+\"}], \"deleted\": (true|false), "
                        + "\"state\": \\{\"start_date\": \"20\\d\\d-[0-9:. +-]+\"}}");
        Values distinct = reading.distinct(column, Restriction.of(column), 1).at();
        assertThat(IntStream.range(0, 1_000)
                        .mapToObj(row -> text(distinct, row).replaceAll(".*\"host\": \"([^\"]+)\".*", "$1"))
                        .collect(Collectors.toSet()))
                .hasSize(1_000);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {
                "INT4",
                "INT8",
                "FLOAT8",
                "NUMERIC",
                "TEXT",
                "UUID",
                "BYTEA",
                "TIMESTAMP",
                "TIMESTAMPTZ",
                "DATE",
                "INET",
                "MACADDR",
                "MACADDR8",
                "INTERVAL",
                "TIME"
            })
    void distinct_values_differ_for_every_row(Kind kind) {
        Column column = Tables.column(1, "thing", kind);

        Keys keys = maker.distinct(column, Restriction.of(column), 1);

        assertThat(keys.capacity()).isGreaterThanOrEqualTo(ROWS);
        Set<String> seen = new HashSet<>();
        for (int row = 0; row < ROWS; row++) {
            assertThat(seen.add(text(keys.at(), row))).as("row %d", row).isTrue();
        }
    }

    @Test
    void rows_of_a_list_have_no_edge_cases_beside_it() {
        SqlType home = new SqlType(
                "home", Kind.COMPOSITE, -1, List.of(), null, List.of(Tables.type(Kind.TEXT, -1)), List.of(), false);
        Column column = new Column(1, "home", home, false, null, null, false, false);
        Restriction any = Restriction.of(column);

        assertThat(maker.edgeCases(column, any, true))
                .extracting(EdgeCase::text)
                .contains("()", "(\"O'Brien\")");
        assertThat(maker.edgeCases(column, any.oneOf(List.of("(Berlin)")), true))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 10, 36, 64, 255})
    void distinct_texts_fit_their_column(int limit) {
        for (String name : List.of("code", "user_email", "order_id", "name")) {
            Column column = new Column(1, name, Tables.type(Kind.TEXT, limit + 4), true, null, null, true, false);
            Keys keys = maker.distinct(column, Restriction.of(column), 1);
            Set<String> seen = new HashSet<>();
            for (int row = 0; row < ROWS; row++) {
                String text = text(keys.at(), row);
                assertThat(text.length()).isBetween(1, limit);
                assertThat(seen.add(text)).isTrue();
            }
        }
    }

    @Test
    void plain_texts_fit_their_column() {
        for (String name : List.of(
                "email",
                "phone",
                "url",
                "country",
                "status",
                "description",
                "password_hash",
                "parent_id",
                "city",
                "x")) {
            Column column = new Column(1, name, Tables.type(Kind.TEXT, 5 + 4), true, null, null, true, false);
            Values values = Objects.requireNonNull(maker.plain(column, Restriction.of(column), null));
            for (int row = 0; row < 1_000; row++) {
                assertThat(text(values, row).length()).isLessThanOrEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            emailaddress, MailAddress, email1                 ;   80 ; [^@]+@example\\.(com|org|net)
            phonenumber, PHONE_NO, homephone, phone2          ;   40 ; \\+[\\d -]+
            postalcode, PostalCode                            ;   20 ; .*\\d.*
            countrycode, country_code, country                ;    2 ; [A-Z]{2}
            country_code                                      ;    3 ; [A-Z]{3}
            currency, currencycode, billing_currency          ;    3 ; [A-Z]{3}
            locale, language, user_language                   ;   10 ; [a-z]{2}-[A-Z]{2}
            language, languagecode, locale                    ;    4 ; [a-z]{2}
            ip, ip_address, ipaddress, last_login_ip, user_ip ;   15 ; 10(\\.(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])){3}
            subnet_prefix, cidr, vpc_cidr_block               ;   64 ; 10(\\.(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])){2}\\.0/24
            mac_address, macaddr                              ;   17 ; 02(:[0-9a-f]{2}){5}
            host, hostname, db_host, domain, email_domain     ;   64 ; [a-z]+-\\d\\d\\.example\\.com
            timezone, time_zone, TIME_ZONE_ID, user_timezone  ;   40 ; UTC|[A-Z][a-z]+/[A-Z][a-z]+(_[A-Z][a-z]+)?
            user_agent, useragent                             ;  255 ; .*/.*\\d.*
            mime_type, mimetype, content_type, file_mime      ;  100 ; [a-z]+/[a-z0-9-]+
            profile_url, website, callbackUri, avatar         ;  255 ; https://example\\.com/[a-z]+/[a-z]+
            md5, content_md5                                  ;  255 ; [0-9a-f]{32}
            commit_sha, sha1                                  ;  255 ; [0-9a-f]{40}
            checksum, file_digest                             ;   40 ; [0-9a-f]{40}
            sha256, checksum, digest, public_key, nonce       ;  255 ; [0-9a-f]{64}
            json, message_json                                ;  100 ; \\{.id.: \\d+, .name.: .[a-z]+.}
            token_type, email_status, addressType, login_data ;   40 ; [a-z]+( [a-z]+)?
            sha256, checksum, digest                          ;   12 ; [0-9a-f]{12}
            uuid, order_uuid, guid, user_guid, uid, user_id   ;   36 ; [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}
            invoice_number, InvoiceNo, rechnung_nr            ;   20 ; INV-\\d{6}
            http_method, requestMethod                        ;   20 ; GET|POST|PUT|DELETE|PATCH
            gender, sex, geschlecht                           ;    1 ; [FMX]
            colour, farbe, couleur                            ;   20 ; [a-z]+
            file_name, original_filename                      ;   40 ; [a-z]+-\\d{4}\\.[a-z0-9]{3,4}
            crontab, cron_expression                          ;   40 ; [0-9*]+(/5)? [0-9*]+ [1*] \\* (\\*|0|1-5)
            git_ref, head_ref                                 ;   60 ; refs/(heads/[a-z]+(/login)?|tags/v1\\.\\d\\.\\d)
            measurement_time                                  ;   10 ; [01]\\d:[0-5]\\d:[0-5]\\d
            opening_time                                      ;    5 ; [01]\\d:[0-5]\\d
            mail_subject, email_title                         ;   40 ; [A-Z][a-z]+ [A-Z][a-z]+
            email_body, mail_text                             ;  400 ; [^@]+
            visit_date                                        ;   10 ; 202[45]-\\d\\d-[12]\\d
            is_default, enabled, delete_flag                  ;    5 ; Y|N
            curr, ccy, curr_code                              ;    3 ; [A-Z]{3}
            mail_code, mailCode                               ;   20 ; .*\\d.*
            partnumber                                        ;   20 ; [A-Z]{2,3}-\\d+
            signature_algorithm, signed_response_alg          ;   10 ; RS256|ES256|PS256|EdDSA
            jti                                               ;   36 ; [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}
            password_salt, etag, code_challenge               ;   64 ; [0-9a-f]{64}
            login_error, login_icon, email_label              ;   40 ; (?![a-z.0-9]+@|[a-z.]+\\d+$).*
            vin                                               ;   17 ; [0-9A-HJ-NPR-Z]{17}
            """)
    void a_text_is_what_the_name_of_its_column_says(String names, int room, String form) {
        for (String name : names.split(", ")) {
            Column column = new Column(1, name, Tables.type(Kind.TEXT, room + 4), true, null, null, false, false);
            Values values = Objects.requireNonNull(maker.plain(column, Restriction.of(column), null));
            for (int row = 0; row < 1_000; row++) {
                assertThat(text(values, row)).as(name).matches(form).hasSizeLessThanOrEqualTo(room);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ean, 13, 1", "isbn, 13, 1", "card_number, 16, 2", "imei, 15, 2"})
    void check_digits_are_right_and_numbers_differ(String name, int length, int doubled) {
        Keys keys = maker.distinct(
                new Column(1, name, Tables.type(Kind.TEXT, 24), true, null, null, true, false),
                Restriction.of(Tables.type(Kind.TEXT, 24), true),
                1);
        Set<String> seen = new HashSet<>();
        for (int row = 0; row < 1_000; row++) {
            String text = text(keys.at(), row);
            int sum = 0;
            for (int i = 0; i < length; i++) {
                int digit = Character.digit(text.charAt(length - 1 - i), 10);
                sum += i % 2 == 0 ? digit : doubled == 2 ? digit * 2 / 10 + digit * 2 % 10 : 3 * digit;
            }
            assertThat(text).hasSize(length);
            assertThat(sum % 10).as(text).isZero();
            assertThat(seen.add(text)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rating, 1, 4",
        "height_cm, 150, 200",
        "tax_rate, 5, 25",
        "salary, 24000, 150000",
        "unit_price, 2, 999",
        "precio, 2, 999",
        "weekday, 1, 7",
        "delete_flag, 0, 1",
        "days_supply, 1, 90",
        "max_try_times, 0, 9",
        "retry_interval, 5, 3600",
        "prefix_len, 8, 32",
        "patientweight, 45, 120",
        "sellprice, 2, 999",
        "cvss_score, 0, 9",
        "num_changes, 1, 100",
        "total_downloads, 1, 100",
        "number_of_days, 1, 90",
        "total_seconds, 1, 3600",
        "total_sales, 2, 999",
        "cleared, 0, 1"
    })
    void a_number_is_as_large_as_its_name_says(String name, long low, long high) {
        Values values = Objects.requireNonNull(plain(name, Kind.INT4));
        for (int row = 0; row < 500; row++) {
            assertThat(Long.parseLong(text(values, row))).isBetween(low, high);
        }
    }

    @Test
    void unique_codes_are_a_few_letters_and_a_number() {
        for (int room : new int[] {10, 40}) {
            SqlType type = Tables.type(Kind.TEXT, room + 4);
            Keys keys = maker.distinct(
                    new Column(1, "code", type, true, null, null, true, false), Restriction.of(type, true), 1);
            Set<String> seen = new HashSet<>();
            for (int row = 0; row < 1_000; row++) {
                assertThat(text(keys.at(), row))
                        .matches("[A-Z]{3}\\d{4,7}")
                        .satisfies(code -> assertThat(seen.add(code)).isTrue());
            }
        }
    }

    @Test
    void bytes_do_not_repeat_themselves_and_differ_in_keys() {
        Column column = Tables.column(1, "blob", Kind.BYTEA);
        Restriction digest = Restriction.of(column).length(32, 32);
        Values plain = Objects.requireNonNull(maker.plain(column, digest, null));
        Keys keys = maker.distinct(column, digest, 1);
        Set<String> seen = new HashSet<>();
        for (int row = 0; row < 1_000; row++) {
            for (Values values : List.of(plain, keys.at())) {
                String hex = text(values, row);
                assertThat(hex).matches("\\\\x[0-9a-f]{64}");
                assertThat(Set.of(
                                hex.substring(2, 18), hex.substring(18, 34), hex.substring(34, 50), hex.substring(50)))
                        .hasSize(4);
            }
            assertThat(seen.add(text(keys.at(), row))).isTrue();
        }
    }

    @Test
    void a_column_too_narrow_for_what_its_name_says_holds_what_fits() {
        for (String name : List.of("ip", "mac", "host", "time_zone", "content_type", "user_agent", "guid", "uid")) {
            for (int room = 1; room < 50; room++) {
                Column column = new Column(1, name, Tables.type(Kind.TEXT, room + 4), true, null, null, false, false);
                Values values = Objects.requireNonNull(maker.plain(column, Restriction.of(column), null));
                for (int row = 0; row < 200; row++) {
                    assertThat(text(values, row)).as(name).hasSizeBetween(1, room);
                }
            }
        }
    }

    @Test
    void a_name_that_is_written_as_one_word_means_what_its_words_mean() {
        for (var pair : Map.of(
                        "expmonth", "exp_month",
                        "expyear", "exp_year",
                        "emailaddress", "email_address",
                        "middlename", "middle_name",
                        "streetaddress", "street_address",
                        "phonenumber", "phone_number",
                        "dateofbirth", "date_of_birth",
                        "duedate", "due_date",
                        "partnumber", "part_number")
                .entrySet()) {
            assertThat(ColumnName.of(pair.getKey())).isEqualTo(ColumnName.of(pair.getValue()));
        }
        for (String word : List.of("paid", "valid", "expert", "username", "firstname", "host", "code", "month")) {
            assertThat(ColumnName.of(word).words()).containsExactly(word);
        }
        Values years = Objects.requireNonNull(plain("expyear", Kind.INT4));
        Values months = Objects.requireNonNull(plain("ExpMonth", Kind.INT4));
        for (int row = 0; row < 500; row++) {
            assertThat(Long.parseLong(text(years, row))).isBetween(2026L, 2031L);
            assertThat(Long.parseLong(text(months, row))).isBetween(1L, 12L);
        }
    }

    private @Nullable Values plain(String name, Kind kind) {
        Column column = Tables.column(1, name, kind);
        return maker.plain(column, Restriction.of(column), null);
    }

    @Test
    void numbers_keep_to_their_bounds_wherever_these_lie() {
        Column column = Tables.column(1, "age", Kind.INT4);
        for (long[] bounds : new long[][] {{-5, -3}, {1_000_000, 1_000_001}, {0, 0}, {18, 200}}) {
            Restriction r = Restriction.of(column)
                    .atLeast(java.math.BigDecimal.valueOf(bounds[0]))
                    .atMost(java.math.BigDecimal.valueOf(bounds[1]));
            Values values = Objects.requireNonNull(maker.plain(column, r, null));
            for (int row = 0; row < 500; row++) {
                assertThat(Long.parseLong(text(values, row))).isBetween(bounds[0], bounds[1]);
            }
        }
    }

    @Test
    void bounds_that_leave_nothing_give_no_values() {
        Column column = Tables.column(1, "age", Kind.INT4);
        Restriction r = Restriction.of(column).atLeast(java.math.BigDecimal.TEN).atMost(java.math.BigDecimal.ONE);

        assertThat(maker.plain(column, r, null)).isNull();
        assertThat(maker.distinct(column, r, 1).capacity()).isZero();
    }

    @Test
    void columns_of_the_same_name_speak_of_the_same_things() {
        Column column = new Column(1, "PROC_ID_", Tables.type(Kind.TEXT, 64 + 4), false, null, null, true, false);
        Values here = Objects.requireNonNull(maker.plain(column, Restriction.of(column), null));
        Values there = Objects.requireNonNull(maker(12).plain(column, Restriction.of(column), null));
        Set<String> ids = new HashSet<>();
        for (int row = 0; row < ROWS; row++) {
            ids.add(text(here, row));
            ids.add(text(there, row));
        }

        assertThat(ids).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void a_text_that_rarely_does_not_fit_its_pattern_is_never_made() {
        for (String name : List.of("last_name", "city", "full_name")) {
            Column column = new Column(1, name, Tables.type(Kind.TEXT, 64 + 4), false, null, null, true, false);
            Values free = Objects.requireNonNull(maker.plain(column, Restriction.of(column), null));
            Restriction r = Restriction.of(column).matching(withoutARareCharacter(free));

            Values values = Objects.requireNonNull(maker.plain(column, r, null));

            int kept = 0;
            for (int row = 0; row < ROWS; row++) {
                String text = text(values, row);
                assertThat(Objects.requireNonNull(r.pattern()).accepts(text))
                        .as(text)
                        .isTrue();
                kept += text.equals(text(free, row)) ? 1 : 0;
            }
            assertThat(kept).as(name).isBetween(ROWS * 9 / 10, ROWS - 1);
        }
    }

    @Test
    void keys_of_which_one_does_not_fit_a_pattern_are_made_of_the_pattern() {
        Column column = new Column(1, "email", Tables.type(Kind.TEXT, 255 + 4), true, null, null, true, false);
        Keys free = maker.distinct(column, Restriction.of(column), 1);
        int longest = longest(free, 1_000);
        assertThat(longest(free, ROWS)).isGreaterThan(longest);
        Restriction r = Restriction.of(column)
                .matching(TextPattern.regex("^.{1," + longest + "}$").orElseThrow());

        Keys keys = maker.distinct(column, r, 1);

        assertThat(keys.capacity()).isGreaterThanOrEqualTo(ROWS);
        Set<String> seen = new HashSet<>();
        for (int row = 0; row < ROWS; row++) {
            String text = text(keys.at(), row);
            assertThat(Objects.requireNonNull(r.pattern()).accepts(text))
                    .as(text)
                    .isTrue();
            assertThat(seen.add(text)).isTrue();
        }
    }

    private static int longest(Keys keys, int rows) {
        return IntStream.range(0, rows)
                .map(row -> text(keys.at(), row).length())
                .max()
                .orElseThrow();
    }

    @Test
    void texts_that_mostly_fit_a_pattern_stay_as_they_are_named() {
        Column city = Tables.column(1, "city", Kind.TEXT);
        Values named = maker.plain(city, Restriction.of(city), null);
        Restriction r =
                Restriction.of(city).matching(TextPattern.regex("[[:alnum:]_]").orElseThrow());

        Values values = maker.plain(city, r, null);

        assertThat(IntStream.range(0, 1_000)
                        .filter(row -> text(values, row).equals(text(named, row)))
                        .count())
                .as("those in the letters of other languages, too")
                .isEqualTo(1_000);
        Values keys = maker.distinct(city, r, 1).at();
        assertThat(IntStream.range(0, 1_000).mapToObj(row -> text(keys, row)))
                .as("letters to every server")
                .allMatch(text -> text.matches(".*\\w.*"))
                .doesNotHaveDuplicates();
    }

    /** A pattern that all of a thousand texts fit, and few of the later ones do not. */
    private static TextPattern withoutARareCharacter(Values texts) {
        Set<Integer> common = new HashSet<>();
        for (int row = 0; row < ROWS; row++) {
            Set<Integer> rare = text(texts, row).codePoints().boxed().collect(Collectors.toSet());
            rare.removeIf(c -> c > 0xFFFF || "\\]^-".indexOf(c) >= 0 || common.contains(c));
            if (row >= 1_000 && !rare.isEmpty()) {
                char first = (char) rare.iterator().next().intValue();
                return TextPattern.regex("^[^" + first + "]+$").orElseThrow();
            }
            common.addAll(rare);
        }
        throw new AssertionError("every character is common");
    }

    private static ValueMaker maker(long seed) {
        return new ValueMaker(
                ROWS,
                100,
                7,
                seed,
                new RowSubject(ColumnName.of("thing"), true, false, 5),
                PlausibleTexts.of(Locales.DEFAULT, Character.MAX_CODE_POINT),
                List.of());
    }

    private static String text(Values values, long row) {
        CopyBuffer out = new CopyBuffer(64);
        values.write(row, out);
        return Objects.requireNonNull(out.textFrom(0));
    }
}
