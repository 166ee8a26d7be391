package dev.rehearse.data;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens connections to the one database that is filled. Every call gives a new connection, which the filler closes; several may be
 * open at once, and calls come from several threads.
 */
@FunctionalInterface
public interface ConnectionSource {

    /**
     * @return a new connection of pgjdbc in its default state (auto-commit on), as a role that owns the tables or is superuser
     * @throws SQLException when the server does not accept it
     */
    Connection open() throws SQLException;
}
