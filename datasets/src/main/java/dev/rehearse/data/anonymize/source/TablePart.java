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

    /** 16 MiB. */
    private static final int MOST_PAGES = 2_048;

    /** 2 MiB: all but small tables are read by several sessions at once. */
    private static final int LEAST_PAGES = 256;

    /** Of a table that is not large, so that the sessions come to its end at about the same time. */
    private static final int PARTS = 16;

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
        long chunk = Math.max(LEAST_PAGES, Math.min(MOST_PAGES, leaf.pages() / PARTS));
        if (leaf.pages() <= chunk) {
            parts.add(new TablePart(table, leaf.quoted(), from, leaf.pages()));
            return;
        }
        for (long page = 0; page < leaf.pages(); page += chunk) {
            boolean last = page + chunk >= leaf.pages();
            // What was added since the pages were counted is in the last one.
            String end = last ? "" : " AND ctid < '(" + (page + chunk) + ",0)'";
            parts.add(new TablePart(
                    table,
                    leaf.quoted() + " pages " + page + " to " + (last ? "the end" : page + chunk),
                    from + " WHERE ctid >= '(" + page + ",0)'" + end,
                    chunk));
        }
    }
}
