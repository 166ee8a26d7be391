package dev.rehearse.observe;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where sequences stand that only rise: one that falls, or stays where it was while others gave numbers in its place, gives numbers again. Immutable.
 *
 * @param last by the sequence's name the last number it gave, or what stands before its first
 * @param ahead those with no greater number in the columns that take theirs from them, as far as an index tells it
 */
public record SequencePositions(Map<String, Long> last, Set<String> ahead) {

    /** Of a server of which nothing is known. */
    public static final SequencePositions NONE = new SequencePositions(Map.of(), Set.of());

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String NAME =
            "CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname)";

    private static final String READ = "SELECT " + NAME + """
            , coalesce(pg_sequence_last_value(c.oid), s.seqstart - s.seqincrement)
            FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE s.seqincrement > 0 AND NOT s.seqcycle AND c.relpersistence <> 't' AND n.nspname <> 'rehearse'
            ORDER BY 1""";

    /** Columns of tables, of integers, that own a sequence, or have it as their default, and whether an index knows their greatest number. */
    private static final String COLUMNS = "SELECT DISTINCT " + NAME + """
            , a.attrelid::regclass::text, quote_ident(a.attname),
            EXISTS (SELECT FROM pg_catalog.pg_index i
                    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
                    WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree')
            FROM (SELECT objid AS sequence, refobjid AS relation, refobjsubid AS number FROM pg_catalog.pg_depend
                  WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                  UNION ALL
                  SELECT d.refobjid, f.adrelid, f.adnum FROM pg_catalog.pg_depend d
                  JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
                  WHERE d.refclassid = 'pg_class'::regclass) u
            JOIN pg_catalog.pg_class c ON c.oid = u.sequence AND c.relkind = 'S'
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = u.relation AND a.attnum = u.number
            JOIN pg_catalog.pg_class r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p')
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE t.typname IN ('int2', 'int4', 'int8')
            ORDER BY 1, 2, 3""";

    public SequencePositions {
        last = Map.copyOf(last);
        ahead = Set.copyOf(ahead);
    }

    private record Column(String table, String name, boolean indexed) {}

    private record Greatest(String column, BigDecimal number) {}

    /** @param connection waits for a lock as long as it is set to */
    public static SequencePositions read(Connection connection) throws SQLException {
        Map<String, List<Greatest>> greatest = new LinkedHashMap<>();
        for (Map.Entry<String, List<Column>> sequence : columns(connection).entrySet()) {
            List<Column> indexed = indexed(sequence.getValue());
            if (!indexed.isEmpty()) {
                try {
                    greatest.put(sequence.getKey(), greatest(connection, indexed));
                } catch (SQLException e) {
                    if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                        throw e;
                    }
                    // Nobody knows then whether it was ahead.
                }
            }
        }
        // Asked for last: others may take numbers meanwhile, and write them.
        Map<String, Long> last = last(connection);
        Set<String> ahead = new HashSet<>();
        greatest.forEach((sequence, known) -> {
            Long position = last.get(sequence);
            if (position != null && above(known, position).isEmpty()) {
                ahead.add(sequence);
            }
        });
        return new SequencePositions(last, ahead);
    }

    private static Map<String, Long> last(Connection connection) throws SQLException {
        Map<String, Long> last = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(READ)) {
            while (rows.next()) {
                last.put(rows.getString(1), rows.getLong(2));
            }
        }
        return last;
    }

    /**
     * Sequences that stand lower now, or were ahead, and are below what is in a column that takes its numbers from them; of one that no column is known of any that
     * stands lower.
     *
     * @param connection may read every table
     */
    public List<SchemaDifference> fallen(Connection connection) throws SQLException {
        Map<String, List<Column>> columns = columns(connection);
        Map<String, List<Greatest>> greatest = new LinkedHashMap<>();
        for (String sequence : lower(last(connection)).keySet()) {
            greatest.put(sequence, greatest(connection, columns.getOrDefault(sequence, List.of())));
        }
        for (String sequence : ahead) {
            if (!greatest.containsKey(sequence)) {
                greatest.put(sequence, greatest(connection, indexed(columns.getOrDefault(sequence, List.of()))));
            }
        }
        // Asked for last: others may take numbers meanwhile, and write them.
        Map<String, Long> now = last(connection);
        Map<String, Long> lower = lower(now);
        List<SchemaDifference> differences = new ArrayList<>();
        new TreeMap<>(greatest).forEach((sequence, known) -> {
            Long position = now.get(sequence);
            if (position == null) {
                return;
            }
            String above = above(known, position)
                    .map(each -> ", though " + each.column + " goes up to " + each.number.toPlainString())
                    .orElse(lower.containsKey(sequence) && !columns.containsKey(sequence) ? "" : null);
            if (above != null) {
                differences.add(
                        SchemaDifference.ofPosition(sequence, String.valueOf(last.get(sequence)), position + above));
            }
        });
        return differences;
    }

    private static List<Column> indexed(List<Column> columns) {
        return columns.stream().filter(Column::indexed).toList();
    }

    private static Optional<Greatest> above(List<Greatest> known, long position) {
        return known.stream()
                .filter(each -> each.number.compareTo(BigDecimal.valueOf(position)) > 0)
                .findFirst();
    }

    private Map<String, Long> lower(Map<String, Long> now) {
        Map<String, Long> lower = new TreeMap<>(now);
        lower.entrySet().removeIf(each -> each.getValue() >= last.getOrDefault(each.getKey(), Long.MIN_VALUE));
        return lower;
    }

    private static List<Greatest> greatest(Connection connection, List<Column> columns) throws SQLException {
        List<Greatest> greatest = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (Column column : columns) {
                try (ResultSet row = statement.executeQuery("SELECT max(" + column.name + ") FROM " + column.table)) {
                    BigDecimal number = row.next() ? row.getBigDecimal(1) : null;
                    if (number != null) {
                        greatest.add(new Greatest(column.table + "." + column.name, number));
                    }
                }
            }
        }
        return greatest;
    }

    private static Map<String, List<Column>> columns(Connection connection) throws SQLException {
        Map<String, List<Column>> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                columns.computeIfAbsent(rows.getString(1), any -> new ArrayList<>())
                        .add(new Column(rows.getString(2), rows.getString(3), rows.getBoolean(4)));
            }
        }
        return columns;
    }
}
