package dev.rehearse.data.plan.reference;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.plan.table.MatchIndex;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes the columns of one foreign key: the key of the parent row that is chosen, computed and not looked up. */
public final class ForeignKeyValues {

    private final TablePlan plan;
    private final Table table;
    private final ForeignKeyUse use;
    private final double nullShare;
    private final @Nullable ProfiledColumn profiled;
    private final long seed;

    /** @param profiled how often which parent is referred to, or null when nobody knows */
    public ForeignKeyValues(
            TablePlan plan, ForeignKeyUse use, double nullShare, @Nullable ProfiledColumn profiled, long seed) {
        this.plan = plan;
        this.table = plan.table();
        this.use = use;
        this.nullShare = nullShare;
        this.profiled = profiled;
        this.seed = seed;
    }

    /**
     * @param plain plausible values of a column, for one that must have a value though the reference is left out
     * @param tried columns whose being NULL is decided elsewhere
     */
    public void fill(Function<Column, Values> plain, Set<Integer> tried) {
        Values keys = use.choice() == null ? use.keysInOrder() : null;
        if (profiled != null && keys != null && use.candidates() > 0) {
            fillInOrder(profiled.parents(use.candidates(), LongUnaryOperator.identity()), keys, plain);
            return;
        }
        ParentChoice chosen = choice(tried);
        ParentChoice choice = row -> use.passedOver(row, chosen.parent(row));
        use.made(choice);
        for (int owned : use.owned()) {
            Column column = table.column(owned);
            int parentColumn = use.parentColumns(List.of(owned)).get(0);
            @Nullable Values instead = column.notNull() ? plain.apply(column) : null;
            TablePlan parent = use.parent();
            plan.values(table.indexOf(owned), (row, out) -> {
                long number = use.inOrder(row, choice.parent(row));
                if (number != ParentChoice.NONE) {
                    parent.writeKey(parentColumn, use.parentOf(number), out);
                } else if (instead == null) {
                    out.putNull();
                } else {
                    instead.write(row, out);
                }
            });
        }
    }

    /** Writes keys by their place among all, which needs no search for the row of the parent that has it. */
    private void fillInOrder(ParentChoice places, Values keys, Function<Column, Values> plain) {
        Column column = table.column(use.owned().get(0));
        @Nullable Values instead = column.notNull() ? plain.apply(column) : null;
        plan.values(table.indexOf(column.number()), (row, out) -> {
            long place = places.parent(row);
            if (place != ParentChoice.NONE) {
                keys.write(place, out);
            } else if (instead == null) {
                out.putNull();
            } else {
                instead.write(row, out);
            }
        });
    }

    /**
     * Leaves only those parents to choose from for which each foreign key that must match finds a match: an order of a tenant without
     * products can have no line.
     *
     * @param followers foreign keys that share columns with {@code use}, and must not be left out
     */
    public static void restrict(ForeignKeyUse use, List<ForeignKeyUse> followers) {
        List<MatchIndex> indexes =
                followers.stream().map(ForeignKeyUse::matches).toList();
        use.restrict(parent -> {
            for (int i = 0; i < indexes.size(); i++) {
                List<Integer> columns = use.parentColumns(followers.get(i).shared());
                long matches = indexes.get(i).count(MatchIndex.hash(use.parent(), columns, parent));
                if (matches < followers.get(i).matchesNeeded()) {
                    return false;
                }
            }
            return true;
        });
    }

    private ParentChoice choice(Set<Integer> tried) {
        boolean optional = use.optional(table);
        ParentChoice asked = use.choice();
        if (asked != null) {
            return asked;
        }
        if (!use.decidesAll()) {
            return matching(optional);
        }
        if (profiled != null && use.candidates() > 0) {
            return profiled.parents(use.candidates(), use.inKeyOrder());
        }
        if (use.foreignKey().isSelfReference()) {
            return ParentChoice.earlier(plan::existing, optional, seed);
        }
        boolean nullDecidedElsewhere = use.owned().stream().anyMatch(tried::contains);
        double none = optional && !nullDecidedElsewhere ? nullShare : 0;
        return isDated(table) && isDated(use.parent().table())
                ? ParentChoice.skewed(use::candidates, row -> use.before(row, plan.rows()), none, seed)
                : ParentChoice.skewed(use::candidates, none, seed);
    }

    /** Whether the rows of a table come in the order of time. */
    public static boolean isDated(Table table) {
        return table.columns().stream()
                .anyMatch(column ->
                        ValueMaker.isInstant(column) && !TemporalValues.isBirth(ColumnName.of(column.name())));
    }

    /** A parent that has the values which the columns shared with other foreign keys have in this row. */
    private ParentChoice matching(boolean optional) {
        List<Integer> shared = use.shared();
        MatchIndex index = use.matches();
        boolean self = use.foreignKey().isSelfReference();
        return row -> {
            CopyBuffer scratch = new CopyBuffer(64);
            for (int column : shared) {
                int start = scratch.length();
                plan.values(table.indexOf(column)).write(row, scratch);
                if (scratch.textFrom(start) == null) {
                    return ParentChoice.NONE;
                }
                scratch.put('\t');
            }
            long before = self ? plan.existing() + row : use.parent().parents();
            long taken = use.taken(row);
            long found = taken == ParentChoice.NONE
                    ? index.choose(scratch.hashFrom(0), Mix.at(seed, row), before)
                    : index.chooseBut(taken, scratch.hashFrom(0), Mix.at(seed, row), before);
            return found == ParentChoice.NONE && self && !optional ? before : found;
        };
    }
}
