package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.reference.ForeignKeyUses;
import dev.rehearse.data.plan.table.MatchIndex;
import dev.rehearse.data.plan.table.TablePlan;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How freely the values of one table's columns may still be chosen: keys, partitions, checks and foreign keys leave more or less to choose. */
public final class ColumnFreedom {

    private final TablePlan plan;
    private final Table table;
    private final PlanContext context;
    private final CheckSolver checks;
    private final PossibleValues possible;
    private final ForeignKeyUses foreignKeys;
    private final Set<Integer> tried;
    private final KeyNumbering numbering;

    /**
     * @param tried columns whose values are tried on the server later
     * @param numbering what keys have decided so far
     */
    public ColumnFreedom(
            TablePlan plan,
            PlanContext context,
            CheckSolver checks,
            PossibleValues possible,
            ForeignKeyUses foreignKeys,
            Set<Integer> tried,
            KeyNumbering numbering) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.checks = checks;
        this.possible = possible;
        this.foreignKeys = foreignKeys;
        this.tried = tried;
        this.numbering = numbering;
    }

    /** Whether the value may be made within bounds that other columns set. */
    public boolean isBoundable(int number) {
        return !tried.contains(number)
                && !possible.partitions().decide(number)
                && !possible.isForeign(table.column(number));
    }

    /** Whether the value may be one that keeps the row out of a partial index. */
    public boolean mayBreakPredicate(Column column) {
        return (isBoundable(column.number()) || isFreelyOptional(column))
                && !context.isReferenced(table, column)
                && checks.orderings().stream().noneMatch(o -> o.lesser() == column.number());
    }

    /** Whether the value may be that of another row, for it to differ from another column. */
    boolean mayDiffer(int number) {
        return !isFixed(number)
                && (!possible.isForeign(table.column(number))
                        || soleChooser(number).isPresent());
    }

    /** Whether the trying of checks can only ask whether the column is NULL. */
    public boolean mustKeep(int number) {
        return possible.isForeign(table.column(number)) || isFixed(number);
    }

    /** The keys that a column may refer to where nothing but its own foreign key asks which of them; null where more does. */
    @Nullable
    public MatchIndex freelyChosen(int number) {
        return soleChooser(number)
                .filter(use -> !use.isAvoided())
                .map(use -> {
                    List<Integer> key = use.parentColumns(List.of(number));
                    return new MatchIndex(use.parent(), key, key);
                })
                .orElse(null);
    }

    /** Whether a column may have what the server computes of the others, which takes too long for who refers to it. */
    public boolean isComputable(int number) {
        Column column = table.column(number);
        return !possible.isForeign(column)
                && !possible.partitions().decide(number)
                && !context.isReferenced(table, column);
    }

    /** Whether the value of a column is a key's, a partition's or another table's affair. */
    private boolean isFixed(int number) {
        return numbering.isNumbered(number) || possible.partitions().decide(number) || isReferredTo(number);
    }

    /** Whether rows that are planned already refer to a column's values. */
    private boolean isReferredTo(int number) {
        return context.plans().values().stream()
                .filter(child -> child == plan || child.isPlanned() && child.rows() > 0)
                .flatMap(child -> child.table().foreignKeys().stream())
                .anyMatch(foreignKey -> foreignKey.parent() == table.oid()
                        && foreignKey.parentColumns().contains(number));
    }

    /** Whether it is at will which rows refer to another by this column alone. */
    private boolean isFreelyOptional(Column column) {
        return !column.notNull()
                && !tried.contains(column.number())
                && checks.orderings().stream().noneMatch(o -> o.greater() == column.number())
                && !foreignKeys.isShared(column.number())
                && foreignKeys.deciding().stream()
                        .anyMatch(use -> use.owned().equals(List.of(column.number()))
                                && use.decidesAll()
                                && !use.isTied()
                                && use.inStep().isEmpty()
                                && (use.parent() == plan || use.candidates() > 0)
                                && context.profile().column(table, column, plan.rows(), true, 0) == null);
    }

    /** The foreign key that alone chooses the value of a column, by its own will. */
    private Optional<ForeignKeyUse> soleChooser(int number) {
        return foreignKeys.deciding().stream()
                .filter(use -> use.owned().equals(List.of(number))
                        && use.decidesAll()
                        && use.choice() == null
                        && use.foreignKey().partition() == 0
                        && !use.isTied()
                        && !use.foreignKey().isSelfReference()
                        && use.parent().isPlanned()
                        && use.parent().parents() > 0
                        && !foreignKeys.isShared(number)
                        && !isFixed(number))
                .findFirst();
    }
}
