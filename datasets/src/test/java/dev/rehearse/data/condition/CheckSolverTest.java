package dev.rehearse.data.condition;

import static dev.rehearse.data.catalog.Tables.checked;
import static dev.rehearse.data.catalog.Tables.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.Tables;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conditions are written as pg_get_expr writes them back. */
class CheckSolverTest {

    private static final Column NUMBER = column(1, "n", Kind.INT4);
    private static final Column PRICE =
            new Column(1, "price", Tables.type(Kind.NUMERIC, ((10 << 16) | 2) + 4), false, null, null, false, false);
    private static final Column TEXT = column(1, "code", Kind.TEXT);
    private static final Column DAY = column(1, "day", Kind.DATE);
    private static final Column FLAG = column(1, "flag", Kind.BOOL);

    @Test
    void texts_of_a_pattern_with_an_end_are_as_long_as_a_padded_type() {
        Column padded = new Column(1, "iswc", Tables.type(Kind.CHAR, 15 + 4), false, null, null, false, false);
        String pattern = "(iswc ~ '^T-?\\d{3}.?\\d{3}.?\\d{3}[-.]?\\d$'::text)";

        Restriction r = new CheckSolver(checked(List.of(padded), pattern)).restriction(padded);

        Values texts =
                Objects.requireNonNull(Objects.requireNonNull(r.pattern()).plain(r, 7));
        for (int row = 0; row < 100; row++) {
            CopyBuffer out = new CopyBuffer(32);
            texts.write(row, out);
            assertThat(out.textFrom(0)).hasSize(15);
        }
    }

    @Test
    void comparisons_bound_a_number() {
        Restriction r = solved(NUMBER, "((n >= 1) AND (n < 10))");

        assertThat(r.low()).isEqualByComparingTo("1");
        assertThat(r.high()).isEqualByComparingTo("9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(octet_length(hash) = ANY (ARRAY[20, 64]))",
                "((octet_length(hash) = 20) OR (octet_length(hash) = 64))"
            })
    void bytes_of_one_of_the_lengths_are_enough(String check) {
        Column hash = column(1, "hash", Kind.BYTEA);

        Restriction r = new CheckSolver(checked(List.of(hash), check)).restriction(hash);

        assertThat(r.minLength()).isEqualTo(20);
        assertThat(r.maxLength()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"'1, 8, 30', 8", "'5, 3', 5", "'2, 300', 2"})
    void of_several_lengths_texts_have_one_that_a_column_holds_and_that_leaves_room_for_keys(
            String lengths, int length) {
        Restriction r = solved(TEXT, "(length(code) <= 200) AND (length(code) = ANY (ARRAY[" + lengths + "]))");

        assertThat(r.minLength()).isEqualTo(length);
        assertThat(r.maxLength()).isEqualTo(length);
    }

    @Test
    void a_strict_bound_of_a_decimal_moves_by_its_last_digit() {
        assertThat(solved(PRICE, "(price > (0)::numeric)").low()).isEqualByComparingTo("0.01");
        assertThat(solved(PRICE, "((100)::numeric >= price)").high()).isEqualByComparingTo("100");
    }

    @Test
    void a_list_that_is_compared_without_regard_to_case_leaves_those_of_that_case() {
        assertThat(solved(TEXT, "(lower(code) = ANY (ARRAY['email'::text, 'Name'::text, 'phone'::text]))")
                        .allowed())
                .containsExactly("email", "phone");
        assertThat(solved(TEXT, "(upper(code) = 'DE'::text)").allowed()).containsExactly("DE");
    }

    @Test
    void what_another_column_being_null_allows_is_tried_in_rows() {
        Column kind = column(2, "kind", Kind.TEXT);
        CheckSolver solver = new CheckSolver(checked(List.of(TEXT, kind), "((kind = 'card'::text) OR (code IS NULL))"));

        assertThat(solver.unsolved()).hasSize(1);
        assertThat(solver.restriction(kind).allowed()).isNull();
    }

    @Test
    void a_check_of_a_foreign_key_and_other_columns_is_tried_in_rows() {
        Column carrier = column(2, "carrier", Kind.INT4);
        CheckConstraint check =
                new CheckConstraint("check", "((code IS NULL) OR (carrier IS NOT NULL))", List.of(1, 2));
        Table free = new Table(
                1,
                "public",
                "t",
                false,
                List.of(TEXT, carrier),
                List.of(),
                List.of(),
                List.of(check),
                List.of(),
                List.of(),
                0);
        Table referring = new Table(
                1,
                "public",
                "t",
                false,
                List.of(TEXT, carrier),
                List.of(),
                List.of(new ForeignKey(7, "of_carrier", 1, 2, List.of(2), List.of(1), false, 0)),
                List.of(check),
                List.of(),
                List.of(),
                0);

        assertThat(new CheckSolver(free).unsolved()).isEmpty();
        assertThat(new CheckSolver(referring).unsolved()).containsExactly(check);
    }

    @Test
    void a_bound_of_a_range_is_no_list_of_texts() {
        Column during = column(1, "during", Kind.RANGE);
        CheckSolver solver = new CheckSolver(checked(List.of(during), "(lower(during) = '2024-01-01'::date)"));

        assertThat(solver.restriction(during).allowed()).isNull();
        assertThat(solver.unsolved()).hasSize(1);
    }

    @Test
    void a_restriction_says_which_constants_keep_to_it() {
        Restriction price = solved(PRICE, "(price > 0.00)");
        Restriction code = solved(TEXT, "((code <> ''::text) AND (length(code) <= 4))");

        assertThat(price.admits(PRICE.type(), "0.00")).isFalse();
        assertThat(price.admits(PRICE.type(), "0.01")).isTrue();
        assertThat(code.admits(TEXT.type(), "")).isFalse();
        assertThat(code.admits(TEXT.type(), "none")).isTrue();
        assertThat(code.admits(TEXT.type(), "longer")).isFalse();
        assertThat(solved(TEXT, "(code = ANY ('{a,b}'::text[]))").admits(TEXT.type(), "none"))
                .isFalse();
        assertThat(solved(TEXT, "(code = ANY ('{a,b}'::text[]))").admits(TEXT.type(), "b"))
                .isTrue();
        assertThat(solved(DAY, "(day >= '2020-01-01'::date)").admits(DAY.type(), "1970-01-01"))
                .isFalse();
    }

    @Test
    void an_operator_of_an_extension_stands_with_its_schema() {
        Restriction r = new CheckSolver(checked(List.of(TEXT), "(code OPERATOR(public.~) '^[a-f]{3}$'::public.citext)"))
                .restriction(TEXT);

        assertThat(r.pattern()).isNotNull();
        assertThat(r.pattern().accepts("fab")).isTrue();
        assertThat(ExpressionParser.parse("(a OPERATOR(public.@@) b)")).isEmpty();
    }

    @Test
    void lists_and_alternatives_are_options() {
        assertThat(solved(TEXT, "(code = ANY (ARRAY['a'::text, 'it''s'::text]))")
                        .allowed())
                .containsExactly("a", "it's");
        assertThat(solved(TEXT, "(((code)::text = 'a'::text) OR ((code)::text = 'b'::text))")
                        .allowed())
                .containsExactly("a", "b");
        assertThat(solved(
                                TEXT,
                                "((code)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))")
                        .allowed())
                .containsExactly("a", "b");
        assertThat(solved(TEXT, "(code = ANY ('{a,\"b, \\\"c\\\"\",it''s}'::text[]))")
                        .allowed())
                .containsExactly("a", "b, \"c\"", "it's");
        assertThat(ExpressionParser.parse("(code = ANY ('{a,NULL}'::text[]))")).isEmpty();
    }

    @Test
    void lengths_bound_a_text() {
        assertThat(solved(TEXT, "(length(code) = (256 / 8))").maxLength()).isEqualTo(32);
        // Two and a half: casts are not kept.
        assertThat(new CheckSolver(checked(List.of(NUMBER), "(n >= ((5)::numeric / (2)::numeric))")).unsolved())
                .hasSize(1);
        Restriction r = solved(TEXT, "((length(code) >= 2) AND (char_length(code) <= 5))");

        assertThat(r.minLength()).isEqualTo(2);
        assertThat(r.maxLength()).isEqualTo(5);
        assertThat(solved(TEXT, "(btrim(code) <> ''::text)").minLength()).isEqualTo(1);
    }

    @Test
    void dates_are_bounded_in_microseconds_and_now_is_the_end_of_the_timeline() {
        Restriction r = solved(DAY, "((day >= '2020-01-01'::date) AND (day < CURRENT_DATE))");

        assertThat(r.low()).isEqualByComparingTo(BigDecimal.valueOf(Timeline.micros(2020)));
        assertThat(r.high()).isLessThan(BigDecimal.valueOf(Timeline.END));
    }

    @Test
    void null_and_truth_are_understood() {
        assertThat(solved(TEXT, "(code IS NOT NULL)").notNull()).isTrue();
        // NULL in a field of a row is enough for it not to be true.
        Table rows = checked(List.of(column(1, "home", Kind.COMPOSITE)), "(home IS NOT NULL)");
        assertThat(new CheckSolver(rows).unsolved()).hasSize(1);
        assertThat(solved(FLAG, "flag").allowed()).containsExactly("true");
        assertThat(solved(FLAG, "(NOT flag)").allowed()).containsExactly("false");
        assertThat(solved(NUMBER, "((n IS NULL) OR (n > 5))").low()).isEqualByComparingTo("6");
    }

    @Test
    void columns_in_order_are_as_far_apart_as_a_difference_or_a_sum_says() {
        List<Column> columns = List.of(column(1, "since", Kind.TIMESTAMP), column(2, "until", Kind.TIMESTAMP));

        CheckSolver solver = new CheckSolver(checked(
                columns,
                "(until > since)",
                "((until - since) <= '1 day 08:00:00'::interval)",
                "(until >= (since + '00:30:00'::interval))"));

        assertThat(solver.unsolved()).isEmpty();
        assertThat(solver.orderings()).hasSize(1);
        assertThat(solver.orderings().get(0).least()).isEqualByComparingTo("1800000000");
        assertThat(solver.orderings().get(0).most()).isEqualByComparingTo("115200000000");
        // Without an order of the two it is no ordering.
        assertThat(new CheckSolver(checked(columns, "((until - since) <= '08:00:00'::interval)")).unsolved())
                .hasSize(1);
    }

    @Test
    void a_comparison_of_two_columns_is_an_ordering() {
        List<Column> columns = List.of(column(1, "since", Kind.TIMESTAMP), column(2, "until", Kind.TIMESTAMPTZ));

        CheckSolver solver = new CheckSolver(checked(columns, "(until > since)"));

        assertThat(solver.unsolved()).isEmpty();
        assertThat(solver.orderings()).hasSize(1);
        assertThat(solver.orderings().get(0).greater()).isEqualTo(2);
        assertThat(solver.orderings().get(0).strict()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(code ~ '^[A-Z]{3}$'::text)",
                "(code <> 'a'::text)",
                "(upper(code) = code)",
                "(NOT (code = 'a'::text))",
                "CASE WHEN (code = 'a'::text) THEN true ELSE false END",
                "((length(code) % 2) = 0)",
                "valid(code, 1)",
                "("
            })
    void what_has_no_solved_form_is_left_to_be_tried(String expression) {
        assertThat(new CheckSolver(checked(List.of(TEXT), expression)).unsolved())
                .hasSize(1);
    }

    @Test
    void a_key_begins_after_a_small_number_that_a_check_keeps_for_a_known_row() {
        assertThat(keyed("((n <> 1) OR known)").restriction(NUMBER).low()).isEqualByComparingTo("2");
        assertThat(keyed("((n <> 2147483647) OR known)").restriction(NUMBER).low())
                .isNull();
        assertThat(keyed("((n <> 2147483647) OR known)").unsolved()).hasSize(1);
    }

    private static CheckSolver keyed(String expression) {
        Table table = checked(List.of(NUMBER), expression);
        UniqueKey key = new UniqueKey("key", List.of(NUMBER.number()), true, null, false, false, List.of(), null);
        return new CheckSolver(new Table(
                table.oid(),
                table.schema(),
                table.name(),
                false,
                table.columns(),
                List.of(key),
                List.of(),
                table.checks(),
                List.of(),
                List.of(),
                0));
    }

    private static Restriction solved(Column column, String expression) {
        CheckSolver solver = new CheckSolver(checked(List.of(column), expression));
        assertThat(solver.unsolved()).as(expression).isEmpty();
        return solver.restriction(column);
    }
}
