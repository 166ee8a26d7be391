package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.leak.Transfer;
import dev.rehearse.data.anonymize.source.ChosenRows;
import dev.rehearse.data.anonymize.source.Snapshot;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.text.Bytes;
import dev.rehearse.data.anonymize.value.Pseudonyms;
import dev.rehearse.data.anonymize.value.RowTransform;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.load.Crew;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Copies the rows: COPY out of the snapshot, through the rules, COPY into the target, part by part, each in a transaction of its own that
 * also writes down that it is there. A lost connection costs one part, as long as the session that holds the snapshot lives.
 */
final class SnapshotCopy {

    private static final int BUFFER_BYTES = 64 << 10;
    /** So long a server may take to start again. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long PAUSE_MILLIS = 500;

    private final Transfer transfer;
    private final Map<Long, AtomicLong> rows = new ConcurrentHashMap<>();
    private final AtomicLong rowsDone = new AtomicLong();
    private Map<String, Long> there = Map.of();
    private volatile boolean differs;
    private long rowsTotal;

    SnapshotCopy(Transfer transfer) {
        this.transfer = transfer;
        this.rowsTotal = transfer.schema().rows();
    }

    /** The rows to copy. */
    static List<TablePart> parts(SourceSchema schema, @Nullable ChosenRows chosen) {
        List<SourceTable> tables = schema.tables().stream()
                .filter(table -> !table.copied().isEmpty())
                .toList();
        return TablePart.of(tables, chosen);
    }

    /**
     * @param rowsMeant how many rows the parts have, or less than 0 where only the catalog's estimate is known
     * @param partsThere rows by part that need not be written again; they are read for the leak check
     * @return rows by table
     */
    Map<Long, Long> run(List<TablePart> parts, long rowsMeant, Map<String, Long> partsThere) {
        there = partsThere;
        transfer.schema().tables().forEach(table -> rows.put(table.oid(), new AtomicLong()));
        if (rowsMeant >= 0) {
            rowsTotal = rowsMeant;
        }
        Queue<TablePart> left = new ConcurrentLinkedQueue<>(parts);
        Crew.run(
                Math.min(transfer.spec().readers(), parts.size()),
                Troubles.terms("copying rows"),
                () -> new Bench(left));
        return rows.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().get()));
    }

    /** Whether the source has other rows for a part than those that an earlier process wrote. */
    boolean differs() {
        return differs;
    }

    static String columns(SourceTable table) {
        return table.copied().stream().map(column -> Sql.quote(column.name())).collect(Collectors.joining(", "));
    }

    /** A session at each end, and pseudonyms of its own. */
    private final class Bench implements Crew.Bench {

        private final Pseudonyms pseudonyms =
                new Pseudonyms(transfer.spec().key(), transfer.rules().keptMailDomains());
        private final Ledger.Writer writer = transfer.ledger().writer();
        private final Map<Long, RowTransform> transforms = new ConcurrentHashMap<>();
        private final Bytes buffer = new Bytes(BUFFER_BYTES * 2);
        private final Queue<TablePart> left;
        private volatile Connection source;
        private volatile Connection sink;

        Bench(Queue<TablePart> left) throws SQLException {
            this.left = left;
            source = transfer.snapshot().join();
            try {
                sink = openSink();
            } catch (SQLException e) {
                source.close();
                throw e;
            }
        }

        private Connection openSink() throws SQLException {
            Connection opened = Snapshot.openTarget(transfer.target());
            opened.setAutoCommit(false);
            return opened;
        }

        @Override
        public List<Connection> connections() {
            return List.of(source, sink);
        }

        @Override
        public boolean next() throws SQLException, InterruptedException {
            TablePart part = left.poll();
            if (part != null) {
                bring(part);
            }
            return part != null;
        }

        private void bring(TablePart part) throws SQLException, InterruptedException {
            while (true) {
                try {
                    if (!copy(part)) {
                        // Its transaction had come to its end when the connection was lost.
                        rows(part).addAndGet(skip(part));
                    }
                    return;
                } catch (SQLException e) {
                    if (!Troubles.isLostConnection(e)) {
                        throw BrokenConstraint.explain(transfer, part.table(), e);
                    }
                    transfer.progress().report("connecting again, after a lost connection", rowsDone.get(), -1);
                    connectAgain(part, e);
                }
            }
        }

        private void connectAgain(TablePart part, SQLException lost) throws SQLException, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                if (!transfer.snapshot().isHeld()) {
                    throw Troubles.explain(
                            "copying table " + part.table().label() + " (the session that held the snapshot is gone)",
                            lost);
                }
                try {
                    closeQuietly();
                    source = transfer.snapshot().join();
                    sink = openSink();
                    return;
                } catch (SQLException e) {
                    if (!Troubles.isLostConnection(e) || System.nanoTime() > deadline) {
                        lost.addSuppressed(e);
                        throw Troubles.explain("copying table " + part.table().label(), lost);
                    }
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        }

        private AtomicLong rows(TablePart part) {
            return Objects.requireNonNull(rows.get(part.table().oid()));
        }

        private RowTransform transform(SourceTable table) {
            return transforms.computeIfAbsent(
                    table.oid(), oid -> new RowTransform(table, transfer.rules(), pseudonyms, writer));
        }

        /** @return false where the part is there already */
        private boolean copy(TablePart part) throws SQLException, InterruptedException {
            if (there.containsKey(part.name()) || Checkpoint.hasArrived(sink, part)) {
                sink.rollback();
                return false;
            }
            SourceTable table = part.table();
            CopyIn in = sink.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + table.quoted() + " (" + columns(table) + ") FROM STDIN");
            long read;
            try {
                read = read(part, bytes -> in.writeToCopy(bytes.array(), 0, bytes.size()));
                in.endCopy();
            } finally {
                if (in.isActive()) {
                    in.cancelCopy();
                }
            }
            Checkpoint.arrived(sink, part, read);
            sink.commit();
            rows(part).addAndGet(read);
            return true;
        }

        /** Reads what is there already, for the leak check. */
        private long skip(TablePart part) throws SQLException, InterruptedException {
            long read = read(part, bytes -> {});
            Long written = there.get(part.name());
            if (written != null && written != read) {
                differs = true;
                throw AnonymizeException.machine(
                        "An earlier run wrote " + written + " rows of table "
                                + part.table().label() + " where the source now has " + read
                                + ". The target is not whole. Run the same command again: it begins anew.",
                        null);
            }
            return read;
        }

        private long read(TablePart part, Output output) throws SQLException, InterruptedException {
            SourceTable table = part.table();
            RowTransform transform = transform(table);
            CopyOut out = source.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT " + columns(table) + " FROM " + part.from() + ") TO STDOUT");
            long read = 0;
            long told = 0;
            long bytesRead = 0;
            buffer.clear();
            try {
                for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                    transform.apply(row, buffer);
                    read++;
                    bytesRead += row.length;
                    if (buffer.size() >= BUFFER_BYTES) {
                        output.write(buffer);
                        buffer.clear();
                        tell(table, read - told, bytesRead);
                        told = read;
                        bytesRead = 0;
                    }
                }
                output.write(buffer);
                tell(table, read - told, bytesRead);
                return read;
            } finally {
                if (out.isActive()) {
                    out.cancelCopy();
                }
            }
        }

        private void tell(SourceTable table, long more, long bytesRead) throws InterruptedException {
            long done = rowsDone.addAndGet(more);
            transfer.progress().report("copying " + table.label(), done, Math.max(rowsTotal, done));
            transfer.spec().throttle().read(more, bytesRead);
        }

        private void closeQuietly() {
            for (Connection connection : connections()) {
                try {
                    connection.close();
                } catch (SQLException e) {
                    // It is gone, which is why it is closed.
                }
            }
        }

        @Override
        public void close() throws SQLException {
            try {
                source.close();
            } finally {
                sink.close();
            }
        }
    }

    /** Takes what was put together. */
    private interface Output {
        void write(Bytes bytes) throws SQLException;
    }
}
