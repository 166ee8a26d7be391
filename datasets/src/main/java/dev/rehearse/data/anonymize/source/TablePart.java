package dev.rehearse.data.anonymize.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a table, which one session reads at a time.
 *
 * @param name tells which rows it has, so that parts of the same name have the same ones as long as none moves
 * @param from what stands behind FROM
 * @param size by which the larger ones come first
 */
public record TablePart(SourceTable table, String name, String from, long size) {

    /** 16 MiB: all but small tables are read by several sessions at once. */
    private static final int CHUNK_PAGES = 2_048;

    /**
     * All rows of the tables, the larger parts first.
     *
     * @param chosen the rows that are meant, or null for all
     */
    public static List<TablePart> of(List<SourceTable> tables, @Nullable ChosenRows chosen) {
        List<TablePart> parts = new ArrayList<>();
        for (SourceTable table : tables) {
            for (SourceTable.Leaf leaf : table.leaves()) {
                if (chosen == null) {
                    add(table, leaf, parts);
                } else {
                    for (String tids : chosen.batches(leaf.oid())) {
                        String from = "ONLY " + leaf.quoted() + " WHERE ctid = ANY ('" + tids + "')";
                        UUID hash = UUID.nameUUIDFromBytes(tids.getBytes(StandardCharsets.UTF_8));
                        parts.add(new TablePart(table, leaf.quoted() + " rows " + hash, from, tids.length()));
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
                    leaf.quoted() + " pages " + page + " to " + (last ? "the end" : page + CHUNK_PAGES),
                    from + " WHERE ctid >= '(" + page + ",0)'" + end,
                    CHUNK_PAGES));
        }
    }
}
