package dev.rehearse.data.catalog;

import java.sql.SQLException;

/**
 * Where the answers come from on which the plan depends and that change while a database is filled: rows that were there before, and what
 * is set aside. With several parts, the first to come keeps them for all.
 */
@FunctionalInterface
public interface Facts {

    /** Asks the database as it is. */
    Facts LIVE = (name, sql) -> sql;

    /**
     * @param name tells the question from others
     * @param sql the question
     * @return a query that gives the same columns and rows, with which others may follow
     */
    String answer(String name, String sql) throws SQLException;
}
