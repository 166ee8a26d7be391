package dev.rehearse.data.twin;

import dev.rehearse.data.column.NullRows;
import dev.rehearse.data.twin.JointColumns.Member;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which row has which combination of values: the column whose values are most in the order of the rows leads, so that it stays in its
 * order; rows with the same value of it have their combinations in any order. Immutable.
 */
final class JointRows {

    private final List<Member> members;
    private final List<JointCells.Cell> cells;
    private final long[] ends;
    private final int[] firsts;
    private final int[] lasts;
    private final int lead;
    private final NullRows nullRows;
    private final RowOrder order;
    private final long filled;
    private final long seed;

    JointRows(List<Member> members, List<JointCells.Cell> unordered, long rows, long seed) {
        this.members = members;
        this.seed = seed;
        this.lead = lead(members);
        Member leader = members.get(lead);
        this.cells = unordered.stream()
                .sorted(Comparator.comparingInt(cell -> cell.numbers()[lead]))
                .toList();
        this.ends = new long[cells.size()];
        this.firsts = new int[cells.size()];
        this.lasts = new int[cells.size()];
        long end = 0;
        int nulls = cells.size();
        for (int i = 0; i < ends.length; i++) {
            end += cells.get(i).count();
            ends[i] = end;
            if (cells.get(i).numbers()[lead] == leader.nullNumber()) {
                nulls = Math.min(nulls, i);
            }
        }
        for (int i = 0; i < ends.length; i++) {
            firsts[i] = i > 0 && hasSameLead(i - 1, i) ? firsts[i - 1] : i;
        }
        for (int i = ends.length - 1; i >= 0; i--) {
            lasts[i] = i + 1 < ends.length && hasSameLead(i, i + 1) ? lasts[i + 1] : i;
        }
        this.filled = nulls == 0 ? 0 : ends[nulls - 1];
        this.nullRows = leader.column().nullRows();
        this.order = leader.column().order(leader.frequencies(), true);
    }

    /** The place of the column that leads. */
    static int lead(List<Member> members) {
        return members.indexOf(members.stream()
                .max(Comparator.comparingDouble(member -> Math.abs(member.correlation())))
                .orElseThrow());
    }

    private boolean hasSameLead(int one, int other) {
        return cells.get(one).numbers()[lead] == cells.get(other).numbers()[lead];
    }

    /** The place of a column, or -1. */
    int place(String name) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The number of the value that a column has in a row, -1 for NULL. */
    long number(int place, long row) {
        int number = cells.get(cell(row)).numbers()[place];
        return number == members.get(place).nullNumber() ? -1 : number;
    }

    private int cell(long row) {
        long index = nullRows.index(row);
        if (index < 0) {
            long nulls = ends[ends.length - 1] - filled;
            return at(filled
                    + new Permutation(Math.max(1, nulls), seed).apply(Math.min(nulls - 1, nullRows.nullIndex(row))));
        }
        long rank = order.rank(index);
        int found = at(rank);
        int first = firsts[found];
        int last = lasts[found];
        if (first == last) {
            return found;
        }
        long start = first == 0 ? 0 : ends[first - 1];
        return at(start + new Permutation(ends[last] - start, Mix.at(seed, first)).apply(rank - start));
    }

    private int at(long rank) {
        int found = Arrays.binarySearch(ends, rank + 1);
        return Math.min(found >= 0 ? found : -found - 1, ends.length - 1);
    }
}
