package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.Throttle;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.rules.Rules;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.value.Leaf;
import dev.rehearse.data.anonymize.value.RecordingLeaf;
import dev.rehearse.data.anonymize.value.ValueShape;
import dev.rehearse.data.load.Crew;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Shows every leaf of the source that may identify somebody, the rows shared out to several sessions. */
public final class SourceScan {

    /** Hears of the leaves that one session reads. One thread. */
    public interface Listener {

        /**
         * @param name as in {@link Leaf}, or null for a key
         * @param personal whether what it says belongs to a person
         */
        void leaf(
                SourceTable table,
                SourceColumn column,
                ValueType.Kind kind,
                @Nullable String name,
                String value,
                boolean inside,
                boolean personal);

        /** The leaves of a row were all told. */
        default void row() {}
    }

    /** Makes the listener of one session. */
    public interface Listeners {
        Listener make();
    }

    private SourceScan() {}

    public static void scan(Transfer transfer, String doing, Listeners listeners) {
        List<SourceTable> tables = transfer.schema().tables().stream()
                .filter(table -> !read(table, transfer.rules()).isEmpty())
                .toList();
        Queue<TablePart> left = new ConcurrentLinkedQueue<>(TablePart.of(tables, null));
        RowsRead rows = new RowsRead(transfer.progress(), tables);
        Crew.run(
                Math.min(transfer.spec().readers(), left.size()),
                Troubles.terms(doing),
                () -> new Bench(
                        left,
                        transfer.snapshot().join(),
                        transfer.rules(),
                        transfer.spec().throttle(),
                        doing,
                        rows,
                        listeners.make()));
    }

    private static List<SourceColumn> read(SourceTable table, Rules rules) {
        return table.copied().stream()
                .filter(column -> rules.of(table, column).checks(column))
                .toList();
    }

    private record Bench(
            Queue<TablePart> left,
            Connection source,
            Rules rules,
            Throttle throttle,
            String doing,
            RowsRead rows,
            Listener listener)
            implements Crew.Bench {

        @Override
        public List<Connection> connections() {
            return List.of(source);
        }

        @Override
        public boolean next() throws SQLException, InterruptedException {
            TablePart part = left.poll();
            if (part != null) {
                scan(part);
            }
            return part != null;
        }

        private void scan(TablePart part) throws SQLException, InterruptedException {
            SourceTable table = part.table();
            List<SourceColumn> read = SourceScan.read(table, rules);
            rows.report(doing);
            List<Leaf> readers = new ArrayList<>();
            read.forEach(column -> readers.add(reader(table, column)));
            rows.add(ColumnScan.scan(source, part, read, throttle, values -> {
                for (int i = 0; i < values.length; i++) {
                    String value = values[i];
                    if (value != null) {
                        SourceColumn column = read.get(i);
                        ValueShape.map(column.type(), column.name(), value, false, readers.get(i));
                    }
                }
                listener.row();
            }));
        }

        private Leaf reader(SourceTable table, SourceColumn column) {
            ColumnRule rule = rules.of(table, column);
            return new ColumnScan.Reader() {

                @Override
                public void read(ValueType.Kind kind, String name, String value, boolean inside) {
                    if (RecordingLeaf.isTelling(rule, kind, value)) {
                        boolean isPersonal = RecordingLeaf.isPersonal(name, value, inside, rule.personal());
                        listener.leaf(table, column, kind, name, value, inside, isPersonal);
                    }
                }

                @Override
                public String key(String key) {
                    listener.leaf(table, column, ValueType.Kind.TEXT, null, key, true, false);
                    return key;
                }
            };
        }

        @Override
        public void close() throws SQLException {
            source.close();
        }
    }
}
