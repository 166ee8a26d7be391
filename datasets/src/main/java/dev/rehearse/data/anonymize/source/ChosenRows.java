package dev.rehearse.data.anonymize.source;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A set of rows by where they stand, a few bits for each. Rows do not move while a snapshot that sees them is open and their table is
 * locked against rewriting, as every reader locks it. One thread fills it.
 */
public final class ChosenRows {

    /** More rows than a page of 8 KiB holds; pages of 32 KiB hold up to 1,168. */
    private static final int ROWS_PER_PAGE = 2048;

    private static final int PAGES_PER_SEGMENT = 1 << 14;
    private static final int BATCH = 2_000;

    private final Map<Long, SortedMap<Integer, BitSet>> tables = new HashMap<>();
    private long count;

    /** @return whether it is new */
    boolean add(long table, long page, int row) {
        BitSet segment = tables.computeIfAbsent(table, oid -> new TreeMap<>())
                .computeIfAbsent((int) (page / PAGES_PER_SEGMENT), number -> new BitSet());
        int bit = (int) (page % PAGES_PER_SEGMENT) * ROWS_PER_PAGE + row;
        if (segment.get(bit)) {
            return false;
        }
        segment.set(bit);
        count++;
        return true;
    }

    public long count() {
        return count;
    }

    /** The rows of a table as literals of tid[], in their order. */
    List<String> batches(long table) {
        List<String> batches = new ArrayList<>();
        StringBuilder batch = new StringBuilder();
        int size = 0;
        for (Map.Entry<Integer, BitSet> segment :
                tables.getOrDefault(table, new TreeMap<>()).entrySet()) {
            for (int bit = segment.getValue().nextSetBit(0);
                    bit >= 0;
                    bit = segment.getValue().nextSetBit(bit + 1)) {
                long page = (long) segment.getKey() * PAGES_PER_SEGMENT + bit / ROWS_PER_PAGE;
                batch.append(size == 0 ? "{" : ",").append(tid(page, bit % ROWS_PER_PAGE));
                if (++size == BATCH) {
                    batches.add(batch.append('}').toString());
                    batch.setLength(0);
                    size = 0;
                }
            }
        }
        if (size > 0) {
            batches.add(batch.append('}').toString());
        }
        return batches;
    }

    static String tid(long page, int row) {
        return "\"(" + page + "," + row + ")\"";
    }
}
