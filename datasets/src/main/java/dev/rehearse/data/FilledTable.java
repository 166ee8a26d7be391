package dev.rehearse.data;

/**
 * One table after the filling.
 *
 * @param schema its schema, as the catalog spells it
 * @param name its name, as the catalog spells it; for a partitioned table the root
 * @param rows rows in it now, those it had before included
 */
public record FilledTable(String schema, String name, long rows) {}
