package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.catalog.Sql;
import java.util.List;

/**
 * A table of the source, partitions through their root.
 *
 * @param rows by estimate, of which an outdated statistic may be too small
 * @param leaves the tables that hold the rows: itself, or its partitions
 */
public record SourceTable(
        long oid,
        String schema,
        String name,
        boolean partitioned,
        long rows,
        List<SourceColumn> columns,
        List<Leaf> leaves) {

    /** Of some hundred bytes each. */
    static final int ROWS_PER_PAGE = 80;

    /**
     * @param quoted its name in SQL
     * @param pages by the catalog
     */
    record Leaf(long oid, String quoted, long pages) {}

    /**
     * A foreign key.
     *
     * @param columns numbers of the child's columns
     * @param parentColumns numbers of the parent's, in the same order
     */
    public record Reference(String name, long table, long parent, List<Integer> columns, List<Integer> parentColumns) {}

    /** Hardly fewer than there are, whether or not the table was ever analyzed. */
    public long mostRows() {
        return Math.max(
                rows, ROWS_PER_PAGE * leaves.stream().mapToLong(Leaf::pages).sum());
    }

    SourceTable with(long otherRows, List<Leaf> others) {
        return new SourceTable(oid, schema, name, partitioned, otherRows, columns, others);
    }

    public String label() {
        return schema + "." + name;
    }

    public String quoted() {
        return Sql.quote(schema) + "." + Sql.quote(name);
    }

    public SourceColumn column(int number) {
        return columns.stream()
                .filter(column -> column.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No column " + number + " in " + label()));
    }

    /** The columns that are copied. */
    public List<SourceColumn> copied() {
        return columns.stream().filter(column -> !column.generated()).toList();
    }
}
