package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.ColumnFreedom;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.plan.values.PlainValues;
import dev.rehearse.data.plan.values.PossibleValues;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps the rows that partial unique indexes have no room for out of them, by a value that breaks the index's condition. */
public final class PartialIndexes {

    /** Rows from {@code from} on stand outside. */
    private record KeptOut(long from, PredicateBreak by) {}

    private final TablePlan plan;
    private final List<ForeignKeyUse> uses;
    private final PossibleValues possible;
    private final ColumnFreedom freedom;
    private final KeyNumbering numbering;
    private final Map<Integer, KeptOut> byColumn = new LinkedHashMap<>();

    public PartialIndexes(
            TablePlan plan,
            List<ForeignKeyUse> uses,
            PossibleValues possible,
            ColumnFreedom freedom,
            KeyNumbering numbering) {
        this.plan = plan;
        this.uses = uses;
        this.possible = possible;
        this.freedom = freedom;
        this.numbering = numbering;
    }

    /** The ways to keep rows out of an index by columns that no key numbers; none where the index is not a partial one. */
    List<PredicateBreak> breaks(UniqueKey key) {
        return PredicateBreak.of(plan.table(), key, freedom::mayBreakPredicate, possible::restriction).stream()
                .filter(by -> by.isOfNull() || !isForeign(by.column()))
                .filter(by -> !numbering.isNumbered(by.column()))
                .filter(by -> decide(by.column())
                        || uses.stream().noneMatch(use -> use.owned().contains(by.column()) && use.choice() != null))
                .toList();
    }

    /** The key without the columns that have one value in all of a partial index, where only the others tell rows apart. */
    UniqueKey withoutConstants(UniqueKey key) {
        Set<Integer> constants = PredicateBreak.constants(plan.table(), key);
        return key.over(key.columns().stream()
                .filter(column -> !constants.contains(column))
                .toList());
    }

    /** Whether no row stands in an index, because a key numbers a column that is NULL in all of its rows. */
    boolean isEmpty(UniqueKey key) {
        return PredicateBreak.nulls(plan.table(), key)
                .anyMatch(column -> numbering.isNumbered(column) && !giveValues(column));
    }

    /** Lets all rows stand in all indexes again. */
    void clear() {
        byColumn.clear();
    }

    /** Keeps the rows from {@code from} on out of an index, and out of those as well that the same column decides; whether that is possible. */
    boolean keepOut(List<PredicateBreak> breaks, long from) {
        for (PredicateBreak by : breaks) {
            KeptOut before = byColumn.get(by.column());
            Optional<PredicateBreak> both = before == null ? Optional.of(by) : before.by.and(by);
            if (both.isPresent()) {
                KeptOut rows = new KeptOut(before == null ? from : Math.min(from, before.from), both.get());
                byColumn.put(by.column(), rows);
                uses.stream().filter(use -> use.owned().contains(by.column())).forEach(use -> refer(use, rows));
                return true;
            }
        }
        return false;
    }

    /** Whether a column decides which rows stand outside an index. */
    boolean decide(int column) {
        return byColumn.containsKey(column);
    }

    /** Whether rows that stand outside an index have other values in a column than it would have by itself. */
    boolean giveValues(int column) {
        KeptOut rows = byColumn.get(column);
        return rows != null && !rows.by.values().isEmpty();
    }

    /** Whether all rows stand in all indexes. */
    public boolean haveAllRows() {
        return byColumn.isEmpty();
    }

    /** Gives the rows that stand outside the values that keep them there. */
    public void write(PlainValues plain) {
        byColumn.forEach((number, rows) -> {
            if (!isForeign(number)) {
                int place = plan.table().indexOf(number);
                Values usual = plan.values(place);
                Values outside = outside(rows.by, place, plain);
                plan.values(place, (row, out) -> (row < rows.from ? usual : outside).write(row, out));
            }
        });
    }

    private Values outside(PredicateBreak by, int place, PlainValues plain) {
        List<byte[]> values = by.values();
        long seed = possible.seed("kept out " + place);
        return values.isEmpty()
                ? plain.ofOrExplain(plan.table().columns().get(place))
                : (row, out) -> out.put(values.get((int) Mix.below(Mix.at(seed, row), values.size())));
    }

    /** Lets just those rows refer to a parent that this keeps out of an index, or just the others. */
    private void refer(ForeignKeyUse use, KeptOut rows) {
        long seed = Mix.seed(possible.seed("keys"), use.foreignKey().name());
        ParentChoice any = use.foreignKey().isSelfReference()
                ? ParentChoice.earlier(plan::existing, false, seed)
                : ParentChoice.skewed(use::candidates, 0, seed);
        boolean outside = rows.by.values().isEmpty();
        use.choose(row -> (row >= rows.from) == outside ? any.parent(row) : ParentChoice.NONE);
    }

    private boolean isForeign(int number) {
        return possible.isForeign(plan.table().column(number));
    }
}
