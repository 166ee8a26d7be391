package dev.rehearse.data.plan.table;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Those rows of a table which the server is asked about before all of them are made. */
public final class SampledRows {

    /** So many rows are looked at, where there are as many. */
    public static final int COUNT = 1_000;

    private final TablePlan plan;
    private final Function<Column, Values> sampled;
    private final long seed;

    /** @param sampled the values of a column as far as they are known while its table is planned */
    public SampledRows(TablePlan plan, Function<Column, Values> sampled, long seed) {
        this.plan = plan;
        this.sampled = sampled;
        this.seed = seed;
    }

    /** What the columns have in the first rows, in the last, and in some of the others. */
    public List<byte[][]> of(List<Column> columns) {
        List<byte[][]> rows = new ArrayList<>();
        long count = Math.min(plan.rows(), COUNT);
        for (long i = 0; i < count; i++) {
            long row = number(i, count);
            byte[][] cells = new byte[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                cells[c] = cell(columns.get(c), row);
            }
            rows.add(cells);
        }
        return rows;
    }

    /** The row that stands at a place of the sample; the last one is where keys give out. */
    public long number(long place, long count) {
        if (place == count - 1) {
            return plan.rows() - 1;
        }
        return place < count / 2 || plan.rows() <= COUNT ? place : Mix.below(Mix.at(seed, place), plan.rows());
    }

    /** What a column has in a row; null for NULL. */
    public byte @Nullable [] cell(Column column, long row) {
        return cell(sampled.apply(column), row);
    }

    /** What a row has, without counting the edge case that it may be. */
    public static byte @Nullable [] cell(Values values, long row) {
        CopyBuffer scratch = new CopyBuffer(64);
        scratch.counting(false);
        values.write(row, scratch);
        return scratch.textFrom(0) == null ? null : Arrays.copyOf(scratch.array(), scratch.length());
    }
}
