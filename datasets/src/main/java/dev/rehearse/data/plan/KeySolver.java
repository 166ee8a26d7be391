package dev.rehearse.data.plan;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.twin.Families;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Permutation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the unique keys of one table hold by construction: a key with a column of enough different values has the row number in that
 * column; any other has the row number in mixed radix, one digit for each foreign key and column.
 */
final class KeySolver {

    /** With two foreign keys in a key, as in a join table, each parent has at least so many partners where there are as many. */
    private static final long PARTNERS = 3;

    /** A part of a key whose values can be numbered: a whole foreign key, or a column without one. */
    private record Unit(@Nullable ForeignKeyUse use, int column, long capacity) {}

    private final TablePlan plan;
    private final List<ForeignKeyUse> uses;
    private final List<ForeignKeyUse> begun;
    private final IntFunction<Keys> keysOf;
    private final Function<UniqueKey, List<PredicateBreak>> breaksOf;
    private final Set<Integer> doubtful;
    private final ProfiledKeys profiled;
    private final IntPredicate refers;
    private final long seed;
    private final List<KeptOut> keptOut = new ArrayList<>();
    private final Map<Integer, LongUnaryOperator> indexes = new HashMap<>();
    private final List<Set<Integer>> solved = new ArrayList<>();
    private final Map<ForeignKeyUse, Long> partnersPerParent = new HashMap<>();

    /** Rows from {@code from} on stand outside a partial index. */
    record KeptOut(long from, PredicateBreak by) {}

    /**
     * @param begun those that begin a loop
     * @param keysOf the different values of a column by its number; capacity 0 where they are not free
     * @param breaksOf how rows can be kept out of a partial index
     * @param doubtful columns that had better not be chosen, because a check may not like their different values
     * @param profiled how often a column has which value, where that is known
     * @param refers whether a column without a foreign key means rows of other tables, any of which are as good as the first
     */
    KeySolver(
            TablePlan plan,
            List<ForeignKeyUse> uses,
            List<ForeignKeyUse> begun,
            IntFunction<Keys> keysOf,
            Function<UniqueKey, List<PredicateBreak>> breaksOf,
            Set<Integer> doubtful,
            ProfiledKeys profiled,
            IntPredicate refers,
            long seed) {
        this.plan = plan;
        this.uses = uses;
        this.begun = begun;
        this.keysOf = keysOf;
        this.breaksOf = breaksOf;
        this.doubtful = doubtful;
        this.profiled = profiled;
        this.refers = refers;
        this.seed = seed;
    }

    /** Solves all keys; what a column's value is numbered by, by the column's number. */
    Map<Integer, LongUnaryOperator> solve() {
        for (Column column : plan.table().columns()) {
            boolean decided = uses.stream().anyMatch(use -> use.owned().contains(column.number()));
            if (column.sequence() != null
                    && column.type().kind().isInteger()
                    && !decided
                    && keysOf.apply(column.number()).capacity() >= plan.rows()) {
                number(column.number());
            }
        }
        uses.stream()
                .filter(use -> !use.inStep().isEmpty()
                        && !use.beginsLoop()
                        && plan.rows() <= use.parent().rows())
                .forEach(use -> solved.add(new HashSet<>(use.inStep())));
        // The keys that only foreign keys can make unique choose first.
        Stream.concat(plan.table().keys().stream(), begunLoops())
                .sorted(Comparator.comparing((UniqueKey key) -> wideColumns(key).isEmpty() ? 0 : 1)
                        .thenComparing(key -> !key.primary())
                        .thenComparing(key -> key.columns().size()))
                .forEach(this::solve);
        uses.forEach(profiled::choose);
        return indexes;
    }

    /** What goes in step with the rows of other tables, which may ask for different values. */
    private Stream<UniqueKey> begunLoops() {
        return begun.stream()
                .map(use -> new UniqueKey(
                        use.foreignKey().name(), use.inStep(), false, null, false, false, List.of(), null));
    }

    /** Whether the column is numbered by the rows as they come, so that any other order of them keeps the keys unique. */
    boolean isNumbered(int column) {
        return solved.contains(Set.of(column)) && indexes.containsKey(column) && keptOut.isEmpty();
    }

    /** The rows that partial indexes have no room for, and what keeps them out. */
    List<KeptOut> keptOut() {
        return keptOut;
    }

    private void solve(UniqueKey whole) {
        if (plan.rows() <= 1 || solved.stream().anyMatch(whole.columns()::containsAll)) {
            return;
        }
        UniqueKey key = breaks(whole).isEmpty() ? whole : withoutConstants(whole);
        List<Unit> foreign = foreignUnits(key);
        List<Unit> wide = wideColumns(key);
        Optional<Unit> unique = wide.stream().filter(this::isKnownUnique).findFirst();
        if (unique.isPresent()) {
            number(unique.get().column);
            return;
        }
        if (solveByFamilies(key, foreign)) {
            return;
        }
        boolean numberedWithinParent = !foreign.isEmpty()
                && wide.stream().allMatch(unit -> {
                    SqlType.Kind kind = plan.table().column(unit.column).type().kind();
                    return kind.isInteger() || kind == SqlType.Kind.DATE;
                });
        if (!wide.isEmpty() && !numberedWithinParent) {
            number(wide.get(0).column);
            return;
        }
        List<Unit> units = new ArrayList<>(foreign);
        columnUnits(key).stream()
                .filter(unit -> !indexes.containsKey(unit.column))
                .sorted(Comparator.comparingLong((Unit unit) -> asProfiled(unit).capacity)
                        .reversed())
                .forEach(units::add);
        units = roomy(units);
        if (units.isEmpty() && breaks(key).isEmpty()) {
            solveBySelfReference(key);
            return;
        }
        solveByDigits(key, units);
    }

    /** In a partial index only the other columns tell rows apart. */
    private UniqueKey withoutConstants(UniqueKey key) {
        Set<Integer> constants = PredicateBreak.constants(plan.table(), key);
        return constants.isEmpty()
                ? key
                : new UniqueKey(
                        key.name(),
                        key.columns().stream()
                                .filter(column -> !constants.contains(column))
                                .toList(),
                        key.primary(),
                        key.predicate(),
                        key.exclusion(),
                        key.nullsEqual(),
                        key.elements(),
                        key.period());
    }

    /** The ways to keep rows out of a partial index by columns that no key numbers. */
    private List<PredicateBreak> breaks(UniqueKey key) {
        return breaksOf.apply(key).stream()
                .filter(by -> !indexes.containsKey(by.column()))
                .filter(by -> keptOut.stream().anyMatch(each -> each.by.column() == by.column())
                        || uses.stream().noneMatch(use -> use.owned().contains(by.column()) && use.choice() != null))
                .toList();
    }

    /** Keeps the rows from {@code from} on out of an index, and out of those as well that the same column decides. */
    private boolean keepOut(List<PredicateBreak> breaks, long from) {
        for (PredicateBreak by : breaks) {
            Optional<KeptOut> before = keptOut.stream()
                    .filter(each -> each.by.column() == by.column())
                    .findFirst();
            Optional<PredicateBreak> both =
                    before.isEmpty() ? Optional.of(by) : before.get().by.and(by);
            if (both.isPresent()) {
                before.ifPresent(keptOut::remove);
                keptOut.add(new KeptOut(before.isEmpty() ? from : Math.min(from, before.get().from), both.get()));
                uses.stream()
                        .filter(use -> use.owned().contains(by.column()))
                        .forEach(use -> refer(use, keptOut.get(keptOut.size() - 1)));
                return true;
            }
        }
        return false;
    }

    /** Lets just those rows refer to a parent that this keeps out of an index, or just the others. */
    private void refer(ForeignKeyUse use, KeptOut rows) {
        long chosenBy = Mix.seed(seed, use.foreignKey().name());
        ParentChoice any = use.foreignKey().isSelfReference()
                ? ParentChoice.earlier(plan::existing, false, chosenBy)
                : ParentChoice.skewed(use::candidates, 0, chosenBy);
        boolean outside = rows.by.values().isEmpty();
        use.choose(row -> (row >= rows.from) == outside ? any.parent(row) : ParentChoice.NONE);
    }

    private boolean isKnownUnique(Unit unit) {
        ProfiledColumn column = profiled.column(unit.column);
        return column != null && column.repeats() == 0;
    }

    /** A column that has fewer values than the table has rows in the profile has as many here. */
    private Unit asProfiled(Unit unit) {
        ProfiledColumn column = unit.use == null ? profiled.column(unit.column) : null;
        return column == null || column.repeats() == 0
                ? unit
                : new Unit(null, unit.column, Math.min(unit.capacity, column.repeats()));
    }

    /** Units with room for all rows, the largest with more than it has in the profile where that takes it. */
    private List<Unit> roomy(List<Unit> units) {
        List<Unit> roomy = new ArrayList<>(units.stream().map(this::asProfiled).toList());
        for (int i = 0; i < units.size(); i++) {
            double others = 1;
            for (int j = 0; j < units.size(); j++) {
                others *= j == i ? 1 : roomy.get(j).capacity;
            }
            Unit unit = units.get(i);
            long needed = (long) Math.ceil(plan.rows() / Math.max(1, others));
            if (needed > roomy.get(i).capacity) {
                roomy.set(i, new Unit(unit.use, unit.column, Math.min(unit.capacity, needed)));
            }
        }
        return roomy;
    }

    private boolean solveByFamilies(UniqueKey key, List<Unit> foreign) {
        List<Unit> others = columnUnits(key);
        ForeignKeyUse use = foreign.size() == 1
                ? foreign.get(0).use
                : foreign.isEmpty() ? ledBy(key).orElse(null) : null;
        if (others.size() != (use == null ? 2 : 1)
                || key.columns().size()
                        > (use == null ? 2 : use.foreignKey().columns().size() + 1)
                || use != null && use.choice() != null
                || others.stream().anyMatch(unit -> indexes.containsKey(unit.column))) {
            return false;
        }
        int leading = others.get(0).column;
        int number = others.get(others.size() - 1).column;
        Optional<Families> known = use == null
                ? profiled.families(leading, number)
                : foreign.isEmpty() ? profiled.inherited(use, number) : profiled.families(use, number);
        Families families = known.orElse(null);
        if (families == null) {
            return false;
        }
        if (use == null) {
            indexes.put(leading, families::parent);
        } else {
            refer(use, families);
        }
        indexes.put(number, families::number);
        solved.add(new HashSet<>(key.columns()));
        return true;
    }

    /** A foreign key over several columns of which the first leads a key of two columns. */
    private Optional<ForeignKeyUse> ledBy(UniqueKey key) {
        return uses.stream()
                .filter(use -> key.columns().size() == 2
                        && use.decidesAll()
                        && use.owned().size() > 1
                        && !use.foreignKey().isSelfReference()
                        && key.columns().contains(use.owned().get(0))
                        && !key.columns().containsAll(use.owned()))
                .findFirst();
    }

    private void refer(ForeignKeyUse use, Families families) {
        LongUnaryOperator inOrder = use.inKeyOrder();
        use.choose(row -> inOrder.applyAsLong(families.parent(row) * use.candidates() / families.parents()));
        if (families instanceof Families.InOrder known && plan.existing() == 0) {
            plan.families(use.owned().get(0), known);
        }
    }

    private void number(int column) {
        indexes.put(column, row -> row);
        solved.add(Set.of(column));
    }

    private void solveBySelfReference(UniqueKey key) {
        for (ForeignKeyUse use : uses) {
            if (use.foreignKey().isSelfReference()
                    && use.decidesAll()
                    && key.columns().containsAll(use.owned())) {
                use.choose(ParentChoice.previous(plan::existing, plan::parents, use.optional(plan.table())));
                solved.add(new HashSet<>(use.owned()));
                return;
            }
        }
        boolean foreign = key.columns().stream()
                .anyMatch(column -> uses.stream().anyMatch(use -> use.owned().contains(column)));
        if (!foreign) {
            plan.limitRows(1, describe(key) + ", for which no different values are known,");
        }
    }

    private void solveByDigits(UniqueKey key, List<Unit> units) {
        List<Unit> digits = new ArrayList<>();
        long product = 1;
        for (Unit unit : units) {
            if (product >= plan.rows() && digits.size() >= 2) {
                break;
            }
            digits.add(unit);
            product = unit.capacity == 0
                    ? 0
                    : product > Keys.UNLIMITED / unit.capacity ? Keys.UNLIMITED : product * unit.capacity;
        }
        if (product < plan.rows() && keepOut(breaks(key), product)) {
            assign(key, digits, product);
            return;
        }
        ForeignKeyUse only = digits.size() == 1 ? digits.get(0).use : null;
        if (only != null) {
            if ((!only.optional(plan.table()) || key.nullsEqual()) && product < plan.rows()) {
                plan.limitRows(product, describe(key));
            }
            only.choose(ParentChoice.distinct(only::candidates, Mix.seed(seed, key.name())));
            solved.add(new HashSet<>(only.owned()));
            return;
        }
        if (product < plan.rows()) {
            plan.limitRows(product, describe(key));
        }
        assign(key, digits, plan.rows());
        solved.add(digits.stream()
                .flatMap(unit -> unit.use == null ? List.of(unit.column).stream() : unit.use.owned().stream())
                .collect(Collectors.toSet()));
    }

    /** Numbers the first {@code limit} rows; the others have any values. */
    private void assign(UniqueKey key, List<Unit> digits, long limit) {
        LongUnaryOperator prefix = row -> 0;
        LongUnaryOperator rest = row -> row;
        long range = limit;
        for (int i = 0; i < digits.size(); i++) {
            Unit unit = digits.get(i);
            boolean last = i == digits.size() - 1;
            long following = 1;
            for (Unit later : digits.subList(i + 1, digits.size())) {
                following = following > Keys.UNLIMITED / Math.max(1, later.capacity)
                        ? Keys.UNLIMITED
                        : following * later.capacity;
            }
            long per = last ? 1 : Math.max(divideUp(range, Math.max(1, unit.capacity)), Math.min(PARTNERS, following));
            if (unit.use != null && partnersPerParent.containsKey(unit.use)) {
                per = partnersPerParent.get(unit.use);
            }
            long step = per;
            LongUnaryOperator outer = rest;
            LongUnaryOperator before = prefix;
            LongUnaryOperator digit = row -> outer.applyAsLong(row) / step;
            if (unit.use == null) {
                long any = Mix.seed(seed, key.name(), "any " + i);
                ProfiledColumn column = i == 0 ? null : profiled.column(unit.column);
                LongBinaryOperator different = column != null
                        ? column.different(unit.capacity, divideUp(range, step))
                        : i > 0 && refers.test(unit.column)
                                ? (place, group) -> new Permutation(unit.capacity, group).apply(place)
                                : null;
                LongUnaryOperator index = different == null
                        ? digit
                        : row -> different.applyAsLong(digit.applyAsLong(row), Mix.at(any, before.applyAsLong(row)));
                indexes.put(
                        unit.column,
                        row -> row < limit ? index.applyAsLong(row) : Mix.below(Mix.at(any, row), unit.capacity));
            } else {
                ForeignKeyUse use = unit.use;
                long unitSeed = Mix.seed(seed, key.name(), "digit " + i);
                ProfiledColumn column =
                        i == 0 ? null : profiled.column(use.owned().get(0));
                LongBinaryOperator different = column == null
                        ? (place, group) -> new Permutation(unit.capacity, group).apply(place)
                        : column.different(unit.capacity, divideUp(range, step));
                ParentChoice any = ParentChoice.skewed(use::candidates, 0, unitSeed);
                boolean leading = i == 0;
                if (leading && limit == plan.rows()) {
                    partnersPerParent.put(use, per);
                }
                // The leading parents come in order, as children do; the others in an order of their own for each of
                // these.
                use.choose(row -> row >= limit
                        ? any.parent(row)
                        : leading
                                ? digit.applyAsLong(row)
                                : different.applyAsLong(
                                        digit.applyAsLong(row), Mix.at(unitSeed, before.applyAsLong(row))));
            }
            prefix = row -> before.applyAsLong(row) * 0x1F3F + digit.applyAsLong(row);
            rest = row -> outer.applyAsLong(row) % step;
            range = per;
        }
    }

    private String describe(UniqueKey key) {
        List<CheckConstraint> checks = plan.table().checksOf(key.columns());
        return (key.exclusion() ? "the exclusion constraint " : "the unique key ") + key.name() + " ("
                + String.join(", ", plan.table().columnNames(key.columns())) + ")"
                + (checks.isEmpty() ? "" : " with " + CheckConstraint.named(checks) + ",");
    }

    /** Whole foreign keys inside the key that are still free, or that lead another key already. */
    private List<Unit> foreignUnits(UniqueKey key) {
        return uses.stream()
                .filter(use -> use.decidesAll()
                        && !use.foreignKey().isSelfReference()
                        && decides(key, use)
                        && (use.choice() == null || partnersPerParent.containsKey(use)))
                .sorted(Comparator.comparing((ForeignKeyUse use) -> !partnersPerParent.containsKey(use))
                        .thenComparing(use -> mostCommonShare(use.owned().get(0))))
                .map(use -> new Unit(use, 0, use.candidates()))
                .toList();
    }

    /** The parents that lead are referred to equally often, as those are that have no favourites. */
    private double mostCommonShare(int column) {
        ProfiledColumn known = profiled.column(column);
        return known == null ? 0 : known.mostCommonShare();
    }

    /** Whether each row of the parent gives the key other values: the key has the whole foreign key, or what is unique there already. */
    private static boolean decides(UniqueKey key, ForeignKeyUse use) {
        if (key.columns().containsAll(use.foreignKey().columns())) {
            return true;
        }
        List<Integer> shared = use.foreignKey().columns().stream()
                .filter(key.columns()::contains)
                .toList();
        List<Integer> read = use.parentColumns(shared);
        return use.parent().table().keys().stream()
                .anyMatch(other -> other.predicate() == null
                        && other.elements().isEmpty()
                        && !other.exclusion()
                        && read.containsAll(other.columns()));
    }

    private List<Unit> columnUnits(UniqueKey key) {
        return key.columns().stream()
                .filter(column -> plan.table().indexOf(column) >= 0
                        && uses.stream().noneMatch(use -> use.owned().contains(column))
                        && keptOut.stream().noneMatch(each -> each.by.column() == column))
                .map(column -> new Unit(null, column, keysOf.apply(column).capacity()))
                .filter(unit -> unit.capacity > 0)
                .toList();
    }

    private List<Unit> wideColumns(UniqueKey key) {
        return columnUnits(key).stream()
                .filter(unit -> unit.capacity >= plan.rows()
                        && !isDigit(unit.column)
                        && (key.columns().size() == 1 || asProfiled(unit).capacity >= plan.rows()))
                .sorted(Comparator.comparingInt(unit -> preference(plan.table().column(unit.column))))
                .toList();
    }

    private boolean isDigit(int column) {
        return indexes.containsKey(column) && solved.stream().noneMatch(Set.of(column)::equals);
    }

    private int preference(Column column) {
        if (indexes.containsKey(column.number())) {
            return 0;
        }
        if (doubtful.contains(column.number())) {
            return 9;
        }
        return switch (column.type().kind()) {
            case INT2, INT4, INT8 -> column.sequence() != null ? 1 : 2;
            case UUID -> 1;
            case TEXT, CHAR -> 3;
            case DATE, TIMESTAMP, TIMESTAMPTZ -> 5;
            default -> 4;
        };
    }

    private static long divideUp(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
