package dev.rehearse.data.twin;

import dev.rehearse.data.column.NullRows;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.PartitionStatistics;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Values;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A column that is made so that ANALYZE finds in it what a profile says: as many NULLs, distinct values and common values, as wide, and as
 * much in the order of the rows. Which row has which of the numbered values is decided here; what a number looks like, by the type.
 */
public final class ProfiledColumn {

    /** Rows that ANALYZE reads for each value that it may list as common. */
    private static final int SAMPLE_PER_TARGET = 300;

    private static final int DEFAULT_TARGET = 100;

    /** Share of the rows from which on so many different values are taken for all. */
    private static final double UNIQUE_ENOUGH = 0.9;

    private static final int MOST_DRAWN = 16;

    private final Statistics statistics;
    private final long rows;
    private final long nulls;
    private final long seed;
    private final String name;
    private final @Nullable JointColumns joint;
    /** The partitions that the rows lie in; null for a table without. */
    private final @Nullable Stretches partitions;

    private final List<PartitionShape> shapes;
    /** The most different values that one partition has. */
    private final long distinctInOne;
    /** How many values that are not common there are; -1 where only ANALYZE's estimate of all is known. */
    private final long rare;

    /**
     * @param name the column's
     * @param rows rows of the table
     * @param nullable whether NULL is allowed
     * @param joint the columns that it goes with, or null
     */
    ProfiledColumn(
            String name, Statistics statistics, long rows, boolean nullable, long seed, @Nullable JointColumns joint) {
        this(name, statistics, rows, nullable, seed, joint, -1, null, List.of());
    }

    private ProfiledColumn(
            String name,
            Statistics statistics,
            long rows,
            boolean nullable,
            long seed,
            @Nullable JointColumns joint,
            long rare,
            @Nullable Stretches partitions,
            List<PartitionShape> shapes) {
        this.shapes = shapes;
        this.name = name;
        this.joint = joint;
        this.partitions = partitions;
        this.statistics = statistics;
        this.rows = rows;
        this.nulls = nullable ? Math.min(rows, Math.round(statistics.nullShare() * rows)) : 0;
        this.seed = seed;
        this.rare = rare;
        this.distinctInOne = shapes.stream()
                .mapToLong(shape -> shape.of(this, seed)
                        .frequencies(null, -1, Long.MAX_VALUE)
                        .distinct())
                .max()
                .orElse(0);
    }

    /**
     * The same in a table whose rows come partition by partition.
     *
     * @param sizes rows of each
     * @param known what each has in this column, or null
     * @param readOrder their places in the order in which the server reads them
     */
    public ProfiledColumn in(long[] sizes, List<@Nullable PartitionStatistics> known, List<Integer> readOrder) {
        List<PartitionShape> shapes = PartitionShape.of(sizes, known, readOrder);
        return new ProfiledColumn(
                name,
                statistics,
                rows,
                nulls > 0,
                seed,
                joint,
                rare,
                Stretches.of(sizes, filled(), false),
                isUnique() ? List.of() : shapes);
    }

    /**
     * The same in a table whose rows lie in partitions that the server finds as they come.
     *
     * @param sizes rows of each
     */
    public ProfiledColumn inAnyOf(long[] sizes) {
        return new ProfiledColumn(
                name, statistics, rows, nulls > 0, seed, joint, rare, Stretches.of(sizes, filled(), true), List.of());
    }

    /**
     * Some of the rows.
     *
     * @param rareValues how many values that are not common they have, or -1 where only the estimate of all is known
     */
    ProfiledColumn part(Statistics own, long partRows, boolean nullable, long rareValues, long partSeed) {
        return new ProfiledColumn(name, own, partRows, nullable, partSeed, null, rareValues, null, List.of());
    }

    /** The partitions and what each has in this column; none where that is not known of each with rows. */
    List<PartitionShape> shapes() {
        return shapes;
    }

    boolean isNullable() {
        return nulls > 0;
    }

    /**
     * The column in parts that have no value in common.
     *
     * @param parts in the order of the rows
     * @param inOrder the places of the parts in the order of their values
     */
    public List<ProfiledColumn> parts(List<ProfiledParts.Part> parts, List<Integer> inOrder) {
        Double known = statistics.correlation();
        return ProfiledParts.of(this, parts, known == null ? 0 : Sortedness.within(known, parts, inOrder));
    }

    /** Rows that are not NULL. */
    long filled() {
        return rows - nulls;
    }

    public boolean isUnique() {
        return statistics.distinct() < 0 && -statistics.distinct() * rows >= filled() * 0.999_999;
    }

    /** How many different values it has where that is clearly fewer than rows; 0 where about all differ. */
    public long repeats() {
        double distinct = statistics.distinctOf(rows);
        return distinct < 1 || distinct >= UNIQUE_ENOUGH * filled()
                ? 0
                : frequencies(null, -1, Long.MAX_VALUE).distinct();
    }

    /** Share of the rows that have the most common value. */
    public double mostCommonShare() {
        return statistics.commonShares().stream().findFirst().orElse(0.0);
    }

    /**
     * The numbers of different values for rows that must differ, by their place from 0 and by what tells such rows from others: as often as
     * the profile says where they are few of many values, else each equally often.
     *
     * @param values how many values there are
     * @param together how many rows must differ at the most
     */
    public LongBinaryOperator different(long values, long together) {
        if (together > MOST_DRAWN || together * 4 > values || filled() == 0) {
            return (place, group) -> new Permutation(values, group).apply(place);
        }
        Frequencies all = frequencies(null, -1, values);
        return (place, group) -> {
            long[] drawn = new long[(int) place + 1];
            for (int i = 0; i < drawn.length; i++) {
                int before = i;
                for (int attempt = 0; ; attempt++) {
                    long bits = Mix.at(group + i, attempt);
                    long next = attempt < MOST_DRAWN
                            ? all.value(Mix.below(bits, all.rows())) * values / all.distinct()
                            : Mix.below(bits, values);
                    if (Arrays.stream(drawn, 0, before).noneMatch(one -> one == next)) {
                        drawn[i] = next;
                        break;
                    }
                }
            }
            return drawn[(int) place];
        };
    }

    /**
     * How often each value stands.
     *
     * @param places numbers of the common values, or null to spread them
     * @param most how many different values there are at the most
     */
    Frequencies frequencies(long @Nullable [] places, long others, long most) {
        List<Double> shares = isUnique() ? List.of() : statistics.commonShares();
        long room = filled();
        long[] counts = new long[(int) Math.min(shares.size(), most)];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Math.min(room, Math.max(1, Math.round(shares.get(i) * rows)));
            room -= counts[i];
        }
        counts = Arrays.stream(counts).filter(count -> count > 0).toArray();
        long asked = others >= 0
                ? others
                : rare >= 0
                        ? rare
                        // The estimate for all rows misses many where most of them have few values.
                        : Math.max(rareValues(room, counts.length), distinctInOne - counts.length);
        long rareValues = Math.max(0, Math.min(asked, Math.min(room, most - counts.length)));
        if (rareValues == 0 && room > 0) {
            if (counts.length == 0) {
                rareValues = 1;
            } else {
                spread(counts, room);
            }
        }
        long[] known = counts;
        long rest = rareValues;
        return places != null && places.length == counts.length
                ? new Frequencies(filled(), counts, places, rest)
                : PartitionNumbers.nearest(
                        this,
                        counts.length,
                        attempt -> new Frequencies(filled(), known, spreadPlaces(known.length, rest, attempt), rest));
    }

    private long rareValues(long rareRows, int common) {
        if (rareRows == 0) {
            return 0;
        }
        if (isUnique() || statistics.distinct() == 0) {
            return rareRows;
        }
        double estimate = statistics.distinctOf(rows);
        if (estimate <= common + 0.5) {
            return 0;
        }
        int target = Math.max(DEFAULT_TARGET, common);
        double sample = Math.min(rows, (double) SAMPLE_PER_TARGET * target) * filled() / rows;
        return DistinctEstimate.rareValues(estimate, filled(), rareRows, common, sample);
    }

    /** What rounding left over goes to the common values in proportion. */
    private static void spread(long[] counts, long rest) {
        long sum = Arrays.stream(counts).sum();
        long left = rest;
        for (int i = counts.length - 1; i >= 0; i--) {
            long more = i == 0 ? left : Math.min(left, (long) ((double) rest * counts[i] / sum));
            counts[i] += more;
            left -= more;
        }
    }

    private long[] spreadPlaces(int count, long rareValues, int attempt) {
        Permutation order =
                new Permutation(Math.max(1, count), Mix.seed(seed, attempt == 0 ? "places" : "places " + attempt));
        long all = count + rareValues;
        long[] places = new long[count];
        for (int i = 0; i < count; i++) {
            places[i] = (long) ((order.apply(i) + 0.5) * all / count);
        }
        return places;
    }

    /** Which value each row has, by number, or -1 for NULL. */
    LongUnaryOperator numbers(Frequencies frequencies, boolean correlated) {
        NullRows nullRows = nullRows();
        if (frequencies.rows() == 0) {
            return row -> -1;
        }
        RowOrder order = order(frequencies, correlated);
        boolean allDiffer = frequencies.distinct() == frequencies.rows();
        PartitionNumbers own =
                shapes.isEmpty() || !correlated || allDiffer ? null : new PartitionNumbers(this, frequencies);
        LongUnaryOperator alone = own != null && own.isNear()
                ? own
                : row -> {
                    long index = nullRows.index(row);
                    return index < 0 ? -1 : frequencies.value(order.rank(index));
                };
        return joint == null || !correlated || isUnique() ? alone : joint.join(name, this, frequencies, alone);
    }

    NullRows nullRows() {
        return new NullRows(rows, nulls, Mix.seed(seed, "null"));
    }

    /** Which rank of the values each row that is not NULL has. */
    RowOrder order(Frequencies frequencies, boolean correlated) {
        Double correlation = correlated ? statistics.correlation() : null;
        return Sortedness.order(correlation, frequencies, partitions, Mix.seed(seed, "order"));
    }

    Statistics statistics() {
        return statistics;
    }

    /** Rows of the table. */
    long rows() {
        return rows;
    }

    long seed() {
        return seed;
    }

    /** How much the order of the rows tells of the values, from 0 to 1. */
    double orderliness() {
        Double correlation = statistics.correlation();
        return correlation == null ? 0 : Math.abs(correlation);
    }

    /** Plain values, NULL as often as the profile says. */
    public Values withNulls(Values plain) {
        NullRows nullRows = nullRows();
        return (row, out) -> {
            if (nullRows.index(row) < 0) {
                out.putNull();
            } else {
                plain.write(row, out);
            }
        };
    }

    /** The different values of a unique column, in the order of the rows that the profile asks for. */
    public Values unique(Keys keys) {
        return keys.capacity() < filled() ? keys.at() : written(Frequencies.different(filled()), keys.at());
    }

    /** The row that has the n-th of the values that {@link #unique} writes, or null where not every row has the next one or another. */
    public @Nullable LongUnaryOperator rowsOfUnique(Keys keys) {
        return nulls > 0 || rows == 0 || keys.capacity() < rows || joint != null && !isUnique()
                ? null
                : order(Frequencies.different(rows), true)::row;
    }

    /**
     * Which of so many parents each row refers to.
     *
     * @param inOrder the parent with the n-th key
     */
    public ParentChoice parents(long candidates, LongUnaryOperator inOrder) {
        Frequencies frequencies = frequencies(null, -1, candidates);
        LongUnaryOperator numbers = numbers(frequencies, true);
        long distinct = Math.max(1, frequencies.distinct());
        return row -> {
            long number = numbers.applyAsLong(row);
            return number < 0 ? ParentChoice.NONE : inOrder.applyAsLong(number * candidates / distinct);
        };
    }

    /** The values by their numbers, each in the rows that are to have it. */
    Values written(Frequencies frequencies, Values values) {
        LongUnaryOperator numbers = numbers(frequencies, true);
        return (row, out) -> {
            long number = numbers.applyAsLong(row);
            if (number < 0) {
                out.putNull();
            } else {
                values.write(number, out);
            }
        };
    }
}
