package dev.rehearse.data.plan;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the unique keys of one table hold by construction: a key with a column of enough different values has the row number in that
 * column; any other has the row number in mixed radix, one digit for each foreign key and column.
 */
final class KeySolver {

    private final TablePlan plan;
    private final ForeignKeyUses foreignKeys;
    private final PossibleValues possible;
    private final ProfiledKeys profiled;
    private final KeyNumbering numbering;
    private final PartialIndexes partial;
    private final KeyParts parts;
    private final KeyFamilies families;
    private final KeyDigits digits;
    private final long seed;

    /**
     * @param profiled how often a column has which value, where that is known
     * @param numbering receives how the keys are solved
     * @param partial keeps out the rows that a key has no room for
     */
    KeySolver(
            TablePlan plan,
            ForeignKeyUses foreignKeys,
            PossibleValues possible,
            ProfiledKeys profiled,
            KeyNumbering numbering,
            PartialIndexes partial) {
        this.plan = plan;
        this.foreignKeys = foreignKeys;
        this.possible = possible;
        this.profiled = profiled;
        this.numbering = numbering;
        this.partial = partial;
        this.seed = possible.seed("keys");
        this.parts = new KeyParts(plan, foreignKeys.deciding(), possible, profiled, numbering, partial);
        this.families = new KeyFamilies(plan, foreignKeys.deciding(), profiled, numbering);
        this.digits = new KeyDigits(plan, possible, profiled, numbering, seed);
    }

    /** Solves all keys, those first that only foreign keys can make unique. */
    void solve() {
        for (Column column : plan.table().columns()) {
            if (column.sequence() != null
                    && column.type().kind().isInteger()
                    && !possible.isForeign(column)
                    && possible.distinctIfFree(column.number()).capacity() >= plan.rows()) {
                numbering.byRow(column.number());
            }
        }
        foreignKeys.deciding().stream()
                .filter(use -> !use.inStep().isEmpty()
                        && !use.beginsLoop()
                        && plan.rows() <= use.parent().rows())
                .forEach(use -> numbering.unique(use.inStep()));
        Stream.concat(plan.table().keys().stream(), begunLoops())
                .sorted(Comparator.comparing((UniqueKey key) -> parts.wide(key).isEmpty() ? 0 : 1)
                        .thenComparing(key -> !key.primary())
                        .thenComparing(key -> key.columns().size()))
                .forEach(this::solve);
        foreignKeys.deciding().forEach(profiled::choose);
    }

    /** What goes in step with the rows of other tables, which may ask for different values. */
    private Stream<UniqueKey> begunLoops() {
        return foreignKeys
                .begun()
                .map(use -> new UniqueKey(
                        use.foreignKey().name(), use.inStep(), false, null, false, false, List.of(), null));
    }

    private void solve(UniqueKey whole) {
        if (plan.rows() <= 1 || numbering.isUnique(whole.columns())) {
            return;
        }
        UniqueKey key = partial.breaks(whole).isEmpty() ? whole : partial.withoutConstants(whole);
        List<PredicateBreak> breaks = partial.breaks(key);
        List<KeyPart> foreign = parts.foreign(key);
        List<KeyPart> wide = parts.wide(key);
        Optional<KeyPart> unique = wide.stream().filter(parts::isKnownUnique).findFirst();
        if (unique.isPresent()) {
            numbering.byRow(unique.get().column());
            return;
        }
        if (families.solve(key, foreign, parts.columns(key))) {
            return;
        }
        boolean numberedWithinParent = !foreign.isEmpty() && wide.stream().allMatch(this::isCounted);
        if (!wide.isEmpty() && !numberedWithinParent) {
            numbering.byRow(wide.get(0).column());
            return;
        }
        List<KeyPart> free = parts.free(key);
        if (free.isEmpty() && breaks.isEmpty()) {
            solveBySelfReference(key);
            return;
        }
        solveByDigits(key, free, breaks);
    }

    /** Whether the values of a column follow one another, so that they can begin anew for each parent. */
    private boolean isCounted(KeyPart part) {
        SqlType.Kind kind = plan.table().column(part.column()).type().kind();
        return kind.isInteger() || kind == SqlType.Kind.DATE;
    }

    private void solveBySelfReference(UniqueKey key) {
        for (ForeignKeyUse use : foreignKeys.deciding()) {
            if (use.foreignKey().isSelfReference()
                    && use.decidesAll()
                    && key.columns().containsAll(use.owned())) {
                use.choose(ParentChoice.previous(plan::existing, plan::parents, use.optional(plan.table())));
                numbering.unique(use.owned());
                return;
            }
        }
        boolean foreign = foreignKeys.deciding().stream()
                .anyMatch(use -> use.owned().stream().anyMatch(key.columns()::contains));
        if (!foreign) {
            plan.limitRows(1, describe(key) + ", for which no different values are known,");
        }
    }

    private void solveByDigits(UniqueKey key, List<KeyPart> free, List<PredicateBreak> breaks) {
        List<KeyPart> used = new ArrayList<>();
        for (KeyPart part : free) {
            if (used.size() >= 2 && KeyPart.room(used) >= plan.rows()) {
                break;
            }
            used.add(part);
        }
        long room = KeyPart.room(used);
        if (room < plan.rows() && partial.keepOut(breaks, room)) {
            digits.assign(key, used, room);
            return;
        }
        ForeignKeyUse only = used.size() == 1 ? used.get(0).use() : null;
        boolean restIsNull = only != null && only.optional(plan.table()) && !key.nullsEqual();
        if (room < plan.rows() && !restIsNull) {
            plan.limitRows(room, describe(key));
        }
        if (only != null) {
            only.choose(ParentChoice.distinct(only::candidates, Mix.seed(seed, key.name())));
        } else {
            digits.assign(key, used, plan.rows());
        }
        numbering.unique(used.stream().flatMap(part -> part.columns().stream()).toList());
    }

    private String describe(UniqueKey key) {
        List<CheckConstraint> checks = plan.table().checksOf(key.columns());
        return (key.exclusion() ? "the exclusion constraint " : "the unique key ") + key.name() + " ("
                + String.join(", ", plan.table().columnNames(key.columns())) + ")"
                + (checks.isEmpty() ? "" : " with " + CheckConstraint.named(checks) + ",");
    }
}
