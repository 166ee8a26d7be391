package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.FillProgress;
import dev.rehearse.data.NearestName;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.Subset;
import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds the rows of a subset: from the chosen ones along foreign keys to their parents, and from those that a condition chose to their
 * children, until there is nothing new. Whole rounds of rows go to the server as places, so cycles and self-references need no order, and
 * nothing is written there. One thread.
 */
public final class SubsetClosure {

    private static final int BATCH = 2_000;
    private static final Pattern TID = Pattern.compile("\\((\\d+),(\\d+)\\)");

    private final Connection source;
    private final SourceSchema schema;
    private final FillProgress progress;
    private final ChosenRows chosen = new ChosenRows();
    /** Of these the children come too. */
    private final ChosenRows followed = new ChosenRows();

    private final Deque<Round> rounds = new ArrayDeque<>();
    private final Map<Long, SourceTable> byLeaf = new HashMap<>();

    /** Some rows of one leaf whose relatives are still to be found. */
    private record Round(long leaf, boolean down, List<String> tids) {}

    public SubsetClosure(Connection source, SourceSchema schema, FillProgress progress) {
        this.source = source;
        this.schema = schema;
        this.progress = progress;
        schema.tables().forEach(table -> table.leaves().forEach(leaf -> byLeaf.put(leaf.oid(), table)));
    }

    public ChosenRows find(Subset subset) throws SQLException {
        Map<Long, String> conditions = conditions(subset);
        for (SourceTable table : schema.tables()) {
            String condition = conditions.get(table.oid());
            if (condition != null) {
                collect(
                        "SELECT tableoid, ctid FROM " + from(table) + " WHERE " + condition,
                        true,
                        "condition of " + table.label());
            } else if (subset.percent() > 0 && (subset.percent() < 100 || conditions.isEmpty())) {
                SampledRows sampled = new SampledRows(schema, subset.percent(), conditions.keySet());
                collect(
                        "SELECT t.tableoid, t.ctid FROM " + from(table) + " t WHERE " + sampled.condition(table, "t"),
                        false,
                        "sample of " + table.label());
            }
        }
        while (!rounds.isEmpty()) {
            follow(rounds.poll());
        }
        return chosen;
    }

    private Map<Long, String> conditions(Subset subset) {
        Map<Long, String> conditions = new HashMap<>();
        subset.conditions().forEach((name, condition) -> {
            List<SourceTable> found = schema.tables().stream()
                    .filter(table -> table.label().equals(name) || table.name().equals(name))
                    .toList();
            if (found.size() != 1) {
                throw AnonymizeException.input(
                        found.isEmpty()
                                ? "There is no table \"" + name + "\", which a condition names."
                                        + NearestName.of(
                                                name,
                                                schema.tables().stream()
                                                        .map(table -> name.contains(".") ? table.label() : table.name())
                                                        .toList())
                                : "Several schemas have a table \"" + name + "\"; write schema.table.");
            }
            conditions.put(found.get(0).oid(), "(" + condition + ")");
        });
        return conditions;
    }

    static String from(SourceTable table) {
        return (table.partitioned() ? "" : "ONLY ") + table.quoted();
    }

    private void follow(Round round) throws SQLException {
        SourceTable table = byLeaf.get(round.leaf());
        if (table == null) {
            return;
        }
        String leaf = table.leaves().stream()
                .filter(each -> each.oid() == round.leaf())
                .map(SourceTable.Leaf::quoted)
                .findFirst()
                .orElse("");
        String tids = "'{" + String.join(",", round.tids()) + "}'";
        for (Reference reference : schema.references()) {
            if (reference.table() == table.oid()) {
                SourceTable parent = schema.table(reference.parent());
                collect(
                        "SELECT DISTINCT p.tableoid, p.ctid FROM ONLY " + leaf + " c JOIN " + from(parent) + " p ON "
                                + join(reference, table, parent) + " WHERE c.ctid = ANY (" + tids + "::tid[])",
                        false,
                        "rows that " + table.label() + " refers to");
            }
            if (round.down() && reference.parent() == table.oid()) {
                SourceTable child = schema.table(reference.table());
                collect(
                        "SELECT c.tableoid, c.ctid FROM ONLY " + leaf + " p JOIN " + from(child) + " c ON "
                                + join(reference, child, table) + " WHERE p.ctid = ANY (" + tids + "::tid[])",
                        true,
                        "rows that refer to " + table.label());
            }
        }
    }

    private static String join(Reference reference, SourceTable child, SourceTable parent) {
        return join(reference, child, "c", parent, "p");
    }

    static String join(Reference reference, SourceTable child, String c, SourceTable parent, String p) {
        return IntStream.range(0, reference.columns().size())
                .mapToObj(i -> c + "."
                        + Sql.quote(child.column(reference.columns().get(i)).name()) + " = " + p + "."
                        + Sql.quote(
                                parent.column(reference.parentColumns().get(i)).name()))
                .collect(Collectors.joining(" AND "));
    }

    private void collect(String sql, boolean down, String what) throws SQLException {
        Map<Long, List<String>> found = new HashMap<>();
        try (Statement statement = source.createStatement()) {
            statement.setFetchSize(10_000);
            try (ResultSet r = statement.executeQuery(sql)) {
                while (r.next()) {
                    long leaf = r.getLong(1);
                    Matcher tid = TID.matcher(String.valueOf(r.getString(2)));
                    if (!tid.matches()) {
                        throw new IllegalStateException("No tid: " + r.getString(2));
                    }
                    long page = Long.parseLong(tid.group(1));
                    int row = Integer.parseInt(tid.group(2));
                    boolean isNew = chosen.add(leaf, page, row);
                    boolean leadsDown = down && followed.add(leaf, page, row);
                    if (isNew || leadsDown) {
                        List<String> tids = found.computeIfAbsent(leaf, oid -> new ArrayList<>());
                        tids.add(ChosenRows.tid(page, row));
                        if (tids.size() == BATCH) {
                            rounds.add(new Round(leaf, down, List.copyOf(tids)));
                            tids.clear();
                        }
                    }
                }
            }
        } catch (SQLException e) {
            if ("42601".equals(e.getSQLState()) || "42703".equals(e.getSQLState()) || "42883".equals(e.getSQLState())) {
                throw AnonymizeException.input(
                        "The " + what + " is no SQL condition that the source understands: " + e.getMessage() + ".", e);
            }
            throw e;
        }
        found.forEach((leaf, tids) -> {
            if (!tids.isEmpty()) {
                rounds.add(new Round(leaf, down, List.copyOf(tids)));
            }
        });
        progress.report("choosing rows", chosen.count(), -1);
    }
}
