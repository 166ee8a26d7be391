package dev.rehearse.workload.statement;

import dev.rehearse.workload.statement.Catalog.Column;
import dev.rehearse.workload.statement.Catalog.ForeignKey;
import dev.rehearse.workload.statement.Catalog.Index;
import dev.rehearse.workload.statement.Catalog.Table;
import dev.rehearse.workload.statement.Catalog.View;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The queries that make a {@link Catalog}. Stateless. */
final class CatalogReader {

    private static final String USER_RELATIONS = """
            pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            """;

    private static final String USER_TABLES = USER_RELATIONS + " AND c.relkind IN ('r', 'p') ";

    private CatalogReader() {}

    static Catalog read(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = columns(connection);
        Map<Long, List<Index>> indexes = indexes(connection);
        Map<Long, List<ForeignKey>> foreignKeys = foreignKeys(connection);
        Map<Long, Table> tables = new LinkedHashMap<>();
        String query = """
                SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                  CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                  pg_table_is_visible(c.oid), c.relkind = 'p',
                  CASE c.relkind WHEN 'p' THEN
                    (SELECT coalesce(sum(greatest(l.reltuples, 0)), 0) FROM pg_catalog.pg_partition_tree(c.oid) p
                      JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf)
                    ELSE greatest(c.reltuples, 0) END,
                  c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
                  EXISTS (SELECT 1 FROM pg_catalog.pg_trigger g
                    WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgtype & 8 <> 0)
                FROM %s ORDER BY 6 DESC, 3
                """.formatted(USER_TABLES);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                long oid = rows.getLong(1);
                tables.put(
                        oid,
                        new Table(
                                oid,
                                rows.getString(2),
                                rows.getString(3),
                                rows.getBoolean(4),
                                rows.getBoolean(5),
                                (long) rows.getDouble(6),
                                rows.getBoolean(7),
                                rows.getBoolean(8),
                                columns.getOrDefault(oid, List.of()),
                                indexes.getOrDefault(oid, List.of()),
                                foreignKeys.getOrDefault(oid, List.of())));
            }
        }
        return new Catalog(tables, views(connection));
    }

    private static List<View> views(Connection connection) throws SQLException {
        String query = """
                SELECT CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                  CASE WHEN n.nspname = 'public' AND pg_table_is_visible(c.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                  c.relkind = 'm',
                  coalesce((SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '*')
                FROM %s AND c.relkind IN ('v', 'm') ORDER BY 1
                """.formatted(USER_RELATIONS);
        List<View> views = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                views.add(new View(rows.getString(1), rows.getString(2), rows.getBoolean(3), rows.getString(4)));
            }
        }
        return views;
    }

    private static Map<Long, List<Column>> columns(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = new LinkedHashMap<>();
        String query = """
                SELECT a.attrelid, a.attnum, a.attname, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                  CASE t.typtype WHEN 'd' THEN b.typname ELSE t.typname END,
                  CASE WHEN coalesce(nullif(t.typbasetype, 0), t.oid) IN ('varchar'::regtype, 'bpchar'::regtype)
                    AND greatest(a.atttypmod, t.typtypmod) > 4 THEN greatest(a.atttypmod, t.typtypmod) - 4 ELSE -1 END,
                  a.attnotnull OR t.typnotnull, a.attidentity, a.attgenerated <> '',
                  t.typtype = 'd'
                  OR EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = a.attrelid AND (k.contype = 'x' OR k.contype = 'c' AND a.attnum = ANY (k.conkey)))
                  OR EXISTS (SELECT 1 FROM pg_catalog.pg_partitioned_table p
                    WHERE p.partrelid = a.attrelid AND (p.partexprs IS NOT NULL OR a.attnum = ANY (p.partattrs))),
                  pg_get_expr(f.adbin, f.adrelid)
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                  LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
                  LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT c.oid FROM %s) ORDER BY a.attrelid, a.attnum
                """.formatted(USER_TABLES);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                String identity = rows.getString(9);
                columns.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new Column(
                                rows.getInt(2),
                                rows.getString(3),
                                rows.getString(4),
                                rows.getString(5),
                                rows.getString(6),
                                rows.getInt(7),
                                rows.getBoolean(8),
                                identity.isEmpty() ? ' ' : identity.charAt(0),
                                rows.getBoolean(10),
                                rows.getBoolean(11),
                                rows.getString(12)));
            }
        }
        return columns;
    }

    private static Map<Long, List<Index>> indexes(Connection connection) throws SQLException {
        Map<Long, List<Index>> indexes = new LinkedHashMap<>();
        String query = """
                SELECT i.indrelid, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, m.amname, i.indkey::text, i.indnkeyatts,
                  CASE WHEN i.indexprs IS NULL THEN '{}' ELSE ARRAY(SELECT DISTINCT d.refobjsubid FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
                      AND d.refobjsubid > 0) END,
                  coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') <> 'true'
                FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                  JOIN pg_catalog.pg_am m ON m.oid = x.relam
                WHERE i.indisvalid AND i.indrelid IN (SELECT c.oid FROM %s) ORDER BY i.indrelid, i.indexrelid
                """.formatted(USER_TABLES);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                List<Integer> keys = Arrays.stream(rows.getString(6).split(" "))
                        .limit(rows.getInt(7))
                        .map(Integer::valueOf)
                        .toList();
                indexes.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new Index(
                                rows.getBoolean(2),
                                rows.getBoolean(3),
                                rows.getBoolean(4),
                                rows.getString(5),
                                keys.contains(0) ? List.of() : keys,
                                numbers(rows, 8),
                                rows.getBoolean(9)));
            }
        }
        return indexes;
    }

    private static Map<Long, List<ForeignKey>> foreignKeys(Connection connection) throws SQLException {
        Map<Long, List<ForeignKey>> keys = new LinkedHashMap<>();
        String query = """
                SELECT f.conrelid, f.confrelid, f.conkey, f.confkey, f.confdeltype,
                  EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = f.conrelid AND k.contype = 'c' AND k.conkey && f.conkey)
                  OR EXISTS (SELECT 1 FROM pg_catalog.pg_partitioned_table p, unnest(f.conkey) AS number
                    WHERE p.partrelid = f.conrelid AND p.partstrat <> 'h' AND number = ANY (p.partattrs))
                FROM pg_catalog.pg_constraint f
                WHERE f.contype = 'f' AND f.conparentid = 0 ORDER BY f.conrelid, f.conname
                """;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                keys.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new ForeignKey(
                                numbers(rows, 3),
                                rows.getLong(2),
                                numbers(rows, 4),
                                rows.getString(5).charAt(0),
                                rows.getBoolean(6)));
            }
        }
        return keys;
    }

    private static List<Integer> numbers(ResultSet rows, int column) throws SQLException {
        Object array = rows.getArray(column).getArray();
        return Arrays.stream((Object[]) array).map(n -> ((Number) n).intValue()).toList();
    }
}
