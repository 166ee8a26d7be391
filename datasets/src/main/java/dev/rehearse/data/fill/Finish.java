package dev.rehearse.data.fill;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a loaded database still lacks: sequences past the loaded keys and fresh materialized views. */
final class Finish {

    private Finish() {}

    static void moveSequences(Connection connection, List<Table> tables) throws SQLException {
        for (Table table : tables) {
            for (Column column : table.columns()) {
                String sequence = column.sequence();
                if (sequence != null && column.type().kind().isNumber()) {
                    Sql.execute(
                            connection,
                            "SELECT setval(s.seqrelid::regclass, t.last::bigint) FROM pg_sequence s CROSS JOIN LATERAL ("
                                    + "SELECT CASE WHEN s.seqincrement > 0 THEN max(" + Sql.quote(column.name())
                                    + ") ELSE min(" + Sql.quote(column.name()) + ") END AS last FROM " + table.quoted()
                                    + ") t CROSS JOIN " + sequence + " v WHERE s.seqrelid = " + Sql.literal(sequence)
                                    + "::regclass AND t.last BETWEEN s.seqmin AND s.seqmax"
                                    + " AND CASE WHEN s.seqincrement > 0 THEN t.last > v.last_value ELSE t.last < v.last_value END");
                }
            }
        }
    }

    /**
     * Materialized views in the order of their making, which is that of their dependencies. Those that hold nothing yet, too: so has a dump of the
     * schema alone them all.
     */
    static List<String> materializedViews(Connection connection) throws SQLException {
        List<String> views = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c"
                                + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE c.relkind = 'm' ORDER BY c.oid")) {
            while (r.next()) {
                views.add(r.getString(1));
            }
        }
        return views;
    }

    /**
     * Waits until all that was committed is on disk: a commit that waits flushes those before it, which did not. It waits only where its
     * transaction wrote something of its own into the log, such as this message, which nobody need decode.
     */
    static void flush(Connection connection) throws SQLException {
        Sql.execute(connection, "SET synchronous_commit = on");
        Sql.execute(connection, "SELECT pg_logical_emit_message(true, 'rehearse', '')");
    }
}
