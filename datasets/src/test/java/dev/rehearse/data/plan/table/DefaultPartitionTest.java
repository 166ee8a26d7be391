package dev.rehearse.data.plan.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.value.Timeline;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DefaultPartitionTest {

    private static final Column ID = column("bigint", Kind.INT8);
    private static final Column AT = column("timestamp without time zone", Kind.TIMESTAMP);

    @Test
    void the_default_partition_has_room_for_as_many_different_keys_as_it_has_rows() {
        Restriction others = Restriction.of(ID).atLeast(BigDecimal.ONE).atMost(BigDecimal.valueOf(1_000));

        Restriction few = beside(ID, others, 10);
        Restriction many = beside(ID, others, 5_000_000);

        assertThat(few.low()).isEqualTo("1001");
        assertThat(few.high()).isEqualTo("2000");
        assertThat(many.low()).isEqualTo("1001");
        assertThat(many.high()).isEqualTo("5001001");
    }

    @Test
    void what_comes_before_the_first_range_is_taken_where_the_last_one_never_ends() {
        BigDecimal first = BigDecimal.valueOf(Timeline.micros(2025));
        Restriction others = Restriction.of(AT)
                .atLeast(first)
                .atMost(BigDecimal.valueOf(Timeline.micros(9999) + 364 * Timeline.DAY));

        Restriction before = beside(AT, others, 10);

        assertThat(before.high()).isEqualTo(first.subtract(BigDecimal.ONE));
        assertThat(before.low()).isGreaterThanOrEqualTo(TemporalValues.FIRST);
    }

    @Test
    void times_beside_a_range_without_a_begin_are_a_year() {
        Restriction others = Restriction.of(AT).atMost(BigDecimal.valueOf(Timeline.micros(2025) - 1));

        Restriction after = beside(AT, others, 10);

        assertThat(after.low()).isEqualTo(BigDecimal.valueOf(Timeline.micros(2025)));
        assertThat(after.high()).isEqualTo(BigDecimal.valueOf(Timeline.micros(2025) + 365 * Timeline.DAY));
    }

    private static Restriction beside(Column column, Restriction others, long rows) {
        return Objects.requireNonNull(
                DefaultPartition.of(column, 'r', List.of(others), Restriction.of(column), rows, 0, List.of()));
    }

    private static Column column(String type, Kind kind) {
        return new Column(
                1,
                "key",
                new SqlType(type, kind, -1, List.of(), null, List.of(), List.of(), false),
                true,
                null,
                null,
                true,
                false);
    }
}
