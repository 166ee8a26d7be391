package dev.rehearse.data.plan;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Partition;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.column.ColumnFrame;
import dev.rehearse.data.column.EdgeCase;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.RowSubject;
import dev.rehearse.data.twin.Frequencies;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.twin.ProfiledValues;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
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

    private final ComputedKeys computedKeys;
    private final PartitionRows partitions;
    private final Set<Integer> tried = new HashSet<>();
    private final Map<Integer, Values> raw = new HashMap<>();
    private final Map<Integer, Long> firstNumbers = new HashMap<>();
    private final Set<Integer> numbered = new HashSet<>();
    private Map<Integer, LongUnaryOperator> indexes = Map.of();
    private Values.@Nullable Ordered firstInstant;

    public TablePlanner(TablePlan plan, PlanContext context) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.checks = new CheckSolver(table);
        List<ForeignKeyUse> all = ForeignKeyUse.of(table, context.plans());
        this.uses = all.stream().filter(use -> !use.owned().isEmpty()).toList();
        this.echoes = all.stream().filter(use -> use.owned().isEmpty()).toList();
        this.computedKeys = new ComputedKeys(plan, context.probe());
        this.partitions = new PartitionRows(plan, partitionLeaves());
        plan.partitions(partitions);
    }

    /** @throws DatasetException for what cannot be satisfied; all that is known of it */
    public void plan() throws SQLException {
        refuseComputedReferences();
        new ParentsApart(table, uses, echoes, checks).keep();
        limitByParents();
        addDoubtful();
        chooseTriedColumns();
        if (table.existingRows() > 0) {
            for (Column column : table.columns()) {
                if (column.type().kind().isInteger() && plan.rows() > 0) {
                    firstNumbers.put(column.number(), context.probe().largest(table, column) + 1);
                }
            }
        }
        KeySolver keys = new KeySolver(
                plan, uses, this::distinctIfFree, this::predicateBreak, tried, this::families, seed("keys"));
        indexes = keys.solve();
        table.columns().stream().map(Column::number).filter(keys::isNumbered).forEach(numbered::add);
        turnApart();
        for (Column column : table.columns()) {
            if (!isForeign(column)) {
                plan.values(table.indexOf(column.number()), framed(column));
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
                            profiled(use),
                            seed(use.foreignKey().name()))
                    .fill(this::rawOrExplain, tried);
        }
        keys.keptOut().forEach(this::keepOut);
        checks.differences().forEach(this::avoidEqual);
        List<String> problems = new ArrayList<>(new TriedValues(
                        plan,
                        context.probe(),
                        number -> isForeign(table.column(number)) || isFixed(number),
                        this::freelyChosen,
                        this::sampled,
                        seed("tried"))
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

    /** What the server computes of a row, and may fail at, asks for other values like a check. */
    private void addDoubtful() throws SQLException {
        for (Table.Computed computed : table.computed()) {
            // What must be in order is so in rows alone, not in examples of each column.
            boolean ordered = checks.orderings().stream()
                    .anyMatch(o -> computed.columns().containsAll(List.of(o.lesser(), o.greater())));
            if (plan.rows() > 0
                    && !ordered
                    && new Doubt(table, computed).isJustified(context.probe(), this::examples)) {
                checks.unsolved()
                        .add(new CheckConstraint(
                                (computed.isColumn() ? "the generated column " : "the index ") + computed.name(),
                                "((" + computed.expression() + ") IS NULL) IN (true, false)",
                                computed.columns()));
            }
        }
    }

    /** Plain values of a column and its edge cases, before keys and references are known. */
    private List<byte[]> examples(Column column) {
        List<byte[]> examples = new ArrayList<>();
        ValueMaker maker = maker(column);
        Restriction r = restriction(column);
        Values plain = maker.plain(column, r, null);
        for (int row = 0; plain != null && row < 20; row++) {
            CopyBuffer scratch = new CopyBuffer(64);
            plain.write(row, scratch);
            examples.add(Arrays.copyOf(scratch.array(), scratch.length()));
        }
        if (!isForeign(column) && context.spec().edgeCaseShare() > 0) {
            maker.edgeCases(column, r, context.probe().unicode()).forEach(edge -> examples.add(edge.escaped()));
        }
        return examples;
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

    /** Of two columns that must differ one takes the value of another row where they would not. */
    private void avoidEqual(CheckSolver.Difference difference) {
        if (!checks.unsolved().contains(difference.source())) {
            return;
        }
        for (int number : List.of(difference.other(), difference.one())) {
            int opposite = number == difference.one() ? difference.other() : difference.one();
            Column column = table.column(number);
            boolean free = !partitions.decide(number)
                    && !isFixed(number)
                    && (!isForeign(column) || freelyChosen(number) != null);
            if (free) {
                Values usual = plan.values(table.indexOf(number));
                Values other = plan.values(table.indexOf(opposite));
                plan.values(table.indexOf(number), new UnequalValues(usual, other, plan.rows()));
                return;
            }
        }
    }

    /** Whether the value of a column is a key's, a partition's or another table's affair. */
    private boolean isFixed(int number) {
        return indexes.containsKey(number) || partitions.decide(number) || isReferredTo(number);
    }

    /** The keys that a column may refer to where nothing but its own foreign key asks which of them; null where more does. */
    private @Nullable MatchIndex freelyChosen(int number) {
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
                .findFirst()
                .map(use -> new MatchIndex(use.parent(), use.parentColumns(List.of(number))))
                .orElse(null);
    }

    /** Whether rows that are planned already refer to a column's values. */
    private boolean isReferredTo(int number) {
        return context.plans().values().stream()
                .filter(child -> child == plan || child.isPlanned() && child.rows() > 0)
                .flatMap(child -> child.table().foreignKeys().stream())
                .anyMatch(foreignKey -> foreignKey.parent() == table.oid()
                        && foreignKey.parentColumns().contains(number));
    }

    /** In a cycle of foreign keys a parent may have no values yet; a plain one stands for them. */
    private Values sampled(Column column) {
        return isUnknown(column) ? rawOrExplain(column) : plan.values(table.indexOf(column.number()));
    }

    private boolean isUnknown(Column column) {
        return uses.stream()
                .anyMatch(use -> use.owned().contains(column.number())
                        && use.parent() != plan
                        && !use.parent().isPlanned());
    }

    private Optional<PredicateBreak> predicateBreak(UniqueKey key) {
        return PredicateBreak.of(
                table,
                key,
                column -> !isForeign(column)
                        && raisable(column.number())
                        && !context.isReferenced(table, column)
                        && checks.orderings().stream().noneMatch(o -> o.lesser() == column.number()),
                column -> Objects.requireNonNullElse(
                        restriction(column).allowed(), column.type().labels()));
    }

    private void keepOut(KeySolver.KeptOut keptOut) {
        int place = table.indexOf(keptOut.by().column());
        Values usual = plan.values(place);
        List<byte[]> values = keptOut.by().values();
        long seed = seed("kept out " + place);
        Values outside = values.isEmpty()
                ? rawOrExplain(table.columns().get(place))
                : (row, out) -> out.put(values.get((int) Mix.below(Mix.at(seed, row), values.size())));
        plan.values(place, (row, out) -> (row < keptOut.from() ? usual : outside).write(row, out));
    }

    private List<PartitionBounds.Leaf> partitionLeaves() {
        if (!table.partitioned()) {
            return List.of();
        }
        if (table.partitions().isEmpty()) {
            plan.limitRows(0, "having no partition");
            return List.of();
        }
        Map<Integer, Restriction> restrictions = new HashMap<>();
        table.columns().forEach(column -> restrictions.put(column.number(), restriction(column)));
        Optional<List<PartitionBounds.Leaf>> bounds = PartitionBounds.read(table, restrictions);
        if (bounds.isEmpty()) {
            String any = String.join(
                    ") OR (",
                    table.partitions().stream().map(Partition::constraint).toList());
            // Which columns an expression reads the bounds of the partitions tell.
            List<Integer> columns = table.columns().stream()
                    .filter(column -> table.partitions().stream()
                                    .flatMap(partition -> partition.bounds().stream())
                                    .anyMatch(bound -> bound.columns().contains(column.number()))
                            || Sql.mentions(any, column.name()))
                    .map(Column::number)
                    .toList();
            checks.unsolved().add(new CheckConstraint("the bounds of its partitions", "(" + any + ")", columns));
        }
        return bounds.orElse(List.of());
    }

    private void limitByParents() {
        for (ForeignKeyUse use : uses) {
            if (use.foreignKey().isSelfReference()) {
                continue;
            }
            if (use.foreignKey().partition() != 0 && use.parent().isPlanned()) {
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
        return !tried.contains(number) && !partitions.decide(number) && !isForeign(table.column(number));
    }

    private boolean isForeign(Column column) {
        return uses.stream().anyMatch(use -> use.owned().contains(column.number()));
    }

    private Restriction restriction(Column column) {
        Restriction r = checks.restriction(column);
        for (Column child : context.referencing(table, column)) {
            r = r.length(0, child.type().maxLength());
            if (child.type().kind().isInteger() && column.type().kind().isNumber()) {
                NumberValues.Range range = NumberValues.Range.of(child.type(), Restriction.of(child));
                r = r.atLeast(BigDecimal.valueOf(range.low())).atMost(BigDecimal.valueOf(range.high()));
            }
        }
        return r;
    }

    private Keys distinctIfFree(int number) {
        Column column = table.column(number);
        boolean ordered = checks.orderings().stream().anyMatch(o -> o.greater() == number);
        return ordered ? new Keys(0, (row, out) -> {}) : distinct(column);
    }

    private Keys distinct(Column column) {
        ValueMaker maker = maker(column);
        long first = firstNumbers.getOrDefault(column.number(), 1L);
        return partitions.decide(column.number())
                ? partitions.keys(column, r -> maker.distinct(column, r, 0))
                : computedKeys.apart(
                        column, maker.distinct(column, restriction(column), first), () -> examples(column));
    }

    private Values framed(Column column) throws SQLException {
        Values values = raw(column);
        long seed = seed(column.name());
        int number = column.number();
        // What is tried and keeps its value is NULL where the trying says so.
        boolean nullable = !restriction(column).notNull() && !(tried.contains(number) && numbered.contains(number));
        ProfiledColumn profiled = context.profile().column(table, column, plan.rows(), nullable, seed);
        if (profiled != null && numbered.contains(number)) {
            return profiledKey(column, profiled, values);
        }
        boolean fixed = indexes.containsKey(number)
                || context.isReferenced(table, column)
                || partitions.decide(number)
                || checks.orderings().stream().anyMatch(o -> o.lesser() == number || o.greater() == number);
        if (fixed) {
            refuseNulls(column, "a key, a partition or another column decides its values");
            return values;
        }
        Restriction r = restriction(column);
        Values shaped = profiled == null
                ? null
                : new ProfiledValues(profiled)
                        .values(
                                column,
                                r,
                                context.profile().outsideBytes(table, plan.rows()),
                                maker(column).distinct(column, r, 0),
                                values);
        if (profiled != null) {
            return shaped == null ? profiled.withNulls(values) : shaped;
        }
        double share = context.spec().edgeCaseShare();
        values = ColumnFrame.withDefault(values, column, seed);
        // Ranges of a key must not overlap, and no range with time in it may be empty.
        SqlType.Kind kind = column.type().kind();
        boolean apart = (kind == SqlType.Kind.RANGE || kind == SqlType.Kind.MULTIRANGE)
                && table.keys().stream().anyMatch(key -> key.columns().contains(number));
        List<EdgeCase> edgeCases = tried.contains(number) || apart || share <= 0
                ? List.of()
                : maker(column).edgeCases(column, r, context.probe().unicode());
        if (r.notNull()) {
            refuseNulls(column, "a constraint forbids it");
        }
        double nullShare =
                r.notNull() ? 0 : context.nullShare(table, column, ColumnFrame.nullShare(column, share, seed));
        plan.mixed(table.indexOf(number), nullShare, edgeCases);
        values = ColumnFrame.withEdgeCases(values, edgeCases, share, seed);
        return ColumnFrame.nullable(values, nullShare, seed);
    }

    private void refuseNulls(Column column, String why) {
        if (context.nullShare(table, column, 0) > 0) {
            throw DatasetException.spec("Column " + column.name() + " of table " + table.label()
                    + " cannot be given NULL: " + why + ". Take its share of NULL out of the data set.");
        }
    }

    /** A unique column: as wide and as much in the order of the rows as the profile says. */
    private Values profiledKey(Column column, ProfiledColumn profiled, Values usual) {
        boolean plain = checks.orderings().stream()
                        .noneMatch(o -> o.lesser() == column.number() || o.greater() == column.number())
                && !partitions.decide(column.number());
        SqlType.Kind kind = column.type().kind();
        if (!plain || table.existingRows() > 0) {
            return usual;
        }
        boolean shapedByType = kind.isText() || kind == SqlType.Kind.UUID || kind == SqlType.Kind.BYTEA;
        if (shapedByType
                && profiled.isUnique()
                && context.referencing(table, column).isEmpty()) {
            Values shaped =
                    new ProfiledValues(profiled).values(column, restriction(column), 0, new Keys(0, usual), usual);
            return shaped == null ? usual : shaped;
        }
        return profiled.unique(distinct(column));
    }

    private Optional<Families> families(ForeignKeyUse use, int number) {
        Column column = table.column(number);
        ProfiledColumn numbers = context.profile().column(table, column, plan.rows(), false, seed(column.name()));
        if (numbers == null || !column.type().kind().isInteger() || !raisable(number)) {
            return Optional.empty();
        }
        Frequencies frequencies = numbers.frequencies(null, -1, distinct(column).capacity());
        return Optional.ofNullable(Families.of(frequencies, use.candidates(), seed(column.name())));
    }

    /** The first column of a foreign key stands for all of them. */
    private @Nullable ProfiledColumn profiled(ForeignKeyUse use) {
        Column column = table.column(use.owned().get(0));
        boolean nullable = use.optional(table) && use.owned().stream().noneMatch(tried::contains);
        return context.profile().column(table, column, plan.rows(), nullable, seed(column.name()));
    }

    private Values rawOrExplain(Column column) {
        try {
            return raw(column);
        } catch (SQLException e) {
            throw Failures.explain("planning table " + table.label(), e);
        }
    }

    /** The plain values of a column, before anything is mixed in. */
    private Values raw(Column column) throws SQLException {
        Values known = raw.get(column.number());
        if (known == null) {
            known = makeRaw(column);
            raw.put(column.number(), known);
            boolean instant = column.type().kind().isInstant();
            boolean inRowOrder = instant && !isForeign(column) && !TemporalValues.isBirth(ColumnName.of(column.name()));
            if (inRowOrder && firstInstant == null && known instanceof Values.Ordered ordered) {
                firstInstant = ordered;
            }
        }
        return known;
    }

    private Values makeRaw(Column column) throws SQLException {
        LongUnaryOperator index = indexes.get(column.number());
        if (index != null) {
            return numbered(distinct(column).at(), index);
        }
        for (CheckSolver.Ordering ordering : checks.orderings()) {
            if (ordering.greater() == column.number()) {
                return after(column, ordering);
            }
        }
        ValueMaker maker = maker(column);
        if (partitions.decide(column.number())) {
            return partitions.values(column, restriction(column), r -> orExplain(column, maker.plain(column, r, null)));
        }
        Restriction r = restriction(column);
        for (CheckSolver.Ordering ordering : checks.orderings()) {
            BigDecimal bound = restriction(table.column(ordering.greater())).high();
            if (ordering.lesser() == column.number() && bound != null) {
                r = r.atMost(ordering.strict() ? bound.subtract(CheckSolver.step(column.type())) : bound);
            }
        }
        Values plain = orFail(column, maker.plain(column, r, firstInstant));
        Restriction restriction = r;
        return context.namesakes().getOrDefault(ColumnName.of(column.name()), List.of()).stream()
                .filter(namesake -> namesake.suits(table, column, restriction))
                .findFirst()
                .map(namesake -> namesake.values(plain, seed(column.name())))
                .orElse(plain);
    }

    private static Values numbered(Values keys, LongUnaryOperator index) {
        if (!(keys instanceof Values.Ordered ordered)) {
            return (row, out) -> keys.write(index.applyAsLong(row), out);
        }
        return new Values.Ordered() {
            @Override
            public long ordinal(long row) {
                return ordered.ordinal(index.applyAsLong(row));
            }

            @Override
            public void write(long row, CopyBuffer out) {
                keys.write(index.applyAsLong(row), out);
            }
        };
    }

    private Values after(Column column, CheckSolver.Ordering ordering) throws SQLException {
        Column lesser = table.column(ordering.lesser());
        if (!(raw(lesser) instanceof Values.Ordered ordered)) {
            throw unmakeable(
                    column, "CHECK constraint " + ordering.source().name() + " compares it with " + lesser.name());
        }
        long seed = seed(column.name());
        Restriction r = restriction(column);
        boolean period = table.keys().stream()
                .anyMatch(key -> new UniqueKey.Period(lesser.number(), column.number()).equals(key.period()));
        if (period && indexes.containsKey(lesser.number()) && distinct(lesser).at() instanceof Values.Ordered starts) {
            return TemporalValues.until(ordered, starts.ordinal(1) - starts.ordinal(0), column.type(), seed);
        }
        if (column.type().kind().isInstant()) {
            return TemporalValues.after(ordered, column.type(), r, ordering.strict(), seed);
        }
        int scale = NumberValues.Range.of(lesser.type(), restriction(lesser)).scale();
        return NumberValues.after(ordered, scale, NumberValues.Range.of(column.type(), r), ordering.strict(), seed);
    }

    private Values orExplain(Column column, @Nullable Values values) {
        try {
            return orFail(column, values);
        } catch (SQLException e) {
            throw Failures.explain("planning table " + table.label(), e);
        }
    }

    private Values orFail(Column column, @Nullable Values values) throws SQLException {
        if (values != null || plan.rows() == 0) {
            return values == null ? (row, out) -> out.putNull() : values;
        }
        boolean unknownType =
                column.type().kind() == SqlType.Kind.OTHER || column.type().element() != null;
        @Nullable String literal = unknownType ? context.probe().anyLiteral(column.type()) : null;
        if (literal != null) {
            plan.refuse(
                    column,
                    "Column " + column.name() + " of " + table.label() + " has type "
                            + column.type().sqlName() + ", for which only one value is known: all rows have " + literal
                            + ".");
            byte[] escaped = CopyBuffer.escape(literal);
            return (row, out) -> out.put(escaped);
        }
        if (!column.notNull()) {
            plan.refuse(
                    column,
                    "Column " + column.name() + " of " + table.label() + " is NULL in all rows: no value of type "
                            + column.type().sqlName() + " is known that fits.");
            return (row, out) -> out.putNull();
        }
        throw unmakeable(column, unknownType ? "no value of its type is known" : "its constraints leave no value");
    }

    private DatasetException unmakeable(Column column, String why) {
        return DatasetException.spec(
                "Column " + column.name() + " (" + column.type().sqlName() + ") of table " + table.label()
                        + " cannot be filled: " + why + ". " + Failures.waysOut(table));
    }

    private ValueMaker maker(Column column) {
        return new ValueMaker(
                plan.rows(),
                context.population(),
                context.spec().randomSeed(),
                seed(column.name()),
                RowSubject.of(table, seed("")),
                context.plausible());
    }

    private long seed(String part) {
        return Mix.seed(context.spec().randomSeed(), table.schema(), table.name(), part);
    }
}
