package dev.rehearse.data.plan.key;

import static dev.rehearse.data.catalog.Tables.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.Restriction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredicateBreakTest {

    private static final int MEMBER = 1;
    private static final int TEAM = 2;
    private static final int ACTIVE = 3;
    private static final int STATE = 4;
    private static final int OTHER = 5;

    @Test
    void a_reference_keeps_rows_out_of_an_index_unless_a_unique_key_decides_it() {
        UniqueKey whereNone = key("one_without_team", List.of(MEMBER), "(team IS NULL)");
        UniqueKey whereSome = key("one_of_team", List.of(TEAM), "(team IS NOT NULL)");
        UniqueKey both = key("both", List.of(MEMBER, TEAM), null);

        assertThat(breaks(whereNone, whereNone)).hasSize(1);
        assertThat(breaks(whereNone, whereNone, both)).isEmpty();
        assertThat(breaks(whereSome, whereSome)).isEmpty();
    }

    @Test
    void a_column_of_few_values_keeps_rows_out_of_an_index_unless_both_are_a_key() {
        UniqueKey whereActive = key("one_active", List.of(MEMBER), "active");
        UniqueKey each = key("each", List.of(MEMBER, ACTIVE), null);
        UniqueKey more = key("more", List.of(MEMBER, TEAM, ACTIVE), null);

        assertThat(breaks(whereActive, whereActive, more)).hasSize(1);
        assertThat(breaks(whereActive, whereActive, each)).isEmpty();
    }

    @Test
    void a_value_that_the_condition_does_not_list_keeps_rows_out_of_an_index() {
        assertThat(outside("(active = true)")).containsExactly("false");
        assertThat(outside("(active = false)")).containsExactly("true");
        assertThat(outside("(NOT active)")).containsExactly("true");
        assertThat(outside("(state = ANY (ARRAY['open'::state, 'waiting'::state]))"))
                .containsExactly("done");
        assertThat(outside("((state = 'open'::state) OR (state = 'done'::state))"))
                .containsExactly("waiting");
        assertThat(outside("((state = 'open'::state) OR active)")).isEmpty();
        assertThat(outside("(member = 1)")).containsExactly("0", "2", "3", "4");
    }

    private static List<String> outside(String predicate) {
        UniqueKey key = key("one", List.of(OTHER), predicate);
        return breaks(key, key).stream()
                .flatMap(by -> by.values().stream())
                .map(value -> new String(value, StandardCharsets.US_ASCII))
                .toList();
    }

    private static List<PredicateBreak> breaks(UniqueKey key, UniqueKey... keys) {
        Table table = new Table(
                1,
                "public",
                "membership",
                false,
                List.of(
                        column(MEMBER, "member", SqlType.Kind.INT4),
                        column(TEAM, "team", SqlType.Kind.INT4),
                        column(ACTIVE, "active", SqlType.Kind.BOOL),
                        column(STATE, "state", SqlType.Kind.TEXT)),
                List.of(keys),
                List.of(new ForeignKey(10, "of_team", 1, 2, List.of(TEAM), List.of(1), false, 0)),
                List.of(),
                List.of(),
                List.of(),
                0);
        return PredicateBreak.of(
                table,
                key,
                column -> true,
                column -> column.number() == STATE
                        ? Restriction.of(column).oneOf(List.of("open", "waiting", "done"))
                        : Restriction.of(column));
    }

    private static UniqueKey key(String name, List<Integer> columns, @Nullable String predicate) {
        return new UniqueKey(name, columns, false, predicate, false, false, List.of(), null);
    }
}
