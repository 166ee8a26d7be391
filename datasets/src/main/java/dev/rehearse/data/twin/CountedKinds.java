package dev.rehearse.data.twin;

import dev.rehearse.data.value.Mix;
import org.jspecify.annotations.Nullable;

/**
 * Rows of families that are of several kinds and counted within each: the events of a tenant, those of each kind from one on. Of one family
 * no two rows have the same kind and number, and the kinds are as common in each as in the whole. Immutable.
 */
public final class CountedKinds {

    private static final int MOST_KINDS = 100;

    /** Places after which the kinds come again. */
    private static final int ROUND = 1024;

    /** Steps of this share of the whole fall evenly into it, however many there are. */
    private static final double GOLDEN = 0.6180339887498949;

    /** Numbers of a profile are estimates, and families have somewhat more of one kind than others have. */
    private static final double ABOUT = 1.5;

    private final Families families;
    private final int[] kindAt;
    /** By kind: how many places before each place of a round, and in the end in all of it, have the kind. */
    private final int[][] before;

    private final long seed;

    private CountedKinds(Families families, int[] kindAt, int[][] before, long seed) {
        this.families = families;
        this.kindAt = kindAt;
        this.before = before;
        this.seed = seed;
    }

    /**
     * @param leading the column whose values are the families
     * @param parents how many values it has at the most
     * @param kinds the column of kinds
     * @param mostKinds how many kinds there are at the most
     * @param numbers the column that counts
     * @param mostNumbers how many different numbers it has at the most
     * @return null where one has NULLs, no family is favoured, the kinds are too many, or the numbers are not as many as such ones are
     */
    public static @Nullable CountedKinds of(
            ProfiledColumn leading,
            long parents,
            ProfiledColumn kinds,
            long mostKinds,
            ProfiledColumn numbers,
            long mostNumbers) {
        long rows = leading.rows();
        if (rows == 0 || kinds.filled() < rows || numbers.filled() < rows || parents == 0) {
            return null;
        }
        Frequencies shares = kinds.frequencies(null, -1, mostKinds);
        double most = leading.frequencies(null, -1, parents).most() * (double) shares.most() / rows;
        double known = numbers.statistics().distinctOf(rows);
        Families families = shares.distinct() > MOST_KINDS
                        || known > most * ABOUT
                        || most > known * ABOUT
                        || most * ABOUT + 2 > mostNumbers
                ? null
                : Families.bySize(leading, parents, Long.MAX_VALUE, numbers);
        if (families == null) {
            return null;
        }
        int[] kindAt = new int[ROUND];
        int[][] before = new int[(int) shares.distinct()][ROUND + 1];
        for (int place = 0; place < ROUND; place++) {
            double share = place * GOLDEN;
            kindAt[place] = (int) shares.value((long) ((share - Math.floor(share)) * rows));
            for (int kind = 0; kind < before.length; kind++) {
                before[kind][place + 1] = before[kind][place] + (kind == kindAt[place] ? 1 : 0);
            }
        }
        for (int[] of : before) {
            if (of[ROUND] == 0) {
                return null;
            }
        }
        return new CountedKinds(families, kindAt, before, kinds.seed());
    }

    public Families families() {
        return families;
    }

    /** How many kinds there are. */
    public long kinds() {
        return before.length;
    }

    /** The kind of a row, from 0. */
    public long kind(long row) {
        return kindAt[(int) ((first(row) + families.number(row)) % ROUND)];
    }

    /** The number of a row among those of its kind in its family, from 0. */
    public long number(long row) {
        long first = first(row);
        int[] places = before[(int) kind(row)];
        long place = first + families.number(row);
        return place / ROUND * places[ROUND] + places[(int) (place % ROUND)] - places[(int) first];
    }

    /** Where in a round a family begins. */
    private long first(long row) {
        return Mix.below(Mix.at(seed, families.parent(row)), ROUND);
    }
}
