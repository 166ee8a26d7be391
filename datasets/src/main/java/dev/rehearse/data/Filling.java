package dev.rehearse.data;

import dev.rehearse.data.profile.Profile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One run of the maker, step by step. */
final class Filling {

    /** Rows from which on a table's secondary indexes and foreign keys are cheaper to build after the load than to keep up during it. */
    private static final long LARGE = 50_000;

    private final ConnectionSource connections;
    private final DatasetSpec spec;
    private final int streams;
    private final Ticker ticker;
    private final List<String> notes = new ArrayList<>();

    Filling(ConnectionSource connections, DatasetSpec spec, int streams, Ticker ticker) {
        this.connections = connections;
        this.spec = spec;
        this.streams = streams;
        this.ticker = ticker;
    }

    FilledDataset run() {
        long start = System.nanoTime();
        try (Connection connection = Sql.open(connections)) {
            ticker.begin("reading the catalog");
            List<Table> tables = new CatalogReader(connection, notes).read();
            TableGraph graph = new TableGraph(tables);
            ticker.begin("planning the data");
            Profile shape = spec.profile();
            ProfileUse profile = shape == null ? ProfileUse.NONE : ProfileUse.of(shape, tables, connection, notes);
            List<TablePlan> plans = plan(connection, tables, graph, profile);
            long rows = plans.stream().mapToLong(TablePlan::rows).sum();
            ticker.total(rows);
            long bytes = load(connection, plans, graph, !profile.isNone());
            finish(connection, tables);
            notes.addAll(ProfileFidelity.deviations(connection, plans, profile));
            Finish.flush(connection);
            plans.forEach(plan -> notes.addAll(plan.notes()));
            List<FilledTable> filled = plans.stream()
                    .map(plan -> new FilledTable(
                            plan.table().schema(),
                            plan.table().name(),
                            plan.table().existingRows() + plan.rows()))
                    .toList();
            return new FilledDataset(filled, rows, bytes, Duration.ofNanos(System.nanoTime() - start), notes);
        } catch (SQLException e) {
            throw Failures.explain("filling the database", e);
        }
    }

    private List<TablePlan> plan(Connection connection, List<Table> tables, TableGraph graph, ProfileUse profile)
            throws SQLException {
        RowTargets targets = new RowTargets(tables, graph, spec, profile);
        Probe probe = new Probe(connection);
        Map<Long, TablePlan> plans = new HashMap<>();
        for (Table table : tables) {
            long wanted = Math.max(0, targets.of(table) - table.existingRows());
            plans.put(table.oid(), new TablePlan(table, wanted, targets.isChosen(table)));
            if (targets.isChosen(table) && targets.of(table) < table.existingRows()) {
                notes.add("Table " + table.label() + " had " + table.existingRows() + " rows already and keeps them; "
                        + targets.of(table) + " were asked for.");
            } else if (!targets.isChosen(table) && table.existingRows() > 0) {
                notes.add("Table " + table.label() + " was left alone: the schema's own script filled it ("
                        + table.existingRows() + " rows).");
            }
        }
        PlanContext context = PlanContext.of(spec, profile, tables, plans, probe);
        List<TablePlan> ordered = new ArrayList<>();
        for (Table table : graph.parentsFirst()) {
            TablePlan plan = Objects.requireNonNull(plans.get(table.oid()));
            List<Integer> referenced = context.referencedColumns(table);
            if (table.existingRows() > 0 && !referenced.isEmpty()) {
                plan.existingKeys(probe.existingKeys(table, referenced));
            }
            ordered.add(plan);
        }
        for (TablePlan plan : ordered) {
            if (plan.rows() > 0) {
                new TablePlanner(plan, context).plan();
            }
        }
        return ordered;
    }

    private long load(Connection connection, List<TablePlan> plans, TableGraph graph, boolean inRowOrder)
            throws SQLException {
        List<TablePlan> loaded = plans.stream().filter(plan -> plan.rows() > 0).toList();
        Set<Long> all = new HashSet<>();
        Set<Long> large = new HashSet<>();
        Set<Long> unordered = new HashSet<>();
        Set<Long> undivided = new HashSet<>();
        Map<Long, Set<Long>> parents = new HashMap<>();
        for (TablePlan plan : loaded) {
            Table table = plan.table();
            all.add(table.oid());
            boolean foreignKeysSetAside = plan.rows() > LARGE && !table.partitioned();
            if (plan.rows() > LARGE) {
                large.add(table.oid());
            }
            for (ForeignKey foreignKey : table.foreignKeys()) {
                if (graph.inCycle(foreignKey)) {
                    unordered.add(foreignKey.oid());
                } else if (!foreignKeysSetAside && foreignKey.isSelfReference()) {
                    undivided.add(table.oid());
                } else if (!foreignKeysSetAside) {
                    parents.computeIfAbsent(table.oid(), oid -> new HashSet<>()).add(foreignKey.parent());
                }
            }
        }
        parents.values().forEach(needed -> needed.retainAll(all));
        SetAside aside = SetAside.read(connection, all, large, unordered);
        aside.takeAway(connection);
        ticker.begin("loading");
        Loader loader = new Loader(loaded, parents, undivided, inRowOrder, ticker.rowsDone());
        Crew.run(connections, streams, "loading the rows", loader::next);
        putBack(connection, aside);
        return loader.bytes();
    }

    private void putBack(Connection connection, SetAside aside) throws SQLException {
        ticker.begin("building indexes");
        Queue<SetAside.Piece> indexes = new ConcurrentLinkedQueue<>(aside.indexes());
        Crew.run(connections, Math.min(streams, Math.max(1, indexes.size())), "building the indexes", builder -> {
            SetAside.Piece index = indexes.poll();
            if (index != null) {
                Sql.execute(builder, "SET maintenance_work_mem = '256MB'");
                SetAside.putBack(builder, index);
            }
            return index != null;
        });
        ticker.begin("checking foreign keys");
        Sql.execute(connection, "SET maintenance_work_mem = '256MB'");
        aside.foreignKeys().forEach(piece -> SetAside.putBack(connection, piece));
        aside.triggers().forEach(piece -> SetAside.putBack(connection, piece));
        Sql.execute(connection, "RESET maintenance_work_mem");
    }

    private void finish(Connection connection, List<Table> tables) throws SQLException {
        ticker.begin("moving sequences");
        Finish.moveSequences(connection, tables);
        ticker.begin("refreshing materialized views");
        List<String> views = Finish.materializedViews(connection);
        for (String view : views) {
            Sql.execute(connection, "REFRESH MATERIALIZED VIEW " + view);
        }
        ticker.begin("vacuuming and analyzing");
        Queue<String> relations =
                new ConcurrentLinkedQueue<>(tables.stream().map(Table::quoted).toList());
        relations.addAll(views);
        Crew.run(connections, streams, "vacuuming", cleaner -> {
            String relation = relations.poll();
            if (relation != null) {
                Sql.execute(cleaner, "VACUUM (ANALYZE) " + relation);
            }
            return relation != null;
        });
    }
}
