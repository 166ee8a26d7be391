package dev.rehearse.data.catalog;

import java.util.List;
import java.util.Set;

/**
 * A user table; a partitioned one stands for all its partitions.
 *
 * @param oid its number in the catalog
 * @param schema its schema
 * @param name its name
 * @param partitioned whether it is the root of partitions
 * @param columns the columns that COPY may fill; generated ones are left out
 * @param keys its unique indexes
 * @param foreignKeys its foreign keys
 * @param checks its CHECK constraints
 * @param partitions its partitions that hold rows
 * @param existingRows rows it has already
 */
public record Table(
        long oid,
        String schema,
        String name,
        boolean partitioned,
        List<Column> columns,
        List<UniqueKey> keys,
        List<ForeignKey> foreignKeys,
        List<CheckConstraint> checks,
        List<Partition> partitions,
        long existingRows) {

    /** {@code schema.name}, as people write it. */
    public String label() {
        return schema + "." + name;
    }

    /** Whether it is one of those that are named: by {@code name}, {@code schema.name}, or as all of a {@code schema}. */
    public boolean isAmong(Set<String> names) {
        return names.contains(name) || names.contains(label()) || names.contains(schema);
    }

    /** The name as SQL needs it. */
    public String quoted() {
        return Sql.quote(schema) + "." + Sql.quote(name);
    }

    public Column column(int number) {
        return columns.get(indexOf(number));
    }

    /** The place of a column among {@link #columns}, or -1 for one that COPY cannot fill. */
    public int indexOf(int number) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).number() == number) {
                return i;
            }
        }
        return -1;
    }

    public List<String> columnNames(List<Integer> numbers) {
        return columns.stream()
                .filter(column -> numbers.contains(column.number()))
                .map(Column::name)
                .toList();
    }
}
