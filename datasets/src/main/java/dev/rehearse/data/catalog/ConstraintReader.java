package dev.rehearse.data.catalog;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads what the rows of the user tables must keep to, by table: unique keys, foreign keys and CHECK constraints. */
final class ConstraintReader {

    private static final Set<String> RANGES = Set.of("tsrange", "tstzrange", "daterange");

    private final Connection connection;
    private final Facts facts;
    private final List<String> notes;

    ConstraintReader(Connection connection, Facts facts, List<String> notes) {
        this.connection = connection;
        this.facts = facts;
        this.notes = notes;
    }

    /**
     * Unique keys and exclusion constraints, those of single partitions too, which then hold in all. An index depends on the columns of its
     * predicate too; only those that its expressions name belong to the key. Of an exclusion constraint the plain columns count whose values
     * conflict when they are equal or overlap.
     */
    Map<Long, List<UniqueKey>> keys(Map<Long, List<Column>> columns) throws SQLException {
        Map<Long, List<UniqueKey>> keys = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(UserTables.WITH_PARTITIONS + """
                        SELECT k.*, ARRAY(SELECT coalesce(ra.attnum, 0) FROM unnest(k.key) WITH ORDINALITY AS n (number, place)
                                          LEFT JOIN pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = n.number
                                          LEFT JOIN pg_attribute ra ON ra.attrelid = k.root AND ra.attname = a.attname
                                          ORDER BY n.place) AS numbers
                        FROM (
                        SELECT t.root, i.indrelid, c.relname, i.indisprimary AND t.root = t.oid AS indisprimary,
                               pg_get_expr(i.indpred, i.indrelid) AS predicate, i.indisexclusion,
                               ARRAY(SELECT pg_get_indexdef(c.oid, place, false) FROM generate_series(1, i.indnkeyatts) place
                                     WHERE i.indisexclusion AND i.indkey[place - 1] = 0) AS expressions,
                               ARRAY(SELECT pg_get_indexdef(c.oid, place, false) FROM generate_series(1, i.indnkeyatts) place
                                     WHERE NOT i.indisexclusion AND EXISTS (
                                       SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS n (number)
                                       LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = n.number AND n.number > 0
                                       WHERE n.number = 0 OR a.attgenerated <> '')
                                     ORDER BY place) AS elements,
                               coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal,
                               CASE WHEN i.indisexclusion THEN
                                 ARRAY(SELECT k.number
                                       FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (number, place)
                                       JOIN pg_constraint x ON x.conindid = c.oid AND x.contype IN ('x', 'p', 'u')
                                       JOIN LATERAL unnest(x.conexclop) WITH ORDINALITY AS o (oid, place) ON o.place = k.place
                                       JOIN pg_operator p ON p.oid = o.oid AND p.oprname <> '<>'
                                       ORDER BY k.place)
                               ELSE (i.indkey::int2[])[0:i.indnkeyatts - 1]
                                 || ARRAY(SELECT a.attnum FROM pg_attribute g
                                          JOIN pg_attrdef f ON f.adrelid = g.attrelid AND f.adnum = g.attnum
                                          JOIN pg_attribute a ON a.attrelid = g.attrelid AND a.attnum > 0 AND a.attgenerated = ''
                                           AND position(quote_ident(a.attname) IN pg_get_expr(f.adbin, f.adrelid)) > 0
                                          WHERE g.attrelid = i.indrelid AND g.attgenerated <> ''
                                            AND g.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                                            AND EXISTS (SELECT FROM pg_depend d WHERE d.classid IN ('pg_class'::regclass, 'pg_attrdef'::regclass)
                                                        AND (d.objid, d.objsubid) IN ((f.oid, 0), (g.attrelid, g.attnum))
                                                        AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)
                                          ORDER BY a.attnum)
                                 || ARRAY(SELECT d.refobjsubid::int2 FROM pg_depend d
                                          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
                                           AND position(quote_ident(a.attname) IN pg_get_expr(i.indexprs, i.indrelid)) > 0
                                          WHERE i.indexprs IS NOT NULL AND d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid > 0
                                          ORDER BY d.refobjsubid) END AS key
                        FROM tree t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
                        WHERE (i.indisunique OR i.indisexclusion) AND i.indislive
                          AND (t.root = t.oid OR NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid))
                        ) k ORDER BY k.root, k.indisprimary DESC, k.root <> k.indrelid, k.relname""")) {
            Set<List<Object>> seen = new HashSet<>();
            while (r.next()) {
                List<Column> ofTable = columns.getOrDefault(r.getLong("root"), List.of());
                List<Integer> numbers = new ArrayList<>(Sql.numbers(r.getArray("numbers")));
                UniqueKey.@Nullable Period period = period(strings(r.getArray("expressions")), ofTable);
                if (period != null) {
                    numbers.add(period.starts());
                }
                UniqueKey key = new UniqueKey(
                        r.getString("relname"),
                        numbers.stream()
                                .filter(number -> ofTable.stream().anyMatch(column -> column.number() == number))
                                .distinct()
                                .toList(),
                        r.getBoolean("indisprimary"),
                        r.getString("predicate"),
                        r.getBoolean("indisexclusion"),
                        r.getBoolean("nulls_equal"),
                        strings(r.getArray("elements")),
                        period);
                // Each of many partitions may have one that says the same.
                if (seen.add(List.of(
                        r.getLong("root"),
                        key.columns(),
                        key.elements(),
                        String.valueOf(key.predicate()),
                        key.exclusion(),
                        key.primary(),
                        key.nullsEqual(),
                        String.valueOf(period)))) {
                    keys.computeIfAbsent(r.getLong("root"), table -> new ArrayList<>())
                            .add(key);
                }
            }
        }
        return keys;
    }

    /** The columns of the first expression such as {@code tstzrange(starts, ends)}. */
    private static UniqueKey.@Nullable Period period(List<String> expressions, List<Column> columns) {
        for (String text : expressions) {
            if (ExpressionParser.parse(text).orElse(null) instanceof Expression.Call call
                    && RANGES.contains(call.function())
                    && call.arguments().size() >= 2
                    && call.arguments().get(0) instanceof Expression.ColumnRef starts
                    && call.arguments().get(1) instanceof Expression.ColumnRef ends) {
                int first = numberOf(starts.name(), columns);
                int second = numberOf(ends.name(), columns);
                if (first > 0 && second > 0) {
                    return new UniqueKey.Period(first, second);
                }
            }
        }
        return null;
    }

    private static int numberOf(String name, List<Column> columns) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .map(Column::number)
                .orElse(0);
    }

    /** Foreign keys, those of single partitions too, which then hold in all. */
    Map<Long, List<ForeignKey>> foreignKeys() throws SQLException {
        Map<Long, List<ForeignKey>> foreignKeys = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(facts.answer("foreign keys", UserTables.WITH + """
                        SELECT k.oid, k.conname, own.root AS conrelid, others.root AS confrelid, own.key AS conkey, others.key AS confkey,
                               k.confmatchtype, CASE WHEN others.root <> k.confrelid THEN k.confrelid ELSE 0 END AS partition,
                               own.root IN (SELECT oid FROM user_tables) AND others.root IN (SELECT oid FROM user_tables) AS known,
                               k.conrelid::regclass::text AS table_name
                        FROM pg_constraint k
                        CROSS JOIN LATERAL (SELECT coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) AS root) top
                        CROSS JOIN LATERAL (
                          SELECT top.root, ARRAY(SELECT ra.attnum FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
                                                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
                                                 JOIN pg_attribute ra ON ra.attrelid = top.root AND ra.attname = a.attname
                                                 ORDER BY n.place) AS key) own
                        CROSS JOIN LATERAL (SELECT coalesce(pg_partition_root(k.confrelid)::oid, k.confrelid) AS root) parent
                        CROSS JOIN LATERAL (
                          SELECT parent.root, ARRAY(SELECT ra.attnum FROM unnest(k.confkey) WITH ORDINALITY AS n (number, place)
                                                    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.number
                                                    JOIN pg_attribute ra ON ra.attrelid = parent.root AND ra.attname = a.attname
                                                    ORDER BY n.place) AS key) others
                        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY own.root, k.conname, k.conrelid::regclass::text COLLATE "C", k.oid"""))) {
            Set<List<Object>> seen = new HashSet<>();
            while (r.next()) {
                if (!r.getBoolean("known")) {
                    notes.add(
                            "Foreign key " + r.getString("conname") + " of " + r.getString("table_name")
                                    + " points at a table of an extension or belongs to one; rows were made without regard to it.");
                    continue;
                }
                if (!seen.add(List.of(
                        r.getLong("conrelid"),
                        r.getLong("confrelid"),
                        Sql.numbers(r.getArray("conkey")),
                        Sql.numbers(r.getArray("confkey")),
                        r.getLong("partition")))) {
                    continue;
                }
                foreignKeys
                        .computeIfAbsent(r.getLong("conrelid"), table -> new ArrayList<>())
                        .add(new ForeignKey(
                                r.getLong("oid"),
                                r.getString("conname"),
                                r.getLong("conrelid"),
                                r.getLong("confrelid"),
                                Sql.numbers(r.getArray("conkey")),
                                Sql.numbers(r.getArray("confkey")),
                                r.getString("confmatchtype").equals("f"),
                                r.getLong("partition")));
            }
        }
        return foreignKeys;
    }

    /**
     * CHECK constraints, those of single partitions too, except for those over its key, which repeat the bounds. What not every partition
     * asks for holds where a row lies in the partition.
     */
    Map<Long, List<CheckConstraint>> checks(
            Map<Long, List<Column>> columnsOf,
            Map<Long, List<Table.Computed>> computed,
            Map<Long, List<Partition>> partitions)
            throws SQLException {
        Map<Long, List<CheckConstraint>> checks = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(UserTables.WITH_PARTITIONS + """
                        SELECT tree.root AS conrelid, k.conname, pg_get_expr(k.conbin, k.conrelid) AS expression, own.key,
                               CASE WHEN tree.root <> tree.oid THEN pg_get_partition_constraintdef(tree.oid) END AS bounds,
                               count(*) OVER (PARTITION BY tree.root, pg_get_expr(k.conbin, k.conrelid)) AS sayers
                        FROM tree JOIN pg_constraint k ON k.conrelid = tree.oid
                        CROSS JOIN LATERAL (
                          SELECT ARRAY(SELECT ra.attnum FROM unnest(k.conkey) AS n (number)
                                       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
                                       JOIN pg_attribute ra ON ra.attrelid = tree.root AND ra.attname = a.attname
                                       ORDER BY ra.attnum) AS key) own
                        LEFT JOIN pg_partitioned_table p ON p.partrelid = tree.root
                        WHERE k.contype = 'c'
                          AND (tree.root = tree.oid OR k.coninhcount = 0 AND NOT own.key <@ p.partattrs::int2[])
                        ORDER BY tree.root, k.conname, tree.oid::regclass::text COLLATE "C", k.oid""")) {
            while (r.next()) {
                // What is asked of a generated column is asked of those that it is computed from.
                List<Table.Computed> generated = computed.getOrDefault(r.getLong("conrelid"), List.of());
                List<Integer> columns = Sql.numbers(r.getArray("key")).stream()
                        .flatMap(number -> generated.stream()
                                .filter(each -> each.isColumn() && each.number() == number)
                                .findFirst()
                                .map(Table.Computed::columns)
                                .orElse(List.of(number))
                                .stream())
                        .distinct()
                        .sorted()
                        .toList();
                List<CheckConstraint> known = checks.computeIfAbsent(r.getLong("conrelid"), table -> new ArrayList<>());
                String bounds = r.getString("bounds");
                long leaves = partitions
                        .getOrDefault(r.getLong("conrelid"), List.of())
                        .size();
                if (bounds == null || r.getLong("sayers") >= leaves) {
                    known.add(new CheckConstraint(r.getString("conname"), r.getString("expression"), columns));
                } else {
                    Set<Integer> read = new TreeSet<>(columns);
                    columnsOf.getOrDefault(r.getLong("conrelid"), List.of()).stream()
                            .filter(column -> Sql.mentions(bounds, column.name()))
                            .forEach(column -> read.add(column.number()));
                    known.add(new CheckConstraint(
                            r.getString("conname"),
                            "((" + bounds + ") IS NOT TRUE OR (" + r.getString("expression") + "))",
                            List.copyOf(read)));
                }
            }
        }
        return checks;
    }

    private static List<String> strings(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
