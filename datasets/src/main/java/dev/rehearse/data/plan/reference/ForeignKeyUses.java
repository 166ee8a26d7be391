package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The foreign keys of one table.
 *
 * @param all those that decide before those that must match
 */
public record ForeignKeyUses(List<ForeignKeyUse> all) {

    public static ForeignKeyUses of(Table table, Map<Long, TablePlan> plans, long randomSeed) {
        return new ForeignKeyUses(ForeignKeyUse.of(table, plans, randomSeed));
    }

    /** Those that decide columns. */
    public List<ForeignKeyUse> deciding() {
        return all.stream().filter(use -> !use.owned().isEmpty()).toList();
    }

    /** Those whose columns others decide all. */
    public List<ForeignKeyUse> echoes() {
        return all.stream().filter(use -> use.owned().isEmpty()).toList();
    }

    /** Those that begin a loop. */
    public Stream<ForeignKeyUse> begun() {
        return all.stream().filter(ForeignKeyUse::beginsLoop);
    }

    /** Whether a foreign key must match what another one decides of a column. */
    public boolean isShared(int column) {
        return all.stream().anyMatch(use -> use.shared().contains(column));
    }
}
