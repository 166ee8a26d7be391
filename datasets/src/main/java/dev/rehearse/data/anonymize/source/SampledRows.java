package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import dev.rehearse.data.catalog.Sql;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which rows are a share of a table: those that refer to the share of the largest table that they refer to. Drawn table by table, they would
 * refer to others than the share of that one, and nearly all of it would come along. Immutable.
 */
final class SampledRows {

    /** Of a table of which fewer rows are drawn, those that refer to them are not like the rest. */
    private static final int LEAST = 100;

    private static final int ALL = 1 << 20;

    private final SourceSchema schema;
    private final double share;
    private final Set<Long> apart;

    /** @param apart tables whose rows are chosen in another way */
    SampledRows(SourceSchema schema, double percent, Set<Long> apart) {
        this.schema = schema;
        this.share = percent / 100;
        this.apart = apart;
    }

    /** What holds for the rows of a table. @param alias by which it goes */
    String condition(SourceTable table, String alias) {
        return condition(table, alias, new HashSet<>());
    }

    private String condition(SourceTable table, String alias, Set<Long> above) {
        // The same rows each time, as long as they stand where they stand.
        String drawn = "pg_catalog.hashtextextended(" + alias + ".ctid::text, 0) & " + (ALL - 1) + " < "
                + Math.round(share * ALL);
        above.add(table.oid());
        Optional<Reference> largest = schema.references().stream()
                .filter(each -> each.table() == table.oid()
                        && !above.contains(each.parent())
                        && !apart.contains(each.parent())
                        && schema.table(each.parent()).mostRows() * share >= LEAST)
                .max(Comparator.comparingLong(
                        each -> schema.table(each.parent()).mostRows()));
        if (largest.isEmpty() || share >= 1) {
            return drawn;
        }
        Reference reference = largest.get();
        SourceTable parent = schema.table(reference.parent());
        String next = alias + "p";
        String refers = "EXISTS (SELECT FROM " + SubsetClosure.from(parent) + " " + next + " WHERE "
                + SubsetClosure.join(reference, table, alias, parent, next) + " AND "
                + condition(parent, next, above) + ")";
        String nobody = reference.columns().stream()
                .map(table::column)
                .filter(column -> !column.notNull())
                .map(column -> alias + "." + Sql.quote(column.name()) + " IS NULL")
                .collect(Collectors.joining(" OR "));
        return nobody.isEmpty() ? refers : "(" + refers + " OR ((" + nobody + ") AND " + drawn + "))";
    }
}
