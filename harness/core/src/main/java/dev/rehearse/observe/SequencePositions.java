package dev.rehearse.observe;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where sequences stand that only rise: one that falls, or stays where it was while others gave numbers in its place, gives numbers again. Immutable.
 *
 * @param last by the sequence's name the last number it gave, or what stands before its first
 * @param ahead the columns of each of those that had no greater number in them
 * @param reached by the column the last number that a sequence of it gave when the rollback began
 */
public record SequencePositions(Map<String, Long> last, Map<String, Set<String>> ahead, Map<String, Long> reached) {

    /** Of a server of which nothing is known. */
    public static final SequencePositions NONE = new SequencePositions(Map.of(), Map.of(), Map.of());

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String NAME =
            "CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname)";

    private static final String READ = "SELECT " + NAME + """
            , coalesce(pg_sequence_last_value(c.oid), s.seqstart - s.seqincrement)
            FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE s.seqincrement > 0 AND NOT s.seqcycle AND c.relpersistence <> 't' AND n.nspname <> 'rehearse'
            ORDER BY 1""";

    /**
     * Columns of tables, of integers, that own a sequence, or have it as their default, whether an index knows their greatest number, and whether something
     * else fills them: a default that is no sequence's number, as a function's, or a trigger before INSERT.
     */
    private static final String COLUMNS = "SELECT DISTINCT " + NAME + """
            , a.attrelid::regclass::text, quote_ident(a.attname),
            EXISTS (SELECT FROM pg_catalog.pg_index i
                    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = x.relam
                    WHERE i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree'),
            EXISTS (SELECT FROM pg_catalog.pg_attrdef f WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class q ON q.oid = d.refobjid AND q.relkind = 'S'
                                    WHERE d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass))
            OR EXISTS (SELECT FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
                       WHERE g.tgrelid = a.attrelid AND NOT g.tgisinternal AND g.tgtype & 7 = 7 AND p.prosrc ILIKE '%nextval%')
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
        ahead = Map.copyOf(ahead);
        reached = Map.copyOf(reached);
    }

    private record Column(String table, String number, boolean indexed, boolean filledOtherwise) {

        String name() {
            return table + "." + number;
        }
    }

    /** @param number null where there is none */
    private record Greatest(String column, @Nullable BigDecimal number) {

        boolean isAbove(long position) {
            return number != null && number.compareTo(BigDecimal.valueOf(position)) > 0;
        }
    }

    /** Before the load begins, as columns without an index that tells their greatest number are read to their end. */
    public static SequencePositions beforeLoad(Connection connection) throws SQLException {
        return read(connection, column -> !column.indexed());
    }

    /** As the migration begins, which sequences are ahead of columns with such an index as well. */
    public SequencePositions asMigrationBegins(Connection connection) throws SQLException {
        SequencePositions now = read(connection, Column::indexed);
        Map<String, Set<String>> all = new LinkedHashMap<>(now.ahead);
        ahead.forEach((sequence, columns) -> all.merge(sequence, columns, (a, b) -> {
            Set<String> both = new TreeSet<>(a);
            both.addAll(b);
            return both;
        }));
        return new SequencePositions(now.last, all, Map.of());
    }

    /** As the rollback begins: greater numbers than those that a sequence had given by then the application made up by itself, unless something else fills the column. */
    public SequencePositions asRollbackBegins(Connection connection) throws SQLException {
        Map<String, Long> now = last(connection);
        Map<String, Long> reached = new LinkedHashMap<>();
        columns(connection).forEach((sequence, columns) -> {
            Long position = now.get(sequence);
            if (position != null) {
                columns.stream()
                        .filter(column -> !column.filledOtherwise())
                        .forEach(column -> reached.merge(column.name(), position, Math::max));
            }
        });
        return new SequencePositions(last, ahead, reached);
    }

    /** @param connection waits for a lock as long as it is set to */
    private static SequencePositions read(Connection connection, Predicate<Column> which) throws SQLException {
        Map<String, List<Greatest>> greatest = new LinkedHashMap<>();
        for (Map.Entry<String, List<Column>> sequence : columns(connection).entrySet()) {
            List<Greatest> known = new ArrayList<>();
            for (Column column : sequence.getValue().stream().filter(which).toList()) {
                try {
                    known.add(greatest(connection, column));
                } catch (SQLException e) {
                    if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                        throw e;
                    }
                    // Nobody knows then whether it was ahead.
                }
            }
            greatest.put(sequence.getKey(), known);
        }
        // Asked for last: others may take numbers meanwhile, and write them.
        Map<String, Long> last = last(connection);
        Map<String, Set<String>> ahead = new LinkedHashMap<>();
        greatest.forEach((sequence, known) -> {
            Long position = last.get(sequence);
            if (position != null) {
                ahead.put(
                        sequence,
                        known.stream()
                                .filter(each -> !each.isAbove(position))
                                .map(Greatest::column)
                                .collect(Collectors.toSet()));
            }
        });
        return new SequencePositions(last, ahead, Map.of());
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
        Set<String> lower = lower(last(connection));
        Map<String, List<Greatest>> greatest = new TreeMap<>();
        for (Map.Entry<String, List<Column>> sequence : columns.entrySet()) {
            Set<String> ahead = this.ahead.getOrDefault(sequence.getKey(), Set.of());
            for (Column column : sequence.getValue()) {
                if (lower.contains(sequence.getKey()) || ahead.contains(column.name())) {
                    greatest.computeIfAbsent(sequence.getKey(), any -> new ArrayList<>())
                            .add(greatest(connection, column));
                }
            }
        }
        lower.stream()
                .filter(sequence -> !columns.containsKey(sequence))
                .forEach(sequence -> greatest.put(sequence, List.of()));
        // Asked for last: others may take numbers meanwhile, and write them.
        Map<String, Long> now = last(connection);
        Set<String> stillLower = lower(now);
        List<SchemaDifference> differences = new ArrayList<>();
        greatest.forEach((sequence, known) -> {
            Long position = now.get(sequence);
            if (position == null) {
                return;
            }
            boolean fell = stillLower.contains(sequence);
            String above = known.stream()
                    .filter(each -> each.isAbove(position))
                    .filter(each -> fell || position < reached.getOrDefault(each.column(), Long.MAX_VALUE))
                    .findFirst()
                    .map(each -> ", though " + each.column + " goes up to "
                            + Objects.requireNonNull(each.number).toPlainString())
                    .orElse(fell && known.isEmpty() ? "" : null);
            if (above != null) {
                differences.add(
                        SchemaDifference.ofPosition(sequence, String.valueOf(last.get(sequence)), position + above));
            }
        });
        return differences;
    }

    /**
     * Columns for which a sequence that is new, or was ahead of them, gives numbers that they hold already: the migration wrote numbers of its own. Of columns of
     * which an index knows the greatest number.
     *
     * @param connection may read every table
     */
    public List<Leftover> behind(Connection connection) throws SQLException {
        Map<String, List<Greatest>> greatest = new TreeMap<>();
        for (Map.Entry<String, List<Column>> sequence : columns(connection).entrySet()) {
            Set<String> ahead = this.ahead.getOrDefault(sequence.getKey(), Set.of());
            for (Column column : sequence.getValue()) {
                boolean isOurs = !last.containsKey(sequence.getKey()) || ahead.contains(column.name());
                if (isOurs && column.indexed() && !column.filledOtherwise()) {
                    greatest.computeIfAbsent(sequence.getKey(), any -> new ArrayList<>())
                            .add(greatest(connection, column));
                }
            }
        }
        // Asked for last: others may take numbers meanwhile, and write them.
        Map<String, Long> now = last(connection);
        List<Leftover> behind = new ArrayList<>();
        greatest.forEach((sequence, known) -> known.stream()
                .filter(each -> now.containsKey(sequence) && each.isAbove(now.get(sequence)))
                .forEach(each -> behind.add(new Leftover(
                        Leftover.Kind.SEQUENCE_BEHIND,
                        each.column,
                        Phase.MIGRATE,
                        "sequence " + sequence + " stands at " + now.get(sequence) + ", though " + each.column
                                + " goes up to "
                                + Objects.requireNonNull(each.number).toPlainString()))));
        return behind;
    }

    private Set<String> lower(Map<String, Long> now) {
        Map<String, Long> lower = new TreeMap<>(now);
        lower.entrySet().removeIf(each -> each.getValue() >= last.getOrDefault(each.getKey(), Long.MIN_VALUE));
        return lower.keySet();
    }

    private static Greatest greatest(Connection connection, Column column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(" + column.number + ") FROM " + column.table)) {
            return new Greatest(column.name(), row.next() ? row.getBigDecimal(1) : null);
        }
    }

    private static Map<String, List<Column>> columns(Connection connection) throws SQLException {
        Map<String, List<Column>> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                columns.computeIfAbsent(rows.getString(1), any -> new ArrayList<>())
                        .add(new Column(rows.getString(2), rows.getString(3), rows.getBoolean(4), rows.getBoolean(5)));
            }
        }
        return columns;
    }
}
