package dev.rehearse.data.anonymize;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What follows the rows: sequences and materialized views. Stateless. */
final class Aftermath {

    private static final String OWN = """
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse', 'rehearse_filling') AND c.relpersistence <> 't'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            """;

    private static final String VIEW_NOT_FILLED = "55000";

    private Aftermath() {}

    /** Gives the target's sequences the source's values. */
    static void setSequences(Connection source, Connection target) throws SQLException {
        List<String> names = new ArrayList<>();
        new SourceReader(source)
                .each(
                        "SELECT n.nspname, c.relname " + OWN + " AND c.relkind = 'S' ORDER BY 1, 2",
                        r -> names.add(SourceReader.quote(r.getString(1)) + "." + SourceReader.quote(r.getString(2))));
        for (String name : names) {
            List<String> calls = new ArrayList<>();
            new SourceReader(source)
                    .each(
                            "SELECT last_value, is_called FROM " + name,
                            r -> calls.add("SELECT pg_catalog.setval(" + SourceReader.literal(name) + ", "
                                    + r.getLong(1) + ", " + r.getBoolean(2) + ")"));
            for (String call : calls) {
                execute(target, call);
            }
        }
    }

    /** Fills the materialized views, those that others are made of before them. */
    static void refreshViews(Connection target, List<String> notes) throws SQLException {
        List<String> left = new ArrayList<>();
        new SourceReader(target)
                .each(
                        "SELECT n.nspname, c.relname " + OWN + " AND c.relkind = 'm' ORDER BY c.oid",
                        r -> left.add(SourceReader.quote(r.getString(1)) + "." + SourceReader.quote(r.getString(2))));
        int before = -1;
        while (!left.isEmpty() && left.size() != before) {
            before = left.size();
            for (String view : List.copyOf(left)) {
                try {
                    execute(target, "REFRESH MATERIALIZED VIEW " + view);
                    left.remove(view);
                } catch (SQLException e) {
                    if (!VIEW_NOT_FILLED.equals(e.getSQLState())) {
                        throw e;
                    }
                }
            }
        }
        left.forEach(view -> notes.add("The materialized view " + view + " could not be filled."));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
