package dev.rehearse.data.twin;

import java.util.Arrays;

/**
 * How often each of the distinct values of a column stands in it. The values are numbered in their order; a rank is a row's place when
 * the rows are sorted by value. The common values have counts of their own, the rest share what is left evenly. Immutable.
 */
final class Frequencies {

    private final long distinct;
    private final long[] rankStarts;
    private final long[] valueStarts;
    private final int[] common;
    private final int[] pieceOf;
    private final long[] numbers;

    /**
     * @param rows rows that are not NULL
     * @param counts rows of each common value
     * @param places numbers of the common values among all, each once
     * @param others how many other values there are
     */
    Frequencies(long rows, long[] counts, long[] places, long others) {
        this.distinct = counts.length + others;
        Integer[] order = new Integer[counts.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(places[a], places[b]));
        int pieces = counts.length * 2 + 1;
        rankStarts = new long[pieces + 1];
        valueStarts = new long[pieces + 1];
        common = new int[pieces];
        pieceOf = new int[counts.length];
        numbers = new long[counts.length];
        long rest = rows - Arrays.stream(counts).sum();
        long othersBefore = 0;
        long commonRows = 0;
        for (int piece = 0; piece < pieces; piece++) {
            common[piece] = piece % 2 == 0 ? -1 : order[piece / 2];
            if (piece % 2 == 1) {
                commonRows += counts[order[piece / 2]];
                numbers[order[piece / 2]] = valueStarts[piece];
                pieceOf[order[piece / 2]] = piece;
            } else {
                othersBefore = piece / 2 == counts.length ? others : places[order[piece / 2]] - piece / 2;
            }
            valueStarts[piece + 1] = othersBefore + (piece + 1) / 2;
            rankStarts[piece + 1] = commonRows + share(rest, othersBefore, others);
        }
    }

    /** So many values, each once. */
    static Frequencies different(long values) {
        return new Frequencies(values, new long[0], new long[0], values);
    }

    /** The same but for the places of the most common value and of the one in its new place, if that is a common one, too. */
    Frequencies withMostCommonAt(long number) {
        long[] places = numbers.clone();
        for (int i = 1; i < places.length; i++) {
            places[i] = places[i] == number ? numbers[0] : places[i];
        }
        places[0] = number;
        long[] counts = new long[places.length];
        Arrays.setAll(counts, this::countOf);
        return new Frequencies(rows(), counts, places, distinct - counts.length);
    }

    private static long share(long rest, long before, long all) {
        return all == 0 ? 0 : (long) ((double) rest * before / all + 0.5);
    }

    long distinct() {
        return distinct;
    }

    /** Rows that are not NULL. */
    long rows() {
        return rankStarts[rankStarts.length - 1];
    }

    /** The number of the value at a rank. */
    long value(long rank) {
        int piece = piece(rank);
        long values = valueStarts[piece + 1] - valueStarts[piece];
        long ranks = rankStarts[piece + 1] - rankStarts[piece];
        return valueStarts[piece] + (rank - rankStarts[piece]) * values / ranks;
    }

    /** How many rows with the same value stand at lower ranks. */
    long place(long rank) {
        int piece = piece(rank);
        long ranks = rankStarts[piece + 1] - rankStarts[piece];
        long first = divideUp((value(rank) - valueStarts[piece]) * ranks, values(piece));
        return rank - rankStarts[piece] - first;
    }

    /** Rows of the value that has the most. */
    long most() {
        long most = 0;
        for (int piece = 0; piece < common.length; piece++) {
            long ranks = rankStarts[piece + 1] - rankStarts[piece];
            most = Math.max(most, ranks == 0 ? 0 : divideUp(ranks, values(piece)));
        }
        return most;
    }

    /** Rows of each value, by its number; there must not be too many. */
    long[] counts() {
        long[] counts = new long[Math.toIntExact(distinct)];
        for (int piece = 0; piece < common.length; piece++) {
            long values = values(piece);
            long ranks = rankStarts[piece + 1] - rankStarts[piece];
            for (long i = 0; i < values; i++) {
                counts[(int) (valueStarts[piece] + i)] =
                        divideUp((i + 1) * ranks, values) - divideUp(i * ranks, values);
            }
        }
        return counts;
    }

    private static long divideUp(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    /** The number of a common value, or -1 where there is no such one. */
    long numberOf(int commonValue) {
        return commonValue >= 0 && commonValue < numbers.length ? numbers[commonValue] : -1;
    }

    /** Rows of a common value, 0 where there is no such one. */
    long countOf(int commonValue) {
        if (commonValue < 0 || commonValue >= pieceOf.length) {
            return 0;
        }
        int piece = pieceOf[commonValue];
        return rankStarts[piece + 1] - rankStarts[piece];
    }

    /** Which of the common values stands at a rank, or -1. */
    int common(long rank) {
        return common[piece(rank)];
    }

    private int piece(long rank) {
        int found = Arrays.binarySearch(rankStarts, rank);
        int piece = found >= 0 ? found : -found - 2;
        // Empty pieces begin where the next one does.
        while (rankStarts[piece + 1] == rankStarts[piece]) {
            piece++;
        }
        return piece;
    }

    int pieces() {
        return common.length;
    }

    long rankStart(int piece) {
        return rankStarts[piece];
    }

    long values(int piece) {
        return valueStarts[piece + 1] - valueStarts[piece];
    }
}
