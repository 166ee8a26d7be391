package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** Gives the target's sequences the source's values. @return each, with its name */
    static Map<String, Long> setSequences(Connection source, Connection target) throws SQLException {
        Map<String, Long> values = new LinkedHashMap<>();
        for (String name : relations(source, "c.relkind = 'S' ORDER BY 1, 2")) {
            List<String> calls = new ArrayList<>();
            new SourceReader(source).each("SELECT last_value, is_called FROM " + name, r -> {
                values.put(name, r.getLong(1));
                calls.add("SELECT pg_catalog.setval(" + Sql.literal(name) + ", " + r.getLong(1) + ", " + r.getBoolean(2)
                        + ")");
            });
            for (String call : calls) {
                execute(target, call);
            }
        }
        return values;
    }

    /** Fills the materialized views, those that others are made of before them. */
    static void refreshViews(Connection target, List<String> notes) throws SQLException {
        List<String> left = relations(target, "c.relkind = 'm' ORDER BY c.oid");
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

    /** Accounts on other servers, with their passwords, are nothing for a copy. */
    static void dropUserMappings(Connection target, List<String> notes) throws SQLException {
        List<String> drops = new ArrayList<>();
        new SourceReader(target).each("SELECT usename, srvname FROM pg_catalog.pg_user_mappings ORDER BY 1, 2", r -> {
            String user = r.getString(1).equals("public") ? "PUBLIC" : Sql.quote(r.getString(1));
            drops.add("DROP USER MAPPING FOR " + user + " SERVER " + Sql.quote(r.getString(2)));
        });
        for (String drop : drops) {
            execute(target, drop);
        }
        if (!drops.isEmpty()) {
            notes.add(drops.size() + " user mappings of foreign servers were left out; they hold passwords.");
        }
    }

    /** Takes comments away that name somebody. They change no behaviour. */
    static void dropComments(Connection target, Set<String> comments, List<String> notes) throws SQLException {
        if (comments.isEmpty()) {
            return;
        }
        List<String> dropped = new ArrayList<>();
        for (String comment : comments) {
            new SourceReader(target)
                    .each(
                            "DELETE FROM pg_catalog.pg_description WHERE " + SourceReader.OWN_COMMENTS
                                    + " AND description = "
                                    + Sql.literal(comment)
                                    + " RETURNING pg_catalog.pg_describe_object(classoid, objoid, objsubid)",
                            r -> dropped.add(r.getString(1)));
        }
        notes.add("Comments were left out that name somebody, or hold a mail address or a number of somebody: on "
                + String.join(", on ", dropped) + ".");
    }

    private static List<String> relations(Connection connection, String which) throws SQLException {
        List<String> names = new ArrayList<>();
        new SourceReader(connection)
                .each(
                        "SELECT n.nspname, c.relname " + OWN + " AND " + which,
                        r -> names.add(Sql.quote(r.getString(1)) + "." + Sql.quote(r.getString(2))));
        return names;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
