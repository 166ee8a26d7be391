package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.ParentChoice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/** Finds where rows begin to conflict in a unique key, by what the keys of the table have decided so far. */
record KeyConflicts(TablePlan plan, List<ForeignKeyUse> uses, KeyNumbering numbering, PartialIndexes partial) {

    /** How many of the first rows are known to differ in a key; those have NULL in it, too, where that makes them differ. */
    long differing(UniqueKey key) {
        List<LongUnaryOperator> parts = new ArrayList<>();
        List<LongUnaryOperator> optional = new ArrayList<>();
        for (ForeignKeyUse use : uses) {
            ParentChoice choice = use.choice();
            boolean isKnown = use.parent() == plan || use.parent().isPlanned();
            if (choice != null && isKnown && use.decidesAll() && !use.isTied() && KeyParts.decides(key, use)) {
                parts.add(choice::parent);
                if (use.mayBeNull(plan.table(), key)) {
                    optional.add(choice::parent);
                }
            }
        }
        key.columns().stream()
                .filter(column -> !partial.giveValues(column))
                .map(numbering::of)
                .filter(Objects::nonNull)
                .forEach(parts::add);
        Set<List<Long>> known = new HashSet<>();
        for (long row = 0; row < plan.rows(); row++) {
            long at = row;
            boolean isNull = optional.stream().anyMatch(part -> part.applyAsLong(at) == ParentChoice.NONE);
            if (!isNull
                    && !known.add(
                            parts.stream().map(part -> part.applyAsLong(at)).toList())) {
                return row;
            }
        }
        return plan.rows();
    }

    /** How many of the first rows differ in a key by the values that were made; all where a parent in a cycle has none yet. */
    long differingAsMade(UniqueKey key) {
        if (uses.stream().anyMatch(use -> use.parent() != plan && !use.parent().isPlanned())) {
            return plan.rows();
        }
        Set<Long> known = new HashSet<>();
        for (long row = 0; row < plan.rows(); row++) {
            CopyBuffer cells = new CopyBuffer(64);
            cells.counting(false);
            boolean isNull = false;
            for (int column : key.columns()) {
                int start = cells.length();
                plan.values(plan.table().indexOf(column)).write(row, cells);
                isNull |= !key.nullsEqual() && cells.textFrom(start) == null;
                cells.put('\t');
            }
            if (!isNull && !known.add(cells.hashFrom(0))) {
                return row;
            }
        }
        return plan.rows();
    }
}
