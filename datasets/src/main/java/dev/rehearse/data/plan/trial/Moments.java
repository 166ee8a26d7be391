package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the history of a table in order where the points in time of its rows are tried: one column, the anchor, keeps the value of each row, and the
 * others are as far from it as in the combination that the row draws.
 *
 * @param place of the anchor among the columns, or -1 where there is none
 * @param anchor its values
 */
record Moments(List<Column> columns, int place, Values.@Nullable Ordered anchor) {

    static final Moments NONE = new Moments(List.of(), -1, null);

    /** How far a cell is from the anchor that is no point in time, or stands for itself. */
    private static final long FIXED = Long.MIN_VALUE;

    /** The first column that has a point in time in every row is the anchor. */
    static Moments of(TablePlan plan, List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (column.type().kind().isInstant()
                    && column.notNull()
                    && plan.values(plan.table().indexOf(column.number())) instanceof Values.Ordered values) {
                return new Moments(columns, i, values);
            }
        }
        return NONE;
    }

    /** How many microseconds after the anchor each cell of a combination is. */
    long[] distances(byte[][] cells) {
        long[] distances = new long[cells.length];
        Long from = place < 0 ? null : micros(cells[place]);
        for (int i = 0; i < cells.length; i++) {
            Long at = from != null && columns.get(i).type().kind().isInstant() ? micros(cells[i]) : null;
            distances[i] = at == null || from == null ? FIXED : at - from;
        }
        return distances;
    }

    private static @Nullable Long micros(byte @Nullable [] cell) {
        return cell == null ? null : Timeline.parse(new String(cell, StandardCharsets.UTF_8));
    }

    static boolean isFixed(long distance) {
        return distance == FIXED;
    }

    /** Appends what is so far from the anchor of a row. */
    void write(int column, long distance, long row, CopyBuffer out) {
        if (anchor != null) {
            long step = columns.get(column).type().stepMicros();
            long micros = Math.floorDiv(anchor.ordinal(row) + distance, step) * step;
            TemporalValues.write(columns.get(column).type(), micros, out);
        }
    }

    byte[] cell(int column, long distance, long row) {
        CopyBuffer scratch = new CopyBuffer(32);
        write(column, distance, row, scratch);
        return Arrays.copyOf(scratch.array(), scratch.length());
    }
}
