package dev.rehearse.workload.ledger;

import dev.rehearse.workload.statement.Catalog;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the load wrote to one table. Thread-safe. */
public final class TableLedger {

    private static final int MOST_CANDIDATES = 64;
    private static final int BLOOM_BITS = 1 << 22;

    private final Catalog.Table table;
    private final AtomicInteger room;
    private final Map<List<String>, Entry> rows = new HashMap<>();
    private final java.util.Set<Long> deleted = new java.util.HashSet<>();
    private @Nullable BitSet beyond;
    private int uncertainRows;
    private @Nullable String excluded;

    /** A write that may have been a row's last. */
    private record Candidate(long startMicros, long endMicros, RowImage image) {}

    /**
     * What one row may look like.
     *
     * @param lastEnd when the last write of it ended
     * @param candidates any of these; null: anything
     */
    private record Entry(long lastEnd, @Nullable List<Candidate> candidates) {}

    /** @param room how many more rows all tables together may remember */
    TableLedger(Catalog.Table table, AtomicInteger room) {
        this.table = table;
        this.room = room;
    }

    Catalog.Table table() {
        return table;
    }

    /** Whether a row has the columns of the key, by their names. */
    boolean hasKeyOf(Map<String, @Nullable String> texts) {
        return table.primaryKey().stream().map(Catalog.Column::name).allMatch(texts::containsKey);
    }

    List<String> key(Map<String, @Nullable String> texts) {
        List<String> key = new ArrayList<>();
        for (Catalog.Column column : table.primaryKey()) {
            String text = texts.get(column.name());
            if (text == null) {
                return List.of();
            }
            key.add(text);
        }
        return key;
    }

    /**
     * A write that the server confirmed, or may have carried out.
     *
     * @param startMicros start of the operation
     * @param endMicros when its end was known
     * @param certain false: the connection was lost before the server confirmed it
     */
    synchronized void wrote(List<String> key, RowImage image, long startMicros, long endMicros, boolean certain) {
        long hash = keyHash(key);
        if (image.isAbsent()) {
            deleted.add(hash);
        }
        Entry known = rows.get(key);
        if (known == null && room.getAndDecrement() <= 0) {
            room.incrementAndGet();
            markBeyond(hash);
            return;
        }
        Candidate candidate = new Candidate(startMicros, endMicros, image);
        long lastEnd = known == null ? endMicros : Math.max(endMicros, known.lastEnd());
        if (known == null || certain && startMicros > known.lastEnd()) {
            rows.put(List.copyOf(key), new Entry(lastEnd, certain ? List.of(candidate) : null));
        } else {
            rows.put(key, new Entry(lastEnd, with(known.candidates(), candidate, certain)));
        }
    }

    /** A certain write rules out those that had ended before it began, and is ruled out by one that began after it had ended. */
    private static @Nullable List<Candidate> with(
            @Nullable List<Candidate> candidates, Candidate added, boolean certain) {
        if (candidates == null) {
            return null;
        }
        List<Candidate> remaining = new ArrayList<>();
        boolean outdated = false;
        for (Candidate candidate : candidates) {
            outdated |= candidate.startMicros() > added.endMicros();
            if (!certain || candidate.endMicros() >= added.startMicros()) {
                remaining.add(candidate);
            }
        }
        if (!outdated) {
            remaining.add(added);
        }
        return remaining.size() > MOST_CANDIDATES ? null : List.copyOf(remaining);
    }

    /** A write may have been carried out of which not even the rows are known. */
    synchronized void uncertain(int rowsAtMost) {
        uncertainRows += rowsAtMost;
    }

    synchronized void exclude(String reason) {
        if (excluded == null) {
            excluded = reason;
        }
    }

    public synchronized @Nullable String excluded() {
        return excluded;
    }

    synchronized int uncertainRows() {
        return uncertainRows;
    }

    synchronized boolean isFull() {
        return beyond != null;
    }

    /** Whether the load wrote or deleted the row, or may have. */
    synchronized boolean touched(List<String> key) {
        return rows.containsKey(key) || isFull() && isBeyond(keyHash(key));
    }

    /** Whether the load deleted a row with these key values, or may have. */
    synchronized boolean mayHaveDeleted(long[] keyHashes) {
        long hash = RowImage.combine(keyHashes);
        return deleted.contains(hash) || isBeyond(hash);
    }

    synchronized boolean deletedAny() {
        return !deleted.isEmpty();
    }

    /** Every row that must look like one of its candidates. */
    synchronized Map<List<String>, List<RowImage>> expected() {
        Map<List<String>, List<RowImage>> expected = new HashMap<>();
        rows.forEach((key, entry) -> {
            if (entry.candidates() != null) {
                expected.put(
                        key, entry.candidates().stream().map(Candidate::image).toList());
            }
        });
        return expected;
    }

    /** What rows that were not written since may look like. */
    synchronized Map<List<String>, List<RowImage>> before(long micros) {
        Map<List<String>, List<RowImage>> written = new HashMap<>();
        rows.forEach((key, entry) -> {
            if (entry.candidates() != null && entry.lastEnd() <= micros) {
                written.put(
                        key, entry.candidates().stream().map(Candidate::image).toList());
            }
        });
        return written;
    }

    private static long keyHash(List<String> key) {
        return RowImage.combine(key.stream().mapToLong(RowImage::hash).toArray());
    }

    private void markBeyond(long hash) {
        if (beyond == null) {
            beyond = new BitSet(BLOOM_BITS);
        }
        beyond.set((int) (hash & BLOOM_BITS - 1));
        beyond.set((int) (hash >>> 32 & BLOOM_BITS - 1));
    }

    private boolean isBeyond(long hash) {
        return beyond != null
                && beyond.get((int) (hash & BLOOM_BITS - 1))
                && beyond.get((int) (hash >>> 32 & BLOOM_BITS - 1));
    }
}
