package dev.rehearse.data.anonymize.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampledRowsTest {

    private static final SourceTable COUNTRY = table(1, "country", 200, true);
    private static final SourceTable CUSTOMER = table(2, "customer", 50_000, false);
    private static final SourceTable ORDER = table(3, "order", 200_000, true);
    private static final SourceTable LINE = table(4, "line", 900_000, true);
    private static final SourceSchema SCHEMA = new SourceSchema(
            15,
            List.of(COUNTRY, CUSTOMER, ORDER, LINE),
            List.of(
                    reference(CUSTOMER, COUNTRY),
                    reference(CUSTOMER, CUSTOMER),
                    reference(CUSTOMER, ORDER),
                    reference(ORDER, CUSTOMER),
                    reference(LINE, COUNTRY),
                    reference(LINE, ORDER)),
            Set.of(),
            List.of());

    private static SourceTable table(long oid, String name, long rows, boolean notNull) {
        ValueType type = new ValueType(ValueType.Kind.INTEGER, "int8", null, List.of());
        SourceColumn key =
                new SourceColumn(1, "k", type, "bigint", -1, notNull, false, false, true, false, false, List.of());
        return new SourceTable(oid, "s", name, false, rows, List.of(key), List.of());
    }

    private static Reference reference(SourceTable child, SourceTable parent) {
        return new Reference("f", child.oid(), parent.oid(), List.of(1), List.of(1));
    }

    private static String drawn(String alias) {
        return "pg_catalog.hashtextextended(" + alias + ".ctid::text, 0) & 1048575 < 10486";
    }

    @Test
    void rows_are_those_of_the_share_of_the_largest_table_that_they_refer_to() {
        SampledRows one = new SampledRows(SCHEMA, 1, Set.of());

        assertThat(one.condition(COUNTRY, "t")).isEqualTo(drawn("t"));
        assertThat(one.condition(ORDER, "t"))
                .isEqualTo("EXISTS (SELECT FROM ONLY \"s\".\"customer\" tp WHERE t.\"k\" = tp.\"k\" AND " + drawn("tp")
                        + ")");
        assertThat(one.condition(LINE, "t"))
                .startsWith("EXISTS (SELECT FROM ONLY \"s\".\"order\" tp WHERE t.\"k\" = tp.\"k\" AND EXISTS (SELECT"
                        + " FROM ONLY \"s\".\"customer\" tpp WHERE ");
    }

    @Test
    void who_refers_to_nobody_is_drawn_and_what_is_chosen_otherwise_leads_to_nobody() {
        assertThat(new SampledRows(SCHEMA, 1, Set.of()).condition(CUSTOMER, "t"))
                .startsWith("(EXISTS (SELECT FROM ONLY \"s\".\"order\" tp WHERE ")
                .endsWith(" OR ((t.\"k\" IS NULL) AND " + drawn("t") + "))");
        assertThat(new SampledRows(SCHEMA, 1, Set.of(CUSTOMER.oid())).condition(ORDER, "t"))
                .isEqualTo(drawn("t"));
        // Of all rows also those that refer to rows that are gone, as a constraint allows that is not valid.
        assertThat(new SampledRows(SCHEMA, 100, Set.of()).condition(LINE, "t")).doesNotContain("EXISTS");
    }
}
