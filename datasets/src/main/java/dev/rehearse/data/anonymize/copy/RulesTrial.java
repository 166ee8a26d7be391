package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.leak.Transfer;
import dev.rehearse.data.anonymize.source.Snapshot;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.text.Bytes;
import dev.rehearse.data.anonymize.value.Pseudonyms;
import dev.rehearse.data.anonymize.value.RowTransform;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Brings the first rows of every table to the target and takes them back, so that the constraints that the rules break are known before
 * anything is copied, and all at once. One thread.
 */
final class RulesTrial {

    private static final int ROWS = 500;
    private static final int BUFFER_BYTES = 64 << 10;
    /** Of wide rows, such as files, fewer are tried than read. */
    private static final int MOST_BYTES = 16 << 20;

    private final Transfer transfer;
    private final Pseudonyms pseudonyms;
    private final Set<String> broken = new TreeSet<>();

    private RulesTrial(Transfer transfer) {
        this.transfer = transfer;
        this.pseudonyms = new Pseudonyms(transfer.spec().key(), transfer.rules().keptMailDomains());
    }

    /** @throws AnonymizeException when a constraint does not hold */
    static void run(Transfer transfer, List<TablePart> parts) throws SQLException {
        RulesTrial trial = new RulesTrial(transfer);
        Set<Long> tried = new HashSet<>();
        try (Connection source = transfer.snapshot().join();
                Connection sink = Snapshot.openTarget(transfer.target())) {
            sink.setAutoCommit(false);
            for (TablePart part : parts) {
                if (tried.add(part.table().oid())) {
                    trial.bring(part.table(), trial.rows(source, part), sink);
                    sink.rollback();
                }
            }
        } catch (SQLException e) {
            // The copying connects again.
            if (!Troubles.isLostConnection(e)) {
                throw e;
            }
        }
        if (!trial.broken.isEmpty()) {
            throw AnonymizeException.input(String.join("\n", trial.broken) + "\nNothing was copied.");
        }
    }

    private Bytes rows(Connection source, TablePart part) throws SQLException {
        RowTransform transform = new RowTransform(
                part.table(), transfer.rules(), pseudonyms, transfer.ledger().writer());
        Bytes rows = new Bytes(BUFFER_BYTES);
        CopyOut out = source.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT " + SnapshotCopy.columns(part.table()) + " FROM " + part.from() + " LIMIT "
                        + ROWS + ") TO STDOUT");
        try {
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                // Read to the end: to cancel it would end the transaction that sees the snapshot.
                if (rows.size() < MOST_BYTES) {
                    transform.apply(row, rows);
                }
            }
            return rows;
        } finally {
            if (out.isActive()) {
                out.cancelCopy();
            }
        }
    }

    /** Tries again without each constraint that does not hold. */
    private void bring(SourceTable table, Bytes rows, Connection sink) throws SQLException {
        Set<String> dropped = new HashSet<>();
        while (true) {
            try {
                for (String constraint : dropped) {
                    try (Statement drop = sink.createStatement()) {
                        drop.execute("ALTER TABLE " + table.quoted() + " DROP CONSTRAINT " + Sql.quote(constraint));
                    }
                }
                copy(table, rows, sink);
                return;
            } catch (SQLException e) {
                sink.rollback();
                String state = String.valueOf(e.getSQLState());
                if (!state.startsWith("22") && !state.startsWith("23")) {
                    // No fault of a rule: the copying itself says what it is, if it lasts.
                    return;
                }
                broken.add(BrokenConstraint.explain(transfer, table, e).getMessage());
                String constraint = BrokenConstraint.name(e);
                if (constraint == null || !dropped.add(constraint)) {
                    return;
                }
            }
        }
    }

    private static void copy(SourceTable table, Bytes rows, Connection sink) throws SQLException {
        CopyIn in = sink.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + table.quoted() + " (" + SnapshotCopy.columns(table) + ") FROM STDIN");
        try {
            in.writeToCopy(rows.array(), 0, rows.size());
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }
}
