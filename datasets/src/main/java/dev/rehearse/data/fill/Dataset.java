package dev.rehearse.data.fill;

import dev.rehearse.data.ConnectionSource;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FillProgress;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.Part;
import dev.rehearse.data.load.PartLedger;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Fills the user tables of a database with rows that satisfy every constraint of its live catalog.
 *
 * <p>How many rows: exactly what {@link DatasetSpec#rows} says of a table. Of the others, those that nothing references get
 * {@link DatasetSpec#defaultRows}; each step of foreign keys up from them a tenth of that, but not fewer than 100; and no more than their
 * unique keys allow. Tables that had rows before are left alone, unless the spec names them: then they are topped up. So are those that had up to three, say
 * when each was made, and are referred to, as a first user is.
 *
 * <p>Which values: a pure function of the seed, the table, the column and the row number, plausible for the column's type and name.
 */
public final class Dataset {

    private static final int STREAMS = 2;

    private Dataset() {}

    /**
     * Fills every user table of the database, sets the sequences past the loaded keys, refreshes materialized views, and runs
     * VACUUM (ANALYZE). Blocks until that is done; an interrupt ends it with an exception. While it runs, foreign keys and secondary
     * indexes of large tables are missing and row triggers are disabled; a superuser's indexes, keys included, are marked invalid instead.
     * All of them are back, as they were, when it returns. Until then the schema {@code rehearse_filling} marks the database, so that one whose
     * filling was cut short is not taken for whole; only a role without the right to create a schema leaves no mark.
     *
     * @param connections connects to the database as the owner of the tables or a superuser, PostgreSQL 14 or newer
     * @param progress hears of it at least once a second
     * @throws DatasetException when it cannot be done; the database is then not whole and must be thrown away. Also when it has such a mark
     */
    public static FilledDataset fill(ConnectionSource connections, DatasetSpec spec, FillProgress progress) {
        return fill(connections, spec, progress, STREAMS);
    }

    /**
     * Fills one part of the database. The parts may be filled in any order, one after another or at once, from one machine or many; all
     * must ask for the same. The first to come takes every foreign key, triggers and the indexes of large tables out of the way, and writes down in
     * the schema {@code rehearse_filling} of the database how they come back; the one that is loaded last puts them back, which checks
     * the foreign keys of all rows, ends as {@link #fill(ConnectionSource, DatasetSpec, FillProgress)} does, and drops that schema. As
     * long as the schema is there, the database is not whole, and neither this method nor that one fills it anew.
     *
     * @param part which part; {@link Part#WHOLE} makes everything and leaves the same mark when it is cut short
     * @throws DatasetException when it cannot be done: also when this part was begun before, or another part asked for something else
     */
    public static FilledDataset fill(ConnectionSource connections, DatasetSpec spec, Part part, FillProgress progress) {
        try (Ticker ticker = new Ticker(progress, "connecting")) {
            return new Filling(connections, spec, STREAMS, ticker).run(part);
        }
    }

    /** Whether a filling of the database was begun and has not ended, so that the database is not whole. */
    public static boolean isUnfinished(Connection connection) throws SQLException {
        return PartLedger.isUnfinished(connection);
    }

    public static FilledDataset fill(
            ConnectionSource connections, DatasetSpec spec, FillProgress progress, int streams) {
        try (Ticker ticker = new Ticker(progress, "connecting")) {
            return new Filling(connections, spec, streams, ticker).run();
        }
    }
}
