package dev.rehearse.data.catalog;

import java.util.List;

/**
 * A foreign key.
 *
 * @param oid its number in the catalog
 * @param name its name
 * @param table the referencing table
 * @param parent the referenced table
 * @param columns numbers of the referencing columns
 * @param parentColumns numbers of the referenced columns, in the same order
 * @param matchFull whether NULL is all or nothing
 * @param partition the only partition of the referenced table whose rows it may refer to; 0 where it is the whole table
 */
public record ForeignKey(
        long oid,
        String name,
        long table,
        long parent,
        List<Integer> columns,
        List<Integer> parentColumns,
        boolean matchFull,
        long partition) {

    public boolean isSelfReference() {
        return table == parent;
    }
}
