package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfiledValuesTest {

    private static final int ROWS = 5_000;

    @ParameterizedTest
    @CsvSource({
        // mostly 0, in the mean narrower than any other number
        "15, 2, 4, 700, 0.7, 12",
        "12, 2, 3, 400, 0.9, 9",
        // rates around 1, with or without a scale
        "0, 0, 7, -1, 0, 4",
        "18, 8, 7, -1, 0, 4",
        // more digits than a long holds
        "38, 18, 14, 3000, 0, 10",
        "38, 0, 18, -1, 0, 63"
    })
    void numerics_are_as_wide_as_the_profile_says(
            int precision, int scale, int widthBytes, double distinct, double mostCommon, int bits) {
        int modifier = precision == 0 ? -1 : (precision << 16 | scale) + 4;
        SqlType type = type("numeric", Kind.NUMERIC, modifier, null);
        Statistics statistics = statistics(
                distinct,
                widthBytes,
                mostCommon == 0 ? List.of() : List.of(mostCommon),
                List.of(),
                Collections.nCopies(11, bits));

        List<String> written = written(type, statistics);

        assertThat((int) written.stream()
                        .mapToInt(text -> numericBytes(new BigDecimal(text)))
                        .average()
                        .orElseThrow())
                .isEqualTo(widthBytes);
        assertThat(new HashSet<>(written)).hasSize(distinct < 0 ? ROWS : (int) distinct);
    }

    @ParameterizedTest
    @CsvSource({"1000, 13, 0, 1", "101, 20, -1, 1"})
    void numbers_with_many_digits_differ_and_keep_to_their_bounds(
            int distinct, int widthBytes, BigDecimal low, BigDecimal high) {
        SqlType type = type("numeric", Kind.NUMERIC, -1, null);
        Restriction bounds = Restriction.of(type, true).atLeast(low).atMost(high);

        List<BigDecimal> numbers =
                written(type, bounds, statistics(distinct, widthBytes, List.of(), List.of(), List.of())).stream()
                        .map(BigDecimal::new)
                        .toList();

        assertThat(numbers).allMatch(number -> number.compareTo(low) >= 0 && number.compareTo(high) <= 0);
        assertThat(new HashSet<>(numbers)).hasSize(distinct);
    }

    @Test
    void points_in_time_of_a_key_can_be_compared_with() {
        SqlType type = type("timestamptz", Kind.TIMESTAMPTZ, -1, null);
        Statistics statistics = statistics(-1, 8, List.of(), List.of(), List.of());

        @Nullable
        Values keys = new ProfiledValues(new ProfiledColumn("v", statistics, ROWS, false, 7, null))
                .keys(type, Restriction.of(type, true), 1_000);

        assertThat(keys)
                .isInstanceOfSatisfying(
                        Values.Ordered.class,
                        ordered -> assertThat(IntStream.range(0, 1_000)
                                        .mapToLong(ordered::ordinal)
                                        .boxed())
                                .doesNotHaveDuplicates());
    }

    @Test
    void texts_that_are_numbers_are_as_narrow_as_these() {
        Statistics statistics = statistics(-1, 4, List.of(), List.of(1, 2, 3, 4), List.of());

        List<String> written = written(type("text", Kind.TEXT, -1, null), statistics);

        assertThat((int) textBytes(written)).isEqualTo(4);
        assertThat(new HashSet<>(written)).hasSize(ROWS).allMatch(text -> text.matches("\\d{1,4}"));
        assertThat(written).isSorted();
    }

    @Test
    void the_most_common_text_is_as_long_as_the_mean_says() {
        Statistics statistics = statistics(4, 5, List.of(0.97, 0.02), List.of(4, 4, 6, 6, 6, 7, 7, 7, 7), List.of());

        assertThat((int) textBytes(written(type("text", Kind.TEXT, -1, null), statistics)))
                .isEqualTo(5);
    }

    @Test
    void times_lie_in_so_many_days_of_their_years() {
        Statistics statistics = new Statistics(
                0,
                -1,
                8,
                1.0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of(),
                List.of(2024, 2024),
                47);

        List<String> written = written(type("timestamptz", Kind.TIMESTAMPTZ, -1, null), statistics);

        assertThat(written).allMatch(text -> text.startsWith("2024-"));
        assertThat(written.stream()
                        .map(text -> text.substring(0, 10))
                        .distinct()
                        .count())
                .isBetween(50L, 55L);
    }

    @ParameterizedTest
    @CsvSource({"UUID, uuid, 53", "TIMESTAMPTZ, timestamptz, 40", "NUMERIC, numeric, 44", "DATE, date, 30"})
    void arrays_differ_as_often_as_the_profile_says(Kind kind, String name, int widthBytes) {
        SqlType array = type(name + "[]", Kind.ARRAY, -1, type(name, kind, -1, null));

        List<String> written = written(array, statistics(3_000, widthBytes, List.of(), List.of(), List.of()));

        assertThat(new HashSet<>(written)).hasSize(3_000);
    }

    @Test
    void addresses_and_ranges_are_wide_and_narrow_as_often_as_the_mean_says() {
        List<String> addresses =
                written(type("inet", Kind.INET, -1, null), statistics(-1, 12, List.of(), List.of(), List.of()));
        SqlType range = type("tstzrange", Kind.RANGE, -1, type("timestamptz", Kind.TIMESTAMPTZ, -1, null));
        List<String> ranges = written(range, statistics(-1, 19, List.of(), List.of(), List.of()));
        List<String> bits =
                written(type("varbit", Kind.VARBIT, -1, null), statistics(-1, 11, List.of(), List.of(), List.of()));

        assertThat(addresses).doesNotHaveDuplicates();
        // 7 bytes of version 4, 19 of version 6
        assertThat(addresses.stream().filter(text -> text.contains(":")).count())
                .isBetween(2_200L, 2_400L);
        // 22 bytes with both bounds, 14 with one
        assertThat(ranges.stream().filter(text -> text.endsWith(",)")).count()).isBetween(1_400L, 1_800L);
        assertThat(bits).doesNotHaveDuplicates().allMatch(text -> text.matches("[01]{48}"));
    }

    @Test
    void multiranges_have_as_many_ranges_as_make_them_so_wide() {
        SqlType type = type("int8multirange", Kind.MULTIRANGE, -1, type("int8", Kind.INT8, -1, null));

        List<String> multiranges = written(type, statistics(-1, 58, List.of(), List.of(), List.of()));

        assertThat(multiranges)
                .doesNotHaveDuplicates()
                .allMatch(text -> text.matches("\\{\\[\\d+,\\d+\\)(, ?\\[\\d+,\\d+\\)){1,2}}"));
        // 53 bytes with two ranges, 69 with three
        assertThat(multiranges.stream()
                                .filter(text -> text.split("\\[").length == 4)
                                .count()
                        / (double) ROWS)
                .isCloseTo(5.5 / 16, within(0.03));
    }

    /** Of days there may be no more ranges than rows. */
    @Test
    void multiranges_are_so_wide_where_there_are_as_many_ranges_as_rows() {
        SqlType type = type("datemultirange", Kind.MULTIRANGE, -1, type("date", Kind.DATE, -1, null));

        List<String> multiranges = written(type, statistics(-1, 33, List.of(), List.of(), List.of()));

        assertThat(multiranges)
                .doesNotHaveDuplicates()
                .allMatch(text -> text.matches("\\{\\[\\d+,\\d+\\)(, ?\\[\\d+,\\d+\\)){1,2}}"));
        // 33 bytes with two ranges, 45 with three
        assertThat(multiranges.stream()
                                .filter(text -> text.split("\\[").length == 4)
                                .count()
                        / (double) ROWS)
                .isCloseTo(0.5 / 12, within(0.03));
    }

    @Test
    void multiranges_whose_bounds_are_of_no_fixed_width_are_as_usual() {
        SqlType type = type("nummultirange", Kind.MULTIRANGE, -1, type("numeric", Kind.NUMERIC, -1, null));

        assertThat(written(type, statistics(-1, 58, List.of(), List.of(), List.of())))
                .doesNotHaveDuplicates()
                .allMatch(text -> text.matches("\\{\\[\\d+,\\d+\\)}"));
    }

    private static SqlType type(String name, Kind kind, int modifier, @Nullable SqlType element) {
        return new SqlType(name, kind, modifier, List.of(), element, List.of(), List.of(), false);
    }

    /** In order, so that values come by their numbers. */
    private static Statistics statistics(
            double distinct, int widthBytes, List<Double> shares, List<Integer> lengths, List<Integer> magnitudes) {
        return new Statistics(
                0,
                distinct,
                widthBytes,
                1.0,
                shares,
                List.of(),
                List.of(),
                lengths,
                new TreeMap<>(lengths.size() == 4 ? Map.of("digit", 1.0) : Map.of()),
                magnitudes,
                List.of(),
                0);
    }

    private static List<String> written(SqlType type, Statistics statistics) {
        return written(type, Restriction.of(type, false), statistics);
    }

    private static List<String> written(SqlType type, Restriction r, Statistics statistics) {
        Column column = new Column(1, "v", type, false, null, null, false, false);
        boolean many = type.kind() == Kind.MULTIRANGE;
        boolean hasRoom = many && type.element() != null && type.element().kind() != Kind.DATE;
        Keys keys = new Keys(hasRoom ? 4 * ROWS : ROWS, (number, out) -> {
            String range = "[" + number + "," + (number + 1) + ")";
            out.putText(many ? "{" + range + "}" : range);
        });
        Values values = new ProfiledValues(new ProfiledColumn("v", statistics, ROWS, false, 7, null))
                .values(column, r, 0, keys, (row, out) -> out.putNull(), true);
        CopyBuffer out = new CopyBuffer(64);
        return IntStream.range(0, ROWS)
                .mapToObj(row -> {
                    out.truncate(0);
                    Objects.requireNonNull(values).write(row, out);
                    return Objects.requireNonNull(out.textFrom(0));
                })
                .toList();
    }

    private static double textBytes(List<String> texts) {
        return texts.stream().mapToInt(text -> text.length() + 1).average().orElseThrow();
    }

    /** Two bytes for each group of four digits that is not left out at its ends, and three before. */
    private static int numericBytes(BigDecimal number) {
        String[] parts = number.abs().toPlainString().split("\\.");
        String whole = parts[0].replaceFirst("^0+", "");
        String fraction = parts.length == 1 ? "" : parts[1];
        String digits = "0".repeat(Math.floorMod(-whole.length(), 4))
                + whole
                + fraction
                + "0".repeat(Math.floorMod(-fraction.length(), 4));
        return 3
                + 2
                        * digits.replaceFirst("^(0000)+", "")
                                .replaceFirst("(0000)+$", "")
                                .length()
                        / 4;
    }
}
