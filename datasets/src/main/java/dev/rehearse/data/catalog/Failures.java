package dev.rehearse.data.catalog;

import dev.rehearse.data.DatasetException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says what a failure of the server means and who must act. SQLSTATE decides, never the text. */
public final class Failures {

    private Failures() {}

    /** What to do about a table that cannot be filled. */
    public static String waysOut(Table table) {
        return "Either insert rows for it in the schema's own script (tables of more than three rows are left alone), or give it none: rows: { "
                + table.label() + ": 0 }.";
    }

    /** Whether the failure lies in the moment, so that the same may succeed when it is done again. */
    public static boolean mayPass(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return isLost(e) || state.equals("40001") || state.equals("40P01");
    }

    /** Whether the session is gone: the connection broke, or somebody ended it. */
    public static boolean isLost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P0");
    }

    /** Whether values, their number or size, a constraint, a name or a function of the schema's own failed, and not the server or the connection. */
    public static boolean isOfSchema(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.matches("(21|22|23|38|42|54|P0)...") && !state.equals("42501");
    }

    /** What to say of a table whose values the server could not be asked about, before anything was loaded. */
    public static String unplanned(Table table, SQLException e) {
        return "Table " + table.label() + " cannot be filled: the server refused what was tried for it: " + sentence(e)
                + " Nothing was loaded. " + waysOut(table)
                + " And report this with the schema.";
    }

    /** @param doing what failed, as in "filling table shop.orders" */
    public static DatasetException explain(String doing, SQLException e) {
        return explain(doing, e, " The database is half full: make it anew.");
    }

    /** As {@link #explain}, of what comes before any row is loaded. */
    public static DatasetException explainUnloaded(String doing, SQLException e) {
        return explain(doing, e, " This had loaded nothing yet.");
    }

    private static DatasetException explain(String doing, SQLException e, String left) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String happened =
                "Failed " + doing + ": " + details(e) + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")") + ".";
        String kind = state.length() < 2 ? "" : state.substring(0, 2);
        return switch (kind) {
            case "22", "23" ->
                DatasetException.spec(
                        happened
                                + " The rows that were made do not satisfy the schema, so the database is not whole: make it anew. For this"
                                + " table, insert rows in the schema's own script (tables of more than three rows are left alone), or give it 0 rows;"
                                + " and report the constraint, which the data should satisfy.",
                        e);
            case "42" ->
                state.equals("42501")
                        ? DatasetException.machine(
                                happened
                                        + " The role must own the database and its tables, or be a superuser. Connect as one that does.",
                                e)
                        : DatasetException.spec(
                                happened
                                        + " Something that the schema names was not found, or cannot be used so. Mend the schema, or report"
                                        + " this with it.",
                                e);
            case "38", "P0" ->
                DatasetException.spec(
                        happened + " A function of the schema's own refused. Mend it, or give its table 0 rows.", e);
            case "54" ->
                DatasetException.spec(
                        happened
                                + " Its rows have more in them than the server takes. Give the widest columns more NULLs, or the table 0 rows.",
                        e);
            case "53" ->
                DatasetException.machine(
                        happened
                                + " The server ran out of disk, memory or connections. Make room or ask for fewer rows.",
                        e);
            case "25" ->
                DatasetException.machine(
                        happened
                                + " The server, the database or the role takes no changes. Connect to a primary, as a role that may write.",
                        e);
            case "40", "55" ->
                DatasetException.machine(
                        happened + " Another session is in the way. Fill a database that nobody else uses.", e);
            case "08", "57", "58", "" ->
                DatasetException.machine(
                        happened + " The connection to the server was lost or the server stopped." + left, e);
            default -> DatasetException.bug(happened + " Report this with the schema.", e);
        };
    }

    /** What the server said, with its SQLSTATE. */
    public static String sentence(SQLException e) {
        return details(e) + " (SQLSTATE " + e.getSQLState() + ").";
    }

    private static String details(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        if (server == null) {
            return String.valueOf(e.getMessage());
        }
        StringBuilder details = new StringBuilder(String.valueOf(server.getMessage()));
        if (server.getConstraint() != null) {
            details.append("; constraint ").append(server.getConstraint());
        }
        if (server.getDetail() != null) {
            details.append("; ").append(shortened(server.getDetail()));
        }
        if (server.getWhere() != null) {
            details.append("; ").append(shortened(server.getWhere()));
        }
        return details.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }
}
