package dev.rehearse.run;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.ServerError;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Places;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the constraints that rows are to keep for as long as the rows are made, and takes them away again. Used by one thread. */
final class KeptConstraints {

    private static final String NAME = "rehearse_keeps_";

    /** What a unique index is made of, which may have expressions, as a constraint must not, and cannot be deferred, as that may. */
    private static final Pattern UNIQUE = Pattern.compile(
            "\\s*unique\\s*(nulls\\s+not\\s+distinct)?\\s*(\\(.*?)(?:\\s+(?:not\\s+)?deferrable\\b.*|\\s+initially\\s+\\w+\\s*)?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final List<String> undo = new ArrayList<>();

    /** @throws InvalidRehearsalException where the server does not take one of them; none is left then */
    void make(Connection connection, List<KeptConstraint> constraints) throws SQLException {
        if (constraints.isEmpty()) {
            return;
        }
        Catalog catalog = Catalog.read(connection);
        for (KeptConstraint constraint : constraints) {
            try {
                make(connection, catalog, constraint);
            } catch (InvalidRehearsalException e) {
                takeAway(connection);
                throw e.about(Places.data(constraint.table()));
            }
        }
    }

    private void make(Connection connection, Catalog catalog, KeptConstraint constraint) throws SQLException {
        Catalog.Table table = catalog.named(constraint.table());
        if (table == null) {
            throw new InvalidRehearsalException("\"keeps\" names the table \"" + constraint.table()
                    + "\", which is not there." + catalog.hint(constraint.table()));
        }
        String name = NAME + (undo.size() + 1);
        Matcher unique = UNIQUE.matcher(constraint.constraint());
        try (Statement statement = connection.createStatement()) {
            if (unique.matches()) {
                statement.execute("CREATE UNIQUE INDEX " + name + " ON " + table.sqlName() + " " + unique.group(2)
                        + (unique.group(1) == null ? "" : " NULLS NOT DISTINCT"));
                undo.add("DROP INDEX " + table.sqlName().substring(0, dot(table.sqlName()) + 1) + name);
            } else {
                statement.execute(
                        "ALTER TABLE " + table.sqlName() + " ADD CONSTRAINT " + name + " " + constraint.constraint());
                undo.add("ALTER TABLE " + table.sqlName() + " DROP CONSTRAINT " + name);
            }
        } catch (SQLException e) {
            throw new InvalidRehearsalException(
                    "The rows of " + constraint.table() + " cannot be made to keep \"" + constraint.constraint()
                            + "\": " + ServerError.of(e) + ". Write the constraint as the migration has it.",
                    e);
        }
    }

    /** Where the schema's name ends in a qualified name. */
    private static int dot(String sqlName) {
        return sqlName.startsWith("\"") ? sqlName.indexOf("\".") + 1 : sqlName.indexOf('.');
    }

    void takeAway(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : undo) {
                statement.execute(each);
            }
        }
        undo.clear();
    }
}
