package dev.rehearse.data.fill;

import dev.rehearse.data.catalog.ForeignKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableGraph;
import dev.rehearse.data.dirt.DirtMaker;
import dev.rehearse.data.load.SetAside;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.twin.ProfileUse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is to be loaded and in which order. */
final class Planned {

    /** Rows from which on a table's indexes and foreign keys are cheaper to build after the load than to keep up during it. */
    private static final long LARGE = 50_000;

    private final List<Table> tables;
    private final ProfileUse profile;
    private final List<TablePlan> plans;
    private final List<TablePlan> loaded;
    private final List<DirtMaker> dirt;
    private final Set<Long> large = new HashSet<>();
    private final boolean keysToo;
    /** Foreign keys that no order of loading satisfies, or whose key is taken away. */
    private final Set<Long> unordered = new HashSet<>();

    private final Set<Long> undivided = new HashSet<>();
    private final Map<Long, Set<Long>> parents = new HashMap<>();

    /** @param keysToo whether the keys of large tables are set aside, too */
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

    /** What stands in the way of the rows. */
    SetAside obstacles(Connection connection) throws SQLException {
        return SetAside.read(connection, oids(), large, unordered, keysToo);
    }

    List<Table> tables() {
        return tables;
    }

    ProfileUse profile() {
        return profile;
    }

    /** Of all tables, parents first. */
    List<TablePlan> plans() {
        return plans;
    }

    /** Those that get rows. */
    List<TablePlan> loaded() {
        return loaded;
    }

    List<DirtMaker> dirt() {
        return dirt;
    }

    /** Tables whose rows must arrive in one statement. */
    Set<Long> undivided() {
        return undivided;
    }

    /** By table, those that must be loaded before it because their foreign keys are in place. */
    Map<Long, Set<Long>> parents() {
        return parents;
    }

    /** Large tables without partitions, as SQL names them. */
    List<String> largeTables() {
        return loaded.stream()
                .map(TablePlan::table)
                .filter(table -> large.contains(table.oid()) && !table.partitioned())
                .map(Table::quoted)
                .toList();
    }

    private Set<Long> oids() {
        Set<Long> oids = new HashSet<>();
        loaded.forEach(plan -> oids.add(plan.table().oid()));
        return oids;
    }
}
