package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.SampledRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Those combinations of tried values which the server accepts in the rows that draw them. */
final class Combinations {

    private static final int MANY = 5_000;
    private static final int ROUNDS = 20;

    /** So many values of a column that keeps its own may each have combinations of their own. */
    private static final int FEW = 50;

    private final TablePlan plan;
    private final Table table;
    private final Probe probe;
    private final SampledRows sampled;
    private final List<Column> columns;
    private final List<CheckConstraint> checks;
    private final long seed;
    private final Values[] own;
    private final boolean[] keeps;
    private final boolean[] tells;
    /** Columns that keep their values, which a check may compare with each other. */
    private final boolean[] compared;

    private final Moments moments;
    private List<byte[][]> passed;
    private List<long[]> distances = List.of();
    private Map<String, List<Integer>> byValue = Map.of();
    private List<Integer> everything = List.of();

    /**
     * @param passed what satisfied the checks where it was tried, in the order of the columns; the rows draw from these
     * @param moments which points in time are moved to where each row is
     */
    Combinations(
            TablePlan plan,
            Probe probe,
            SampledRows sampled,
            TiedColumns tied,
            List<byte[][]> passed,
            Moments moments,
            long seed) {
        this.moments = moments;
        this.plan = plan;
        this.table = plan.table();
        this.probe = probe;
        this.sampled = sampled;
        this.columns = tied.columns();
        this.checks = tied.checks();
        this.passed = passed;
        this.seed = seed;
        this.own = columns.stream()
                .map(column -> plan.values(table.indexOf(column.number())))
                .toArray(Values[]::new);
        this.keeps = new boolean[columns.size()];
        this.tells = new boolean[columns.size()];
        this.compared = new boolean[columns.size()];
        for (int i = 0; i < keeps.length; i++) {
            keeps[i] = tied.keepsItsValue().test(columns.get(i).number());
            int place = i;
            tells[i] = keeps[i]
                    && checks.stream().anyMatch(check -> CheckText.readsValue(check, columns.get(place)))
                    && passed.stream()
                                    .map(cells -> string(cells[place]))
                                    .distinct()
                                    .limit(FEW + 1)
                                    .count()
                            <= FEW;
        }
        for (int i = 0; i < keeps.length; i++) {
            int place = i;
            compared[i] = IntStream.range(0, keeps.length).anyMatch(other -> areCompared(place, other));
        }
        regroup();
    }

    private boolean areCompared(int place, int other) {
        Column one = columns.get(place);
        Column another = columns.get(other);
        return place != other
                && keeps[place]
                && keeps[other]
                && one.type().equals(another.type())
                && checks.stream()
                        .anyMatch(check -> CheckText.readsValue(check, one) && CheckText.readsValue(check, another));
    }

    /** Which combinations there are for each value of the columns that keep theirs and have few, and for which of those are equal. */
    private void regroup() {
        Map<String, List<Integer>> groups = new HashMap<>();
        for (int i = 0; i < passed.size(); i++) {
            groups.computeIfAbsent(told(passed.get(i)), values -> new ArrayList<>())
                    .add(i);
        }
        byValue = groups;
        distances = passed.stream().map(moments::distances).toList();
        everything = IntStream.range(0, passed.size()).boxed().toList();
    }

    private String told(byte[][] cells) {
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < tells.length; i++) {
            told.append(tells[i] ? string(cells[i]) : "").append('\t');
            for (int j = 0; j < i && compared[i]; j++) {
                told.append(compared[j] && cells[i] != null && Arrays.equals(cells[i], cells[j]) ? '=' : ' ');
            }
        }
        return told.toString();
    }

    private static String string(byte @Nullable [] cell) {
        return cell == null ? "\\N" : new String(cell, StandardCharsets.UTF_8);
    }

    /**
     * Combinations passed with some row's values of the columns that keep theirs; here those stay that pass with the values of the rows
     * that draw them. Where a key gives out of values that a check needs, the rows end there.
     */
    boolean satisfy(List<byte[][]> sample) throws SQLException {
        if (moments.anchor() == null && IntStream.range(0, keeps.length).noneMatch(i -> keeps[i])) {
            return !passed.isEmpty();
        }
        boolean many = false;
        for (int round = 0; round < ROUNDS && !passed.isEmpty(); round++) {
            long count = Math.min(plan.rows(), many ? MANY : SampledRows.COUNT);
            List<byte[][]> drawn = new ArrayList<>();
            List<Integer> choices = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                long row = !many
                        ? sampled.number(i, count)
                        : plan.rows() <= count ? i : Mix.below(Mix.at(seed + 1, i), plan.rows());
                int choice = choice(row);
                if (choice < 0) {
                    long first = LongStream.range(0, row + 1)
                            .filter(earlier -> choice(earlier) < 0)
                            .findFirst()
                            .orElse(row);
                    if (first == 0) {
                        return false;
                    }
                    plan.limitRows(
                            first,
                            "with the keys that it reads, the constraint "
                                    + checks.get(0).name());
                    return satisfy(List.of());
                }
                choices.add(choice);
                drawn.add(cells(row, !many && i < sample.size() ? sample.get((int) i) : null, choice));
            }
            Set<Integer> accepted = new HashSet<>(probe.accepted(table, columns, drawn, checks));
            Set<Integer> wrong = new HashSet<>();
            for (int i = 0; i < drawn.size(); i++) {
                if (!accepted.contains(i)) {
                    wrong.add(choices.get(i));
                }
            }
            if (wrong.isEmpty()) {
                if (many || plan.rows() <= SampledRows.COUNT) {
                    return true;
                }
                // What fits few rows only is found among many.
                many = true;
                continue;
            }
            List<byte[][]> before = passed;
            passed = IntStream.range(0, before.size())
                    .filter(i -> !wrong.contains(i))
                    .mapToObj(before::get)
                    .toList();
            regroup();
        }
        return false;
    }

    private byte[][] cells(long row, byte @Nullable [][] sampledCells, int choice) {
        byte[][] cells = passed.get(choice).clone();
        for (int i = 0; i < cells.length; i++) {
            if (keeps[i] && cells[i] != null) {
                cells[i] = sampledCells == null ? sampled.cell(columns.get(i), row) : sampledCells[i];
            } else if (!Moments.isFixed(distances.get(choice)[i])) {
                cells[i] = moments.cell(i, distances.get(choice)[i], row);
            }
        }
        return cells;
    }

    /** The combination that a row draws, the first that needs no value where a key has none; -1 where all do. */
    private int choice(long row) {
        boolean[] isNull = new boolean[keeps.length];
        byte[][] kept = new byte[keeps.length][];
        for (int i = 0; i < keeps.length; i++) {
            boolean nullable = keeps[i] && !columns.get(i).notNull();
            kept[i] = nullable || tells[i] || compared[i] ? SampledRows.cell(own[i], row) : null;
            isNull[i] = nullable && kept[i] == null;
        }
        int choice = choice(row, isNull, byValue.getOrDefault(told(kept), List.of()));
        return choice >= 0 ? choice : choice(row, isNull, everything);
    }

    private int choice(long row, boolean[] isNull, List<Integer> among) {
        if (among.isEmpty()) {
            return -1;
        }
        int first = (int) Mix.below(Mix.at(seed, row), among.size());
        for (int i = 0; i < among.size(); i++) {
            int choice = among.get((first + i) % among.size());
            byte[][] cells = passed.get(choice);
            if (IntStream.range(0, isNull.length).noneMatch(place -> isNull[place] && cells[place] != null)) {
                return choice;
            }
        }
        return -1;
    }

    void draw() {
        for (int i = 0; i < columns.size(); i++) {
            int place = i;
            plan.values(table.indexOf(columns.get(i).number()), (row, out) -> {
                int choice = choice(row);
                byte @Nullable [] cell = choice < 0 ? null : passed.get(choice)[place];
                if (cell == null) {
                    out.putNull();
                } else if (keeps[place]) {
                    own[place].write(row, out);
                } else if (!Moments.isFixed(distances.get(choice)[place])) {
                    moments.write(place, distances.get(choice)[place], row, out);
                } else {
                    out.put(cell);
                }
            });
        }
    }
}
