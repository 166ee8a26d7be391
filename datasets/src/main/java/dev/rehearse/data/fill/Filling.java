package dev.rehearse.data.fill;

import dev.rehearse.data.AgedTable;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.MadeDirt;
import dev.rehearse.data.MigrationHistory;
import dev.rehearse.data.Part;
import dev.rehearse.data.Refused;
import dev.rehearse.data.catalog.CatalogReader;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableGraph;
import dev.rehearse.data.dirt.DirtMaker;
import dev.rehearse.data.load.EventTriggers;
import dev.rehearse.data.load.Fates;
import dev.rehearse.data.load.Loader;
import dev.rehearse.data.load.PartLedger;
import dev.rehearse.data.load.SetAside;
import dev.rehearse.data.load.Streams;
import dev.rehearse.data.plan.TablePlanner;
import dev.rehearse.data.plan.reference.MissingKeys;
import dev.rehearse.data.plan.table.RowTargets;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.Probe;
import dev.rehearse.data.plan.values.PlanContext;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.twin.ProfileUse;
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

    /** Rows from which on a table's indexes and foreign keys are cheaper to build after the load than to keep up during it. */
    private static final long LARGE = 50_000;

    /** Memory that the server may use to build indexes, over all sessions. */
    private static final int MAINTENANCE_MIB = 512;

    private final ConnectionSource connections;
    private final DatasetSpec spec;
    private final int streams;
    private final Ticker ticker;
    private final List<String> notes = new ArrayList<>();
    private final List<MadeDirt> dirt = new ArrayList<>();
    private final List<AgedTable> aged = new ArrayList<>();
    private Duration indexing = Duration.ZERO;

    Filling(ConnectionSource connections, DatasetSpec spec, int streams, Ticker ticker) {
        this.connections = connections;
        this.spec = spec;
        this.streams = streams;
        this.ticker = ticker;
    }

    /** Fills everything at once. */
    FilledDataset run() {
        long start = System.nanoTime();
        try (Connection connection = Sql.open(connections)) {
            PartLedger.refuseUnfinished(connection);
            prepare(connection);
            Planned planned = plan(connection, Facts.LIVE);
            boolean stale = spec.age().staleStatistics() > 0;
            if (stale) {
                planned.loadInAnyOrder();
            }
            SetAside aside = obstacles(connection, planned);
            PartLedger ledger = new PartLedger(connection, spec, Part.WHOLE);
            ledger.takeAwayAlone(aside);
            Loader loader = load(connection, planned, Part.WHOLE, stale ? Map.of() : planned.parents);
            complete(connection, planned, aside);
            ledger.drop();
            Finish.flush(connection);
            return filled(planned, loader, Part.WHOLE, start);
        } catch (SQLException e) {
            throw Failures.explain("filling the database", e);
        }
    }

    /** Fills one part; the first to come prepares the database for all, the last to be loaded puts everything back. */
    FilledDataset run(Part part) {
        long start = System.nanoTime();
        if (part.of() > 1 && spec.age().staleStatistics() > 0) {
            throw DatasetException.spec(
                    "Statistics cannot be made stale where the data is made in parts, each at its own time."
                            + " Make it whole, or leave the stale statistics out.");
        }
        try (Connection connection = Sql.open(connections)) {
            prepare(connection);
            PartLedger ledger = new PartLedger(connection, spec, part);
            ticker.begin("waiting for the other parts");
            ledger.lock();
            boolean first = ledger.join();
            Planned planned;
            try {
                planned = plan(connection, ledger);
            } catch (DatasetException e) {
                if (first) {
                    ledger.drop();
                }
                throw e;
            }
            if (first) {
                planned.loadInAnyOrder();
                ledger.takeAway(obstacles(connection, planned));
            }
            ledger.begin();
            ledger.unlock();
            Loader loader = load(connection, planned, part, Map.of());
            ticker.begin("waiting for the other parts");
            ledger.lock();
            if (ledger.end()) {
                complete(connection, planned, ledger.taken());
                ledger.drop();
            } else {
                notes.add(ledger.missing());
            }
            Finish.flush(connection);
            ledger.unlock();
            return filled(planned, loader, part, start);
        } catch (SQLException e) {
            throw Failures.explain("filling the database", e);
        }
    }

    private void prepare(Connection connection) throws SQLException {
        EventTriggers.silence(connection);
        List<String> heard = EventTriggers.unsilenced(connection);
        if (!heard.isEmpty()) {
            notes.add("The event triggers " + String.join(", ", heard)
                    + " fire while keys are taken away and put back; to keep them"
                    + " still, disable them before, as with ALTER EVENT TRIGGER " + heard.get(0) + " DISABLE;"
                    + " or connect as a superuser, who need not hear those that are not ENABLE REPLICA or ALWAYS.");
        }
    }

    /** What is to be loaded and in which order. */
    private static final class Planned {
        private final List<Table> tables;
        private final ProfileUse profile;
        private final List<TablePlan> plans;
        private final List<TablePlan> loaded;
        private final List<DirtMaker> dirt;
        private final Set<Long> large = new HashSet<>();
        private final boolean keysToo;
        /** Foreign keys that no order of loading satisfies, or whose key is taken away. */
        private final Set<Long> unordered = new HashSet<>();
        /** Tables whose rows must arrive in one statement. */
        private final Set<Long> undivided = new HashSet<>();
        /** By table, those that must be loaded before it because their foreign keys are in place. */
        private final Map<Long, Set<Long>> parents = new HashMap<>();

        Planned(
                List<Table> tables,
                ProfileUse profile,
                List<TablePlan> plans,
                List<DirtMaker> dirt,
                TableGraph graph,
                boolean keysToo) {
            this.tables = tables;
            this.keysToo = keysToo;
            this.dirt = dirt;
            this.profile = profile;
            this.plans = plans;
            this.loaded = plans.stream().filter(plan -> plan.rows() > 0).toList();
            loaded.stream()
                    .filter(plan -> plan.rows() > LARGE)
                    .forEach(plan -> large.add(plan.table().oid()));
            loaded.forEach(plan -> order(plan, graph));
            parents.values().forEach(needed -> needed.retainAll(oids()));
        }

        private void order(TablePlan plan, TableGraph graph) {
            Table table = plan.table();
            boolean foreignKeysSetAside = plan.rows() > LARGE && !table.partitioned();
            for (ForeignKey foreignKey : table.foreignKeys()) {
                if (graph.inCycle(foreignKey) || keysToo && large.contains(foreignKey.parent())) {
                    unordered.add(foreignKey.oid());
                } else if (!foreignKeysSetAside && foreignKey.isSelfReference()) {
                    undivided.add(table.oid());
                } else if (!foreignKeysSetAside) {
                    parents.computeIfAbsent(table.oid(), oid -> new HashSet<>()).add(foreignKey.parent());
                }
            }
        }

        /** No order suits parts of tables that do not wait for each other, so every foreign key goes. */
        void loadInAnyOrder() {
            loaded.forEach(plan -> plan.table().foreignKeys().forEach(foreignKey -> unordered.add(foreignKey.oid())));
        }

        List<String> largeTables() {
            return tables(loaded.stream()
                    .filter(plan ->
                            large.contains(plan.table().oid()) && !plan.table().partitioned())
                    .toList());
        }

        Set<Long> oids() {
            Set<Long> oids = new HashSet<>();
            loaded.forEach(plan -> oids.add(plan.table().oid()));
            return oids;
        }
    }

    private Planned plan(Connection connection, Facts facts) throws SQLException {
        ticker.begin("reading the catalog");
        List<Table> tables = new CatalogReader(connection, facts, notes).read();
        TableGraph graph = new TableGraph(tables);
        ticker.begin("planning the data");
        Profile shape = spec.profile();
        ProfileUse profile = shape == null ? ProfileUse.NONE : ProfileUse.of(shape, tables, connection, notes);
        List<DirtMaker> makers = DirtMaker.of(spec, tables, connection);
        List<TablePlan> plans = plan(connection, facts, tables, graph, profile);
        return new Planned(tables, profile, plans, makers, graph, SetAside.mayTakeKeys(connection));
    }

    private FilledDataset filled(Planned planned, Loader loader, Part part, long start) {
        List<FilledTable> filled = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        long rows = 0;
        for (TablePlan plan : planned.plans) {
            refused.addAll(plan.refused());
            long loaded = part.to(plan.rows()) - part.from(plan.rows());
            rows += loaded;
            filled.add(new FilledTable(
                    plan.table().schema(),
                    plan.table().name(),
                    plan.table().existingRows() + loaded,
                    loaded,
                    loader.bytes(plan),
                    loader.took(plan),
                    plan.mixtures(loaded)));
        }
        refused.forEach(each -> notes.add(each.why()));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new FilledDataset(filled, rows, loader.bytes(), took, indexing, dirt, aged, refused, notes);
    }

    private static String rowsThere(Table table) {
        return table.existingRows() == 1 ? "1 row" : table.existingRows() + " rows";
    }

    private List<TablePlan> plan(
            Connection connection, Facts facts, List<Table> tables, TableGraph graph, ProfileUse profile)
            throws SQLException {
        RowTargets targets = new RowTargets(tables, graph, spec, profile);
        Map<Long, TablePlan> plans = new HashMap<>();
        Probe probe = new Probe(connection, facts, plans);
        for (Table table : tables) {
            long wanted = Math.max(0, targets.of(table) - table.existingRows());
            TablePlan plan = new TablePlan(table, wanted, targets.isChosen(table));
            plans.put(table.oid(), plan);
            if (targets.isChosen(table) && targets.of(table) < table.existingRows()) {
                plan.refuse(
                        null,
                        "Table " + table.label() + " had " + table.existingRows() + " rows already and keeps them; "
                                + targets.of(table) + " were asked for.");
            } else if (!targets.isChosen(table)
                    && table.existingRows() > 0
                    && wanted == 0
                    && !table.isAmong(spec.kept())) {
                plan.refuse(
                        null,
                        "Table " + table.label() + " was left alone: the schema's own script filled it ("
                                + rowsThere(table) + ").");
            } else if (!targets.isChosen(table) && MigrationHistory.isOne(table.name())) {
                plan.refuse(
                        null, "Table " + table.label() + " was left empty: migration tools keep their history there.");
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
        List<String> problems = new ArrayList<>();
        Set<Long> broken = new HashSet<>();
        for (TablePlan plan : ordered) {
            Table table = plan.table();
            // What refers to a table that cannot be filled cannot be judged.
            if (table.foreignKeys().stream().anyMatch(foreignKey -> broken.contains(foreignKey.parent()))) {
                broken.add(table.oid());
            } else if (plan.rows() > 0) {
                try {
                    new TablePlanner(plan, context).plan();
                } catch (DatasetException e) {
                    if (e.actor() != DatasetException.Actor.PLAN_AUTHOR) {
                        throw e;
                    }
                    if (targets.isBegun(table) && !targets.isChosen(table)) {
                        // It can do with the rows that it has.
                        plan.limitRows(0, "what is asked of more of them (" + e.getMessage() + ")");
                    } else {
                        broken.add(table.oid());
                        problems.add(String.valueOf(e.getMessage()));
                    }
                } catch (SQLException e) {
                    if (!Failures.isOfSchema(e)) {
                        throw e;
                    }
                    broken.add(table.oid());
                    problems.add(Failures.unplanned(table, e));
                }
            }
        }
        ordered.stream()
                .filter(plan -> plan.rows() > 0 && targets.isBegun(plan.table()) && !targets.isChosen(plan.table()))
                .forEach(plan -> plan.refuse(
                        null,
                        "Table " + plan.table().label() + " had " + rowsThere(plan.table())
                                + " from the schema's own script, and got " + plan.rows() + " more."));
        if (problems.isEmpty()) {
            ordered.forEach(plan -> problems.addAll(MissingKeys.of(plan, plans)));
        }
        if (!problems.isEmpty()) {
            throw DatasetException.spec(String.join("\n", problems));
        }
        return ordered;
    }

    private SetAside obstacles(Connection connection, Planned planned) throws SQLException {
        return SetAside.read(connection, planned.oids(), planned.large, planned.unordered, planned.keysToo);
    }

    private Loader load(Connection witness, Planned planned, Part part, Map<Long, Set<Long>> parents) {
        ticker.total(planned.loaded.stream()
                .mapToLong(plan -> part.to(plan.rows()) - part.from(plan.rows()))
                .sum());
        ticker.begin("loading");
        Loader loader = new Loader(
                planned.loaded,
                parents,
                planned.undivided,
                !planned.profile.isNone(),
                part,
                new Fates(witness),
                ticker.rowsDone());
        double stale = spec.age().staleStatistics();
        if (stale > 0) {
            loader.until(1 - stale);
            Streams.run(connections, streams, "loading the rows", loader::next);
            each(
                    tables(planned.loaded),
                    streams,
                    "analyzing",
                    (analyzer, table) -> Sql.execute(analyzer, "ANALYZE " + table));
            loader.until(1);
        }
        Streams.run(connections, streams, "loading the rows", loader::next);
        if (loader.sentAgain() > 0) {
            notes.add("Connections were lost or transactions ended by others while the rows were loaded; "
                    + loader.sentAgain() + " transactions were done again.");
        }
        return loader;
    }

    private static List<String> tables(List<TablePlan> plans) {
        return plans.stream().map(plan -> plan.table().quoted()).toList();
    }

    /** Makes the database whole after its rows are loaded; triggers stay off until nothing of ours is changed any more. */
    private void complete(Connection connection, Planned planned, SetAside aside) throws SQLException {
        putBack(connection, planned, aside);
        finish(connection, planned);
        each(aside.triggers(), 1, "enabling the triggers", Filling::putBackQuietly);
    }

    private void putBack(Connection connection, Planned planned, SetAside aside) throws SQLException {
        ticker.begin("building indexes");
        // Indexes first: checking a foreign key may want those of its table, and the largest keys are found by theirs.
        long start = System.nanoTime();
        if (!aside.indexes().isEmpty()) {
            // Marks all rows as visible, which building an index would do row by row, only for a VACUUM to write every
            // page once more.
            each(
                    planned.largeTables(),
                    streams,
                    "vacuuming",
                    (cleaner, table) -> Sql.execute(cleaner, "VACUUM " + table));
        }
        each(aside.indexes(), streams, "building the indexes", Filling::putBackQuietly);
        indexing = Duration.ofNanos(System.nanoTime() - start);
        // Before row security is back, which may hide the largest keys from us.
        ticker.begin("moving sequences");
        Finish.moveSequences(connection, planned.tables);
        EventTriggers.wake(connection);
        for (DirtMaker maker : planned.dirt) {
            ticker.begin("making dirt");
            MadeDirt made = maker.make(connection);
            dirt.add(made);
            notes.add(made.sentence());
        }
        EventTriggers.silence(connection);
        ticker.begin("checking foreign keys");
        each(aside.foreignKeys(), 1, "checking the foreign keys", Filling::putBackQuietly);
    }

    private static void putBackQuietly(Connection connection, SetAside.Piece piece) throws SQLException {
        EventTriggers.silence(connection);
        SetAside.putBack(connection, piece);
    }

    private interface Step<T> {
        void take(Connection connection, T item) throws SQLException;
    }

    private <T> void each(List<T> items, int most, String what, Step<T> step) {
        Queue<T> left = new ConcurrentLinkedQueue<>(items);
        int threads = Math.min(most, items.size());
        Streams.run(connections, threads, what, connection -> {
            T item = left.poll();
            if (item != null) {
                Sql.execute(connection, "SET maintenance_work_mem = '" + MAINTENANCE_MIB / threads + "MB'");
                step.take(connection, item);
            }
            return item != null;
        });
    }

    private void finish(Connection connection, Planned planned) throws SQLException {
        List<Ager> agers = Ager.of(spec, planned.tables, connection);
        ticker.begin("bloating");
        each(agers, streams, "bloating the tables", (ager, table) -> table.bloat(ager));
        ticker.begin("refreshing materialized views");
        List<String> views = Finish.materializedViews(connection);
        each(views, 1, "refreshing the materialized views", (refresher, view) -> {
            EventTriggers.silence(refresher);
            try {
                Sql.execute(refresher, "REFRESH MATERIALIZED VIEW " + view);
            } catch (SQLException e) {
                // Its query and its indexes are no constraints of the tables, which are whole.
                if (!Failures.isOfSchema(e)) {
                    throw e;
                }
                notes.add("Materialized view " + view + " holds what it held before: " + Failures.sentence(e)
                        + " Rows in the schema's own script for the tables that it reads help where they matter.");
            }
        });
        ticker.begin("vacuuming and analyzing");
        List<String> relations =
                new ArrayList<>(planned.tables.stream().map(Table::quoted).toList());
        relations.addAll(views);
        Set<String> analyzed = spec.age().staleStatistics() > 0 ? Set.copyOf(tables(planned.loaded)) : Set.of();
        each(
                relations,
                streams,
                "vacuuming",
                (cleaner, relation) -> Sql.execute(
                        cleaner, (analyzed.contains(relation) ? "VACUUM " : "VACUUM (ANALYZE) ") + relation));
        Profile shape = spec.profile();
        if (shape != null) {
            notes.addAll(ProfileFidelity.deviations(connection, planned.plans, planned.profile));
            notes.addAll(PlanFidelity.deviations(connection, shape));
        }
        ticker.begin("leaving dead rows");
        each(agers, streams, "leaving dead rows", (ager, table) -> table.leaveDeadRows(ager));
        agers.forEach(table -> aged.add(table.reached()));
        aged.forEach(table -> notes.add(table.sentence(spec.age())));
    }
}
