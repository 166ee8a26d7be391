package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.load.Crew;
import java.nio.charset.CharacterCodingException;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says what a failure of a server means and what to do. SQLSTATE decides, never the text. */
public final class Troubles {

    private Troubles() {}

    /** @param doing what a crew is at, as in "copying rows" */
    public static Crew.Terms terms(String doing) {
        return new Crew.Terms(
                "rehearse-anonymize-",
                e -> explain(doing, e),
                e -> AnonymizeException.machine("Interrupted while " + doing + ". The target is not whole.", e),
                e -> new IllegalStateException("Failed " + doing, e));
    }

    private static final String NOT_IN_ENCODING = "22021";

    /** What the server calls it where nobody says in which encoding texts are. */
    public static final String NO_ENCODING = "SQL_ASCII";

    public static final String NAME_ENCODING =
            "A database in SQL_ASCII does not say in which encoding its texts are. Dump it with pg_dump to a script, write the encoding"
                    + " into the line SET client_encoding of that, and give it with --from.";

    private static final String NOT_WHOLE = " The target is not whole.";

    /** Bytes of a column that are no text: the server does not look at what is restored in SQL_ASCII. */
    public static AnonymizeException noText(String column, String table, CharacterCodingException e) {
        return AnonymizeException.input(
                "Column " + column + " of table " + table + " has bytes that are no text in UTF8. " + NAME_ENCODING
                        + NOT_WHOLE,
                e);
    }

    /** Whether the connection went, or a server that may come again. */
    public static boolean isLostConnection(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("08") || Set.of("57P01", "57P02", "57P03").contains(state);
    }

    /** @param doing what failed, as in "copying table shop.orders" */
    public static AnonymizeException explain(String doing, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        String happened = "Failed " + doing + ": " + (server == null ? e.getMessage() : server.getMessage())
                + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")") + ". ";
        if (state.equals(NOT_IN_ENCODING)) {
            return AnonymizeException.input(happened + place(server) + NAME_ENCODING + NOT_WHOLE, e);
        }
        String kind = state.length() < 2 ? "" : state.substring(0, 2);
        return switch (kind) {
            case "22", "23" ->
                AnonymizeException.input(
                        happened + place(server)
                                + "A rule makes values that the schema does not take. Give the column another rule, such as keep,"
                                + " synthesise or null. The target is not whole.",
                        e);
            case "42" ->
                AnonymizeException.machine(
                        happened
                                + "The source's role must be able to SELECT from every table, past row-level security: grant it"
                                + " pg_read_all_data, and let it have BYPASSRLS. The target's must own the database.",
                        e);
            case "53" ->
                AnonymizeException.machine(
                        happened
                                + "A server ran out of disk, memory or connections. Make room and run the same command again; until"
                                + " then the target is not whole.",
                        e);
            case "55" ->
                AnonymizeException.machine(
                        happened
                                + "Another session holds a lock. Run the same command again later; until then the target is not"
                                + " whole.",
                        e);
            default ->
                AnonymizeException.machine(
                        happened
                                + "The connection was lost or a server stopped, and the target is not whole. Run the same command"
                                + " again: it goes on from here where the key was kept and the source has not changed, and else begins"
                                + " anew.",
                        e);
        };
    }

    private static String place(@org.jspecify.annotations.Nullable ServerErrorMessage server) {
        if (server == null) {
            return "";
        }
        StringBuilder place = new StringBuilder();
        if (server.getTable() != null) {
            place.append("Table ").append(server.getSchema()).append('.').append(server.getTable());
            place.append(server.getColumn() == null ? "" : ", column " + server.getColumn());
            place.append(server.getConstraint() == null ? "" : ", constraint " + server.getConstraint());
            place.append(". ");
        } else if (server.getDatatype() != null) {
            place.append("Type ").append(server.getDatatype());
            place.append(server.getConstraint() == null ? "" : ", constraint " + server.getConstraint());
            place.append(". ");
        }
        return place.toString();
    }
}
