package dev.rehearse.data;

/**
 * Fills the user tables of a database with rows that satisfy every constraint of its live catalog.
 */
public final class Dataset {

    private Dataset() {}

    /**
     * Fills every user table of the database.
     *
     * @throws DatasetException when that cannot be done; the database is then not whole and must be thrown away
     */
    public static FilledDataset fill(ConnectionSource connections, DatasetSpec spec, FillProgress progress) {
        throw DatasetException.bug("Filling is not built yet.", null);
    }
}
