package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.source.SourceReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What stands in the target that is neither the server's own nor an extension's. Stateless. */
final class TargetObjects {

    private static final int MOST_TOLD = 3;

    /** Those from whose objects others follow, as indexes, triggers and policies do from tables. */
    private static final String CATALOGS = Stream.of(
                    "pg_class",
                    "pg_proc",
                    "pg_type",
                    "pg_namespace",
                    "pg_extension",
                    "pg_event_trigger",
                    "pg_foreign_server",
                    "pg_foreign_data_wrapper",
                    "pg_publication",
                    "pg_collation",
                    "pg_conversion",
                    "pg_operator",
                    "pg_opclass",
                    "pg_opfamily",
                    "pg_cast",
                    "pg_language",
                    "pg_am",
                    "pg_ts_config",
                    "pg_ts_dict",
                    "pg_ts_parser",
                    "pg_ts_template",
                    "pg_largeobject_metadata")
            .map(catalog ->
                    "SELECT 'pg_catalog." + catalog + "'::regclass AS classid, oid, xmin FROM pg_catalog." + catalog)
            .collect(Collectors.joining(" UNION ALL "));

    /** In an order in which few things hang on what is dropped; 16384 is the first number that initdb leaves to users. */
    private static final String OBJECTS = "SELECT i.type, i.identity FROM (" + CATALOGS + """
            ) o CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.classid, o.oid, 0) i
            LEFT JOIN pg_catalog.pg_class c ON o.classid = 'pg_catalog.pg_class'::regclass AND c.oid = o.oid
            WHERE o.oid >= 16384 AND i.type NOT IN ('index', 'toast table')
              AND CASE i.type WHEN 'schema' THEN i.identity !~ '^(pg_|information_schema$)'
                         ELSE i.schema IS NULL OR i.schema !~ '^(pg_(temp|toast)|information_schema$)' END
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = o.classid AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i'))
              AND %s
            ORDER BY CASE i.type WHEN 'event trigger' THEN 0 WHEN 'extension' THEN 4 WHEN 'schema' THEN 5
                                 ELSE CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid) THEN 1
                                           WHEN c.oid IS NOT NULL THEN 2 ELSE 3 END END, 1, 2""";

    /** Schemas in which there is nothing but extensions are where somebody put these. */
    private static final String NOBODYS = """
            (i.type = 'extension' OR (i.type = 'schema' AND (i.identity = 'public'
                OR o.oid IN (SELECT extnamespace FROM pg_catalog.pg_extension))))""";

    private static final String MARKS =
            "(i.type = 'schema' AND i.identity = '%1$s' OR coalesce(i.schema, '') = '%1$s')".formatted(Checkpoint.MARK);

    private static final String KEPT =
            "(upper(i.type), i.identity) IN (SELECT kind, name FROM " + Checkpoint.MARK + ".kept)";

    private static final String MADE =
            "(o.classid::pg_catalog.oid, o.oid) IN (SELECT catalog, object FROM " + Checkpoint.MARK + ".made)";

    private TargetObjects() {}

    private record Found(String type, String identity) {

        /** Null for what no run of ours makes. */
        @Nullable
        String drop() {
            return switch (type) {
                case "large object", "publication" -> null;
                // DROP AGGREGATE would want other words for what an aggregate takes than its identity has.
                case "function", "procedure", "aggregate" -> "DROP ROUTINE IF EXISTS " + identity + " CASCADE";
                default -> "DROP " + type.replace('-', ' ') + " IF EXISTS " + identity + " CASCADE";
            };
        }

        @Override
        public String toString() {
            return type + " " + identity;
        }
    }

    /** Refuses a target in which somebody has something. Extensions may be there, and the schemas that hold these. */
    static void mustBeNone(Connection owner) throws SQLException {
        String others = "NOT " + NOBODYS + (Checkpoint.isThere(owner) ? " AND NOT " + MARKS : "");
        List<Found> there = found(owner, others);
        if (!there.isEmpty()) {
            throw AnonymizeException.input("The target is not empty: it has " + told(there)
                    + ". A snapshot goes into a database that holds nothing but extensions; make the target anew (DROP DATABASE,"
                    + " CREATE DATABASE ... TEMPLATE template0, and mark it again).");
        }
    }

    /** The statement by which a transaction writes down what it makes or changes, so that what others make meanwhile is not taken for the run's. */
    static String writeDown() {
        return "INSERT INTO " + Checkpoint.MARK + ".made SELECT o.classid, o.oid FROM (" + CATALOGS
                + ") o WHERE o.xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid ON CONFLICT DO NOTHING;\n";
    }

    /**
     * Takes out what the run made and what hangs on it, each in a transaction of its own: locks on all of many tables have no room.
     *
     * @throws AnonymizeException where something is left
     */
    static void drop(Connection owner) throws SQLException {
        String ours = MADE + " AND NOT " + KEPT + " AND NOT " + MARKS;
        List<String> statements = new ArrayList<>(found(owner, ours).stream()
                .map(Found::drop)
                .flatMap(Stream::ofNullable)
                .toList());
        // A script of pg_dump has comments on schemas and extensions that it finds there, too.
        new SourceReader(owner)
                .each(
                        "SELECT pg_catalog.format('COMMENT ON %s %s IS %L', kind, name, comment) FROM "
                                + Checkpoint.MARK + """
                                .kept WHERE CASE kind WHEN 'SCHEMA' THEN pg_catalog.to_regnamespace(name) IS NOT NULL
                                                 ELSE EXISTS (SELECT FROM pg_catalog.pg_extension WHERE pg_catalog.quote_ident(extname) = name) END""",
                        r -> statements.add(r.getString(1)));
        try (Statement statement = owner.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        List<Found> left = found(owner, ours);
        if (!left.isEmpty()) {
            throw AnonymizeException.machine("The target could not be emptied, it still has " + told(left) + ".", null);
        }
    }

    private static List<Found> found(Connection owner, String condition) throws SQLException {
        List<Found> found = new ArrayList<>();
        new SourceReader(owner)
                .each(OBJECTS.formatted(condition), r -> found.add(new Found(r.getString(1), r.getString(2))));
        return found;
    }

    private static String told(List<Found> found) {
        return found.stream().limit(MOST_TOLD).map(Found::toString).collect(Collectors.joining(", "))
                + (found.size() > MOST_TOLD ? " and " + (found.size() - MOST_TOLD) + " more" : "");
    }
}
