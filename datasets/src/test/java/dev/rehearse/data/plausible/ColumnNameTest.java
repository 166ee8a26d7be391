package dev.rehearse.data.plausible;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnNameTest {

    @ParameterizedTest
    @CsvSource({
        "started_at, ended_at",
        "startdate, enddate",
        "nominal_start_time, nominalEndTime",
        "valid_from, valid_until",
        "check_in, check_out",
        "first_seen, last_seen",
        "scheduled_departure, scheduled_arrival",
        "issue_date, due_date",
        "ordered_at, delivered_at",
        "min_qty, max_qty",
        "gilt_von, gilt_bis"
    })
    void what_ends_is_known_by_what_begins(String begin, String end) {
        assertThat(ColumnName.of(end).follows(ColumnName.of(begin), ColumnName.of("t")))
                .isNotNegative();
        assertThat(ColumnName.of(begin).follows(ColumnName.of(end), ColumnName.of("t")))
                .isNegative();
        assertThat(ColumnName.of(end).follows(ColumnName.of("other_" + begin), ColumnName.of("t")))
                .isNegative();
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uris, uri",
        "home_addresses, address",
        "order_statuses, status",
        "categories, category",
        "boxes, box",
        "warehouses, warehouse",
        "caches, cache",
        "status, status",
        "analysis, analysis"
    })
    void what_names_many_names_one(String many, String one) {
        assertThat(ColumnName.of(many).ofOne().last()).isEqualTo(one);
    }

    @Test
    void guests_arrive_before_they_depart() {
        ColumnName arrival = ColumnName.of("arrival");
        ColumnName departure = ColumnName.of("departure");
        assertThat(departure.follows(arrival, ColumnName.of("reservations"))).isZero();
        assertThat(arrival.follows(departure, ColumnName.of("reservations"))).isNegative();
        assertThat(arrival.follows(departure, ColumnName.of("flights"))).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Vorname, first name",
        "prénom, first name",
        "Straße, street",
        "angelegt_am, created am",
        "land, country",
        "land_area, land area",
        "fecha_nacimiento, date birth",
        "kunden_nummer, customer number",
        "numéro, numéro",
        "maxvols, max vols"
    })
    void words_of_other_languages_are_read_as_english(String name, String words) {
        assertThat(String.join(" ", ColumnName.of(name).words())).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "branch_name", "slug", "file_path", "code", "e-mail"})
    void a_text_that_things_are_called_by_is_of_one_of_them(String name) {
        assertThat(ColumnName.of(name).isOfOne()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "role_name", "locale", "language_code", "provider", "status"})
    void a_text_from_a_list_is_not(String name) {
        assertThat(ColumnName.of(name).isOfOne()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"is_deleted", "isFirst", "has_date", "enabled", "email_verified", "user_active"})
    void a_number_that_answers_a_question_is_a_flag(String name) {
        assertThat(ColumnName.of(name).isFlag()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin_id",
                "active_users_count",
                "num_active",
                "last_active",
                "date_deleted",
                "has_children_count",
                "deleted_by",
                "feature_flag",
                "country_flag"
            })
    void what_is_counted_dated_or_named_by_number_is_none(String name) {
        assertThat(ColumnName.of(name).isFlag()).isFalse();
    }
}
