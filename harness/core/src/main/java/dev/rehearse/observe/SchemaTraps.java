package dev.rehearse.observe;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.Leftover.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what a schema takes without an error and what fails later: keys that are too short, and rows that cannot be compared. Immutable. */
public final class SchemaTraps {

    private static final String QUERY = """
            WITH names AS (
                SELECT c.oid, c.relkind,
                       CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) AS name
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'S') AND NOT c.relispartition
                  AND c.relname <> ALL (?) AND n.nspname || '.' || c.relname <> ALL (?)
            ), columns AS (
                -- Of a domain the type below it.
                SELECT a.attrelid, a.attnum, t.name AS of_table, t.name || '.' || quote_ident(a.attname) AS name, quote_ident(a.attname) AS short_name,
                       coalesce(nullif(y.typbasetype, 0), y.oid) AS type,
                       array_position(ARRAY['int2', 'int4', 'int8']::regtype[]::oid[], coalesce(nullif(y.typbasetype, 0), y.oid)) AS width
                FROM names t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                WHERE t.relkind <> 'S' AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
            ), whole AS (
                -- Of an array the type of what is in it.
                SELECT c.*, coalesce(nullif(e.typbasetype, 0), e.oid) AS element
                FROM columns c JOIN pg_catalog.pg_type y ON y.oid = c.type
                JOIN pg_catalog.pg_type e ON e.oid = CASE y.typcategory WHEN 'A' THEN y.typelem ELSE y.oid END
            )
            SELECT 'NARROW_REFERENCE', a.name,
                   format_type(a.type, NULL) || ', and refers to ' || b.name || ', which is ' || format_type(b.type, NULL),
                   a.attrelid || '.' || a.attnum
            FROM pg_catalog.pg_constraint k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS p (referring, referred)
            JOIN columns a ON a.attrelid = k.conrelid AND a.attnum = p.referring
            JOIN columns b ON b.attrelid = k.confrelid AND b.attnum = p.referred
            WHERE k.contype = 'f' AND a.width < b.width
            UNION
            SELECT 'NARROW_SEQUENCE', n.name, 'it ends at ' || s.seqmax || ', and gives the numbers of ' || c.name || ', which is ' || format_type(c.type, NULL),
                   d.objid::text
            FROM columns c JOIN pg_catalog.pg_depend d ON d.refobjid = c.attrelid AND d.refobjsubid = c.attnum
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid JOIN names n ON n.oid = d.objid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND array_position(ARRAY['int2', 'int4', 'int8']::regtype[]::oid[], s.seqtypid) < c.width AND NOT s.seqcycle
            UNION
            SELECT 'SHORT_KEY', c.name, format_type(c.type, NULL) || ': its last number is ' || CASE c.width WHEN 1 THEN '32,767' ELSE '2,147,483,647' END,
                   c.attrelid || '.' || c.attnum
            FROM columns c JOIN pg_catalog.pg_depend d ON d.refobjid = c.attrelid AND d.refobjsubid = c.attnum
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
              AND c.width < 3 AND NOT s.seqcycle
            UNION
            SELECT 'ROWS_INCOMPARABLE', w.of_table, 'no equality of ' || string_agg(w.short_name || ', ' || format_type(w.type, NULL), '; ' ORDER BY w.attnum),
                   w.attrelid::text
            FROM whole w JOIN pg_catalog.pg_type e ON e.oid = w.element AND e.typtype = 'b'
            WHERE NOT EXISTS (
                SELECT FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
                WHERE m.amname IN ('btree', 'hash') AND o.opcdefault
                  AND (o.opcintype = e.oid OR EXISTS (
                      SELECT FROM pg_catalog.pg_cast k
                      WHERE k.castsource = e.oid AND k.casttarget = o.opcintype AND k.castmethod = 'b' AND k.castcontext = 'i')))
            GROUP BY w.of_table, w.attrelid
            ORDER BY 1, 2""";

    /** Before anything was read. */
    public static final SchemaTraps NONE = new SchemaTraps(List.of());

    private final List<Trap> traps;

    private SchemaTraps(List<Trap> traps) {
        this.traps = List.copyOf(traps);
    }

    /** @param place what is the same under another name */
    private record Trap(Kind kind, String object, String detail, String place) {}

    /**
     * Those that are there now.
     *
     * @param leftOut tables that are not looked at, unquoted: {@code flyway_schema_history}, {@code audit.flyway_schema_history}
     */
    public static SchemaTraps read(Connection connection, Collection<String> leftOut) throws SQLException {
        List<Trap> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setArray(1, connection.createArrayOf("text", leftOut.toArray()));
            statement.setArray(2, connection.createArrayOf("text", leftOut.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Trap(
                            Kind.valueOf(row.getString(1)), row.getString(2), row.getString(3), row.getString(4)));
                }
            }
        }
        return new SchemaTraps(found);
    }

    /**
     * Those that were not there before, neither under this name nor under another.
     *
     * @param phase the phase that just ended
     */
    public List<Leftover> since(SchemaTraps before, Phase phase) {
        Set<String> known = before.traps.stream()
                .flatMap(trap -> Stream.of(trap.kind() + " " + trap.object(), trap.kind() + " at " + trap.place()))
                .collect(Collectors.toSet());
        return traps.stream()
                .filter(trap -> !known.contains(trap.kind() + " " + trap.object())
                        && !known.contains(trap.kind() + " at " + trap.place()))
                .map(trap -> new Leftover(trap.kind(), trap.object(), phase, trap.detail()))
                .toList();
    }
}
