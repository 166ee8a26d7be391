package dev.rehearse.data.plan.values;

import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.plan.table.NullShares;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.Probe;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.PlausibleTexts;
import dev.rehearse.data.twin.ProfileUse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the planning of one table needs to know of the others.
 *
 * @param spec what is asked for
 * @param profile the shape that is asked for
 * @param nulls the shares of NULL that are asked for
 * @param plans the plans by table; those of parents are complete
 * @param probe asks the server
 * @param population how many different things columns speak of that name them by id without a foreign key
 * @param referenced columns that foreign keys point at, as {@code table.number}, with the columns that point at them
 * @param wanted the only values that checks allow some of those that point at them
 * @param namesakes unique columns that others may mean by their names
 * @param plausible makes texts such as names
 */
public record PlanContext(
        DatasetSpec spec,
        ProfileUse profile,
        NullShares nulls,
        Map<Long, TablePlan> plans,
        Probe probe,
        long population,
        Map<String, List<Column>> referenced,
        Map<String, Set<String>> wanted,
        Map<ColumnName, List<Namesake>> namesakes,
        PlausibleTexts plausible) {

    public static PlanContext of(
            DatasetSpec spec, ProfileUse profile, List<Table> tables, Map<Long, TablePlan> plans, Probe probe) {
        Map<String, List<Column>> referenced = new HashMap<>();
        Map<String, Set<String>> wanted = new HashMap<>();
        for (Table table : tables) {
            CheckSolver checks = new CheckSolver(table);
            for (ForeignKey foreignKey : table.foreignKeys()) {
                for (int i = 0; i < foreignKey.columns().size(); i++) {
                    String key = foreignKey.parent() + "."
                            + foreignKey.parentColumns().get(i);
                    List<Column> columns = referenced.computeIfAbsent(key, none -> new ArrayList<>());
                    if (table.indexOf(foreignKey.columns().get(i)) >= 0) {
                        Column column = table.column(foreignKey.columns().get(i));
                        columns.add(column);
                        List<String> allowed = checks.restriction(column).allowed();
                        if (allowed != null) {
                            wanted.computeIfAbsent(key, none -> new TreeSet<>()).addAll(allowed);
                        }
                    }
                    table.constant(foreignKey.columns().get(i))
                            .ifPresent(constant -> wanted.computeIfAbsent(key, none -> new TreeSet<>())
                                    .add(constant));
                }
            }
        }
        long largest = plans.values().stream().mapToLong(TablePlan::rows).max().orElse(0);
        return new PlanContext(
                spec,
                profile,
                new NullShares(spec.nulls(), tables, profile),
                plans,
                probe,
                Math.max(10, largest / 10),
                referenced,
                wanted,
                Namesake.among(plans.values()),
                PlausibleTexts.of(spec.locales(), probe.unicode() ? Character.MAX_CODE_POINT : 0x7F));
    }

    /** The share of NULL of a column that may have any. */
    public double nullShare(Table table, Column column, double usual) {
        Double chosen = nulls.of(table, column);
        return chosen == null ? usual : chosen;
    }

    boolean isReferenced(Table table, Column column) {
        return referenced.containsKey(table.oid() + "." + column.number());
    }

    /** The columns of children that hold a column's values too, and so must be able to. */
    List<Column> referencing(Table table, Column column) {
        return referenced.getOrDefault(table.oid() + "." + column.number(), List.of());
    }

    /** The values of a column that others can refer to alone; empty where any will do. */
    Set<String> wanted(Table table, Column column) {
        return wanted.getOrDefault(table.oid() + "." + column.number(), Set.of());
    }

    /** Numbers of the columns of a table that foreign keys point at. */
    public List<Integer> referencedColumns(Table table) {
        Set<Integer> numbers = new HashSet<>();
        Stream.concat(
                        table.columns().stream().map(Column::number),
                        table.computed().stream().map(Table.Computed::number))
                .filter(number -> referenced.containsKey(table.oid() + "." + number))
                .forEach(numbers::add);
        return numbers.stream().sorted().toList();
    }
}
