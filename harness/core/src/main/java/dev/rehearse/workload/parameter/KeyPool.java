package dev.rehearse.workload.parameter;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Existing values of some columns of one table, row by row, in their text form: a sample taken before the load begins, the newest rows
 * then, and rows the load itself inserted. Thread-safe.
 */
final class KeyPool {

    /** How a row is picked. */
    enum Pick {
        UNIFORM,
        ZIPF,
        LATEST,
        /** A row that the load inserted and that is handed out only once; none where there is no such row. */
        OWN
    }

    private static final int MOST_RECENT = 10_000;
    private static final int MOST_OWN = 50_000;
    private static final double SKEW = 0.99;

    private final List<String> columns;
    private final List<@Nullable String[]> sample;
    private volatile List<@Nullable String[]> newest = List.of();
    private final ArrayDeque<@Nullable String[]> recent = new ArrayDeque<>();
    private final ConcurrentLinkedDeque<@Nullable String[]> own = new ConcurrentLinkedDeque<>();
    private final AtomicInteger ownSize = new AtomicInteger();
    private final double zeta;
    private volatile boolean keepsRecent;
    private volatile boolean keepsOwn;

    /** @param sample in random order */
    KeyPool(List<String> columns, List<@Nullable String[]> sample) {
        this.columns = columns;
        this.sample = sample;
        double sum = 0;
        for (int rank = 1; rank <= sample.size(); rank++) {
            sum += Math.pow(rank, -SKEW);
        }
        this.zeta = sum;
    }

    List<String> columns() {
        return columns;
    }

    boolean hasNoNewest() {
        return newest.isEmpty();
    }

    /** @param rows newest first */
    void newest(List<@Nullable String[]> rows) {
        newest = rows;
    }

    /** The load's own rows will be picked so: they must be kept. */
    void willPick(Pick pick) {
        keepsRecent |= pick == Pick.LATEST;
        keepsOwn |= pick == Pick.OWN;
    }

    boolean keepsInserts() {
        return keepsRecent || keepsOwn;
    }

    /** Hears of a row that the load inserted and committed. */
    void inserted(Map<String, String> values) {
        String[] row = columns.stream().map(values::get).toArray(String[]::new);
        if (keepsRecent) {
            synchronized (recent) {
                recent.addFirst(row);
                if (recent.size() > MOST_RECENT) {
                    recent.removeLast();
                }
            }
        }
        if (keepsOwn && ownSize.get() < MOST_OWN) {
            own.addLast(row);
            ownSize.incrementAndGet();
        }
    }

    /** A row, or null where there is none. */
    @Nullable
    String @Nullable [] pick(Pick pick, SplittableRandom random) {
        return switch (pick) {
            case UNIFORM -> sample.isEmpty() ? latest(0) : sample.get(random.nextInt(sample.size()));
            case ZIPF -> sample.isEmpty() ? latest(0) : sample.get(zipf(random.nextDouble(), sample.size()));
            case LATEST -> latest(zipf(random.nextDouble(), Math.max(1, newest.size())));
            case OWN -> takeOwn();
        };
    }

    private @Nullable String @Nullable [] takeOwn() {
        @Nullable String[] row = own.pollFirst();
        if (row != null) {
            ownSize.decrementAndGet();
        }
        return row;
    }

    private @Nullable String @Nullable [] latest(int rank) {
        synchronized (recent) {
            if (rank < recent.size()) {
                return recent.stream().skip(rank).findFirst().orElse(null);
            }
            rank -= recent.size();
        }
        return newest.isEmpty() ? null : newest.get(Math.min(rank, newest.size() - 1));
    }

    /**
     * A rank from 0, rank 0 the likeliest, after Gray et al., "Quickly Generating Billion-Record Synthetic Databases" (SIGMOD 1994).
     */
    private int zipf(double uniform, int size) {
        if (size < 3) {
            return (int) (uniform * size);
        }
        double total = size == sample.size() ? zeta : (Math.pow(size, 1 - SKEW) - 1) / (1 - SKEW) + 0.58;
        double scaled = uniform * total;
        if (scaled < 1) {
            return 0;
        }
        double zeta2 = 1 + Math.pow(0.5, SKEW);
        if (scaled < zeta2) {
            return 1;
        }
        double eta = (1 - Math.pow(2.0 / size, 1 - SKEW)) / (1 - zeta2 / total);
        int rank = (int) (size * Math.pow(eta * uniform - eta + 1, 1 / (1 - SKEW)));
        return Math.min(size - 1, Math.max(0, rank));
    }
}
