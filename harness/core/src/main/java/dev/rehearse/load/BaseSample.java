package dev.rehearse.load;

import dev.rehearse.HarnessException;
import dev.rehearse.Progress;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Up to 2,000 random rows of every user table with a primary key, read before the load begins, and every table's exact number of
 * rows: what {@link WriteLedger#verify} compares with afterwards. Immutable.
 */
public final class BaseSample {

    private BaseSample() {}

    /** Reads the sample. */
    public static BaseSample take(Connection connection, long randomSeed, Progress progress) throws SQLException {
        throw new HarnessException("Sampling is not built yet.");
    }
}
