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
 * @param notes what the reader of a report should know: tables left alone, columns left NULL and why, and the like
 */
public record FilledDataset(List<FilledTable> tables, long rows, long bytes, Duration took, List<String> notes) {

    public FilledDataset {
        tables = List.copyOf(tables);
        notes = List.copyOf(notes);
    }
}
