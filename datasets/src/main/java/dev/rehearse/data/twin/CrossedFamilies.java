package dev.rehearse.data.twin;

import dev.rehearse.data.value.Mix;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Two columns that are unique together, each with its values as often as it has them: from row to row, in the order of the one's values, the
 * other goes on in steps so wide that no value of the one meets a value of the other twice. Where both are too common for that, what meets twice
 * gives way to any other value. Immutable.
 *
 * @param leading how often the one has which value
 * @param order which rank of these each row has
 * @param second how often the other has which value
 * @param step how many ranks further the other is in the next row
 * @param meets whether some meet twice
 */
record CrossedFamilies(Frequencies leading, RowOrder order, Frequencies second, long step, boolean meets, long seed)
        implements Families {

    /** Multiples of it keep away from one another longest. */
    private static final double GOLDEN = 0.618_033_988_749_895;

    /** Rows of one value that are compared with one another. */
    private static final long MOST_COMPARED = 64;

    /** Rows of one value of which all steps are looked at. */
    private static final long MOST_STEPS = 1_000_000;

    /** @return null where some values of both are too common to be spread like that */
    static @Nullable CrossedFamilies of(Frequencies leading, RowOrder order, Frequencies second, long seed) {
        long rows = leading.rows();
        long most = leading.most();
        if (rows == 0 || rows != second.rows() || rows > Integer.MAX_VALUE || most > MOST_STEPS) {
            return null;
        }
        // Equal steps leave the widest gaps; what these have to spare is used to come to other values with each round.
        long equal = rows / most;
        long spare = Math.max(0, equal - second.most()) / most / 2;
        long golden = coprime((long) (rows * GOLDEN), rows);
        return LongStream.of(golden, coprime(equal + spare, rows))
                .filter(step -> keepsApart(step, rows, most, second.most()))
                .mapToObj(step -> new CrossedFamilies(leading, order, second, step, false, seed))
                .findFirst()
                .orElse(
                        most <= MOST_COMPARED && most <= second.distinct()
                                ? new CrossedFamilies(leading, order, second, golden, true, seed)
                                : null);
    }

    private static long coprime(long step, long rows) {
        long coprime = Math.max(1, step);
        while (divisor(coprime, rows) > 1) {
            coprime++;
        }
        return coprime;
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    private static boolean keepsApart(long step, long rows, long family, long distance) {
        long way = 0;
        for (long i = 1; i < family; i++) {
            way = (way + step) % rows;
            if (Math.min(way, rows - way) < distance) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long parents() {
        return leading.distinct();
    }

    @Override
    public long parent(long row) {
        return leading.value(order.rank(row));
    }

    @Override
    public long number(long row) {
        long rank = order.rank(row);
        return meets ? apart(rank) : crossing(rank);
    }

    private long crossing(long rank) {
        return second.value(rank * step % leading.rows());
    }

    /** Those of the family up to this row, one after the other. */
    private long apart(long rank) {
        long[] taken = new long[(int) leading.place(rank) + 1];
        for (int i = 0; i < taken.length; i++) {
            int before = i;
            long own = rank - taken.length + 1 + i;
            taken[i] = LongStream.concat(
                            LongStream.of(crossing(own)),
                            LongStream.iterate(0, attempt -> attempt + 1)
                                    .map(attempt -> Mix.below(Mix.at(seed ^ own, attempt), second.distinct())))
                    .filter(number -> Arrays.stream(taken, 0, before).noneMatch(other -> other == number))
                    .findFirst()
                    .orElseThrow();
        }
        return taken[taken.length - 1];
    }
}
