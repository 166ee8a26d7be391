package dev.rehearse.data.plan.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Tables;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuggestionsTest {

    @Test
    void a_numeric_holds_what_it_need_not_round_and_has_room_for() {
        SqlType rating = Tables.type(Kind.NUMERIC, ((3 << 16) | 2) + 4);

        assertThat(Stream.of("0", "0.00", "9.99", "-1.5", "1.50000").allMatch(text -> Suggestions.holds(rating, text)))
                .isTrue();
        assertThat(Stream.of("10", "100", "-9999", "0.125").noneMatch(text -> Suggestions.holds(rating, text)))
                .isTrue();
        assertThat(Suggestions.holds(Tables.type(Kind.NUMERIC, -1), "9999.125")).isTrue();
    }
}
