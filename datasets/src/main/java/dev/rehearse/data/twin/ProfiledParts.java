package dev.rehearse.data.twin;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A profiled column cut into parts that have no value in common, as a partition key is: each of its values goes into the part that knows
 * it, or that has room for it.
 */
public final class ProfiledParts {

    /**
     * One part.
     *
     * @param rows its rows
     * @param values how many different values it can have
     * @param holds whether a known value lies in it
     * @param partitions the places of the partitions that it consists of
     */
    public record Part(long rows, long values, Predicate<String> holds, List<Integer> partitions) {}

    private final ProfiledColumn whole;
    private final List<Part> parts;
    private final Statistics statistics;
    private final Frequencies frequencies;
    private final List<List<Integer>> common = new ArrayList<>();
    private final long[] room;
    private final long[] slots;

    private ProfiledParts(ProfiledColumn whole, List<Part> parts) {
        this.whole = whole;
        this.parts = parts;
        this.statistics = whole.statistics();
        this.room = parts.stream().mapToLong(Part::rows).toArray();
        this.slots = parts.stream().mapToLong(Part::values).toArray();
        double most = parts.stream().mapToDouble(Part::values).sum();
        this.frequencies = whole.frequencies(null, -1, (long) Math.min(most, Long.MAX_VALUE / 2));
        parts.forEach(part -> common.add(new ArrayList<>()));
    }

    /**
     * The parts of a column, in their order.
     *
     * @param correlation of the values and the rows within each part
     */
    static List<ProfiledColumn> of(ProfiledColumn whole, List<Part> parts, double correlation) {
        boolean known = !whole.shapes().isEmpty()
                && whole.statistics().commonValues().isEmpty()
                && parts.stream().allMatch(part -> part.partitions.size() == 1);
        return known
                ? IntStream.range(0, parts.size())
                        .mapToObj(part -> whole.shapes()
                                .get(parts.get(part).partitions.get(0))
                                .of(whole, Mix.seed(whole.seed(), "part " + part)))
                        .toList()
                : new ProfiledParts(whole, parts).made(correlation);
    }

    private List<ProfiledColumn> made(double correlation) {
        int count = (int) IntStream.iterate(0, i -> frequencies.numberOf(i) >= 0, i -> i + 1)
                .count();
        List<Integer> left = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        // A part of one value has one that is as common as the part is large.
        for (int part = 0; part < parts.size() && statistics.commonValues().isEmpty(); part++) {
            long rows = parts.get(part).rows;
            if (slots[part] == 1 && rows > 0 && !left.isEmpty()) {
                Integer nearest = left.stream()
                        .min(Comparator.comparing(value -> Math.abs(frequencies.countOf(value) - rows)))
                        .orElseThrow();
                put(nearest, part);
                left.remove(nearest);
            }
        }
        for (int value : left) {
            IntStream.range(0, parts.size())
                    .filter(part -> slots[part] > 0 && room[part] > 0 && isKnownIn(value, part))
                    .boxed()
                    .max(Comparator.comparing((Integer part) -> room[part] >= frequencies.countOf(value))
                            .thenComparing(part -> (double) room[part] / slots[part])
                            .thenComparing(part -> room[part]))
                    .ifPresent(part -> put(value, part));
        }
        long rare = frequencies.distinct() - count;
        long[] most = new long[room.length];
        Arrays.setAll(most, part -> Math.min(slots[part], room[part]));
        long[] own = Shares.of(rare, room, most);
        List<ProfiledColumn> made = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            long needed = common.get(part).isEmpty() ? 1 : 0;
            made.add(part(part, Math.max(needed, Math.min(most[part], own[part])), correlation));
        }
        return made;
    }

    private boolean isKnownIn(int value, int part) {
        List<String> known = statistics.commonValues();
        return known.size() <= value || parts.get(part).holds.test(known.get(value));
    }

    private void put(int value, int part) {
        common.get(part).add(value);
        room[part] -= Math.min(room[part], frequencies.countOf(value));
        slots[part]--;
    }

    private ProfiledColumn part(int part, long rare, double correlation) {
        long rows = parts.get(part).rows;
        List<Integer> values = common.get(part);
        Statistics own = new Statistics(
                0,
                whole.isUnique() ? -1 : values.size() + rare,
                statistics.widthBytes(),
                statistics.correlation() == null ? null : correlation,
                values.stream()
                        .map(value -> frequencies.countOf(value) / (double) Math.max(1, rows))
                        .toList(),
                statistics.commonValues().isEmpty()
                        ? List.of()
                        : values.stream().map(statistics.commonValues()::get).toList(),
                statistics.bounds().stream().filter(parts.get(part).holds).toList(),
                statistics.lengths(),
                statistics.characters(),
                statistics.magnitudes(),
                statistics.years(),
                0);
        return whole.part(own, rows, false, rare, Mix.seed(whole.seed(), "part " + part));
    }
}
