package dev.rehearse.data.plan.reference;

import static dev.rehearse.data.catalog.Tables.column;
import static dev.rehearse.data.catalog.Tables.foreignKey;
import static dev.rehearse.data.catalog.Tables.table;
import static dev.rehearse.data.catalog.Tables.type;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ForeignKeyUseTest {

    @Test
    void keys_that_are_known_in_their_order_are_written_without_their_rows_unless_something_asks_for_these() {
        TablePlan parent = new TablePlan(table(1, "parent", 0), 100, false);
        Values keys = (row, out) -> out.putLong(row);
        parent.keysInOrder(1, keys);
        Table child = table(2, "child", 0, foreignKey(2, 1));
        Map<Long, TablePlan> plans = Map.of(1L, parent, 2L, new TablePlan(child, 100, false));
        ForeignKeyUse use = ForeignKeyUses.of(child, plans, 1).all().get(0);

        assertThat(use.keysInOrder()).isSameAs(keys);

        use.restrict(row -> true);

        assertThat(use.keysInOrder()).isSameAs(keys);

        use.restrict(row -> row > 10);

        assertThat(use.keysInOrder()).isNull();
    }

    @Test
    void an_order_of_more_rows_than_there_are_after_all_is_none() {
        TablePlan parent = new TablePlan(table(1, "parent", 0), 100, false);
        parent.keysInOrder(1, (row, out) -> out.putLong(row));
        parent.rowsByKey(1, row -> 99 - row);

        parent.limitRows(50, "a key");

        assertThat(parent.keysInOrder(1)).isNull();
        assertThat(parent.rowsByKey(1)).isNull();
    }

    @Test
    void what_rows_of_a_loop_refer_to_is_the_same_in_every_database() {
        assertThat(parentsInLoop(1_000)).isEqualTo(parentsInLoop(2_000));
    }

    @Test
    void two_tables_that_must_refer_to_each_other_do_so_row_by_row() {
        ForeignKey ofTenant = new ForeignKey(1, "z", 10, 12, List.of(1), List.of(1), false, 0);
        ForeignKey ofSettings = new ForeignKey(2, "a", 10, 11, List.of(1, 2), List.of(2, 1), false, 0);
        ForeignKey ofMethod = new ForeignKey(3, "b", 11, 10, List.of(2), List.of(1), false, 0);
        Table methods = twoColumns(10, ofTenant, ofSettings);
        Table settings = twoColumns(11, ofMethod);
        Map<Long, TablePlan> plans = Map.of(
                10L, new TablePlan(methods, 10, false),
                11L, new TablePlan(settings, 10, false),
                12L, new TablePlan(table(12, "tenant", 0), 10, false));

        List<ForeignKeyUse> ofMethods = ForeignKeyUses.of(methods, plans, 7).all();

        assertThat(ofMethods).extracting(ForeignKeyUse::owned).containsExactlyInAnyOrder(List.of(1), List.of(2));
        assertThat(List.of(
                        ofMethods.stream()
                                .filter(use -> !use.decidesAll())
                                .findFirst()
                                .orElseThrow(),
                        ForeignKeyUses.of(settings, plans, 7).all().get(0)))
                .allSatisfy(use -> assertThat(LongStream.range(0, 10).map(Objects.requireNonNull(use.choice())::parent))
                        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L));
    }

    @Test
    void rows_that_refer_to_nothing_conflict_in_a_key_that_has_none_of_the_columns_which_are_null() {
        Table library = table(1, "library", 0);
        ForeignKey foreignKey = new ForeignKey(1, "of_library", 2, 1, List.of(1, 2), List.of(1, 1), false, 0);
        Table credential = new Table(
                2,
                "public",
                "t",
                false,
                List.of(
                        new Column(1, "id", type(SqlType.Kind.INT4, -1), true, null, null, false, false),
                        column(2, "library", SqlType.Kind.INT4)),
                List.of(),
                List.of(foreignKey),
                List.of(),
                List.of(),
                List.of(),
                0);
        ForeignKeyUse use = ForeignKeyUses.of(
                        credential,
                        Map.of(1L, new TablePlan(library, 10, false), 2L, new TablePlan(credential, 10, false)),
                        7)
                .all()
                .get(0);

        assertThat(use.mayBeNull(credential, key(1))).isFalse();
        assertThat(use.mayBeNull(credential, key(1, 2))).isTrue();
    }

    private static UniqueKey key(Integer... columns) {
        return new UniqueKey("key", List.of(columns), false, null, false, false, List.of(), null);
    }

    private static Table twoColumns(long oid, ForeignKey... foreignKeys) {
        return new Table(
                oid,
                "public",
                "t",
                false,
                List.of(
                        new Column(1, "id", type(SqlType.Kind.INT4, -1), true, null, null, false, false),
                        new Column(2, "other", type(SqlType.Kind.INT4, -1), true, null, null, false, false)),
                List.of(),
                List.of(foreignKeys),
                List.of(),
                List.of(),
                List.of(),
                0);
    }

    /** Where the members of 10 groups are, each of which has one of them as its head, in a database with these numbers. */
    private static List<Long> parentsInLoop(long oid) {
        Table groups = looping(oid, List.of(1, 2), oid + 1, List.of(2, 1));
        Table members = looping(oid + 1, List.of(2), oid, List.of(1));
        TablePlan planned = new TablePlan(groups, 10, false);
        planned.planned();
        Map<Long, TablePlan> plans = Map.of(oid, planned, oid + 1, new TablePlan(members, 100, false));
        ParentChoice choice = Objects.requireNonNull(
                ForeignKeyUses.of(members, plans, 7).all().get(0).choice());
        return LongStream.range(0, 100).map(choice::parent).boxed().toList();
    }

    private static Table looping(long oid, List<Integer> columns, long parent, List<Integer> parentColumns) {
        return new Table(
                oid,
                "public",
                "t",
                false,
                List.of(column(1, "id", SqlType.Kind.INT4), column(2, "other", SqlType.Kind.INT4)),
                List.of(),
                List.of(new ForeignKey(oid * 10, "fk", oid, parent, columns, parentColumns, false, 0)),
                List.of(),
                List.of(),
                List.of(),
                0);
    }
}
