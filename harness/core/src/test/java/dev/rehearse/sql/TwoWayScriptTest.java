package dev.rehearse.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.sql.TwoWayScript.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwoWayScriptTest {

    @ParameterizedTest
    @CsvSource({"-- +goose Up,-- +goose Down", "-- +migrate Up,-- +migrate Down", "-- migrate:up,-- migrate:down"})
    void one_way_stands_on_its_lines(String up, String down) {
        String script = "-- first\n" + up + "\nselect 1;\n" + down + "\nselect 2;\n";

        assertThat(TwoWayScript.only(Way.UP, script)).isEqualTo("-- first\n" + up + "\nselect 1;\n\n\n");
        assertThat(TwoWayScript.only(Way.DOWN, script)).isEqualTo("-- first\n\n\n" + down + "\nselect 2;\n");
    }

    @ParameterizedTest
    @CsvSource({
        "-- +goose Up|-- +goose NO TRANSACTION,false",
        "-- +migrate Up notransaction,false",
        "-- migrate:up transaction:false,false",
        "-- +goose Up,true"
    })
    void what_declines_the_transaction_is_heard(String marks, boolean transaction) {
        String script = marks.replace("|", "\n") + "\nselect 1;\n";

        assertThat(SqlScripts.transactionOf("a.sql", TwoWayScript.only(Way.UP, script)))
                .isEqualTo(transaction);
    }

    @Test
    void goose_declines_it_for_both_ways() {
        String script = "-- +goose Up\n-- +goose NO TRANSACTION\nselect 1;\n-- +goose Down\nselect 2;\n";

        assertThat(SqlScripts.transactionOf("a.sql", TwoWayScript.only(Way.DOWN, script)))
                .isFalse();
    }

    @Test
    void other_scripts_are_one_way_as_they_are() {
        assertThat(TwoWayScript.only(Way.DOWN, "-- up\nselect 1;")).isEqualTo("-- up\nselect 1;");
    }
}
