package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.reference.ForeignKeyValues;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.plan.values.PossibleValues;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Values;
import java.util.List;
import java.util.Objects;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives the parts of a unique key the digits of the row number in mixed radix.
 *
 * @param seed of what is chosen at random
 */
record KeyDigits(TablePlan plan, PossibleValues possible, ProfiledKeys profiled, KeyNumbering numbering, long seed) {

    /** With two foreign keys in a key, as in a join table, each parent has at least so many partners where there are as many. */
    private static final long PARTNERS = 3;

    /** Of fewer groups too many rows are in the first one. */
    private static final long LEAST_SHIFTED = 20;

    /** Numbers the first {@code limit} rows; the others have any values. */
    void assign(UniqueKey key, List<KeyPart> parts, long limit) {
        LongUnaryOperator prefix = row -> 0;
        LongUnaryOperator rest = row -> row;
        long range = limit;
        for (int i = 0; i < parts.size(); i++) {
            KeyPart part = parts.get(i);
            boolean leading = i == 0;
            long step = step(part, parts.subList(i + 1, parts.size()), range);
            LongUnaryOperator outer = rest;
            LongUnaryOperator before = prefix;
            LongUnaryOperator digit = row -> outer.applyAsLong(row) / step;
            long partSeed = Mix.seed(seed, key.name(), (part.use() == null ? "any " : "digit ") + i);
            // The leading parents come in order, as children do; the others in an order of their own for each of these.
            long places = divideUp(range, step);
            LongBinaryOperator different = leading ? null : different(part, places);
            LongUnaryOperator group = row -> Mix.at(partSeed, before.applyAsLong(row));
            LongUnaryOperator index = different == null
                    ? inTime(part, digit, places)
                    : followsTime(part)
                            ? row -> new Permutation(
                                            there(part, row - outer.applyAsLong(row), limit, places),
                                            group.applyAsLong(row))
                                    .apply(digit.applyAsLong(row))
                            : row -> different.applyAsLong(digit.applyAsLong(row), group.applyAsLong(row));
            LongUnaryOperator any = any(part, partSeed);
            LongUnaryOperator number = row -> row < limit ? index.applyAsLong(row) : any.applyAsLong(row);
            if (part.use() == null) {
                numbering.number(part.column(), number);
                look(part);
            } else {
                part.use().choose(number::applyAsLong);
                if (leading && limit == plan.rows()) {
                    numbering.lead(part.use(), step);
                }
            }
            prefix = row -> before.applyAsLong(row) * 0x1F3F + digit.applyAsLong(row);
            rest = row -> outer.applyAsLong(row) % step;
            range = step;
        }
    }

    /** Texts as a profile has them, where there are not more than it says. */
    private void look(KeyPart part) {
        ProfiledColumn column = profiled.column(part.column());
        if (column != null
                && column.repeats() >= part.capacity()
                && plan.table().column(part.column()).type().kind().isText()) {
            Values look = profiled.look(part.column(), part.capacity());
            if (look != null) {
                numbering.look(part.column(), look);
            }
        }
    }

    /** For how many of the rows in the range a part keeps its value. */
    private long step(KeyPart part, List<KeyPart> later, long range) {
        Long known = part.use() == null ? null : numbering.rowsPerParent(part.use());
        if (known != null) {
            return Math.min(known, range);
        }
        return later.isEmpty()
                ? 1
                : Math.max(divideUp(range, Math.max(1, part.capacity())), Math.min(PARTNERS, KeyPart.room(later)));
    }

    /** The number of the value in a place of a group of rows; null where values come in order in each group. */
    private @Nullable LongBinaryOperator different(KeyPart part, long places) {
        ProfiledColumn column = profiled.column(part.columns().get(0));
        if (column != null) {
            return column.different(part.capacity(), places);
        }
        // What means a row of another table is as good as any other, with or without a foreign key.
        boolean refers = part.use() != null
                || possible.polymorphic(plan.table().column(part.column())).isPresent();
        return refers ? (place, group) -> new Permutation(part.capacity(), group).apply(place) : null;
    }

    /**
     * The parents in order, each one group later than its turn, so that it was there before its group: the last one has the first group.
     *
     * @param places how many groups there are
     */
    private LongUnaryOperator inTime(KeyPart part, LongUnaryOperator digit, long places) {
        boolean follows = places >= LEAST_SHIFTED && places * 10 >= part.capacity() * 9 && followsTime(part);
        return follows ? row -> (digit.applyAsLong(row) + places - 1) % places : digit;
    }

    /** Whether a part refers to rows that came one after the other, as those of the table do. */
    private boolean followsTime(KeyPart part) {
        ForeignKeyUse use = part.use();
        return use != null
                && use.parent() != plan
                && use.parent().isPlanned()
                && profiled.column(part.columns().get(0)) == null
                && ForeignKeyValues.isDated(plan.table())
                && ForeignKeyValues.isDated(use.parent().table());
    }

    /**
     * How many of a part's parents there are to choose from for a group of rows: those that were there when the first of its rows was made, if these are enough.
     *
     * @param first the first row of the group
     * @param rows of all groups
     */
    private static long there(KeyPart part, long first, long rows, long places) {
        return Math.min(
                part.capacity(),
                Math.max(places, Objects.requireNonNull(part.use()).before(first, rows)));
    }

    private static LongUnaryOperator any(KeyPart part, long seed) {
        return part.use() == null
                ? row -> Mix.below(Mix.at(seed, row), part.capacity())
                : ParentChoice.skewed(part.use()::candidates, 0, seed)::parent;
    }

    private static long divideUp(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
