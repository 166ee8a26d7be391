package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a column that a check wants to be what the server computes of the row's other values, as a digest of its key. The server
 * computes them block by block, while the rows are loaded; each thread keeps its last block, because it works on neighbouring rows.
 */
public final class ServerValues implements Values {

    private static final int BLOCK = 1_000;

    private final Table table;
    private final Probe probe;
    private final List<Column> read;
    private final List<Values> values;
    private final String expression;
    private final Values otherwise;
    private final long rows;
    private final ThreadLocal<Block> last = ThreadLocal.withInitial(() -> new Block(-1, List.of()));

    private record Block(long number, List<@Nullable String> values) {}

    /**
     * @param read the columns that the expression reads
     * @param expression what the server computes; of the column's type
     * @param otherwise what rows have of which it computes nothing
     */
    ServerValues(TablePlan plan, Probe probe, List<Column> read, String expression, Values otherwise) {
        this.table = plan.table();
        this.probe = probe;
        this.read = read;
        this.values = read.stream()
                .map(column -> plan.values(table.indexOf(column.number())))
                .toList();
        this.expression = expression;
        this.otherwise = otherwise;
        this.rows = plan.rows();
    }

    @Override
    public void write(long row, CopyBuffer out) {
        @Nullable String value = block(row / BLOCK).values.get((int) (row % BLOCK));
        if (value == null) {
            otherwise.write(row, out);
        } else {
            out.put(CopyBuffer.escape(value));
        }
    }

    private Block block(long number) {
        Block block = last.get();
        if (block.number != number) {
            block = new Block(number, compute(number * BLOCK));
            last.set(block);
        }
        return block;
    }

    private List<@Nullable String> compute(long first) {
        List<byte[][]> cells = new ArrayList<>();
        for (long row = first; row < Math.min(rows, first + BLOCK); row++) {
            byte[][] own = new byte[read.size()][];
            for (int c = 0; c < own.length; c++) {
                own[c] = SampledRows.cell(values.get(c), row);
            }
            cells.add(own);
        }
        try {
            synchronized (probe) {
                return probe.evaluated(table, read, cells, expression);
            }
        } catch (SQLException e) {
            throw Failures.explain("computing values of table " + table.label(), e);
        }
    }
}
