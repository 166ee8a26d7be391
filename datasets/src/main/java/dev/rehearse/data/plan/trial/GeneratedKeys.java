package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Generated columns that others refer to: the server computes them of the rows that are planned, before they are loaded. */
public final class GeneratedKeys {

    /** Rows of which it computes them; those after these are not referred to. */
    private static final int MOST = 100_000;

    private static final int BLOCK = 10_000;

    private GeneratedKeys() {}

    /** Lets a planned table know the values of a generated column. */
    public static void know(TablePlan plan, Table.Computed generated, Probe probe) throws SQLException {
        Table table = plan.table();
        // Of a constant, of any.
        List<Column> read = generated.columns().isEmpty()
                ? table.columns().stream().limit(1).toList()
                : generated.columns().stream().map(table::column).toList();
        int count = (int) Math.min(plan.rows(), MOST);
        byte[][] keys = new byte[count][];
        for (int from = 0; from < count; from += BLOCK) {
            List<byte[][]> rows = new ArrayList<>();
            for (int row = from; row < Math.min(count, from + BLOCK); row++) {
                long number = row;
                rows.add(read.stream()
                        .map(column -> SampledRows.cell(plan.values(table.indexOf(column.number())), number))
                        .toArray(byte[][]::new));
            }
            int place = from;
            for (@Nullable String key : probe.evaluated(table, read, rows, generated.value())) {
                keys[place++] = key == null ? CopyBuffer.NULL : CopyBuffer.escape(key);
            }
        }
        plan.generated(generated.number(), (row, out) -> out.put(row < count ? keys[(int) row] : CopyBuffer.NULL));
    }
}
