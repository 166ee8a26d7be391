package dev.rehearse.data.twin;

import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import dev.rehearse.data.value.Mix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Columns of one table whose values go together as extended statistics say. Each column joins when it is planned; which row has which
 * combination is decided once, when the first row is asked for. Safe for several threads from then on.
 */
final class JointColumns {

    /** More different values than that are not put together, for the memory and the time that it takes. */
    private static final long MOST_VALUES = 200_000;

    /** A column, and its values by number; NULL has the number after the last. */
    record Member(String name, ProfiledColumn column, Frequencies frequencies) {

        int nullNumber() {
            return Math.toIntExact(frequencies.distinct());
        }

        double correlation() {
            Double known = column.statistics().correlation();
            return known == null ? 0 : known;
        }
    }

    private final ExtendedStatistics statistics;
    private final long rows;
    private final long seed;
    private final Map<String, Member> members = new TreeMap<>();
    private volatile boolean decided;
    private @Nullable JointRows together;

    private JointColumns(ExtendedStatistics statistics, long rows, long seed) {
        this.statistics = statistics;
        this.rows = rows;
        this.seed = seed;
    }

    /** By column; one that is in several statistics goes by those on the most columns. */
    static Map<String, JointColumns> of(List<ExtendedStatistics> all, long rows, long seed) {
        Map<String, JointColumns> byColumn = new HashMap<>();
        all.stream()
                .sorted(Comparator.comparing(
                                (ExtendedStatistics one) -> -one.columns().size())
                        .thenComparing(ExtendedStatistics::name))
                .forEach(one -> {
                    JointColumns joint = new JointColumns(one, rows, Mix.seed(seed, one.name()));
                    one.columns().forEach(column -> byColumn.putIfAbsent(column, joint));
                });
        return byColumn;
    }

    /**
     * Which value each row has, by number, -1 for NULL, as the columns go together.
     *
     * @param alone the same for a column that nothing goes with
     */
    LongUnaryOperator join(String name, ProfiledColumn column, Frequencies frequencies, LongUnaryOperator alone) {
        if (decided || frequencies.distinct() > MOST_VALUES) {
            return alone;
        }
        members.put(name, new Member(name, column, frequencies));
        return row -> {
            JointRows rowsTogether = together();
            int place = rowsTogether == null ? -1 : rowsTogether.place(name);
            return rowsTogether == null || place < 0 ? alone.applyAsLong(row) : rowsTogether.number(place, row);
        };
    }

    private @Nullable JointRows together() {
        if (!decided) {
            decide();
        }
        return together;
    }

    private synchronized void decide() {
        if (decided) {
            return;
        }
        List<Member> joined = new ArrayList<>(members.values());
        if (joined.size() > 1) {
            together = new JointRows(joined, new JointCells(statistics, joined, rows, seed).cells(), rows, seed);
        }
        decided = true;
    }
}
