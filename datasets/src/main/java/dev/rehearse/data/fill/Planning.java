package dev.rehearse.data.fill;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.MigrationHistory;
import dev.rehearse.data.catalog.CatalogReader;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableGraph;
import dev.rehearse.data.dirt.DirtMaker;
import dev.rehearse.data.load.SetAside;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Decides what every table gets, from the catalog and what is asked for. */
final class Planning {

    private final Connection connection;
    private final Facts facts;
    private final DatasetSpec spec;
    private final Ticker ticker;
    private final List<String> notes;

    /** @param notes receives what is worth knowing */
    Planning(Connection connection, Facts facts, DatasetSpec spec, Ticker ticker, List<String> notes) {
        this.connection = connection;
        this.facts = facts;
        this.spec = spec;
        this.ticker = ticker;
        this.notes = notes;
    }

    /** @throws DatasetException where tables cannot be filled; all of them at once */
    Planned plan() throws SQLException {
        ticker.begin("reading the catalog");
        List<Table> tables = new CatalogReader(connection, facts, notes).read();
        TableGraph graph = new TableGraph(tables);
        ticker.begin("planning the data");
        Profile shape = spec.profile();
        ProfileUse profile = shape == null ? ProfileUse.NONE : ProfileUse.of(shape, tables, connection, notes);
        List<DirtMaker> makers = DirtMaker.of(spec, tables, connection);
        RowTargets targets = new RowTargets(tables, graph, spec, profile);
        List<TablePlan> plans = plan(tables, graph, profile, targets);
        return new Planned(tables, profile, plans, makers, graph, SetAside.mayTakeKeys(connection));
    }

    private List<TablePlan> plan(List<Table> tables, TableGraph graph, ProfileUse profile, RowTargets targets)
            throws SQLException {
        Map<Long, TablePlan> plans = new HashMap<>();
        Probe probe = new Probe(connection, facts, plans);
        tables.forEach(table -> plans.put(table.oid(), begin(table, targets)));
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
        List<String> problems = planColumns(ordered, context, targets);
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

    /** A table's rows as far as they are known before any column is; why it gets none, or keeps those that it has. */
    private TablePlan begin(Table table, RowTargets targets) {
        long wanted = Math.max(0, targets.of(table) - table.existingRows());
        TablePlan plan = new TablePlan(table, wanted, targets.isChosen(table));
        if (targets.isChosen(table) && targets.of(table) < table.existingRows()) {
            plan.refuse(
                    null,
                    "Table " + table.label() + " had " + table.existingRows() + " rows already and keeps them; "
                            + targets.of(table) + " were asked for.");
        } else if (!targets.isChosen(table) && table.existingRows() > 0 && wanted == 0 && !table.isAmong(spec.kept())) {
            plan.refuse(
                    null,
                    "Table " + table.label() + " was left alone: the schema's own script filled it (" + rowsThere(table)
                            + ").");
        } else if (!targets.isChosen(table) && MigrationHistory.isOne(table.name()) && !table.isAmong(spec.kept())) {
            plan.refuse(null, "Table " + table.label() + " was left empty: migration tools keep their history there.");
        }
        return plan;
    }

    /** Decides the columns of all tables; what cannot be satisfied, as sentences. */
    private static List<String> planColumns(List<TablePlan> ordered, PlanContext context, RowTargets targets)
            throws SQLException {
        List<String> problems = new ArrayList<>();
        Set<Long> broken = new HashSet<>();
        for (TablePlan plan : ordered) {
            refuseInterrupted();
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
        return problems;
    }

    /** Nothing was taken away yet, so that the database is as it was. */
    static void refuseInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw DatasetException.machine(
                    "Interrupted while the data was planned. Nothing was loaded, and the database is as it was.", null);
        }
    }

    private static String rowsThere(Table table) {
        return table.existingRows() == 1 ? "1 row" : table.existingRows() + " rows";
    }
}
