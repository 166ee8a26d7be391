package dev.rehearse.data;

import java.time.Duration;
import java.util.List;

/**
 * One table after the filling.
 *
 * @param schema its schema, as the catalog spells it
 * @param name its name, as the catalog spells it; for a partitioned table the root
 * @param rows rows in it now, those it had before included; of a part: those it had before any part, and those of this one
 * @param loaded rows that were generated and loaded
 * @param bytes bytes that were sent through COPY; where a rare value had the rest of a table sent as text, it depends on the streams how many
 *     rows that was
 * @param took from the first of these bytes to the last; other tables may have been loaded at the same time
 * @param columns the columns into which NULL or edge cases were mixed
 */
public record FilledTable(
        String schema, String name, long rows, long loaded, long bytes, Duration took, List<FilledColumn> columns) {

    public FilledTable {
        columns = List.copyOf(columns);
    }
}
