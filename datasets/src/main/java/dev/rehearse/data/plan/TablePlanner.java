package dev.rehearse.data.plan;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides how each column of one table is made. The parents' plans are complete, except in a cycle of foreign keys. */
public final class TablePlanner {

    private final TablePlan plan;
    private final Table table;
    private final PlanContext context;
    private final CheckSolver checks;
    private final List<ForeignKeyUse> uses;
    /** Foreign keys whose columns others decide all. */
    private final List<ForeignKeyUse> echoes;

    private final List<ForeignKeyUse> begun;

    private final ComputedKeys computedKeys;
    private final PossibleValues possible;
    private final PartitionRows partitions;
    private final Set<Integer> tried = new HashSet<>();
    private final Set<Integer> numbered = new HashSet<>();
    private final Map<Integer, LongUnaryOperator> indexes = new HashMap<>();
    private final PlainValues plain;

    public TablePlanner(TablePlan plan, PlanContext context) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.checks = new CheckSolver(table);
        List<ForeignKeyUse> all =
                ForeignKeyUse.of(table, context.plans(), context.spec().randomSeed());
        this.uses = all.stream().filter(use -> !use.owned().isEmpty()).toList();
        this.echoes = all.stream().filter(use -> use.owned().isEmpty()).toList();
        this.begun = all.stream().filter(ForeignKeyUse::beginsLoop).toList();
        this.computedKeys = new ComputedKeys(plan, context.probe());
        this.possible = new PossibleValues(plan, context, checks, uses, computedKeys);
        this.partitions = possible.partitions();
        this.plain = new PlainValues(plan, context, checks, possible, indexes);
        plan.partitions(partitions);
    }

    /** @throws DatasetException for what cannot be satisfied; all that is known of it */
    public void plan() throws SQLException {
        refuseComputedReferences();
        refuseUnknownPartitions();
        leaveOutNullKeys();
        new ForbiddenKeys(plan, checks, context.probe()).leaveOut(uses);
        new ParentsApart(table, uses, echoes, checks).keep();
        limitByParents();
        addDoubtful();
        chooseTriedColumns();
        possible.readFirstNumbers();
        ProfiledKeys profiled = new ProfiledKeys(plan, context, possible, tried);
        KeySolver keys = new KeySolver(
                plan,
                uses,
                begun,
                possible::distinctIfFree,
                this::predicateBreaks,
                tried,
                profiled,
                number -> possible.polymorphic(table.column(number)).isPresent(),
                possible.seed("keys"));
        indexes.putAll(keys.solve());
        table.columns().stream().map(Column::number).filter(keys::isNumbered).forEach(numbered::add);
        turnApart();
        FramedValues framed = new FramedValues(plan, context, possible, plain, numbered, tried);
        for (Column column : table.columns()) {
            if (!possible.isForeign(column)) {
                plan.values(table.indexOf(column.number()), framed.of(column));
            }
        }
        for (ForeignKeyUse use : uses) {
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
        keys.keptOut().stream()
                .filter(rows -> !possible.isForeign(table.column(rows.by().column())))
                .forEach(this::keepOut);
        avoidEqual();
        List<String> problems = new ArrayList<>(new TriedValues(
                        plan,
                        context.probe(),
                        number -> possible.isForeign(table.column(number)) || isFixed(number),
                        this::freelyChosen,
                        this::isComputable,
                        this::sampled,
                        possible.seed("tried"))
                .satisfy(checks.unsolved()));
        problems.addAll(computedKeys.unsatisfied(this::sampled, this::isUnknown));
        plan.planned();
        if (!problems.isEmpty()) {
            throw DatasetException.spec(String.join("\n", problems));
        }
    }

    /** What a generated column will hold is not known where rows must match it. */
    private void refuseComputedReferences() {
        for (ForeignKey foreignKey : table.foreignKeys()) {
            TablePlan parent = context.plans().get(foreignKey.parent());
            if (foreignKey.columns().stream().anyMatch(number -> table.indexOf(number) < 0)
                    || parent != null
                            && foreignKey.parentColumns().stream()
                                    .anyMatch(number -> parent.table().indexOf(number) < 0)) {
                throw DatasetException.spec("Foreign key " + foreignKey.name() + " of table " + table.label()
                        + " reads a generated column, whose values only the server computes. "
                        + Failures.waysOut(table));
            }
        }
    }

    /** Which rows a partition has is not always known. */
    private void refuseUnknownPartitions() {
        Stream.concat(uses.stream(), echoes.stream())
                .filter(use -> use.foreignKey().partition() != 0)
                .filter(use -> use.parent() == plan
                        || !use.parent().isPlanned()
                        || !use.parent().knows(use.foreignKey().partition()))
                .findFirst()
                .ifPresent(use -> {
                    throw DatasetException.spec("Foreign key "
                            + use.foreignKey().name() + " of table " + table.label()
                            + " refers to a single partition of "
                            + use.parent().table().label()
                            + ", and which rows lie in that one only the server knows. " + Failures.waysOut(table));
                });
    }

    /** A row that has NULL in its key cannot be referred to. */
    private void leaveOutNullKeys() {
        for (ForeignKeyUse use : uses) {
            TablePlan parent = use.parent();
            List<Integer> nullable = use.foreignKey().parentColumns().stream()
                    .filter(number -> !parent.table().column(number).notNull())
                    .toList();
            if (!nullable.isEmpty()
                    && use.decidesAll()
                    && !use.foreignKey().isSelfReference()
                    && parent.isPlanned()
                    && LongStream.range(0, parent.parents()).anyMatch(row -> !parent.hasKey(nullable, row))) {
                use.restrict(row -> parent.hasKey(nullable, row));
            }
        }
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
                                "((" + computed.expression() + ") IS NULL) IN (true, false)",
                                computed.columns()));
            }
        }
    }

    /** Two unique columns of equal values must differ: one of them is a row ahead. */
    private void turnApart() {
        for (CheckSolver.Difference difference : checks.differences()) {
            boolean both = numbered.contains(difference.one()) && numbered.contains(difference.other());
            if (both && checks.unsolved().contains(difference.source())) {
                boolean second = table.column(difference.other()).sequence() == null;
                int turned = second ? difference.other() : difference.one();
                indexes.put(turned, row -> (row + 1) % plan.rows());
                numbered.remove(turned);
            }
        }
    }

    /** Of columns that must differ those that are free take the value of another row where they would not. */
    private void avoidEqual() {
        List<CheckSolver.Difference> differences = checks.differences().stream()
                .filter(difference -> checks.unsolved().contains(difference.source()))
                .toList();
        List<Integer> kept = new ArrayList<>();
        List<Integer> free = new ArrayList<>();
        differences.stream()
                .flatMap(difference -> Stream.of(difference.one(), difference.other()))
                .distinct()
                .forEach(number -> (isFreeToDiffer(number) ? free : kept).add(number));
        for (int number : free) {
            // Each differs from those before it, whose values are final.
            List<Values> others = kept.stream()
                    .filter(other -> differences.stream().anyMatch(each -> each.isOf(number, other)))
                    .map(other -> plan.values(table.indexOf(other)))
                    .toList();
            if (!others.isEmpty()) {
                plan.values(
                        table.indexOf(number),
                        new UnequalValues(plan.values(table.indexOf(number)), others, plan.rows()));
            }
            kept.add(number);
        }
    }

    private boolean isFreeToDiffer(int number) {
        return !partitions.decide(number)
                && !isFixed(number)
                && (!possible.isForeign(table.column(number))
                        || soleChooser(number).isPresent());
    }

    /** Whether the value of a column is a key's, a partition's or another table's affair. */
    private boolean isFixed(int number) {
        return plain.isIndexed(number) || partitions.decide(number) || isReferredTo(number);
    }

    /** The keys that a column may refer to where nothing but its own foreign key asks which of them; null where more does. */
    private @Nullable MatchIndex freelyChosen(int number) {
        return soleChooser(number)
                .filter(use -> !use.isAvoided())
                .map(use -> {
                    List<Integer> key = use.parentColumns(List.of(number));
                    return new MatchIndex(use.parent(), key, key);
                })
                .orElse(null);
    }

    /** Whether a column may have what the server computes of the others, which takes too long for who refers to it. */
    private boolean isComputable(int number) {
        Column column = table.column(number);
        return !possible.isForeign(column) && !partitions.decide(number) && !context.isReferenced(table, column);
    }

    /** The foreign key that alone chooses the value of a column, by its own will. */
    private Optional<ForeignKeyUse> soleChooser(int number) {
        boolean shared = Stream.concat(uses.stream(), echoes.stream())
                .anyMatch(use -> use.shared().contains(number));
        return uses.stream()
                .filter(use -> use.owned().equals(List.of(number))
                        && use.decidesAll()
                        && use.choice() == null
                        && use.foreignKey().partition() == 0
                        && !use.isTied()
                        && !use.foreignKey().isSelfReference()
                        && use.parent().isPlanned()
                        && use.parent().parents() > 0
                        && !shared
                        && !isFixed(number))
                .findFirst();
    }

    /** Whether rows that are planned already refer to a column's values. */
    private boolean isReferredTo(int number) {
        return context.plans().values().stream()
                .filter(child -> child == plan || child.isPlanned() && child.rows() > 0)
                .flatMap(child -> child.table().foreignKeys().stream())
                .anyMatch(foreignKey -> foreignKey.parent() == table.oid()
                        && foreignKey.parentColumns().contains(number));
    }

    /** Values of a column whose foreign key is left out in some rows: what another one asks of it there, or any. */
    private Values besides(Column column) {
        return echoes.stream()
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
        return uses.stream()
                .anyMatch(use -> use.owned().contains(column.number())
                        && use.parent() != plan
                        && !use.parent().isPlanned());
    }

    private List<PredicateBreak> predicateBreaks(UniqueKey key) {
        return PredicateBreak.of(
                        table,
                        key,
                        column -> (raisable(column.number()) || isFreelyOptional(column))
                                && !context.isReferenced(table, column)
                                && checks.orderings().stream().noneMatch(o -> o.lesser() == column.number()),
                        column -> Objects.requireNonNullElse(
                                possible.restriction(column).allowed(),
                                column.type().labels()))
                .stream()
                .filter(by -> by.isOfNull() || !possible.isForeign(table.column(by.column())))
                .toList();
    }

    /** Whether it is at will which rows refer to another by this column alone. */
    private boolean isFreelyOptional(Column column) {
        return !column.notNull()
                && !tried.contains(column.number())
                && checks.orderings().stream().noneMatch(o -> o.greater() == column.number())
                && Stream.concat(uses.stream(), echoes.stream())
                        .noneMatch(use -> use.shared().contains(column.number()))
                && uses.stream()
                        .anyMatch(use -> use.owned().equals(List.of(column.number()))
                                && use.decidesAll()
                                && !use.isTied()
                                && use.inStep().isEmpty()
                                && (use.parent() == plan || use.candidates() > 0)
                                && context.profile().column(table, column, plan.rows(), true, 0) == null);
    }

    private void keepOut(KeySolver.KeptOut keptOut) {
        int place = table.indexOf(keptOut.by().column());
        Values usual = plan.values(place);
        List<byte[]> values = keptOut.by().values();
        long seed = possible.seed("kept out " + place);
        Values outside = values.isEmpty()
                ? plain.ofOrExplain(table.columns().get(place))
                : (row, out) -> out.put(values.get((int) Mix.below(Mix.at(seed, row), values.size())));
        plan.values(place, (row, out) -> (row < keptOut.from() ? usual : outside).write(row, out));
    }

    private void limitByParents() {
        begun.stream()
                .filter(use -> use.parent().rows() < plan.rows())
                .forEach(use -> plan.limitRows(
                        use.parent().rows(),
                        "foreign key " + use.foreignKey().name() + ", in a loop with "
                                + use.parent().table().label() + ","));
        for (ForeignKeyUse use : uses) {
            if (use.foreignKey().isSelfReference()) {
                continue;
            }
            if (use.foreignKey().partition() != 0) {
                use.restrict(parent -> use.parent().isIn(use.foreignKey().partition(), parent));
            }
            List<ForeignKeyUse> followers = Stream.concat(uses.stream(), echoes.stream())
                    .filter(other -> !other.decidesAll()
                            && (other.owned().isEmpty() || !other.optional(table))
                            && !other.foreignKey().isSelfReference()
                            && use.owned().containsAll(other.shared())
                            && other.parent().isPlanned())
                    .toList();
            if (use.decidesAll() && !followers.isEmpty() && use.parent().isPlanned()) {
                ForeignKeyValues.restrict(use, followers);
            }
            if (use.candidates() == 0 && !use.optional(table)) {
                plan.limitRows(
                        0,
                        "foreign key " + use.foreignKey().name() + " to "
                                + use.parent().table().label() + ", where no row can be referred to,");
            }
        }
        echoes.stream()
                .filter(use -> use.parent() != plan
                        && use.parent().isPlanned()
                        && use.parent().parents() == 0
                        && use.shared().stream()
                                .allMatch(number -> table.column(number).notNull()))
                .forEach(use -> plan.limitRows(
                        0,
                        "foreign key " + use.foreignKey().name() + " to "
                                + use.parent().table().label() + ", which has no row,"));
    }

    /** Columns of checks that have no solved form, and of orderings that touch them. */
    private void chooseTriedColumns() {
        boolean more = true;
        checks.unsolved().removeIf(check -> check.columns().stream().anyMatch(number -> table.indexOf(number) < 0));
        while (more) {
            checks.unsolved().forEach(check -> tried.addAll(check.columns()));
            Set<Integer> greater = new HashSet<>();
            more = checks.orderings().removeIf(ordering -> {
                boolean solvable =
                        raisable(ordering.greater()) && raisable(ordering.lesser()) && greater.add(ordering.greater());
                if (!solvable) {
                    checks.unsolved().add(ordering.source());
                }
                return !solvable;
            });
        }
    }

    private boolean raisable(int number) {
        return !tried.contains(number) && !partitions.decide(number) && !possible.isForeign(table.column(number));
    }
}
