package dev.rehearse.data.plan.table;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.MigrationHistory;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableGraph;
import dev.rehearse.data.catalog.TableNames;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.twin.ProfileUse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many rows each table shall have: what the spec says, or its profile, or else the default over ten for every step of foreign keys between the table
 * and the leaves, but not under a floor of 100. What is kept has what it has, and so has what had rows before, but for what was only begun, and where a
 * migration tool keeps its history.
 */
public final class RowTargets {

    private static final long FAN_OUT = 10;
    private static final long FLOOR = 100;

    /** So few rows of what is no list of possible values, such as a first user, are but a beginning. */
    private static final long FIRST_ROWS = 3;

    /** A key of shorter texts is one of codes, and what is made up may be there already. */
    private static final int LEAST_LENGTH = 16;

    private final Map<Long, Long> chosen = new HashMap<>();
    private final Map<Long, Integer> heights;
    private final long defaultRows;
    private final Set<Long> kept = new HashSet<>();
    private final Set<Long> referenced = new HashSet<>();

    public RowTargets(List<Table> tables, TableGraph graph, DatasetSpec spec, ProfileUse profile) {
        this.heights = graph.heights();
        this.defaultRows = spec.defaultRows();
        tables.stream()
                .flatMap(table -> table.foreignKeys().stream())
                .filter(foreignKey -> !foreignKey.isSelfReference())
                .forEach(foreignKey -> referenced.add(foreignKey.parent()));
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
    }

    public boolean isChosen(Table table) {
        return chosen.containsKey(table.oid());
    }

    /**
     * Whether a table has but its first rows, and gets more without being named: a root user, a default tenant. A list of possible values does not say when
     * each was made, and to settings nothing refers; the rows that there are must not stand in the way of new ones.
     */
    public boolean isBegun(Table table) {
        return table.existingRows() > 0
                && table.existingRows() <= FIRST_ROWS
                && referenced.contains(table.oid())
                && table.columns().stream()
                        .anyMatch(column -> column.type().kind().isInstant()
                                && ColumnName.of(column.name()).isCreation())
                && table.keys().stream()
                        .filter(key -> key.predicate() == null)
                        .allMatch(key -> key.elements().isEmpty()
                                && key.columns().stream().anyMatch(number -> isOfItsOwn(table, number)));
    }

    /** Whether a column has as many different values as are asked for, and no other table's. */
    private static boolean isOfItsOwn(Table table, int number) {
        return table.indexOf(number) >= 0
                && table.foreignKeys().stream()
                        .filter(foreignKey -> foreignKey.columns().contains(number))
                        .allMatch(foreignKey -> foreignKey.columns().stream()
                                .anyMatch(each -> table.indexOf(each) >= 0
                                        && !table.column(each).notNull()))
                && new CheckSolver(table).restriction(table.column(number)).allowed() == null
                && switch (table.column(number).type().kind()) {
                    case INT4, INT8, UUID -> true;
                    case TEXT -> table.column(number).type().maxLength() >= LEAST_LENGTH;
                    default -> false;
                };
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
        long share = defaultRows;
        for (int step = 0; step < heights.getOrDefault(table.oid(), 0); step++) {
            share /= FAN_OUT;
        }
        return Math.max(share, Math.min(defaultRows, FLOOR));
    }
}
