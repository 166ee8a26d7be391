package dev.rehearse.data.anonymize;

import dev.rehearse.data.ConnectionSource;
import java.util.Map;

/**
 * A database, for Java and for PostgreSQL's own programs. Immutable.
 *
 * @param connections opens sessions
 * @param libpq the environment by which pg_dump and psql reach it: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD
 * @param ours whether the server was started for this alone, so that roles may be made on it
 */
public record Endpoint(ConnectionSource connections, Map<String, String> libpq, boolean ours) {

    public Endpoint {
        libpq = Map.copyOf(libpq);
    }
}
