package dev.rehearse.data.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The foreign keys between tables: which come first, which form cycles, and how far each is from the leaves. */
public final class TableGraph {

    private final Map<Long, Table> tables = new HashMap<>();
    private final Map<Long, Integer> componentOf = new HashMap<>();
    private final List<List<Table>> components = new ArrayList<>();

    /** Tarjan's algorithm; it yields the components of the parents before those of their children. */
    public TableGraph(List<Table> all) {
        all.forEach(table -> tables.put(table.oid(), table));
        Tarjan tarjan = new Tarjan();
        all.forEach(tarjan::visit);
    }

    /** All tables, every parent before its children except inside a cycle. */
    public List<Table> parentsFirst() {
        return components.stream().flatMap(List::stream).toList();
    }

    /** Whether a foreign key is part of a cycle, so that no order of tables satisfies it. */
    public boolean inCycle(ForeignKey foreignKey) {
        return !foreignKey.isSelfReference() && componentOf(foreignKey.table()) == componentOf(foreignKey.parent());
    }

    /** How many steps of foreign keys lead to each table from the farthest table that nothing references; 0 for such a table itself. */
    public Map<Long, Integer> heights() {
        int[] heights = new int[components.size()];
        for (int child = components.size() - 1; child >= 0; child--) {
            for (Table table : components.get(child)) {
                for (ForeignKey foreignKey : table.foreignKeys()) {
                    int parent = componentOf(foreignKey.parent());
                    if (parent != child) {
                        heights[parent] = Math.max(heights[parent], heights[child] + 1);
                    }
                }
            }
        }
        Map<Long, Integer> byTable = new HashMap<>();
        componentOf.forEach((table, component) -> byTable.put(table, heights[component]));
        return byTable;
    }

    private int componentOf(long table) {
        return Objects.requireNonNull(componentOf.get(table));
    }

    private final class Tarjan {

        private final Map<Long, Integer> index = new HashMap<>();
        private final Map<Long, Integer> low = new HashMap<>();
        private final Deque<Table> stack = new ArrayDeque<>();
        private final Set<Long> onStack = new HashSet<>();

        void visit(Table table) {
            if (index.containsKey(table.oid())) {
                return;
            }
            index.put(table.oid(), index.size());
            low.put(table.oid(), index.get(table.oid()));
            stack.push(table);
            onStack.add(table.oid());
            for (ForeignKey foreignKey : table.foreignKeys()) {
                Table parent = Objects.requireNonNull(tables.get(foreignKey.parent()));
                if (!index.containsKey(parent.oid())) {
                    visit(parent);
                    low.merge(table.oid(), low.get(parent.oid()), Math::min);
                } else if (onStack.contains(parent.oid())) {
                    low.merge(table.oid(), index.get(parent.oid()), Math::min);
                }
            }
            if (low.get(table.oid()).equals(index.get(table.oid()))) {
                List<Table> component = new ArrayList<>();
                Table member;
                do {
                    member = stack.pop();
                    onStack.remove(member.oid());
                    componentOf.put(member.oid(), components.size());
                    component.add(0, member);
                } while (member != table);
                components.add(component);
            }
        }
    }
}
