package dev.rehearse.data.anonymize;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a table, which one session reads at a time.
 *
 * @param name the same each time that the same rows are cut into parts
 * @param from what stands behind FROM
 * @param size by which the larger ones come first
 */
record TablePart(SourceTable table, String name, String from, long size) {

    /** 16 MiB: all but small tables are read by several sessions at once. */
    private static final int CHUNK_PAGES = 2_048;

    /**
     * All rows of the tables, the larger parts first.
     *
     * @param chosen the rows that are meant, or null for all
     */
    static List<TablePart> of(List<SourceTable> tables, @Nullable ChosenRows chosen) {
        List<TablePart> parts = new ArrayList<>();
        for (SourceTable table : tables) {
            for (SourceTable.Leaf leaf : table.leaves()) {
                if (chosen == null) {
                    add(table, leaf, parts);
                } else {
                    List<String> batches = chosen.batches(leaf.oid());
                    for (int i = 0; i < batches.size(); i++) {
                        String tids = batches.get(i);
                        String from = "ONLY " + leaf.quoted() + " WHERE ctid = ANY ('" + tids + "')";
                        parts.add(new TablePart(table, leaf.quoted() + " rows " + i, from, tids.length()));
                    }
                }
            }
        }
        parts.sort(Comparator.comparingLong(TablePart::size).reversed());
        return parts;
    }

    private static void add(SourceTable table, SourceTable.Leaf leaf, List<TablePart> parts) {
        String from = "ONLY " + leaf.quoted();
        if (leaf.pages() <= CHUNK_PAGES) {
            parts.add(new TablePart(table, leaf.quoted(), from, leaf.pages()));
            return;
        }
        for (long page = 0; page < leaf.pages(); page += CHUNK_PAGES) {
            boolean last = page + CHUNK_PAGES >= leaf.pages();
            // What was added since the pages were counted is in the last one.
            String end = last ? "" : " AND ctid < '(" + (page + CHUNK_PAGES) + ",0)'";
            parts.add(new TablePart(
                    table,
                    leaf.quoted() + " page " + page,
                    from + " WHERE ctid >= '(" + page + ",0)'" + end,
                    CHUNK_PAGES));
        }
    }
}
