package dev.rehearse.data.plan.key;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.CheckText;
import dev.rehearse.data.plan.trial.Probe;
import dev.rehearse.data.plan.values.KeyNumbering;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.ParentChoice;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Foreign keys that refer to no row twice, and of which a check gives each row one: one list of the rows of several tables. All of their parents together
 * are as many rows, which come in their order.
 */
public final class ExclusiveReferences {

    /** So many columns are NULL or not in a thousand ways. */
    private static final int MOST = 10;

    private final TablePlan plan;
    private final long seed;
    private final List<Group> groups = new ArrayList<>();

    private record Group(CheckConstraint check, List<ForeignKeyUse> uses) {

        /** The place among all that the n-th row of one has, where each comes evenly from the first to the last. */
        long place(int which, long n) {
            long place = n;
            for (int other = 0; other < uses.size(); other++) {
                if (other != which) {
                    long middle = (2 * n + 1) * uses.get(other).candidates() - (other < which ? 0 : 1);
                    place += (middle / uses.get(which).candidates() + 1) / 2;
                }
            }
            return place;
        }

        /** The row of one that has a place among all, or {@link ParentChoice#NONE}. */
        long at(int which, long place) {
            long low = 0;
            long high = uses.get(which).candidates() - 1;
            while (low <= high) {
                long middle = (low + high) >>> 1;
                long found = place(which, middle);
                if (found == place) {
                    return middle;
                } else if (found < place) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return ParentChoice.NONE;
        }

        long room() {
            return uses.stream().mapToLong(ForeignKeyUse::candidates).sum();
        }
    }

    private ExclusiveReferences(TablePlan plan, long seed) {
        this.plan = plan;
        this.seed = seed;
    }

    /**
     * Finds them; the server says what a check asks for.
     *
     * @param unsolved loses the checks that are satisfied by them
     */
    public static ExclusiveReferences of(
            TablePlan plan, List<ForeignKeyUse> uses, List<CheckConstraint> unsolved, Probe probe, long seed)
            throws SQLException {
        ExclusiveReferences found = new ExclusiveReferences(plan, seed);
        for (CheckConstraint check : List.copyOf(unsolved)) {
            List<ForeignKeyUse> read = uses.stream()
                    .filter(use -> check.columns().containsAll(use.owned()) && found.isFit(use))
                    .toList();
            boolean alone = read.size() > 1
                    && read.size() <= MOST
                    && read.size() == check.columns().size()
                    && read.stream().allMatch(use -> found.keysOf(use).allMatch(key -> bearsNulls(key, check)))
                    && check.columns().stream()
                            .noneMatch(column ->
                                    CheckText.readsValue(check, plan.table().column(column)))
                    && unsolved.stream()
                            .filter(other -> other != check)
                            .noneMatch(other -> other.columns().stream().anyMatch(check.columns()::contains));
            if (alone) {
                Group group = new Group(
                        check, read.stream().filter(use -> use.candidates() > 0).toList());
                if (found.isAskedFor(group) && found.isOneEach(check, read, probe)) {
                    found.groups.add(group);
                    unsolved.remove(check);
                }
            }
        }
        return found;
    }

    /** Whether nothing but a key of its own asks which rows a foreign key of one column refers to. */
    private boolean isFit(ForeignKeyUse use) {
        Table table = plan.table();
        List<Integer> owned = use.owned();
        return owned.size() == 1
                && use.decidesAll()
                && use.optional(table)
                && !use.isTied()
                && !use.isAvoided()
                && use.inStep().isEmpty()
                && use.foreignKey().partition() == 0
                && use.parent() != plan
                && use.parent().isPlanned()
                && keysOf(use).findAny().isPresent();
    }

    /** Whether rows that have another one of the references do not conflict: where NULLs are equal, by that one. */
    private static boolean bearsNulls(UniqueKey key, CheckConstraint check) {
        return !key.nullsEqual() || key.columns().containsAll(check.columns());
    }

    private Stream<UniqueKey> keysOf(ForeignKeyUse use) {
        return plan.table().keys().stream().filter(key -> key.columns().containsAll(use.owned()));
    }

    /** Whether keys ask for all references to differ, or ask that of them beside others and there are enough rows for it. */
    private boolean isAskedFor(Group group) {
        return group.room() >= plan.rows()
                || group.uses().stream()
                        .allMatch(use -> keysOf(use)
                                .anyMatch(key -> isOfAll(key)
                                        && (key.columns().equals(use.owned()) || isOfGroup(key, group.check()))));
    }

    /** Whether rows that differ in no more than which reference is left out conflict. */
    private static boolean isOfGroup(UniqueKey key, CheckConstraint check) {
        return key.nullsEqual() && check.columns().containsAll(key.columns());
    }

    /** Whether all rows that have the key's one column stand in it; of one that leaves others out, rows may be kept out. */
    private boolean isOfAll(UniqueKey key) {
        String name =
                Sql.quotedIfNeeded(plan.table().column(key.columns().get(0)).name());
        return key.predicate() == null || key.predicate().equals("(" + name + " IS NOT NULL)");
    }

    /** Whether a check lets through the rows alone that have one of the references. */
    private boolean isOneEach(CheckConstraint check, List<ForeignKeyUse> uses, Probe probe) throws SQLException {
        List<Column> columns = uses.stream()
                .map(use -> plan.table().column(use.owned().get(0)))
                .toList();
        List<byte @Nullable []> keys =
                uses.stream().map(ExclusiveReferences::anyKey).toList();
        List<byte[][]> rows = new ArrayList<>();
        List<Integer> withOne = new ArrayList<>();
        for (int which = 0; which < 1 << uses.size(); which++) {
            byte[][] cells = new byte[uses.size()][];
            int filled = 0;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = (which >> i & 1) == 0 ? null : keys.get(i);
                filled += cells[i] == null ? 0 : 1;
            }
            if (filled == Integer.bitCount(which)) {
                if (filled == 1) {
                    withOne.add(rows.size());
                }
                rows.add(cells);
            }
        }
        return withOne.size() > 1
                && probe.accepted(plan.table(), columns, rows, List.of(check)).equals(withOne);
    }

    /** A key of the parent; null where there is none. */
    private static byte @Nullable [] anyKey(ForeignKeyUse use) {
        int column = use.parentColumns(use.owned()).get(0);
        return use.candidates() == 0
                ? null
                : CopyBuffer.escape(Objects.requireNonNull(
                        use.parent().key(column, use.parent().parents() - 1)));
    }

    /** Any of the places among all that are one row's, which follow those of the row before. */
    private long place(long row, long room) {
        long rows = Math.max(1, plan.rows());
        long first = row * room / rows;
        return first + Mix.below(Mix.at(seed, row), (row + 1) * room / rows - first);
    }

    /** Leaves as many rows as there are parents, and gives each one. */
    void choose(KeyNumbering numbering) {
        for (Group group : groups) {
            long room = group.room();
            if (room < plan.rows()) {
                plan.limitRows(
                        room,
                        "the constraint " + group.check().name()
                                + ", which gives each row one of the rows that its foreign keys refer to once,");
            }
            for (int i = 0; i < group.uses().size(); i++) {
                int which = i;
                ForeignKeyUse use = group.uses().get(i);
                use.choose(row -> group.at(which, place(row, group.room())));
                numbering.unique(use.owned(), 0);
            }
        }
    }
}
