package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.ParentChoice;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How far each row of a tree is from its root, where a column is named so: {@code depth} counts from 0, {@code level} from 1, either from what its
 * checks ask at least.
 *
 * @param uses the foreign keys that decide columns, with the rows that they have chosen
 */
public record TreeDepth(TablePlan plan, List<ForeignKeyUse> uses, PossibleValues possible) {

    private static final Set<String> LEVELS = Set.of("level", "lvl");
    private static final Set<String> TREES = Set.of("tree", "node", "nesting", "nested", "hierarchy");

    /** Rows above one another that are counted at most; a chain of all rows is none of a tree. */
    private static final int DEEPEST = 200;

    /** Gives such a column its values, if nothing else decides them. */
    public void write(Set<Integer> decided) {
        Table table = plan.table();
        Optional<ForeignKeyUse> up = uses.stream()
                .filter(use -> use.foreignKey().isSelfReference())
                .min(Comparator.comparing(
                        use -> table.columnNames(use.foreignKey().columns()).stream()
                                .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("parent"))));
        table.columns().stream()
                .filter(column -> up.isPresent() && isDepth(column) && !decided.contains(column.number()))
                .filter(column ->
                        table.keys().stream().noneMatch(key -> key.columns().contains(column.number())))
                .filter(column -> !possible.isForeign(column)
                        && !possible.partitions().decide(column.number())
                        && !possible.isOrdered(column.number())
                        && possible.profiled(column, false) == null)
                .forEach(column -> first(column).ifPresent(first -> {
                    ForeignKeyUse use = up.orElseThrow();
                    plan.values(table.indexOf(column.number()), (row, out) -> out.putLong(first + above(use, row)));
                }));
    }

    private static boolean isDepth(Column column) {
        ColumnName name = ColumnName.of(column.name());
        List<String> words = name.words();
        return column.type().kind().isInteger()
                && (name.endsWith("depth") || LEVELS.contains(name.last()))
                && words.subList(0, words.size() - 1).stream().allMatch(TREES::contains);
    }

    /** What a root has; nothing where checks leave too few numbers. */
    private Optional<Long> first(Column column) {
        Restriction r = possible.restriction(column);
        long first = LEVELS.contains(ColumnName.of(column.name()).last()) ? 1 : 0;
        BigDecimal low = r.low();
        BigDecimal high = r.high();
        long least = low == null ? first : Math.max(first, low.longValue());
        boolean room = r.allowed() == null && (high == null || high.longValue() >= least + DEEPEST);
        return room ? Optional.of(least) : Optional.empty();
    }

    private long above(ForeignKeyUse use, long row) {
        int depth = 0;
        long at = plan.existing() + row;
        while (at >= plan.existing() && depth < DEEPEST) {
            long parent = use.chosen(at - plan.existing());
            if (parent == ParentChoice.NONE || parent >= at) {
                break;
            }
            depth++;
            at = parent;
        }
        return depth;
    }
}
