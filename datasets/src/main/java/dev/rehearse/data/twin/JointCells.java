package dev.rehearse.data.twin;

import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.twin.JointColumns.Member;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How many rows have which combination of the values of several columns, so that each value stands as often as its column says, the
 * common combinations are as common, there are as many different ones, and the columns depend on each other as much as extended statistics
 * say. Columns are added one by one, each to the one before that decides most of it; what cannot be solved is searched for by making the
 * combinations and looking at them as ANALYZE does.
 */
final class JointCells {

    private static final double NEARLY = 0.25;
    private static final double ROUNDING = 0.005;

    /** Combinations of the values of each member, by number. */
    record Cell(int[] numbers, long count) {}

    private final ExtendedStatistics statistics;
    private final List<Member> members;
    private final long rows;
    private final long seed;
    private final List<long[]> left = new ArrayList<>();
    private final List<Cell> common = new ArrayList<>();
    private final Map<String, int[]> rare = new HashMap<>();

    JointCells(ExtendedStatistics statistics, List<Member> members, long rows, long seed) {
        this.statistics = statistics;
        this.members = members;
        this.rows = rows;
        this.seed = seed;
        for (Member member : members) {
            long[] counts = Arrays.copyOf(member.frequencies().counts(), member.nullNumber() + 1);
            counts[member.nullNumber()] = rows - member.frequencies().rows();
            left.add(counts);
        }
    }

    List<Cell> cells() {
        takeCommon();
        List<Integer> order = IntStream.range(0, members.size())
                .boxed()
                .sorted(Comparator.comparing(
                        (Integer place) -> -members.get(place).frequencies().distinct()))
                .toList();
        List<Cell> cells = new ArrayList<>();
        int first = order.get(0);
        for (int value = 0; value < left.get(first).length; value++) {
            if (left.get(first)[value] > 0) {
                int[] numbers = new int[members.size()];
                numbers[first] = value;
                cells.add(new Cell(numbers, left.get(first)[value]));
            }
        }
        for (int i = 1; i < order.size() && !cells.isEmpty(); i++) {
            cells = withColumn(cells, order.subList(0, i), order.get(i));
        }
        cells.addAll(common);
        return cells;
    }

    /** Takes the rows of the common combinations from those of their values. */
    private void takeCommon() {
        Map<List<Integer>, Double> shares = new LinkedHashMap<>();
        for (int i = 0; i < statistics.combinations().size(); i++) {
            List<Integer> numbers = numbers(statistics.combinations().get(i).split(" "));
            if (!numbers.contains(-1)) {
                shares.merge(numbers, statistics.commonShares().get(i), Double::sum);
            }
        }
        shares.forEach((numbers, share) -> take(numbers, Math.round(share * rows)));
        if (Arrays.stream(left.get(0)).sum() < ROUNDING * rows) {
            shares.keySet().forEach(numbers -> take(numbers, rows));
            addToCommon();
        }
    }

    /** Nearly all is common: what rounding left over is no new combination. The column that leads keeps its rows to the last one. */
    private void addToCommon() {
        int lead = JointRows.lead(members);
        List<Cell> largest = common.stream()
                .sorted(Comparator.comparing((Cell cell) -> -cell.count))
                .toList();
        for (int value = 0; value < left.get(lead).length && !largest.isEmpty(); value++) {
            int number = value;
            if (left.get(lead)[value] > 0) {
                int[] numbers = largest.stream()
                        .filter(cell -> cell.numbers[lead] == number)
                        .findFirst()
                        .orElse(largest.get(0))
                        .numbers
                        .clone();
                numbers[lead] = value;
                common.add(new Cell(numbers, left.get(lead)[value]));
            }
        }
        if (!largest.isEmpty()) {
            left.forEach(counts -> Arrays.fill(counts, 0));
        }
    }

    /** At most so many rows, as far as the values have them. */
    private void take(List<Integer> numbers, long most) {
        long count = most;
        for (int i = 0; i < numbers.size(); i++) {
            count = Math.min(count, left.get(i)[numbers.get(i)]);
        }
        if (count > 0) {
            for (int i = 0; i < numbers.size(); i++) {
                left.get(i)[numbers.get(i)] -= count;
            }
            common.add(new Cell(numbers.stream().mapToInt(Integer::intValue).toArray(), count));
        }
    }

    private List<Integer> numbers(String[] words) {
        List<Integer> numbers = new ArrayList<>();
        for (Member member : members) {
            String word = words[statistics.columns().indexOf(member.name())];
            numbers.add(
                    word.equals("-")
                            ? member.nullNumber()
                            : word.startsWith("?")
                                    ? rare(member, Integer.parseInt(word.substring(1)))
                                    : (int) member.frequencies().numberOf(Integer.parseInt(word)));
        }
        return numbers;
    }

    /** One of the values that are not common, another for another word; -1 where there is none. */
    private int rare(Member member, int word) {
        int[] numbers = rare.computeIfAbsent(member.name(), name -> rare(member));
        return numbers.length == 0 ? -1 : numbers[word % numbers.length];
    }

    /** The numbers of all values that are not common, in an order of their own. */
    private int[] rare(Member member) {
        Set<Integer> commonNumbers = new HashSet<>();
        for (int i = 0; i < member.column().statistics().commonShares().size(); i++) {
            commonNumbers.add((int) member.frequencies().numberOf(i));
        }
        int distinct = member.nullNumber();
        Permutation order = new Permutation(distinct, Mix.seed(seed, "rare", member.name()));
        return IntStream.range(0, distinct)
                .map(i -> (int) order.apply(i))
                .filter(number -> !commonNumbers.contains(number))
                .toArray();
    }

    private List<Cell> withColumn(List<Cell> cells, List<Integer> before, int added) {
        int by = deciding(before, added);
        Pairs pairs = new Pairs(
                left.get(by),
                left.get(added),
                partners(by, added),
                Mix.seed(seed, members.get(added).name()));
        boolean ordered = Math.abs(members.get(by).correlation()) > 0.5
                && Math.abs(members.get(added).correlation()) > 0.5;
        CellSample sample = CellSample.of(statistics, rows, seed);
        Map<Integer, List<Pairs.Run>> runs = ordered
                ? pairs.inOrder(
                        members.get(by).correlation() * members.get(added).correlation() < 0)
                : fitted(pairs, sample, by, added);
        double wanted = distinct(with(before, added));
        if (before.size() == 1) {
            return combined(cells, runs, by, added, 1);
        }
        long blocks = search(
                wanted,
                most(cells),
                count -> sample.distinct(combined(cells, runs, by, added, count), common, with(before, added)));
        return combined(cells, runs, by, added, blocks);
    }

    /** The column that decides most of another, or nearly so with fewer values of its own, which its own deciders then decide, too. */
    private int deciding(List<Integer> before, int added) {
        double most = before.stream()
                .mapToDouble(place -> dependency(List.of(place), added, 0))
                .max()
                .orElse(0);
        return before.stream()
                .filter(place -> dependency(List.of(place), added, 0) >= most - NEARLY)
                .min(Comparator.comparing(
                        place -> members.get(place).frequencies().distinct()))
                .orElseThrow();
    }

    /** What the values of one column go with in the common combinations, the most common first. */
    private Map<Integer, Set<Integer>> partners(int by, int added) {
        Map<Integer, Set<Integer>> partners = new HashMap<>();
        for (Cell cell : common) {
            partners.computeIfAbsent(cell.numbers[by], value -> new LinkedHashSet<>())
                    .add(cell.numbers[added]);
        }
        return partners;
    }

    /** The pairs whose share in function and number of blocks come nearest to the degree and the number that are wanted. */
    private Map<Integer, List<Pairs.Run>> fitted(Pairs pairs, CellSample sample, int by, int added) {
        double degree = dependency(List.of(by), added, -1);
        double wanted = distinct(List.of(by, added));
        double low = 0;
        double high = degree < 0 ? 0 : 1;
        Map<Integer, List<Pairs.Run>> best = Map.of();
        double bestMiss = Double.MAX_VALUE;
        for (double share = low; ; ) {
            double function = share;
            long blocks = search(
                    wanted,
                    pairs.mostBlocks(),
                    count ->
                            sample.distinct(cells(pairs.made(function, count), by, added), common, List.of(by, added)));
            Map<Integer, List<Pairs.Run>> made = pairs.made(function, blocks);
            List<Cell> cells = cells(made, by, added);
            double found = sample.dependency(cells, common, by, added);
            double miss = (degree < 0 ? 0 : Math.abs(found - degree))
                    + (wanted < 0 ? 0 : Math.abs(sample.distinct(cells, common, List.of(by, added)) - wanted) / wanted);
            if (miss < bestMiss) {
                best = made;
                bestMiss = miss;
            }
            if (found < degree) {
                low = share;
            } else {
                high = share;
            }
            double next = (low + high) / 2;
            if (high - low < 0.02 || next == share || miss < 0.01) {
                return best;
            }
            share = next;
        }
    }

    private interface Measure {
        double of(long blocks);
    }

    /** How many blocks make as many different combinations; they grow with the blocks. All blocks where nobody says how many. */
    private static long search(double wanted, long most, Measure measure) {
        if (wanted < 0) {
            return most;
        }
        long low = 1;
        long high = most;
        while (low < high) {
            long middle = (long) Math.sqrt((double) low * high);
            if (measure.of(middle) < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
            if (high - low <= low / 50) {
                return high;
            }
        }
        return low;
    }

    private static long most(List<Cell> cells) {
        return Math.min(Pairs.MOST_BLOCKS, cells.stream().mapToLong(Cell::count).sum());
    }

    private List<Cell> cells(Map<Integer, List<Pairs.Run>> runs, int by, int added) {
        List<Cell> cells = new ArrayList<>();
        runs.forEach((value, list) -> list.forEach(run -> {
            int[] numbers = new int[members.size()];
            numbers[by] = value;
            numbers[added] = run.value();
            cells.add(new Cell(numbers, run.count()));
        }));
        return cells;
    }

    /** The cells with a further column, whose values go with the value that one of the columns has. */
    private List<Cell> combined(List<Cell> cells, Map<Integer, List<Pairs.Run>> runs, int by, int added, long blocks) {
        Map<Integer, List<Cell>> byValue = new LinkedHashMap<>();
        cells.forEach(cell -> byValue.computeIfAbsent(cell.numbers[by], value -> new ArrayList<>())
                .add(cell));
        long all = cells.stream().mapToLong(Cell::count).sum();
        List<Cell> combined = new ArrayList<>();
        byValue.forEach((value, here) -> {
            List<Pairs.Run> one = new ArrayList<>();
            for (int i = 0; i < here.size(); i++) {
                one.add(new Pairs.Run(i, here.get(i).count));
            }
            List<Pairs.Run> other = runs.getOrDefault(value, List.of());
            long total = one.stream().mapToLong(Pairs.Run::count).sum();
            long blocksHere = Math.max(1, Math.round((double) blocks * total / all));
            Pairs.overlay(one, other, blocksHere, Mix.at(seed, value), (i, number, count) -> {
                int[] numbers = here.get(i).numbers.clone();
                numbers[added] = number;
                combined.add(new Cell(numbers, count));
            });
        });
        return merged(combined);
    }

    private static List<Cell> merged(List<Cell> cells) {
        Map<List<Integer>, Long> counts = new LinkedHashMap<>();
        cells.forEach(cell -> counts.merge(Arrays.stream(cell.numbers).boxed().toList(), cell.count, Long::sum));
        List<Cell> merged = new ArrayList<>();
        counts.forEach((numbers, count) ->
                merged.add(new Cell(numbers.stream().mapToInt(Integer::intValue).toArray(), count)));
        return merged;
    }

    private double dependency(List<Integer> from, int to, double unknown) {
        String key =
                statistics.key(from.stream().map(i -> members.get(i).name()).toList()) + " => "
                        + members.get(to).name();
        return statistics.dependencies().getOrDefault(key, unknown);
    }

    /** How many different combinations these columns have, or -1. */
    private double distinct(List<Integer> places) {
        @Nullable
        Double known = statistics
                .distinct()
                .get(statistics.key(
                        places.stream().map(i -> members.get(i).name()).toList()));
        return known == null ? -1 : known < 0 ? -known * rows : known;
    }

    private static List<Integer> with(List<Integer> places, int added) {
        List<Integer> all = new ArrayList<>(places);
        all.add(added);
        return all;
    }
}
