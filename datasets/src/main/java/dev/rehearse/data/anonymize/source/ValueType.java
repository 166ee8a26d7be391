package dev.rehearse.data.anonymize.source;

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
 * The type of a column as far as its text form matters; domains are what they are made of.
 *
 * @param name as the catalog spells it, without modifier
 * @param element of an array or a range
 * @param fields of a composite type, in order
 */
public record ValueType(Kind kind, String name, @Nullable ValueType element, List<Field> fields) {

    public enum Kind {
        TEXT,
        JSON,
        XML,
        HSTORE,
        LEXEMES,
        UUID,
        INTEGER,
        NUMERIC,
        BOOLEAN,
        ENUM,
        DATE,
        TIMESTAMP,
        TIME,
        INET,
        CIDR,
        MAC,
        BYTEA,
        BITS,
        GEOMETRIC,
        SYSTEM,
        RANGE,
        ARRAY,
        COMPOSITE,
        /** Its text form is not known, so nothing of it goes through. */
        UNKNOWN
    }

    public record Field(String name, ValueType type) {}

    private static final Map<String, Kind> KINDS = kinds();

    /** Whether its text form holds text that people wrote, at some depth. */
    public boolean isTextual() {
        return switch (kind) {
            case TEXT, JSON, XML, HSTORE, LEXEMES, UNKNOWN -> true;
            case ARRAY, RANGE -> element != null && element.isTextual();
            case COMPOSITE -> fields.stream().anyMatch(field -> field.type.isTextual());
            default -> false;
        };
    }

    /** Of an array or a range that of which it is made, at any remove. */
    public ValueType innermost() {
        return element == null ? this : element.innermost();
    }

    /** Whether it is made of bytes, which may be texts. */
    public boolean holdsBytes() {
        return switch (kind) {
            case BYTEA -> true;
            case ARRAY -> element != null && element.holdsBytes();
            case COMPOSITE -> fields.stream().anyMatch(field -> field.type.holdsBytes());
            default -> false;
        };
    }

    /** Whether it is a range between days or points in time, or several of them, also in an array. */
    public boolean isRangeOfDays() {
        Kind of = innermost().kind;
        return kind == Kind.ARRAY
                ? element != null && element.isRangeOfDays()
                : kind == Kind.RANGE && (of == Kind.DATE || of == Kind.TIMESTAMP);
    }

    /** Whether its values can be replaced by others of their form; those of the other types identify nobody, or have to be left out. */
    public boolean hasPseudonyms() {
        return switch (kind) {
            case BOOLEAN, ENUM, TIME, SYSTEM, RANGE -> false;
            case ARRAY -> element != null && element.hasPseudonyms();
            default -> !hasUnknown();
        };
    }

    /** Whether it is made of numbers that may be as long as those by which people are reached or known. */
    public boolean holdsLongNumbers() {
        return switch (kind) {
            case INTEGER -> !name.equals("int2");
            case NUMERIC -> true;
            case SYSTEM -> name.equals("oid") || name.equals("xid8");
            case ARRAY, RANGE -> element != null && element.holdsLongNumbers();
            default -> false;
        };
    }

    /** Whether something in it cannot be read. */
    public boolean hasUnknown() {
        return kind == Kind.UNKNOWN
                || (kind == Kind.RANGE && element != null && !isMeasure(element.kind))
                || (element != null && element.hasUnknown())
                || fields.stream().anyMatch(field -> field.type.hasUnknown());
    }

    private static boolean isMeasure(Kind kind) {
        return switch (kind) {
            case INTEGER, NUMERIC, DATE, TIMESTAMP, TIME -> true;
            default -> false;
        };
    }

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new HashMap<>();
        put(kinds, Kind.TEXT, "text varchar bpchar char name citext ltree");
        put(kinds, Kind.JSON, "json jsonb");
        put(kinds, Kind.XML, "xml");
        put(kinds, Kind.HSTORE, "hstore");
        put(kinds, Kind.LEXEMES, "tsvector");
        put(kinds, Kind.UUID, "uuid");
        put(kinds, Kind.INTEGER, "int2 int4 int8");
        put(kinds, Kind.NUMERIC, "numeric float4 float8 money");
        put(kinds, Kind.BOOLEAN, "bool");
        put(kinds, Kind.DATE, "date");
        put(kinds, Kind.TIMESTAMP, "timestamp timestamptz");
        put(kinds, Kind.TIME, "time timetz interval");
        put(kinds, Kind.INET, "inet");
        put(kinds, Kind.CIDR, "cidr");
        put(kinds, Kind.MAC, "macaddr macaddr8");
        put(kinds, Kind.BYTEA, "bytea");
        put(kinds, Kind.BITS, "bit varbit");
        put(kinds, Kind.GEOMETRIC, "point line lseg box path polygon circle");
        put(
                kinds,
                Kind.SYSTEM,
                "int2vector oidvector oid xid xid8 cid tid pg_lsn pg_snapshot txid_snapshot regclass regtype regproc");
        return kinds;
    }

    private static void put(Map<String, Kind> kinds, Kind kind, String names) {
        for (String name : names.split(" ")) {
            kinds.put(name, kind);
        }
    }

    /** A row of pg_type. */
    private record Raw(String name, char kind, String category, long element, long base, long relation, long range) {}

    /** All types of a database. */
    static Map<Long, ValueType> read(Connection connection) throws SQLException {
        Map<Long, Raw> raw = new HashMap<>();
        Map<Long, Map<String, Long>> fields = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet r = statement.executeQuery("""
                    SELECT t.oid, typname, typtype::text, typcategory::text, typelem, typbasetype, typrelid, coalesce(rngsubtype, 0)
                    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid)""")) {
                while (r.next()) {
                    raw.put(
                            r.getLong(1),
                            new Raw(
                                    r.getString(2),
                                    r.getString(3).charAt(0),
                                    r.getString(4),
                                    r.getLong(5),
                                    r.getLong(6),
                                    r.getLong(7),
                                    r.getLong(8)));
                }
            }
            try (ResultSet r = statement.executeQuery("""
                    SELECT attrelid, attname, atttypid FROM pg_catalog.pg_attribute
                    WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT typrelid FROM pg_catalog.pg_type WHERE typtype = 'c')
                    ORDER BY attrelid, attnum""")) {
                while (r.next()) {
                    fields.computeIfAbsent(r.getLong(1), relation -> new java.util.LinkedHashMap<>())
                            .put(r.getString(2), r.getLong(3));
                }
            }
        }
        Map<Long, ValueType> types = new HashMap<>();
        raw.keySet().forEach(oid -> resolve(oid, raw, fields, types, Set.of()));
        return types;
    }

    private static ValueType resolve(
            long oid,
            Map<Long, Raw> raw,
            Map<Long, Map<String, Long>> fields,
            Map<Long, ValueType> types,
            Set<Long> above) {
        ValueType known = types.get(oid);
        Raw type = raw.get(oid);
        if (known != null) {
            return known;
        }
        if (type == null || above.contains(oid)) {
            return new ValueType(Kind.UNKNOWN, "unknown", null, List.of());
        }
        Set<Long> path = new java.util.HashSet<>(above);
        path.add(oid);
        ValueType found;
        if (type.kind == 'd') {
            found = resolve(type.base, raw, fields, types, path);
        } else if (type.kind == 'e') {
            found = new ValueType(Kind.ENUM, type.name, null, List.of());
        } else if (type.kind == 'r' || type.kind == 'm') {
            found = new ValueType(Kind.RANGE, type.name, resolve(type.range, raw, fields, types, path), List.of());
        } else if (type.kind == 'c') {
            List<Field> members = new ArrayList<>();
            fields.getOrDefault(type.relation, Map.of())
                    .forEach((name, of) -> members.add(new Field(name, resolve(of, raw, fields, types, path))));
            found = new ValueType(Kind.COMPOSITE, type.name, null, List.copyOf(members));
        } else if (type.category.equals("A") && type.element != 0 && !KINDS.containsKey(type.name)) {
            found = new ValueType(Kind.ARRAY, type.name, resolve(type.element, raw, fields, types, path), List.of());
        } else {
            found = new ValueType(KINDS.getOrDefault(type.name, Kind.UNKNOWN), type.name, null, List.of());
        }
        types.put(oid, found);
        return found;
    }
}
