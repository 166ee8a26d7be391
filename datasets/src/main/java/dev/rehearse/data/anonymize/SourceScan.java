package dev.rehearse.data.anonymize;

import dev.rehearse.data.FillProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Shows every leaf of the source that may identify somebody. */
final class SourceScan {

    /** Hears of a leaf. Called by several threads. */
    interface Listener {
        void leaf(String value, boolean personal);
    }

    private SourceScan() {}

    static void scan(
            Snapshot snapshot,
            SourceSchema schema,
            Rules rules,
            int readers,
            String doing,
            FillProgress progress,
            Listener listener) {
        Workers.run(
                readers, schema.tables(), doing, () -> new Bench(snapshot.join(), rules, doing, progress, listener));
    }

    private record Bench(Connection source, Rules rules, String doing, FillProgress progress, Listener listener)
            implements Workers.Bench<SourceTable> {

        @Override
        public List<Connection> connections() {
            return List.of(source);
        }

        @Override
        public void run(SourceTable table) throws SQLException {
            List<SourceColumn> read = table.copied().stream()
                    .filter(column ->
                            column.type().isTextual() || rules.of(table, column).personal())
                    .toList();
            if (read.isEmpty()) {
                return;
            }
            progress.report(doing, 0, -1);
            ColumnScan.scan(
                    source, (table.partitioned() ? "" : "ONLY ") + table.quoted(), read, column -> leaf(table, column));
        }

        private ColumnScan.Reader leaf(SourceTable table, SourceColumn column) {
            boolean personal = rules.of(table, column).personal();
            return (kind, name, value, inside) -> {
                if (RecordingLeaf.isTelling(kind, value)) {
                    listener.leaf(value, RecordingLeaf.isPersonal(name, inside, personal));
                }
            };
        }

        @Override
        public void close() throws SQLException {
            source.close();
        }
    }
}
