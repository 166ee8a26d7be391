package dev.rehearse.data.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.twin.JointCells.Cell;
import dev.rehearse.data.twin.JointColumns.Member;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JointCellsTest {

    private static final long ROWS = 20_000;

    @Test
    void columns_go_together_as_asked_and_keep_the_shares_of_their_values() {
        double[][] asks = {{1.0, 630}, {0.7, 1_500}, {0.0, 6_000}};
        for (double[] ask : asks) {
            double degree = ask[0];
            double distinct = ask[1];
            Member city = member("city", 600, 0.02, List.of(0.1, 0.05, 0.02));
            Member country = member("country", 30, 0.1, List.of(0.2, 0.1));
            ExtendedStatistics asked = statistics(
                    List.of("city", "country"),
                    Map.of("city, country", distinct),
                    Map.of("city => country", degree),
                    Map.of());

            List<Cell> cells = new JointCells(asked, List.of(city, country), ROWS, 3).cells();

            keepsShares(cells, List.of(city, country));
            assertThat((double) combinations(cells)).isCloseTo(distinct, within(0.1 * distinct));
            assertThat(degree(cells)).isCloseTo(degree, within(0.1));
        }
    }

    @Test
    void common_combinations_are_as_common_as_asked_with_their_own_values() {
        Member status = member("status", 3, 0, List.of(0.5, 0.3, 0.2));
        Member channel = member("channel", 2, 0.2, List.of(0.6, 0.2));
        ExtendedStatistics asked = statistics(
                List.of("status", "channel"),
                Map.of(),
                Map.of(),
                Map.of("0 0", 0.48, "1 0", 0.1, "2 -", 0.19, "1 1", 0.18));

        List<Cell> cells = new JointCells(asked, List.of(status, channel), ROWS, 3).cells();

        keepsShares(cells, List.of(status, channel));
        int first = (int) status.frequencies().numberOf(0);
        int web = (int) channel.frequencies().numberOf(0);
        assertThat(rows(cells, first, web)).isCloseTo((long) (0.48 * ROWS), within(ROWS / 100));
        assertThat(rows(cells, (int) status.frequencies().numberOf(2), channel.nullNumber()))
                .isCloseTo((long) (0.19 * ROWS), within(ROWS / 100));
    }

    @Test
    void rare_values_of_common_combinations_are_some_that_are_not_common_each_another() {
        List<Double> shares = Collections.nCopies(2_000, 0.0001);
        Member city = member("city", 4_000, 0, shares);
        Member street = member("street", 4_000, 0, shares);
        Map<String, Double> combinations = new HashMap<>();
        for (int word = 0; word < 2_000; word++) {
            combinations.put("?" + word + " ?" + word, 0.0002);
        }
        ExtendedStatistics asked = statistics(List.of("city", "street"), Map.of(), Map.of(), combinations);

        List<Cell> cells = new JointCells(asked, List.of(city, street), ROWS, 3).cells();

        keepsShares(cells, List.of(city, street));
        Set<Integer> common = new HashSet<>();
        for (int i = 0; i < shares.size(); i++) {
            common.add((int) city.frequencies().numberOf(i));
        }
        List<Cell> found = cells.stream().filter(cell -> cell.count() == 4).toList();
        assertThat(found).hasSize(2_000);
        for (int column = 0; column < 2; column++) {
            int place = column;
            assertThat(found)
                    .extracting(cell -> cell.numbers()[place])
                    .doesNotHaveDuplicates()
                    .doesNotContainAnyElementsOf(common);
        }
    }

    @Test
    void each_row_has_one_combination_and_each_combination_its_rows() {
        Member city = member("city", 600, 0.02, List.of(0.1, 0.05, 0.02));
        Member country = member("country", 30, 0.1, List.of(0.2, 0.1));
        ExtendedStatistics asked = statistics(
                List.of("city", "country"), Map.of("city, country", 900.0), Map.of("city => country", 0.9), Map.of());
        List<Cell> cells = new JointCells(asked, List.of(city, country), ROWS, 3).cells();

        JointRows rows = new JointRows(List.of(city, country), cells, ROWS, 3);

        Map<List<Long>, Long> found = new HashMap<>();
        for (long row = 0; row < ROWS; row++) {
            found.merge(List.of(rows.number(0, row), rows.number(1, row)), 1L, Long::sum);
        }
        Map<List<Long>, Long> wanted = new HashMap<>();
        cells.forEach(cell -> wanted.merge(
                List.of(number(city, cell.numbers()[0]), number(country, cell.numbers()[1])), cell.count(), Long::sum));
        assertThat(found).isEqualTo(wanted);
    }

    private static long number(Member member, int number) {
        return number == member.nullNumber() ? -1 : number;
    }

    private static void keepsShares(List<Cell> cells, List<Member> members) {
        for (int i = 0; i < members.size(); i++) {
            long[] wanted = members.get(i).frequencies().counts();
            long[] found = new long[wanted.length + 1];
            for (Cell cell : cells) {
                found[cell.numbers()[i]] += cell.count();
            }
            assertThat(found).startsWith(wanted);
            assertThat(found[wanted.length])
                    .isEqualTo(ROWS - members.get(i).frequencies().rows());
        }
    }

    private static long rows(List<Cell> cells, int one, int other) {
        return cells.stream()
                .filter(cell -> cell.numbers()[0] == one && cell.numbers()[1] == other)
                .mapToLong(Cell::count)
                .sum();
    }

    private static int combinations(List<Cell> cells) {
        Set<List<Integer>> seen = new HashSet<>();
        cells.forEach(cell -> seen.add(List.of(cell.numbers()[0], cell.numbers()[1])));
        return seen.size();
    }

    private static double degree(List<Cell> cells) {
        Map<Integer, Set<Integer>> partners = new HashMap<>();
        cells.forEach(cell -> partners.computeIfAbsent(cell.numbers()[0], v -> new HashSet<>())
                .add(cell.numbers()[1]));
        return (double) cells.stream()
                        .filter(cell -> partners.getOrDefault(cell.numbers()[0], Set.of())
                                        .size()
                                == 1)
                        .mapToLong(Cell::count)
                        .sum()
                / ROWS;
    }

    private static Member member(String name, double distinct, double nullShare, List<Double> shares) {
        Statistics statistics = new Statistics(
                nullShare,
                distinct,
                8,
                0.0,
                shares,
                List.of(),
                List.of(),
                List.of(),
                Collections.emptySortedMap(),
                List.of(),
                List.of(),
                0);
        ProfiledColumn column = new ProfiledColumn(name, statistics, ROWS, true, name.hashCode(), null);
        return new Member(name, column, column.frequencies(null, -1, Long.MAX_VALUE));
    }

    private static ExtendedStatistics statistics(
            List<String> columns,
            Map<String, Double> distinct,
            Map<String, Double> dependencies,
            Map<String, Double> combinations) {
        List<String> words = combinations.keySet().stream().sorted().toList();
        return new ExtendedStatistics(
                "s",
                "",
                columns,
                new TreeMap<>(distinct),
                new TreeMap<>(dependencies),
                words.stream().map(combinations::get).toList(),
                words);
    }
}
