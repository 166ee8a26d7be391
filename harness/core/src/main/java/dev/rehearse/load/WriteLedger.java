package dev.rehearse.load;

import dev.rehearse.HarnessException;
import dev.rehearse.recording.Recording;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What the load wrote: for every row of a table with a primary key, the values it had after the load's last write, as hashes of their
 * text. Bounded. Thread-safe; {@link #verify} is called once the load has stopped.
 */
public final class WriteLedger {

    WriteLedger() {}

    /**
     * Looks up again what the load wrote and what the sample held, by key. Columns that exist then and now are compared; what a column
     * that is gone held is lost.
     *
     * @param connection as the owner of the tables, with no transaction open
     * @param sample rows read before the load began
     */
    public List<Recording.TableAccount> verify(Connection connection, BaseSample sample) throws SQLException {
        throw new HarnessException("Verifying is not built yet.");
    }

    /** What could not be accounted for, and why; complete after {@link #verify}. */
    public List<String> notes() {
        return List.of();
    }
}
