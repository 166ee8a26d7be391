package dev.rehearse.data.plan.table;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plausible.ColumnName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tables that have but their first rows, such as a root user or a default tenant, and what each row of these has of its own, such as its settings. A list
 * of possible values does not say when each was made, and to settings of all nothing refers; the rows that there are must not stand in the way of new ones.
 */
final class BegunTables {

    /** So few rows of what is no list of possible values are but a beginning. */
    private static final long FIRST_ROWS = 3;

    /** A key of shorter texts is one of codes, and what is made up may be there already. */
    private static final int LEAST_LENGTH = 16;

    private final Map<Long, Table> tables = new HashMap<>();
    private final Set<Long> begun = new HashSet<>();
    private final Predicate<Table> stays;

    private BegunTables(List<Table> all, Predicate<Table> stays) {
        this.stays = stays;
        all.forEach(table -> tables.put(table.oid(), table));
        all.stream()
                .flatMap(table -> table.foreignKeys().stream())
                .filter(foreignKey -> !foreignKey.isSelfReference())
                .map(foreignKey -> tables.get(foreignKey.parent()))
                .filter(parent -> parent != null && parent.existingRows() > 0 && parent.existingRows() <= FIRST_ROWS)
                .filter(parent -> !stays.test(parent))
                .forEach(parent -> begun.add(parent.oid()));
        boolean fewer = true;
        while (fewer) {
            fewer = begun.retainAll(tables.values().stream()
                    .filter(this::isBegun)
                    .map(Table::oid)
                    .toList());
        }
    }

    /** @param stays whether a table is to have no more rows than it has */
    static BegunTables of(List<Table> tables, Predicate<Table> stays) {
        return new BegunTables(tables, stays);
    }

    boolean contains(Table table) {
        return begun.contains(table.oid());
    }

    /** Whether a table is one as far as the others that are left are. */
    private boolean isBegun(Table table) {
        return begun.contains(table.oid())
                && (saysWhenMade(table) || isOfOneEach(table))
                && table.keys().stream()
                        .filter(key -> key.predicate() == null)
                        .allMatch(key -> key.elements().isEmpty() && hasRoom(table, key));
    }

    private static boolean saysWhenMade(Table table) {
        return table.columns().stream()
                .anyMatch(column ->
                        isInstant(column) && ColumnName.of(column.name()).isCreation());
    }

    private static boolean isInstant(Column column) {
        SqlType.Kind kind = column.type().kind();
        return kind.isInstant()
                || kind == SqlType.Kind.INT8 && ColumnName.of(column.name()).isInstant();
    }

    /** Whether each row of another of these tables has a row of this one. */
    private boolean isOfOneEach(Table table) {
        return tables.values().stream()
                .filter(this::contains)
                .anyMatch(other -> other.foreignKeys().stream()
                        .anyMatch(foreignKey -> foreignKey.parent() == table.oid()
                                && !foreignKey.isSelfReference()
                                && other.keys().stream()
                                        .anyMatch(key -> key.predicate() == null
                                                && foreignKey.columns().containsAll(key.columns()))));
    }

    private boolean hasRoom(Table table, UniqueKey key) {
        return key.columns().stream().anyMatch(number -> isOfItsOwn(table, number))
                || table.foreignKeys().stream()
                        .anyMatch(foreignKey -> key.columns().containsAll(foreignKey.columns()) && grows(foreignKey));
    }

    /** Whether there will be rows to refer to that none of the first rows refers to. */
    private boolean grows(ForeignKey foreignKey) {
        Table parent = tables.get(foreignKey.parent());
        return parent != null
                && !foreignKey.isSelfReference()
                && (parent.existingRows() == 0 ? !stays.test(parent) : begun.contains(parent.oid()));
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
}
