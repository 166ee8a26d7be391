package dev.rehearse.data.anonymize;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads columns of a table by COPY and shows their leaves. One thread. */
final class ColumnScan {

    private ColumnScan() {}

    /**
     * @param quoted the table in SQL, with ONLY where that is meant
     * @return rows read
     */
    static long scan(
            Connection connection, String quoted, List<SourceColumn> columns, Function<SourceColumn, Leaf> leaves)
            throws SQLException {
        String names = columns.stream()
                .map(column -> SourceReader.quote(column.name()))
                .collect(Collectors.joining(", "));
        List<Leaf> each = columns.stream().map(leaves).toList();
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT " + names + " FROM " + quoted + ") TO STDOUT");
        long rows = 0;
        try {
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                rows++;
                int start = 0;
                for (int i = 0; i < columns.size(); i++) {
                    int end = CopyText.fieldEnd(row, start);
                    String value = CopyText.decoded(row, start, end);
                    if (value != null) {
                        SourceColumn column = columns.get(i);
                        ValueShape.map(column.type(), column.name(), value, false, each.get(i));
                    }
                    start = end + 1;
                }
            }
            return rows;
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
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
            read(ValueType.Kind.TEXT, "", key, true);
            return key;
        }
    }
}
