package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.Mix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The foreign keys of one table.
 *
 * @param all those that decide before those that must match
 */
public record ForeignKeyUses(List<ForeignKeyUse> all) {

    public static ForeignKeyUses of(Table table, Map<Long, TablePlan> plans, long randomSeed) {
        return new ForeignKeyUses(decided(table, plans).stream()
                .map(use -> KeyLoop.of(table, use, plans)
                        .or(() -> KeyLoop.mutual(table, use, plans))
                        .map(loop -> use.inStep(
                                loop,
                                Mix.seed(
                                        randomSeed,
                                        table.schema(),
                                        table.name(),
                                        use.foreignKey().name())))
                        .orElse(use))
                .toList());
    }

    /** The same where loops of foreign keys are as they stand. */
    static List<ForeignKeyUse> decided(Table table, Map<Long, TablePlan> plans) {
        List<ForeignKey> ordered = new ArrayList<>(table.foreignKeys());
        ordered.sort(Comparator.comparing(ForeignKey::isSelfReference)
                // What refers back has its values from here.
                .thenComparing(foreignKey -> refersBack(table, foreignKey, plans))
                .thenComparing(foreignKey -> -foreignKey.columns().size())
                // One that is left out in some rows decides nothing there.
                .thenComparing(foreignKey -> foreignKey.columns().stream()
                        .anyMatch(column -> table.indexOf(column) >= 0
                                && !table.column(column).notNull())));
        Set<Integer> taken = new HashSet<>();
        List<ForeignKeyUse> uses = new ArrayList<>();
        for (ForeignKey foreignKey : ordered) {
            List<Integer> own = new ArrayList<>();
            List<Integer> shared = new ArrayList<>();
            for (int column : foreignKey.columns()) {
                // One that is the same in all rows only leaves fewer parents to choose from.
                if (table.constant(column).isEmpty()) {
                    (taken.contains(column) || table.indexOf(column) < 0 ? shared : own).add(column);
                }
            }
            taken.addAll(own);
            TablePlan parent = plans.get(foreignKey.parent());
            if (parent != null) {
                uses.add(new ForeignKeyUse(foreignKey, parent, own, shared, List.of()));
            }
        }
        return uses;
    }

    /** Whether the parent has the values of a column from here, where they come from yet another table. */
    private static boolean refersBack(Table table, ForeignKey foreignKey, Map<Long, TablePlan> plans) {
        TablePlan parent = plans.get(foreignKey.parent());
        return parent != null
                && !foreignKey.isSelfReference()
                && parent.table().foreignKeys().stream()
                        .filter(back -> back.parent() == table.oid())
                        .flatMap(back -> IntStream.range(0, back.columns().size())
                                .filter(i -> foreignKey
                                        .parentColumns()
                                        .contains(back.columns().get(i)))
                                .mapToObj(i -> List.of(
                                        back.columns().get(i),
                                        back.parentColumns().get(i))))
                        .filter(pair -> foreignKey
                                .columns()
                                .get(foreignKey.parentColumns().indexOf(pair.get(0)))
                                .equals(pair.get(1)))
                        .anyMatch(pair -> table.foreignKeys().stream()
                                .anyMatch(other -> other != foreignKey
                                        && !other.isSelfReference()
                                        && other.columns().contains(pair.get(1))));
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
