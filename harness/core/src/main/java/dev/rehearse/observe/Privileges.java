package dev.rehearse.observe;

import dev.rehearse.data.MigrationHistory;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.Leftover.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a role may do with the relations of a database, whatever gives it the right: itself, a role that it is a member of, PUBLIC (<a
 * href="https://www.postgresql.org/docs/current/ddl-priv.html">privileges</a>). Partitions are left out, since rights are asked of the
 * table that is named.
 *
 * @param byRelation by what the relation is called: "table shop.orders"
 */
public record Privileges(Map<String, Rights> byRelation) {

    private static final String RELATIONS = """
            pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse')
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i'))
            """;

    private static final String OWNER = "SELECT pg_get_userbyid(c.relowner) FROM " + RELATIONS
            + " AND c.relkind IN ('r', 'p') GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1";

    private static final String WRITERS = """
            WITH tables AS (SELECT c.oid, c.relowner, c.relacl FROM %s AND c.relkind IN ('r', 'p')),
                 granted AS (SELECT DISTINCT t.oid, a.grantee FROM tables t, aclexplode(t.relacl) a
                             WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE') AND a.grantee <> t.relowner)
            SELECT r.rolname, count(*), (SELECT count(*) FROM tables)
            FROM granted g JOIN pg_catalog.pg_roles r ON r.oid = g.grantee
            WHERE NOT r.rolsuper AND r.rolname !~ '^(pg|rehearse)_' GROUP BY 1 ORDER BY 2 DESC, 1""".formatted(RELATIONS);

    private static final String RIGHTS = """
            SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
                     WHEN 'f' THEN 'foreign table ' ELSE 'table ' END
                   || CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                   CASE WHEN has_schema_privilege(r.rolname, n.oid, 'USAGE') THEN concat_ws(',',
                     CASE WHEN c.relkind = 'S' THEN CASE WHEN has_sequence_privilege(r.rolname, c.oid, 'USAGE, UPDATE') THEN 'USAGE' END
                          ELSE concat_ws(',',
                            CASE WHEN has_any_column_privilege(r.rolname, c.oid, 'SELECT') THEN 'SELECT' END,
                            CASE WHEN has_any_column_privilege(r.rolname, c.oid, 'INSERT') THEN 'INSERT' END,
                            CASE WHEN has_any_column_privilege(r.rolname, c.oid, 'UPDATE') THEN 'UPDATE' END,
                            CASE WHEN has_table_privilege(r.rolname, c.oid, 'DELETE') THEN 'DELETE' END) END) ELSE '' END,
                   CASE WHEN c.relkind = 'S' THEN NOT EXISTS (
                     SELECT FROM pg_catalog.pg_depend d
                     WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                       AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'
                       AND NOT has_any_column_privilege(r.rolname, d.refobjid, 'INSERT'))
                     ELSE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) OR EXISTS (
                     SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_inherits o USING (inhparent)
                     WHERE i.inhrelid = c.oid AND has_any_column_privilege(r.rolname, o.inhrelid, 'SELECT, INSERT, UPDATE')) END,
                   n.nspname, c.relname
            FROM pg_catalog.pg_roles r, %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND r.rolname = ?
            ORDER BY 1""".formatted(RELATIONS);

    /**
     * @param schema without quotes, as is the relation's name
     * @param privileges SELECT, INSERT, UPDATE (of a column at least), DELETE; of a sequence USAGE, which UPDATE stands for as well
     * @param matters whether a role without any could miss them: one that may not insert into the sequence's table does not, nor one that comes to
     *     the table by that which it inherits from, as to others that inherit from it
     */
    record Rights(String schema, String relation, List<String> privileges, boolean matters) {}

    /**
     * A role that somebody who is not the owner was given the right to write to tables with.
     *
     * @param tables how many it may write to
     * @param ofTables how many there are
     */
    public record Writer(String role, long tables, long ofTables) {}

    /** The role that owns most tables; null where there is no table. */
    public static @Nullable String ownerOfTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(OWNER)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /** The roles that tables are granted to for writing, those with most of them first. */
    public static List<Writer> writers(Connection connection) throws SQLException {
        List<Writer> writers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(WRITERS)) {
            while (rows.next()) {
                writers.add(new Writer(rows.getString(1), rows.getLong(2), rows.getLong(3)));
            }
        }
        return writers;
    }

    /** What a role may do now. */
    public static Privileges of(Connection connection, String role) throws SQLException {
        Map<String, Rights> byRelation = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(RIGHTS)) {
            statement.setString(1, role);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<String> privileges = Arrays.stream(rows.getString(2).split(","))
                            .filter(privilege -> !privilege.isEmpty())
                            .toList();
                    byRelation.put(
                            rows.getString(1),
                            new Rights(rows.getString(4), rows.getString(5), privileges, rows.getBoolean(3)));
                }
            }
        }
        return new Privileges(byRelation);
    }

    /**
     * What the role may no longer do, and what it may do nothing with at all though it is new.
     *
     * @param leftOut tables and schemas that are no matter of the application's: a tool's history of its migrations
     */
    public static List<Leftover> lacking(
            Privileges before, Privileges after, String role, Phase phase, Collection<String> leftOut) {
        List<Leftover> lacking = new ArrayList<>();
        after.byRelation.forEach((name, now) -> {
            Rights was = before.byRelation.get(name);
            if (MigrationHistory.isAmong(leftOut, now.schema(), now.relation())) {
                return;
            }
            if (was == null && now.privileges().isEmpty() && now.matters()) {
                lacking.add(new Leftover(Kind.MISSING_PRIVILEGE, name, phase, role + " may do nothing with it"));
            } else if (was != null && !now.privileges().containsAll(was.privileges())) {
                TreeSet<String> lost = new TreeSet<>(Comparator.comparingInt(was.privileges()::indexOf));
                lost.addAll(was.privileges());
                now.privileges().forEach(lost::remove);
                lacking.add(new Leftover(
                        Kind.LOST_PRIVILEGE, name, phase, role + " had " + String.join(", ", lost) + " before"));
            }
        });
        return lacking;
    }
}
