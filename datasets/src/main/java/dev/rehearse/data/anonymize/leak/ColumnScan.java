package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.Throttle;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.source.ValueType;
import dev.rehearse.data.anonymize.text.CopyText;
import dev.rehearse.data.anonymize.value.Leaf;
import dev.rehearse.data.anonymize.value.RecordingLeaf;
import dev.rehearse.data.catalog.Sql;
import java.nio.charset.CharacterCodingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads columns of a table by COPY. One thread. */
final class ColumnScan {

    /** So often the throttle is asked. */
    private static final int BYTES_AT_ONCE = 64 << 10;

    private ColumnScan() {}

    /** Hears of a row: the columns in their order, null for NULL. The array is used again. */
    interface RowReader {
        void row(@Nullable String[] values) throws InterruptedException;
    }

    /** @return rows read */
    static long scan(
            Connection connection, TablePart part, List<SourceColumn> columns, Throttle throttle, RowReader reader)
            throws SQLException, InterruptedException {
        String names = columns.stream().map(column -> Sql.quote(column.name())).collect(Collectors.joining(", "));
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT " + names + " FROM " + part.from() + ") TO STDOUT");
        @Nullable String[] values = new String[columns.size()];
        long rows = 0;
        long rowsPaid = 0;
        long bytes = 0;
        try {
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                rows++;
                bytes += row.length;
                int start = 0;
                for (int i = 0; i < values.length; i++) {
                    int end = CopyText.fieldEnd(row, start);
                    values[i] = decoded(row, start, end, columns.get(i), part);
                    start = end + 1;
                }
                reader.row(values);
                if (bytes >= BYTES_AT_ONCE) {
                    throttle.read(rows - rowsPaid, bytes);
                    rowsPaid = rows;
                    bytes = 0;
                }
            }
            throttle.read(rows - rowsPaid, bytes);
            return rows;
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static @Nullable String decoded(byte[] row, int start, int end, SourceColumn column, TablePart part) {
        try {
            return CopyText.decoded(row, start, end);
        } catch (CharacterCodingException e) {
            throw Troubles.noText(column.name(), part.table().label(), e);
        }
    }

    /** Shows every leaf to somebody and changes nothing. */
    interface Reader extends Leaf {

        void read(ValueType.Kind kind, String name, String value, boolean inside);

        @Override
        default String value(ValueType.Kind kind, String name, String value, boolean inside) {
            read(kind, name, value, inside);
            return value;
        }

        @Override
        default String key(String key) {
            read(ValueType.Kind.TEXT, "", RecordingLeaf.readableKey(key), true);
            return key;
        }
    }
}
