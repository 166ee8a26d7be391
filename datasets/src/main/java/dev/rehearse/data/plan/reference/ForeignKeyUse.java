package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.table.MatchIndex;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A foreign key and the columns whose values it decides. Where two foreign keys share columns, the one with more columns, or that must not be NULL, decides them and
 * the other must match; one that shares all its columns decides nothing and leaves the other fewer parents to choose from.
 */
public final class ForeignKeyUse {

    private final ForeignKey foreignKey;
    private final TablePlan parent;
    private final List<Integer> owned;
    private final List<Integer> shared;
    private @Nullable ParentChoice choice;
    private long @Nullable [] matchable;
    /** Those whose rows of the same parent this one passes over. */
    private final List<ForeignKeyUse> different = new ArrayList<>();
    /** The one that has the lesser or the greater of the two keys that both have chosen. */
    private @Nullable ForeignKeyUse partner;

    private boolean lesser;
    /** The one whose row this passes over among those that match it. */
    private @Nullable ForeignKeyUse unlike;

    private boolean avoided;
    private @Nullable ParentChoice made;

    /** Columns of which the row that has the same number in the parent has the same values. */
    private final List<Integer> inStep;

    ForeignKeyUse(
            ForeignKey foreignKey, TablePlan parent, List<Integer> owned, List<Integer> shared, List<Integer> inStep) {
        this.foreignKey = foreignKey;
        this.parent = parent;
        this.owned = owned;
        this.shared = shared;
        this.inStep = inStep;
    }

    /** The same foreign key as a part of a loop; of the table that is planned first it no longer decides the columns that loop. */
    ForeignKeyUse inStep(KeyLoop loop, long seed) {
        List<Integer> own = new ArrayList<>(owned);
        if (loop.begins()) {
            own.removeAll(loop.columns());
        }
        ForeignKeyUse use = new ForeignKeyUse(foreignKey, parent, own, shared, loop.columns());
        ParentChoice any = ParentChoice.skewed(parent::parents, 0, seed);
        use.choose(row -> row < parent.rows() ? parent.existing() + row : any.parent(row));
        return use;
    }

    /** Columns whose values are those of the row with the same number in the parent, because its values come back here; mostly none. */
    public List<Integer> inStep() {
        return inStep;
    }

    /** Whether this table makes the values of the columns that are in step, and must make them differ. */
    public boolean beginsLoop() {
        return !owned.containsAll(inStep);
    }

    public ForeignKey foreignKey() {
        return foreignKey;
    }

    public TablePlan parent() {
        return parent;
    }

    /** Columns whose values this foreign key decides. */
    public List<Integer> owned() {
        return owned;
    }

    /** Columns that another foreign key decides, and that the parent must match. */
    public List<Integer> shared() {
        return shared;
    }

    public boolean decidesAll() {
        return shared.isEmpty();
    }

    /** The parent's columns that correspond to some of this foreign key's. */
    public List<Integer> parentColumns(List<Integer> columns) {
        return columns.stream()
                .map(column ->
                        foreignKey.parentColumns().get(foreignKey.columns().indexOf(column)))
                .toList();
    }

    /** Finds the parents that match what other foreign keys decide. */
    MatchIndex matches() {
        return new MatchIndex(parent, parentColumns(shared), foreignKey.parentColumns());
    }

    /** Finds the candidates that have given values in some of the columns. */
    public MatchIndex candidatesBy(List<Integer> columns) {
        return new MatchIndex(
                parent, parentColumns(columns), foreignKey.parentColumns(), this::candidates, this::parentOf);
    }

    /** The hash of the values that a candidate gives some of the columns, as an index by the like columns of another foreign key has it. */
    public long hash(List<Integer> columns, long candidate) {
        return MatchIndex.hash(parent, parentColumns(columns), parentOf(candidate));
    }

    /** Whether the reference may be left out, by NULL in the columns that this foreign key decides. */
    public boolean optional(Table table) {
        return foreignKey.matchFull()
                ? owned.stream().noneMatch(column -> table.column(column).notNull())
                        && foreignKey.columns().stream()
                                .allMatch(column -> table.constant(column).isEmpty())
                : owned.stream().anyMatch(column -> !table.column(column).notNull());
    }

    /** Whether rows without the reference do not conflict in a key, because it has NULL in a column of that. */
    public boolean mayBeNull(Table table, UniqueKey key) {
        return !key.nullsEqual()
                && optional(table)
                && owned.stream()
                        .anyMatch(column -> key.columns().contains(column)
                                && !table.column(column).notNull());
    }

    /** Leaves only some of the rows of the parent to choose from. */
    public void restrict(LongPredicate parents) {
        long[] left = LongStream.range(0, candidates())
                .map(this::parentOf)
                .filter(parents)
                .toArray();
        // Where all are left, they are known in their order still.
        if (left.length < eligible()) {
            matchable = left;
        }
    }

    /** Asks for another row of the same parent than another foreign key has: nobody follows herself. */
    void differFrom(ForeignKeyUse other) {
        different.add(other);
        other.avoided = true;
    }

    /** Asks for another one of the rows that match than the one which another foreign key has: no account pays itself. */
    void differAmongMatches(ForeignKeyUse other) {
        unlike = other;
        other.avoided = true;
    }

    /** Whether both name a row of the same parent by the same columns, and the other one decides or matches what this must match. */
    boolean canDifferAmongMatches(ForeignKeyUse other) {
        return unlike == null
                && other.unlike == null
                && !shared.isEmpty()
                && owned.size() == 1
                && (other.decidesAll() ? other.owned : other.shared).containsAll(shared)
                && parent == other.parent
                && partner == null
                && other.partner == null
                && foreignKey.partition() == 0
                && other.foreignKey.partition() == 0
                && !foreignKey.isSelfReference()
                && parentColumns(shared).equals(other.parentColumns(shared))
                && foreignKey.columns().size() == other.foreignKey.columns().size()
                && Set.copyOf(foreignKey.parentColumns()).equals(Set.copyOf(other.foreignKey.parentColumns()));
    }

    /** How many rows of the parent must match for there to be one to refer to. */
    int matchesNeeded() {
        return unlike == null ? 1 : 2;
    }

    /** The row of the parent that a row may not refer to, or {@link ParentChoice#NONE}. */
    long taken(long row) {
        ParentChoice others = unlike == null ? null : unlike.made;
        long chosen = others == null ? ParentChoice.NONE : others.parent(row);
        return chosen == ParentChoice.NONE
                ? chosen
                : Objects.requireNonNull(unlike).parentOf(chosen);
    }

    /** Asks for a greater key than another foreign key to the same parent has. */
    void follow(ForeignKeyUse other) {
        different.add(other);
        partner = other;
        other.partner = this;
        other.lesser = true;
    }

    /** Whether it has a partner, or must differ from another one already. */
    public boolean isTied() {
        return partner != null || unlike != null || !different.isEmpty();
    }

    /** Whether another one refers to any row but the one that this has chosen, so that this may not take another one after all. */
    public boolean isAvoided() {
        return avoided;
    }

    /** Whether both can refer to the same row, and the other one's does not depend on which this has. */
    boolean canDiffer(ForeignKeyUse other) {
        return !other.dependsOn(this)
                && partner == null
                && other.partner == null
                && decidesAll()
                && other.decidesAll()
                && owned.size() == 1
                && parent == other.parent
                && Arrays.equals(matchable, other.matchable)
                && foreignKey.partition() == 0
                && other.foreignKey.partition() == 0
                && !foreignKey.isSelfReference()
                && foreignKey.parentColumns().equals(other.foreignKey.parentColumns());
    }

    private boolean dependsOn(ForeignKeyUse other) {
        return this == other || different.stream().anyMatch(each -> each.dependsOn(other));
    }

    /** How many rows of the parent there are to choose from. */
    public long candidates() {
        // Of each two parents one has the other among the next half, so that no pair comes twice, in whichever order.
        return Math.max(0, eligible() - different.size()) / (different.isEmpty() || partner == null ? 1 : 2);
    }

    /** How many of the candidates are there before the given one of so many rows is made over the same time, at least one. */
    public long before(long row, long rows) {
        long made = parent.existing() + row * parent.rows() / Math.max(1, rows);
        int found = matchable == null ? 0 : Arrays.binarySearch(matchable, made);
        long first = matchable == null ? made : found < 0 ? -found - 1 : found;
        return Math.max(1, Math.min(first, candidates()));
    }

    /** How many rows of the parent may be referred to at all. */
    private long eligible() {
        return matchable == null ? parent.parents() : matchable.length;
    }

    /** The candidate with the n-th key, where the parent's keys are known to be in another order than its rows. */
    public LongUnaryOperator inKeyOrder() {
        LongUnaryOperator rows = !different.isEmpty() || matchable != null
                ? null
                : parent.rowsByKey(parentColumns(owned).get(0));
        return rows == null ? LongUnaryOperator.identity() : rows;
    }

    /** What writes the n-th key of the parent, where its one column alone is chosen and nothing asks for the row; else null. */
    @Nullable
    Values keysInOrder() {
        return !different.isEmpty() || matchable != null || avoided || lesser || owned.size() > 1 || !decidesAll()
                ? null
                : parent.keysInOrder(parentColumns(owned).get(0));
    }

    /** Notes how the rows of the parent are chosen, for good. */
    void made(ParentChoice parents) {
        made = parents;
    }

    /** The row of the parent that a row refers to once its foreign keys are made, or {@link ParentChoice#NONE}. */
    public long chosen(long row) {
        ParentChoice known = made;
        long number = known == null ? ParentChoice.NONE : inOrder(row, known.parent(row));
        return number == ParentChoice.NONE ? ParentChoice.NONE : parentOf(number);
    }

    /** The row of the parent that a choice stands for, passing over those that other foreign keys have. */
    long passedOver(long row, long chosen) {
        if (chosen == ParentChoice.NONE || different.isEmpty()) {
            return chosen;
        }
        long[] taken = different.stream()
                .map(other -> other.made)
                .mapToLong(other -> other == null ? ParentChoice.NONE : other.parent(row))
                .filter(other -> other != ParentChoice.NONE)
                .distinct()
                .sorted()
                .toArray();
        if (partner != null) {
            return taken.length == 0 ? chosen : (taken[0] + 1 + chosen) % eligible();
        }
        long passed = chosen;
        for (long other : taken) {
            passed += passed >= other ? 1 : 0;
        }
        return passed;
    }

    /** The row of the parent whose key a row gets: of two that are in order, the one that is due here. */
    long inOrder(long row, long chosen) {
        ParentChoice other = partner == null ? null : partner.made;
        long others = other == null || chosen == ParentChoice.NONE ? ParentChoice.NONE : other.parent(row);
        if (others == ParentChoice.NONE) {
            return chosen;
        }
        return key(chosen) < key(others) == lesser ? chosen : others;
    }

    private long key(long parentRow) {
        CopyBuffer scratch = new CopyBuffer(32);
        parent.writeKey(foreignKey.parentColumns().get(0), parentOf(parentRow), scratch);
        return Long.parseLong(Objects.requireNonNull(scratch.textFrom(0)));
    }

    /** The number that a candidate has in the plan of the parent. */
    long parentOf(long candidate) {
        return matchable == null ? candidate : matchable[(int) candidate];
    }

    /** The choice that a unique key asks for, or null when any will do. */
    @Nullable
    public ParentChoice choice() {
        return choice;
    }

    public void choose(ParentChoice parentChoice) {
        choice = parentChoice;
    }

    /** Takes back what unique keys have chosen. */
    public void chooseAnew() {
        if (inStep.isEmpty()) {
            choice = null;
        }
    }
}
