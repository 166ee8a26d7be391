package dev.rehearse.data.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type as the maker sees it: domains are unwrapped, their checks and NOT NULL collected.
 *
 * @param sqlName the base type as SQL writes it, with its modifier
 * @param kind what the maker can do with it
 * @param modifier the type modifier of the column or of the domain, or -1
 * @param labels labels of an enum, in their order
 * @param element element of an array, or subtype of a range or multirange
 * @param fields fields of a composite type
 * @param domainChecks expressions over VALUE that the domains on the way ask for
 * @param notNull whether a domain on the way forbids NULL
 */
public record SqlType(
        String sqlName,
        Kind kind,
        int modifier,
        List<String> labels,
        @Nullable SqlType element,
        List<SqlType> fields,
        List<CheckConstraint> domainChecks,
        boolean notNull) {

    public enum Kind {
        INT2,
        INT4,
        INT8,
        FLOAT4,
        FLOAT8,
        NUMERIC,
        MONEY,
        BOOL,
        TEXT,
        CHAR,
        UUID,
        BYTEA,
        DATE,
        TIME,
        TIMETZ,
        TIMESTAMP,
        TIMESTAMPTZ,
        INTERVAL,
        JSON,
        XML,
        INET,
        CIDR,
        MACADDR,
        MACADDR8,
        BIT,
        VARBIT,
        TSVECTOR,
        TSQUERY,
        GEOMETRIC,
        PG_LSN,
        JSONPATH,
        SYSTEM,
        ENUM,
        ARRAY,
        RANGE,
        MULTIRANGE,
        COMPOSITE,
        OTHER;

        public boolean isInteger() {
            return this == INT2 || this == INT4 || this == INT8;
        }

        public boolean isNumber() {
            return isInteger() || this == FLOAT4 || this == FLOAT8 || this == NUMERIC || this == MONEY;
        }

        public boolean isInstant() {
            return this == DATE || this == TIMESTAMP || this == TIMESTAMPTZ;
        }

        public boolean isText() {
            return this == TEXT || this == CHAR;
        }
    }

    /** The type to cast to so that nothing is cut off: without a length, SQL takes some types for one character or bit. */
    public String castName() {
        return switch (sqlName) {
            case "character" -> "bpchar";
            case "bit" -> "bit varying";
            default -> sqlName;
        };
    }

    /** The type to cast to so that a number or a time is rounded as the column rounds it. */
    public String roundedName() {
        return switch (kind) {
            case NUMERIC -> modifier < 0 ? castName() : castName() + "(" + precision() + ", " + scale() + ")";
            case TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ ->
                modifier < 0 ? castName() : castName().replaceFirst("^\\w+", "$0(" + modifier + ")");
            default -> castName();
        };
    }

    /** The most characters (or bits) a value may have, or {@link Integer#MAX_VALUE} where the type sets no limit. */
    public int maxLength() {
        return switch (kind) {
            case TEXT, CHAR -> modifier >= 4 ? modifier - 4 : limitByName();
            case BIT, VARBIT -> modifier >= 0 ? modifier : 64;
            default -> Integer.MAX_VALUE;
        };
    }

    private int limitByName() {
        return switch (sqlName) {
            case "name" -> 63;
            case "\"char\"" -> 1;
            default -> Integer.MAX_VALUE;
        };
    }

    /** Digits in all of a numeric; 12 where the type sets no limit. */
    public int precision() {
        return modifier >= 4 ? ((modifier - 4) >> 16) & 0xFFFF : 12;
    }

    /** Digits after the point; 2 where the type sets no limit. */
    public int scale() {
        if (kind != Kind.NUMERIC) {
            return kind.isInteger() ? 0 : 2;
        }
        return modifier >= 4 ? ((((modifier - 4) & 0x7FF) ^ 1024) - 1024) : 2;
    }

    /** The numeric type with 18 digits, so many of them after the point. */
    public SqlType withScale(int digits) {
        return new SqlType(sqlName, kind, ((18 << 16) | digits) + 4, labels, element, fields, domainChecks, notNull);
    }

    /** The smallest step of a point in time, in microseconds. */
    public long stepMicros() {
        if (kind == Kind.DATE) {
            return 86_400_000_000L;
        }
        long step = 1;
        for (int digit = modifier < 0 ? 6 : modifier; digit < 6; digit++) {
            step *= 10;
        }
        return step;
    }
}
