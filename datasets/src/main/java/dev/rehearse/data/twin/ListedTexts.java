package dev.rehearse.data.twin;

import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Which of the listed texts a column has, and which of these are how common: those among some by chance that are as wide as a profile
 * says.
 */
final class ListedTexts {

    private static final int MOST_TEXTS = 1_000;
    private static final int TRIES = 2_000;
    /** What a text of another length than the profile's shortest and longest weighs, in bytes of the mean width. */
    private static final double LENGTH_WEIGHT = 0.1;

    private final ProfiledColumn profiled;
    private final byte[][] texts;
    private final long[] counts;
    private final double others;

    private record Choice(int[] texts, long[] places, double miss) {}

    private ListedTexts(ProfiledColumn profiled, byte[][] texts, long[] counts, double others) {
        this.profiled = profiled;
        this.texts = texts;
        this.counts = counts;
        this.others = others;
    }

    /** @param texts all that are allowed, in their order */
    static Values of(ProfiledColumn profiled, byte[][] texts) {
        Frequencies usual = profiled.frequencies(null, -1, texts.length);
        int distinct = Math.toIntExact(usual.distinct());
        int[] first = IntStream.range(0, distinct).toArray();
        long[] places = LongStream.iterate(0, i -> usual.numberOf((int) i) >= 0, i -> i + 1)
                .map(i -> usual.numberOf((int) i))
                .toArray();
        if (texts.length > MOST_TEXTS || usual.rows() == 0) {
            return profiled.written(usual, (value, out) -> out.put(texts[(int) value]));
        }
        long[] counts = new long[places.length];
        Arrays.setAll(counts, usual::countOf);
        double rest = usual.rows() - Arrays.stream(counts).sum();
        ListedTexts listed = new ListedTexts(profiled, texts, counts, rest);
        Choice best = listed.choice(first, places);
        for (int attempt = 0; attempt < TRIES && best.miss >= 0.5; attempt++) {
            long seed = Mix.at(profiled.seed(), attempt);
            int[] some = Arrays.copyOf(shuffled(texts.length, seed), distinct);
            Arrays.sort(some);
            long[] where = Arrays.stream(shuffled(distinct, Mix.mix(seed)))
                    .limit(counts.length)
                    .asLongStream()
                    .toArray();
            Choice next = listed.choice(some, where);
            best = next.miss < best.miss ? next : best;
        }
        int[] chosen = best.texts;
        return profiled.written(
                profiled.frequencies(best.places, distinct - counts.length, texts.length),
                (value, out) -> out.put(texts[chosen[(int) value]]));
    }

    private Choice choice(int[] some, long[] places) {
        double bytes = 0;
        double otherBytes =
                Arrays.stream(some).mapToDouble(text -> width(texts[text])).sum();
        for (int i = 0; i < places.length; i++) {
            int width = width(texts[some[(int) places[i]]]);
            bytes += (double) counts[i] * width;
            otherBytes -= width;
        }
        if (some.length > places.length) {
            bytes += others * otherBytes / (some.length - places.length);
        }
        double rows = others + Arrays.stream(counts).sum();
        // ANALYZE cuts the mean to a whole number.
        double miss = Math.abs(bytes / rows - profiled.statistics().widthBytes() - 0.5);
        return new Choice(some, places, miss + LENGTH_WEIGHT * lengthMiss(some));
    }

    private double lengthMiss(int[] some) {
        List<Integer> lengths = profiled.statistics().lengths();
        if (lengths.isEmpty()) {
            return 0;
        }
        IntSummaryStatistics found =
                Arrays.stream(some).map(text -> width(texts[text]) - 1).summaryStatistics();
        return Math.abs(found.getMin() - lengths.get(0)) + Math.abs(found.getMax() - lengths.get(lengths.size() - 1));
    }

    private static int width(byte[] text) {
        return text.length + (text.length > 126 ? 4 : 1);
    }

    private static int[] shuffled(int count, long seed) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int other = (int) Mix.below(Mix.at(seed, i), i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }
}
