package dev.rehearse.workload;

import dev.rehearse.workload.ledger.WriteLedger;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.statement.TrackedWrite;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that one client wrote, on their way into the account: unconfirmed until the server has said that their transaction is through.
 * They are read only when the operation's time has been taken. Used by one thread.
 */
final class WrittenRows {

    private final LoadRun run;
    private final Map<TrackedWrite, Integer> mostRows = new IdentityHashMap<>();
    private final List<Written> unconfirmed = new ArrayList<>();
    private final List<Written> confirmed = new ArrayList<>();
    private final List<Written> doubtful = new ArrayList<>();

    /** A row as the server gave it back. */
    private record Written(TrackedWrite write, String json) {}

    WrittenRows(LoadRun run) {
        this.run = run;
    }

    /** A transaction begins; what the last one did not confirm never was. */
    void begin() {
        unconfirmed.clear();
    }

    void add(TrackedWrite write, String json) {
        unconfirmed.add(new Written(write, json));
    }

    int unconfirmed() {
        return unconfirmed.size();
    }

    /** A statement wrote so many rows. */
    void wrote(TrackedWrite write, int count) {
        mostRows.merge(write, count, Math::max);
    }

    void confirm() {
        confirmed.addAll(unconfirmed);
        unconfirmed.clear();
    }

    /** The connection was lost while the transaction was to end. */
    void doubt() {
        doubtful.addAll(unconfirmed);
    }

    /** The connection was lost while a statement ran that is a transaction of its own. */
    void uncertain(TrackedWrite write) {
        run.ledger.uncertain(write, mostRows.getOrDefault(write, 1));
    }

    void excludeUnconfirmed(String reason) {
        unconfirmed.forEach(written -> run.ledger.exclude(written.write().table(), reason));
    }

    /** Accounts for what an operation wrote that ran from {@code startMicros} to {@code endMicros}. */
    void account(long startMicros, long endMicros) {
        if (!confirmed.isEmpty()) {
            List<WriteLedger.Row> rows = read(confirmed);
            run.ledger.wrote(rows, startMicros, endMicros, true);
            for (WriteLedger.Row row : rows) {
                Catalog.Table table = row.write().table();
                if (row.write().verb() == TrackedWrite.Verb.INSERT
                        && !row.write().isByKey()
                        && run.pools.keepsInserts(table)) {
                    run.pools.inserted(table, row.texts());
                }
            }
        }
        if (!doubtful.isEmpty()) {
            run.ledger.wrote(read(doubtful), startMicros, endMicros, false);
        }
    }

    private static List<WriteLedger.Row> read(List<Written> written) {
        List<WriteLedger.Row> rows = written.stream()
                .map(w -> WriteLedger.Row.of(w.write(), w.json()))
                .toList();
        written.clear();
        return rows;
    }
}
