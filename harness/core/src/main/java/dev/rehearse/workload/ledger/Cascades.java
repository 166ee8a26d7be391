package dev.rehearse.workload.ledger;

import dev.rehearse.workload.statement.Catalog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What went, or was set, with rows of other tables that the load itself deleted. Used by one thread. */
final class Cascades {

    private final WriteLedger ledger;
    private final Catalog now;

    Cascades(WriteLedger ledger, Catalog now) {
        this.ledger = ledger;
        this.now = now;
    }

    /** Whether the row's going is explained by the load having deleted its parent. */
    boolean tookRow(Catalog.Table then, RowImage row) {
        return then.foreignKeys().stream()
                .anyMatch(key -> key.cascades() && (parentDeleted(then, key, row) || grandparentDeleted(key, 0)));
    }

    private boolean parentDeleted(Catalog.Table then, Catalog.ForeignKey key, RowImage row) {
        TableLedger parent = ledger.known(key.referencedOid());
        if (parent == null) {
            return false;
        }
        List<Integer> primary =
                parent.table().primaryKey().stream().map(Catalog.Column::number).toList();
        if (!new HashSet<>(primary).equals(new HashSet<>(key.referencedColumns()))) {
            return parent.deletedAny();
        }
        long[] hashes = primary.stream()
                .mapToLong(number -> row.hashOf(
                        then.numbered(key.columns().get(key.referencedColumns().indexOf(number)))
                                .name()))
                .toArray();
        return parent.mayHaveDeleted(hashes);
    }

    /** Deeper than one level the rows between are not known any more: a deletion up there explains it. */
    private boolean grandparentDeleted(Catalog.ForeignKey key, int depth) {
        TableLedger parent = ledger.known(key.referencedOid());
        Catalog.Table table = parent == null ? now.byOid().get(key.referencedOid()) : parent.table();
        return table != null
                && depth < 10
                && table.foreignKeys().stream()
                        .filter(Catalog.ForeignKey::cascades)
                        .anyMatch(up -> {
                            TableLedger above = ledger.known(up.referencedOid());
                            return above != null && above.deletedAny() || grandparentDeleted(up, depth + 1);
                        });
    }

    /** The columns of the row that they may have set. */
    Set<String> columnsSet(Catalog.Table then, RowImage row) {
        Set<String> columns = new HashSet<>();
        for (Catalog.ForeignKey key : then.foreignKeys()) {
            if (key.setsColumns() && parentDeleted(then, key, row)) {
                key.columns()
                        .forEach(number -> columns.add(then.numbered(number).name()));
            }
        }
        return columns;
    }
}
