package dev.rehearse.data;

/**
 * Dirt that was made.
 *
 * @param table the table, as {@code schema.name}
 * @param breaks the planned constraint that the rows break, in the words of {@link Dirt#breaks}
 * @param asked how many rows were asked for
 * @param rows how many rows break it; at least 1
 */
public record MadeDirt(String table, String breaks, long asked, long rows) {

    public String sentence() {
        return "Table " + table + " has " + rows + (rows == 1 ? " row that breaks " : " rows that break ") + breaks
                + (rows < asked ? "; " + asked + " were asked for." : ".");
    }
}
