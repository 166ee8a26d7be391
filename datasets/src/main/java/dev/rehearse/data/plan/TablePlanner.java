package dev.rehearse.data.plan;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plan.key.ExclusiveReferences;
import dev.rehearse.data.plan.key.KeySolver;
import dev.rehearse.data.plan.key.PartialIndexes;
import dev.rehearse.data.plan.key.ProfiledKeys;
import dev.rehearse.data.plan.reference.ForbiddenKeys;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.reference.ForeignKeyUses;
import dev.rehearse.data.plan.reference.ForeignKeyValues;
import dev.rehearse.data.plan.reference.ParentsApart;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.ComputedKeys;
import dev.rehearse.data.plan.trial.Doubt;
import dev.rehearse.data.plan.trial.RefusedEdges;
import dev.rehearse.data.plan.trial.TriedValues;
import dev.rehearse.data.plan.values.ColumnFreedom;
import dev.rehearse.data.plan.values.DifferingColumns;
import dev.rehearse.data.plan.values.FramedValues;
import dev.rehearse.data.plan.values.Happenings;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.plan.values.PlainValues;
import dev.rehearse.data.plan.values.PlanContext;
import dev.rehearse.data.plan.values.PossibleValues;
import dev.rehearse.data.plan.values.ReferableRows;
import dev.rehearse.data.plan.values.TreeDepth;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides how each column of one table is made. The parents' plans are complete, except in a cycle of foreign keys. */
public final class TablePlanner {

    private final TablePlan plan;
    private final Table table;
    private final PlanContext context;
    private final CheckSolver checks;
    private final ForeignKeyUses foreignKeys;
    private final ComputedKeys computedKeys;
    private final PossibleValues possible;
    private final Set<Integer> tried = new HashSet<>();
    private final KeyNumbering numbering = new KeyNumbering();
    private final ColumnFreedom freedom;
    private final PlainValues plain;

    public TablePlanner(TablePlan plan, PlanContext context) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.checks = new CheckSolver(table);
        this.foreignKeys =
                ForeignKeyUses.of(table, context.plans(), context.spec().randomSeed());
        this.computedKeys = new ComputedKeys(plan, context.probe());
        this.possible = new PossibleValues(plan, context, checks, foreignKeys.deciding(), computedKeys);
        this.freedom = new ColumnFreedom(plan, context, checks, possible, foreignKeys, tried, numbering);
        this.plain = new PlainValues(plan, context, possible, numbering);
        plan.partitions(possible.partitions());
    }

    /** @throws DatasetException for what cannot be satisfied; all that is known of it */
    public void plan() throws SQLException {
        limitToAllowed();
        limitToReferable();
        addDoubtful();
        ExclusiveReferences exclusive = ExclusiveReferences.of(
                plan, foreignKeys.deciding(), checks.unsolved(), context.probe(), possible.seed("exclusive"));
        chooseTriedColumns();
        possible.readFirstNumbers();
        ProfiledKeys profiled = new ProfiledKeys(plan, context, possible, tried);
        PartialIndexes partial = new PartialIndexes(plan, foreignKeys.deciding(), possible, freedom, numbering);
        KeySolver keys = new KeySolver(plan, foreignKeys, possible, profiled, numbering, partial, exclusive);
        keys.solve();
        DifferingColumns differing = new DifferingColumns(plan, checks, freedom);
        Set<Integer> numbered = new HashSet<>();
        if (partial.haveAllRows()) {
            // In any other order of the rows the keys would be as unique.
            table.columns().stream()
                    .map(Column::number)
                    .filter(numbering::isUniqueAlone)
                    .forEach(numbered::add);
        }
        differing.turnApart(numbering, numbered);
        makeValues(profiled, numbered);
        partial.write(plain);
        differing.avoidEqual();
        List<String> problems = new ArrayList<>(new TriedValues(
                        plan,
                        context.probe(),
                        freedom::mustKeep,
                        freedom::freelyChosen,
                        freedom::isComputable,
                        this::sampled,
                        possible.seed("tried"))
                .satisfy(checks.unsolved()));
        keys.limitUnproven();
        problems.addAll(computedKeys.unsatisfied(this::sampled, this::isUnknown));
        plan.planned();
        if (!problems.isEmpty()) {
            throw DatasetException.spec(String.join("\n", problems));
        }
        if (table.columns().stream().noneMatch(this::isUnknown)) {
            new RefusedEdges(plan, context.probe()).leaveOut();
        }
    }

    /** A table that is there to be inherited from alone says so by a check. */
    private void limitToAllowed() {
        table.checks().stream()
                .filter(check -> plan.rows() > 0 && check.expression().equals("false"))
                .findFirst()
                .ifPresent(check ->
                        plan.limitRows(0, "the check constraint " + check.name() + ", which no row satisfies,"));
    }

    private void limitToReferable() throws SQLException {
        ReferableRows referable = new ReferableRows(plan, context, foreignKeys);
        referable.refuseUnknown();
        referable.leaveOutNullKeys();
        referable.leaveOutUsed();
        referable.leaveOutOthersThanConstants();
        new ForbiddenKeys(plan, checks, context.probe()).leaveOut(foreignKeys.deciding());
        new ParentsApart(table, foreignKeys.deciding(), foreignKeys.echoes(), checks).keep();
        referable.limit();
    }

    /** @param numbered columns that are numbered by the rows as they come */
    private void makeValues(ProfiledKeys profiled, Set<Integer> numbered) throws SQLException {
        FramedValues framed = new FramedValues(plan, context, possible, plain, numbered, tried);
        framed.shapeLesser();
        for (Column column : table.columns()) {
            if (!possible.isForeign(column)) {
                plan.values(table.indexOf(column.number()), framed.of(column));
            }
        }
        for (ForeignKeyUse use : foreignKeys.deciding()) {
            new ForeignKeyValues(
                            plan,
                            use,
                            context.nullShare(
                                    table,
                                    table.column(use.owned().get(0)),
                                    context.spec().edgeCaseShare()),
                            profiled.of(use),
                            possible.seed(use.foreignKey().name()))
                    .fill(this::besides, tried);
        }
        new TreeDepth(plan, foreignKeys.deciding(), possible).write(tried);
        new Happenings(plan, context, possible, plain, tried).write();
    }

    /** What the server computes of a row, and may fail at, asks for other values like a check. */
    private void addDoubtful() throws SQLException {
        for (Table.Computed computed : table.computed()) {
            // What must be in order is so in rows alone, not in examples of each column.
            boolean ordered = checks.orderings().stream()
                    .anyMatch(o -> computed.columns().containsAll(List.of(o.lesser(), o.greater())));
            if (plan.rows() > 0
                    && !ordered
                    && new Doubt(table, computed).isJustified(context.probe(), possible::examples)) {
                checks.unsolved()
                        .add(new CheckConstraint(
                                (computed.isColumn() ? "the generated column " : "the index ") + computed.name(),
                                "((" + computed.expression() + ") IS NULL) IN (false"
                                        + (computed.notNull() ? ")" : ", true)"),
                                computed.columns()));
            }
        }
    }

    /** Values of a column whose foreign key is left out in some rows: what another one asks of it there, or any. */
    private Values besides(Column column) {
        return foreignKeys.echoes().stream()
                .filter(use -> use.shared().equals(List.of(column.number()))
                        && use.foreignKey().partition() == 0
                        && use.parent().isPlanned()
                        && use.parent().parents() > 0)
                .findFirst()
                .map(use -> {
                    int key = use.foreignKey().parentColumns().get(0);
                    ParentChoice any = ParentChoice.skewed(
                            use.parent()::parents,
                            0,
                            possible.seed(use.foreignKey().name()));
                    return (Values) (row, out) -> use.parent().writeKey(key, any.parent(row), out);
                })
                .orElseGet(() -> plain.ofOrExplain(column));
    }

    /** In a cycle of foreign keys a parent may have no values yet; a plain one stands for them. */
    private Values sampled(Column column) {
        return isUnknown(column) ? plain.ofOrExplain(column) : plan.values(table.indexOf(column.number()));
    }

    private boolean isUnknown(Column column) {
        return foreignKeys.deciding().stream()
                .anyMatch(use -> use.owned().contains(column.number())
                        && use.parent() != plan
                        && !use.parent().isPlanned());
    }

    /** Columns of checks that have no solved form, and of orderings that touch them. */
    private void chooseTriedColumns() {
        boolean more = true;
        checks.unsolved().removeIf(check -> check.columns().stream().anyMatch(number -> table.indexOf(number) < 0));
        while (more) {
            checks.unsolved().forEach(check -> tried.addAll(check.columns()));
            Set<Integer> greater = new HashSet<>();
            more = checks.orderings().removeIf(ordering -> {
                boolean solvable = freedom.isBoundable(ordering.greater())
                        && freedom.isBoundable(ordering.lesser())
                        && greater.add(ordering.greater());
                if (!solvable) {
                    checks.unsolved().addAll(ordering.sources());
                }
                return !solvable;
            });
        }
    }
}
