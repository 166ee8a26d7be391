package dev.rehearse.database.external;

import dev.rehearse.EnvironmentException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** What the comment on a database says of it to Rehearse. */
enum Mark {
    /** By its owner: nobody needs what is in it. */
    DISPOSABLE("disposable"),

    /** By a run, while it loads one that was empty: what is there may be a part. */
    BEGUN("begun");

    private final String word;

    Mark(String word) {
        this.word = word;
    }

    String comment(String database) {
        return "rehearse: " + word + " " + database;
    }

    /** The statement that puts it. */
    String statement(String database) {
        return "COMMENT ON DATABASE " + identifier(database) + " IS '"
                + comment(database).replace("'", "''") + "'";
    }

    static String identifier(String database) {
        return "\"" + database.replace("\"", "\"\"") + "\"";
    }

    void put(Connection connection, String database) {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(statement(database));
        } catch (SQLException e) {
            throw new EnvironmentException(
                    "The comment of the database " + database + " cannot be set: " + e.getMessage(), e);
        }
    }
}
