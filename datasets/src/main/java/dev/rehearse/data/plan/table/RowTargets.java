package dev.rehearse.data.plan.table;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.MigrationHistory;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableGraph;
import dev.rehearse.data.catalog.TableNames;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.twin.ProfileUse;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many rows each table shall have: what the spec says, or its profile, or else the default where no other refers to it, a tenth of that one step of
 * foreign keys above, and over ten for each further one. Where so many steps would leave too few rows at the top, they are as small as that no table has less
 * than 100 rows or a thousandth, and each more than those above it; 100 are enough for a list of countries or roles. What is kept has what it has, and so has what had rows before, but for what was only begun, and where a
 * migration tool keeps its history.
 */
public final class RowTargets {

    private static final long FAN_OUT = 10;
    private static final long SMALLEST_SHARE = 1_000;
    private static final long FLOOR = 100;

    /** What there are few of, however large the tables are that refer to them. */
    private static final Set<String> LISTS =
            Set.of(("country currency language locale timezone role permission status type kind category"
                            + " severity priority tier unit gender department region")
                    .split(" "));

    private final Map<Long, Long> chosen = new HashMap<>();
    private final Map<Long, Integer> heights;
    private final long defaultRows;
    private final Set<Long> kept = new HashSet<>();
    private final BegunTables begun;

    public RowTargets(List<Table> tables, TableGraph graph, DatasetSpec spec, ProfileUse profile) {
        this.heights = graph.heights();
        this.defaultRows = spec.defaultRows();
        spec.rows().forEach((name, rows) -> {
            try {
                Table table = TableNames.find(tables, name, "the rows of the data set");
                if (chosen.put(table.oid(), rows) != null) {
                    throw DatasetException.spec(
                            "Table " + table.label() + " is named twice under the rows of the data set, once as \""
                                    + name + "\". Name it once.");
                }
            } catch (DatasetException e) {
                throw e.about(name);
            }
        });
        tables.stream()
                .filter(table -> table.isAmong(spec.kept()) || MigrationHistory.isOne(table.name()))
                .forEach(table -> kept.add(table.oid()));
        for (Table table : tables) {
            Long rows = profile.rows(table);
            if (rows != null && !kept.contains(table.oid())) {
                chosen.putIfAbsent(table.oid(), rows);
            }
        }
        this.begun = BegunTables.of(
                tables,
                table -> chosen.containsKey(table.oid())
                        ? chosen.get(table.oid()) <= table.existingRows()
                        : kept.contains(table.oid()));
    }

    public boolean isChosen(Table table) {
        return chosen.containsKey(table.oid());
    }

    /** Whether a table has but its first rows, and gets more without being named. */
    public boolean isBegun(Table table) {
        return begun.contains(table);
    }

    /** Rows in all, those that the table has already included. */
    public long of(Table table) {
        Long rows = chosen.get(table.oid());
        if (rows != null) {
            return rows;
        }
        if (table.existingRows() > 0 && !isBegun(table) || kept.contains(table.oid())) {
            return table.existingRows();
        }
        int height = heights.getOrDefault(table.oid(), 0);
        if (height == 0) {
            return defaultRows;
        }
        long least = Math.min(defaultRows, FLOOR);
        return isList(table) ? least : Math.max(above(height), Math.max(least, defaultRows / SMALLEST_SHARE));
    }

    /** Rows of a table so many steps of foreign keys above the leaves, as far as there are enough. */
    private long above(int height) {
        double tenth = defaultRows / FAN_OUT;
        double least = Math.max(FLOOR, defaultRows / SMALLEST_SHARE);
        int steps = Collections.max(heights.values()) - 1;
        // Not of Math, whose results need not be the same on all machines.
        double step =
                steps < 1 || tenth <= least ? FAN_OUT : Math.min(FAN_OUT, StrictMath.pow(tenth / least, 1.0 / steps));
        return Math.round(tenth / StrictMath.pow(step, height - 1));
    }

    /** Whether others choose from its rows, which nothing adds to: a list of countries, not the roles of each tenant. */
    private static boolean isList(Table table) {
        return LISTS.contains(ColumnName.of(table.name()).ofOne().last())
                && table.foreignKeys().stream().allMatch(ForeignKey::isSelfReference);
    }
}
