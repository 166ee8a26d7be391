package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.FillProgress;
import dev.rehearse.data.anonymize.source.SourceTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** How many rows of some tables were read so far, of about how many. Thread-safe. */
final class RowsRead {

    private final FillProgress progress;
    private final long total;
    private final AtomicLong done = new AtomicLong();

    RowsRead(FillProgress progress, List<SourceTable> tables) {
        this.progress = progress;
        this.total = tables.stream().mapToLong(SourceTable::rows).sum();
    }

    void add(long rows) {
        done.addAndGet(rows);
    }

    /** @param doing what the rows are read for */
    void report(String doing) {
        long rows = done.get();
        progress.report(doing, rows, total == 0 ? -1 : Math.max(total, rows));
    }
}
