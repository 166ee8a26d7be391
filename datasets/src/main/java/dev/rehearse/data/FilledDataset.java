package dev.rehearse.data;

import java.time.Duration;
import java.util.List;

/**
 * What the filling did.
 *
 * @param tables every user table, in the order in which they were filled
 * @param rows rows that were generated and loaded, over all tables
 * @param bytes bytes that were sent through COPY
 * @param took from reading the catalog to the last VACUUM (ANALYZE)
 * @param indexing how long it took to put indexes and keys back that were out of the way
 * @param dirt the dirt that was made
 * @param aged the tables that were aged, and how far
 * @param refused what was not done; also among the notes
 * @param notes what the reader of a report should know: tables left alone, columns left NULL and why, and the like
 */
public record FilledDataset(
        List<FilledTable> tables,
        long rows,
        long bytes,
        Duration took,
        Duration indexing,
        List<MadeDirt> dirt,
        List<AgedTable> aged,
        List<Refused> refused,
        List<String> notes) {

    public FilledDataset {
        tables = List.copyOf(tables);
        dirt = List.copyOf(dirt);
        aged = List.copyOf(aged);
        refused = List.copyOf(refused);
        notes = List.copyOf(notes);
    }
}
