package dev.rehearse.data.catalog;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.SqlType.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types of the database, read once.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-type.html">pg_type</a>
 */
final class TypeCatalog {

    /** Arrays inside, but not in their text. */
    private static final Set<String> VECTORS = Set.of("int2vector", "oidvector");

    private static final Map<String, Kind> BUILT_IN = builtIn();

    private record Row(
            String name,
            String sqlName,
            boolean builtIn,
            char type,
            char category,
            long element,
            long base,
            int baseModifier,
            boolean notNull,
            long relation,
            long subtype,
            boolean naturalOrder) {}

    private record Attribute(long type, int modifier) {}

    private final Map<Long, Row> rows = new HashMap<>();
    private final Map<Long, List<String>> labels = new HashMap<>();
    private final Map<Long, List<Attribute>> attributes = new HashMap<>();
    private final Map<Long, List<CheckConstraint>> domainChecks = new HashMap<>();

    static TypeCatalog read(Connection connection) throws SQLException {
        TypeCatalog types = new TypeCatalog();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet r = statement.executeQuery("""
                    SELECT t.oid, t.typname, format_type(t.oid, NULL) AS sql_name, t.typnamespace = 'pg_catalog'::regnamespace AS built_in,
                           t.typtype, t.typcategory, t.typelem, t.typbasetype, t.typtypmod, t.typnotnull, t.typrelid,
                           coalesce(r.rngsubtype, 0) AS subtype, coalesce(o.opcdefault, true) AS natural_order
                    FROM pg_type t LEFT JOIN pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid) LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc""")) {
                while (r.next()) {
                    types.rows.put(
                            r.getLong("oid"),
                            new Row(
                                    r.getString("typname"),
                                    r.getString("sql_name"),
                                    r.getBoolean("built_in"),
                                    r.getString("typtype").charAt(0),
                                    r.getString("typcategory").charAt(0),
                                    r.getLong("typelem"),
                                    r.getLong("typbasetype"),
                                    r.getInt("typtypmod"),
                                    r.getBoolean("typnotnull"),
                                    r.getLong("typrelid"),
                                    r.getLong("subtype"),
                                    r.getBoolean("natural_order")));
                }
            }
            try (ResultSet r = statement.executeQuery(
                    "SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder")) {
                while (r.next()) {
                    types.labels
                            .computeIfAbsent(r.getLong(1), type -> new ArrayList<>())
                            .add(r.getString(2));
                }
            }
            try (ResultSet r = statement.executeQuery("""
                    SELECT a.attrelid, a.atttypid, a.atttypmod FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                    WHERE (c.relkind = 'c' OR c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum""")) {
                while (r.next()) {
                    types.attributes
                            .computeIfAbsent(r.getLong(1), relation -> new ArrayList<>())
                            .add(new Attribute(r.getLong(2), r.getInt(3)));
                }
            }
            try (ResultSet r = statement.executeQuery("""
                    SELECT contypid, conname, pg_get_expr(conbin, 0) FROM pg_constraint
                    WHERE contypid <> 0 AND contype = 'c' ORDER BY contypid, conname""")) {
                while (r.next()) {
                    types.domainChecks
                            .computeIfAbsent(r.getLong(1), type -> new ArrayList<>())
                            .add(new CheckConstraint(r.getString(2), r.getString(3), List.of()));
                }
            }
        }
        return types;
    }

    SqlType resolve(long oid, int modifier) {
        Row row = row(oid);
        if (row.type == 'd') {
            SqlType base = resolve(row.base, row.baseModifier);
            List<CheckConstraint> checks = new ArrayList<>(base.domainChecks());
            checks.addAll(domainChecks.getOrDefault(oid, List.of()));
            return new SqlType(
                    base.sqlName(),
                    base.kind(),
                    base.modifier(),
                    base.labels(),
                    base.element(),
                    base.fields(),
                    List.copyOf(checks),
                    base.notNull() || row.notNull);
        }
        Kind kind = kind(row);
        @Nullable
        SqlType element = switch (kind) {
            case ARRAY -> resolve(row.element, modifier);
            case RANGE, MULTIRANGE -> subtype(row);
            default -> null;
        };
        List<SqlType> fields = kind != Kind.COMPOSITE
                ? List.of()
                : attributes.getOrDefault(row.relation, List.of()).stream()
                        .map(field -> resolve(field.type, field.modifier))
                        .toList();
        return new SqlType(
                row.sqlName, kind, modifier, labels.getOrDefault(oid, List.of()), element, fields, List.of(), false);
    }

    /** In another order than its own, such as a descending one, nothing is known of a subtype's values. */
    private SqlType subtype(Row range) {
        SqlType type = resolve(range.subtype, -1);
        return range.naturalOrder
                ? type
                : new SqlType(
                        type.sqlName(),
                        Kind.OTHER,
                        type.modifier(),
                        List.of(),
                        null,
                        List.of(),
                        type.domainChecks(),
                        type.notNull());
    }

    private Row row(long oid) {
        Row row = rows.get(oid);
        if (row == null) {
            throw DatasetException.bug("Type " + oid + " is not in pg_type, though a column has it.", null);
        }
        return row;
    }

    private static Kind kind(Row row) {
        return switch (row.type) {
            case 'e' -> Kind.ENUM;
            case 'r' -> Kind.RANGE;
            case 'm' -> Kind.MULTIRANGE;
            case 'c' -> Kind.COMPOSITE;
            default -> {
                if (row.category == 'A' && row.element != 0 && !VECTORS.contains(row.name)) {
                    yield Kind.ARRAY;
                }
                @Nullable Kind builtIn = row.builtIn ? BUILT_IN.get(row.name) : null;
                if (builtIn != null) {
                    yield builtIn;
                }
                yield row.category == 'S' ? Kind.TEXT : Kind.OTHER;
            }
        };
    }

    private static Map<String, Kind> builtIn() {
        Map<String, Kind> kinds = new HashMap<>();
        for (Kind kind : Kind.values()) {
            kinds.put(kind.name().toLowerCase(java.util.Locale.ROOT), kind);
        }
        kinds.keySet()
                .removeAll(List.of(
                        "other", "array", "range", "multirange", "composite", "enum", "geometric", "char", "system"));
        kinds.put("varchar", Kind.TEXT);
        kinds.put("name", Kind.TEXT);
        kinds.put("bpchar", Kind.CHAR);
        kinds.put("char", Kind.CHAR);
        kinds.put("jsonb", Kind.JSON);
        kinds.put("oid", Kind.INT4);
        for (String name : List.of("point", "line", "lseg", "box", "path", "polygon", "circle")) {
            kinds.put(name, Kind.GEOMETRIC);
        }
        kinds.put("refcursor", Kind.TEXT);
        VECTORS.forEach(name -> kinds.put(name, Kind.SYSTEM));
        for (String name : List.of("xid", "xid8", "cid", "tid", "pg_snapshot", "txid_snapshot")) {
            kinds.put(name, Kind.SYSTEM);
        }
        return Map.copyOf(kinds);
    }
}
