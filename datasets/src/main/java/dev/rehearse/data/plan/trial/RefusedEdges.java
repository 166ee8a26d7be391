package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.column.EdgeCase;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves out the edge cases that a table's triggers refuse. They are loaded while triggers are off, but an application that has these cannot have made
 * such rows, and could change none of them.
 */
public record RefusedEdges(TablePlan plan, Probe probe) {

    /** So many rows are tried to find one that the triggers take. */
    private static final int SAMPLE = 5;

    /** More columns fit into no row of a trial. */
    private static final int MOST_COLUMNS = 200;

    private record Tried(int place, EdgeCase edge) {}

    /** Once all columns have their values. */
    public void leaveOut() throws SQLException {
        Table table = plan.table();
        int columns = table.columns().size();
        List<Tried> tried = new ArrayList<>();
        for (int place = 0; place < columns; place++) {
            for (EdgeCase edge : plan.edgeCases(place)) {
                tried.add(new Tried(place, edge));
            }
        }
        if (tried.isEmpty() || columns > MOST_COLUMNS || !probe.triggers().mayRefuse(table)) {
            return;
        }
        List<byte[][]> rows = new ArrayList<>();
        int usual = (int) Math.min(SAMPLE, plan.rows());
        for (int row = 0; row < usual; row++) {
            rows.add(cells(row));
        }
        // All rows are there at once, so that the server is asked once; each edge case in every usual one.
        for (Tried one : tried) {
            for (int row = 0; row < usual; row++) {
                byte[][] cells = rows.get(row).clone();
                cells[one.place] = one.edge.escaped();
                rows.add(cells);
            }
        }
        Set<Integer> refused = probe.triggers().refused(table, rows);
        for (int row = 0; row < usual; row++) {
            if (!refused.contains(row)) {
                leaveOut(tried, usual, row, refused);
                return;
            }
        }
    }

    private void leaveOut(List<Tried> tried, int usual, int row, Set<Integer> refused) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < tried.size(); i++) {
            if (refused.contains(usual + i * usual + row)) {
                Tried one = tried.get(i);
                plan.edgeCases(one.place).remove(one.edge);
                names.add(plan.table().columns().get(one.place).name());
            }
        }
        if (!names.isEmpty()) {
            plan.refuse(
                    null,
                    "Table " + plan.table().label() + " has not all edge cases in " + String.join(", ", names)
                            + ": its triggers refuse some of them.");
        }
    }

    private byte[][] cells(long row) {
        byte[][] cells = new byte[plan.table().columns().size()][];
        for (int i = 0; i < cells.length; i++) {
            CopyBuffer scratch = new CopyBuffer(64);
            scratch.counting(false);
            plan.values(i).write(row, scratch);
            cells[i] = Arrays.copyOf(scratch.array(), scratch.length());
        }
        return cells;
    }
}
