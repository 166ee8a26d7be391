package dev.rehearse.data.fill;

import dev.rehearse.data.AgedTable;
import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.MadeDirt;
import dev.rehearse.data.Part;
import dev.rehearse.data.Refused;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.dirt.DirtMaker;
import dev.rehearse.data.load.EventTriggers;
import dev.rehearse.data.load.Fates;
import dev.rehearse.data.load.Loader;
import dev.rehearse.data.load.PartLedger;
import dev.rehearse.data.load.SetAside;
import dev.rehearse.data.load.Streams;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.profile.Profile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One run of the maker, step by step. */
final class Filling {

    /** Memory that the server may use to build indexes, over all sessions. */
    private static final int MAINTENANCE_MIB = 512;

    /** Of a materialized view that is read before it is filled, and of one that takes infinity for an integer. */
    private static final Set<String> OF_A_VIEW = Set.of("55000", "0A000");

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
            Planned planned = plan(connection, Facts.LIVE, Part.WHOLE);
            boolean stale = spec.age().staleStatistics() > 0;
            if (stale) {
                planned.loadInAnyOrder();
            }
            SetAside aside = planned.obstacles(connection);
            PartLedger ledger = new PartLedger(connection, spec, Part.WHOLE);
            ledger.takeAwayAlone(aside);
            Loader loader = load(connection, planned, Part.WHOLE, stale ? Map.of() : planned.parents());
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
                planned = plan(connection, ledger, part);
            } catch (DatasetException e) {
                if (first) {
                    dropAfter(e, ledger);
                }
                throw e;
            }
            if (first) {
                planned.loadInAnyOrder();
                ledger.takeAway(planned.obstacles(connection));
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

    private static void dropAfter(DatasetException failure, PartLedger ledger) {
        try {
            ledger.drop();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** From its end on the number of rows is known, and the database no longer as it was. */
    private Planned plan(Connection connection, Facts facts, Part part) {
        try {
            Planned planned = new Planning(connection, facts, spec, ticker, notes).plan();
            ticker.total(planned.loaded().stream()
                    .mapToLong(plan -> part.to(plan.rows()) - part.from(plan.rows()))
                    .sum());
            ticker.begin("taking keys away");
            Planning.refuseInterrupted();
            return planned;
        } catch (SQLException e) {
            throw Failures.explainUnloaded("planning the data", e);
        }
    }

    private FilledDataset filled(Planned planned, Loader loader, Part part, long start) {
        List<FilledTable> filled = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        long rows = 0;
        for (TablePlan plan : planned.plans()) {
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

    private Loader load(Connection witness, Planned planned, Part part, Map<Long, Set<Long>> parents) {
        ticker.begin("loading");
        Loader loader = new Loader(
                planned.loaded(),
                parents,
                planned.undivided(),
                !planned.profile().isNone(),
                part,
                new Fates(witness),
                ticker.rowsDone());
        double stale = spec.age().staleStatistics();
        if (stale > 0) {
            loader.until(1 - stale);
            Streams.run(connections, streams, "loading the rows", loader::next);
            each(
                    tables(planned.loaded()),
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
        Finish.moveSequences(connection, planned.tables());
        EventTriggers.wake(connection);
        for (DirtMaker maker : planned.dirt()) {
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
        List<Ager> agers = Ager.of(spec, planned.tables(), connection);
        ticker.begin("bloating");
        each(agers, streams, "bloating the tables", (ager, table) -> table.bloat(ager));
        ticker.begin("refreshing materialized views");
        List<String> views = Finish.materializedViews(connection);
        each(views, 1, "refreshing the materialized views", (refresher, view) -> {
            EventTriggers.silence(refresher);
            try {
                Sql.execute(refresher, "REFRESH MATERIALIZED VIEW " + view);
            } catch (SQLException e) {
                // Its query and its indexes are no constraints of the tables, which are whole; nor is another view that
                // holds nothing, or a cast that infinity does not bear.
                if (!Failures.isOfSchema(e) && !OF_A_VIEW.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
                notes.add("Materialized view " + view + " holds what it held before: " + Failures.sentence(e)
                        + " Rows in the schema's own script for the tables that it reads help where they matter.");
            }
        });
        ticker.begin("vacuuming and analyzing");
        List<String> relations =
                new ArrayList<>(planned.tables().stream().map(Table::quoted).toList());
        relations.addAll(views);
        Set<String> analyzed = spec.age().staleStatistics() > 0 ? Set.copyOf(tables(planned.loaded())) : Set.of();
        each(
                relations,
                streams,
                "vacuuming",
                (cleaner, relation) -> Sql.execute(
                        cleaner, (analyzed.contains(relation) ? "VACUUM " : "VACUUM (ANALYZE) ") + relation));
        Profile shape = spec.profile();
        if (shape != null) {
            notes.addAll(ProfileFidelity.deviations(connection, planned.plans(), planned.profile()));
            notes.addAll(PlanFidelity.deviations(connection, shape));
        }
        ticker.begin("leaving dead rows");
        each(agers, streams, "leaving dead rows", (ager, table) -> table.leaveDeadRows(ager));
        agers.forEach(table -> aged.add(table.reached()));
        aged.forEach(table -> notes.add(table.sentence(spec.age())));
    }
}
