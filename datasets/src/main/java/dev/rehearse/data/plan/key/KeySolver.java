package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.reference.ForeignKeyUses;
import dev.rehearse.data.plan.table.MatchIndex;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.CheckText;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.plan.values.PossibleValues;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.value.LongSet;
import dev.rehearse.data.value.ParentChoice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the unique keys of one table hold by construction: a key with a column of enough different values has the row number in that
 * column; any other has the row number in mixed radix, one digit for each foreign key and column.
 */
public final class KeySolver {

    private final TablePlan plan;
    private final ForeignKeyUses foreignKeys;
    private final PossibleValues possible;
    private final ProfiledKeys profiled;
    private final KeyNumbering numbering;
    private final PartialIndexes partial;
    private final KeyParts parts;
    private final KeyFamilies families;
    private final KeyDigits digits;
    private final KeyConflicts conflicts;
    private final MatchedParents matched;
    private final ExclusiveReferences exclusive;
    private final Set<UniqueKey> unproven = new LinkedHashSet<>();
    private final long seed;

    /**
     * @param profiled how often a column has which value, where that is known
     * @param numbering receives how the keys are solved
     * @param partial keeps out the rows that a key has no room for
     * @param exclusive foreign keys of which each row has one
     */
    public KeySolver(
            TablePlan plan,
            ForeignKeyUses foreignKeys,
            PossibleValues possible,
            ProfiledKeys profiled,
            KeyNumbering numbering,
            PartialIndexes partial,
            ExclusiveReferences exclusive) {
        this.plan = plan;
        this.foreignKeys = foreignKeys;
        this.possible = possible;
        this.profiled = profiled;
        this.numbering = numbering;
        this.partial = partial;
        this.exclusive = exclusive;
        this.seed = possible.seed("keys");
        this.parts = new KeyParts(plan, foreignKeys.deciding(), possible, profiled, numbering, partial);
        this.families = new KeyFamilies(plan, foreignKeys.deciding(), profiled, numbering);
        this.digits = new KeyDigits(plan, possible, profiled, numbering, seed);
        this.conflicts = new KeyConflicts(plan, foreignKeys.deciding(), numbering, partial);
        this.matched = new MatchedParents(plan, foreignKeys.deciding(), numbering, seed);
    }

    /** Solves all keys, those first that only foreign keys can make unique; one that the others leave no room for goes before them. */
    public void solve() {
        decideBefore();
        List<UniqueKey> order = new ArrayList<>(Stream.concat(plan.table().keys().stream(), begunLoops())
                .sorted(Comparator.comparing((UniqueKey key) -> parts.wide(key).isEmpty() ? 0 : 1)
                        .thenComparing(key -> !key.primary())
                        .thenComparing(key -> !leavesTriedFree(key))
                        .thenComparing(key -> key.columns().size()))
                .toList());
        Set<UniqueKey> ahead = new HashSet<>();
        List<UniqueKey> left = leftOf(order);
        for (Optional<UniqueKey> next = without(ahead, left); next.isPresent(); next = without(ahead, left)) {
            ahead.add(next.get());
            order.remove(next.get());
            order.add(0, next.get());
            beginAnew();
            left = leftOf(order);
        }
        left.forEach(this::limit);
        foreignKeys.deciding().forEach(profiled::choose);
    }

    /** Whether a wide column can make it unique, so that one whose values are tried on the server need not. */
    private boolean leavesTriedFree(UniqueKey key) {
        List<Integer> wide = parts.wide(key).stream().map(KeyPart::column).toList();
        return !wide.isEmpty()
                && parts.columns(key).stream()
                        .map(KeyPart::column)
                        .anyMatch(column -> profiled.tried().contains(column) && !wide.contains(column));
    }

    /** Leaves only the rows that differ in the keys that are left to chance, which the values show once they are made. */
    public void limitUnproven() {
        for (UniqueKey key : unproven) {
            long differing = conflicts.differingAsMade(key);
            if (differing < plan.rows()) {
                plan.limitRows(differing, describe(key) + " beside the rows that its foreign keys must match");
            }
        }
    }

    /** Solves keys in this order; those that it leaves with rows that conflict. */
    private List<UniqueKey> leftOf(List<UniqueKey> order) {
        List<UniqueKey> unsolved = order.stream().filter(key -> !solve(key)).toList();
        return unsolved.stream()
                .filter(key -> conflicts.differing(key) < plan.rows())
                .toList();
    }

    private static Optional<UniqueKey> without(Set<UniqueKey> some, List<UniqueKey> keys) {
        return keys.stream().filter(key -> !some.contains(key)).findFirst();
    }

    private void beginAnew() {
        numbering.clear();
        partial.clear();
        plan.forgetOrders();
        unproven.clear();
        foreignKeys.deciding().forEach(ForeignKeyUse::chooseAnew);
        decideBefore();
    }

    /** What needs no key to be so. */
    private void decideBefore() {
        exclusive.choose(numbering);
        for (Column column : plan.table().columns()) {
            if (column.sequence() != null
                    && column.type().kind().isInteger()
                    && !possible.isForeign(column)
                    && possible.distinctIfFree(column.number()).capacity() >= plan.rows()) {
                numbering.byRow(column.number());
            }
        }
        plan.table().keys().stream()
                .flatMap(this::chosenAmong)
                .filter(this::isUnread)
                .filter(column -> possible.distinctIfFree(column).capacity() >= plan.rows())
                .forEach(numbering::byRow);
        foreignKeys.deciding().stream()
                .filter(use -> !use.inStep().isEmpty()
                        && !use.beginsLoop()
                        && plan.rows() <= use.parent().rows())
                .forEach(use -> numbering.unique(use.inStep()));
    }

    /** Columns of which each row has another one in a key that the server computes, so that any of them must tell rows apart. */
    private Stream<Integer> chosenAmong(UniqueKey key) {
        return plan.table().computed().stream()
                .filter(computed -> key.elements()
                                .contains(
                                        computed.isColumn()
                                                ? Sql.quotedIfNeeded(computed.name())
                                                : computed.expression())
                        && computed.columns().size() > 1
                        && computed.expression().contains("CASE"))
                .flatMap(computed -> computed.columns().stream());
    }

    /** Whether neither a foreign key nor the value that a check reads decides about a column. */
    private boolean isUnread(int number) {
        Column column = plan.table().column(number);
        return !possible.isForeign(column)
                && plan.table().checks().stream().noneMatch(check -> CheckText.readsValue(check, column));
    }

    /** What goes in step with the rows of other tables, which may ask for different values. */
    private Stream<UniqueKey> begunLoops() {
        return foreignKeys
                .begun()
                .map(use -> new UniqueKey(
                        use.foreignKey().name(), use.inStep(), false, null, false, false, List.of(), null));
    }

    /** Whether a key could be solved beside those that were before. */
    private boolean solve(UniqueKey whole) {
        if (plan.rows() <= 1 || numbering.isUnique(whole, plan.rows()) || partial.isEmpty(whole)) {
            return true;
        }
        UniqueKey key = partial.breaks(whole).isEmpty() ? whole : partial.withoutConstants(whole);
        List<PredicateBreak> breaks = partial.breaks(key);
        List<KeyPart> foreign = parts.foreign(key);
        List<KeyPart> wide = parts.wide(key);
        Optional<KeyPart> unique = wide.stream().filter(parts::isKnownUnique).findFirst();
        if (unique.isPresent()) {
            numbering.byRow(unique.get().column());
            return true;
        }
        if (families.solve(key, foreign, parts.columns(key))) {
            return true;
        }
        boolean numberedWithinParent = !foreign.isEmpty() && wide.stream().allMatch(this::isCounted);
        if (!wide.isEmpty() && !numberedWithinParent) {
            numbering.byRow(wide.get(0).column());
            return true;
        }
        Optional<Long> room = breaks.isEmpty() && wide.isEmpty() ? matched.solve(key) : Optional.empty();
        if (room.isPresent()) {
            if (room.get() < plan.rows()) {
                plan.limitRows(room.get(), describe(key));
            }
            return true;
        }
        Optional<ForeignKeyUse> chooser = breaks.isEmpty() ? parts.onlyChooser(key) : Optional.empty();
        if (chooser.isPresent()) {
            solveByDifferingParents(key, chooser.get());
            return true;
        }
        List<KeyPart> free = parts.free(key);
        return free.isEmpty() && breaks.isEmpty() ? solveBySelfReference(key) : solveByDigits(key, free, breaks);
    }

    /** Whether the values of a column follow one another, so that they can begin anew for each parent. */
    private boolean isCounted(KeyPart part) {
        SqlType.Kind kind = plan.table().column(part.column()).type().kind();
        return kind.isInteger() || kind == SqlType.Kind.DATE;
    }

    /** Refers once to each of the values that rows of the parent have in the key's part of what they are referred to by. */
    private void solveByDifferingParents(UniqueKey key, ForeignKeyUse use) {
        List<Integer> read = use.parentColumns(key.columns());
        LongSet seen = new LongSet();
        use.restrict(parent -> seen.add(MatchIndex.hash(use.parent(), read, parent)));
        if (use.candidates() < plan.rows()) {
            plan.limitRows(
                    use.candidates(),
                    describe(key) + " with as many values in "
                            + use.parent().table().label());
        }
        use.choose(ParentChoice.distinct(
                use::candidates, plan::rows, 1 + foreignKeys.deciding().indexOf(use)));
        numbering.unique(key.columns());
    }

    private boolean solveBySelfReference(UniqueKey key) {
        for (ForeignKeyUse use : foreignKeys.deciding()) {
            if (use.foreignKey().isSelfReference()
                    && use.choice() == null
                    && use.decidesAll()
                    && key.columns().containsAll(use.owned())) {
                use.choose(ParentChoice.previous(plan::existing, plan::parents, use.optional(plan.table())));
                numbering.unique(use.owned());
                return true;
            }
        }
        // Which row of several foreign keys' parents matches them all is known only when the rows are made.
        boolean matches = foreignKeys.deciding().stream()
                .anyMatch(use -> !use.decidesAll() && use.owned().stream().anyMatch(key.columns()::contains));
        if (matches) {
            unproven.add(key);
        }
        return matches;
    }

    private boolean solveByDigits(UniqueKey key, List<KeyPart> free, List<PredicateBreak> breaks) {
        List<KeyPart> used = new ArrayList<>();
        for (KeyPart part : free) {
            if (used.size() >= 2 && areEnough(used)) {
                break;
            }
            used.add(part);
        }
        ForeignKeyUse only = used.size() == 1 ? used.get(0).use() : null;
        boolean enough = only == null ? areEnough(used) : only.candidates() >= plan.rows();
        if (!enough) {
            List<KeyPart> undecided = undecided(used);
            long room = KeyPart.room(undecided);
            boolean restRefersToNone = only != null
                    && isLeftOut(only, key)
                    && (PredicateBreak.leavesOutNulls(plan.table(), key, only.owned())
                            || !isRead(only) && areExceptions(breaks));
            // Rows that there were may stand in the index.
            if (!restRefersToNone && partial.keepOut(breaks, plan.existing() > 0 ? 0 : room)) {
                digits.assign(key, undecided, room);
                return true;
            }
            if (used.isEmpty() || undecided.size() < used.size() && only == null) {
                return false;
            }
        }
        List<Integer> columns =
                used.stream().flatMap(part -> part.columns().stream()).toList();
        if (only == null) {
            if (!enough) {
                plan.limitRows(KeyPart.room(used), describe(key));
            }
            digits.assign(key, used, plan.rows());
            numbering.unique(columns);
            return true;
        }
        boolean restIsNull = !enough && isLeftOut(only, key);
        if (!enough && !restIsNull) {
            plan.limitRows(only.candidates(), describe(key));
        }
        // Where a check reads it the rows may end where the parents do.
        only.choose(ParentChoice.distinct(
                only::candidates,
                isRead(only) ? only::candidates : plan::rows,
                1 + foreignKeys.deciding().indexOf(only)));
        numbering.leadNoMore(only);
        numbering.unique(columns, only.candidates());
        return true;
    }

    /** Whether a check may ask for the reference. */
    private boolean isRead(ForeignKeyUse use) {
        return plan.table().checks().stream()
                .anyMatch(check -> check.columns().stream().anyMatch(use.owned()::contains));
    }

    /** Whether what keeps rows out befalls few: most rows are not deleted. */
    private boolean areExceptions(List<PredicateBreak> breaks) {
        return breaks.stream()
                .allMatch(by ->
                        ColumnName.of(plan.table().column(by.column()).name()).isException());
    }

    /** Whether these parts tell all rows apart, or those that have the same parent where one of the parts is decided by another key. */
    private boolean areEnough(List<KeyPart> used) {
        Long rowsPerParent = rowsPerParent(used);
        long room = KeyPart.room(undecided(used));
        return room >= (rowsPerParent == null ? plan.rows() : Math.min(rowsPerParent, plan.rows()));
    }

    /** The parts that another key has not decided already. */
    private List<KeyPart> undecided(List<KeyPart> used) {
        return rowsPerParent(used) == null ? used : used.subList(1, used.size());
    }

    private @Nullable Long rowsPerParent(List<KeyPart> used) {
        ForeignKeyUse first = used.isEmpty() ? null : used.get(0).use();
        return first == null ? null : numbering.rowsPerParent(first);
    }

    /** Whether rows that there is no parent left for may have none, as far as this key and those that were before are concerned. */
    private boolean isLeftOut(ForeignKeyUse use, UniqueKey key) {
        return use.mayBeNull(plan.table(), key)
                && (use.choice() == null
                        || plan.table().keys().stream()
                                .noneMatch(other -> other.nullsEqual()
                                        && use.owned().stream().anyMatch(other.columns()::contains)));
    }

    /** Leaves only the rows that differ in a key though others decide most of it. */
    private void limit(UniqueKey key) {
        List<KeyPart> free = undecided(parts.free(key));
        digits.assign(key, free, Math.min(plan.rows(), KeyPart.room(free)));
        long differing = conflicts.differing(key);
        if (differing < plan.rows()) {
            plan.limitRows(
                    differing, describe(key) + (differing == 1 ? ", for which no different values are known," : ""));
        }
    }

    private String describe(UniqueKey key) {
        List<CheckConstraint> checks = plan.table().checksOf(key.columns());
        return (key.exclusion() ? "the exclusion constraint " : "the unique key ") + key.name() + " ("
                + String.join(", ", plan.table().columnNames(key.columns())) + ")"
                + (checks.isEmpty() ? "" : " with " + CheckConstraint.named(checks) + ",");
    }
}
