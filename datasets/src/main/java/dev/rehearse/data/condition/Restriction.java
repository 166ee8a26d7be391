package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.SqlType;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the values of one column must keep to. Immutable.
 *
 * @param low the smallest number, or the earliest microsecond since 1970
 * @param high the largest, inclusive
 * @param allowed the only texts, where there is such a list
 * @param minLength the fewest characters
 * @param maxLength the most characters
 * @param notNull whether NULL is forbidden
 * @param pattern a pattern that texts match, where there is one
 */
public record Restriction(
        @Nullable BigDecimal low,
        @Nullable BigDecimal high,
        @Nullable List<String> allowed,
        int minLength,
        int maxLength,
        boolean notNull,
        @Nullable TextPattern pattern) {

    public static Restriction of(Column column) {
        return of(column.type(), column.notNull());
    }

    /** What a type alone asks for. */
    public static Restriction of(SqlType type, boolean notNull) {
        return new Restriction(null, null, null, 0, type.maxLength(), notNull, null);
    }

    public Restriction atLeast(BigDecimal bound) {
        return new Restriction(
                low == null ? bound : low.max(bound), high, allowed, minLength, maxLength, notNull, pattern);
    }

    public Restriction atMost(BigDecimal bound) {
        return new Restriction(
                low, high == null ? bound : high.min(bound), allowed, minLength, maxLength, notNull, pattern);
    }

    public Restriction oneOf(List<String> options) {
        List<String> both = allowed == null
                ? options
                : allowed.stream().filter(options::contains).toList();
        return new Restriction(low, high, List.copyOf(both), minLength, maxLength, notNull, pattern);
    }

    public Restriction length(int least, int most) {
        return new Restriction(
                low, high, allowed, Math.max(minLength, least), Math.min(maxLength, most), notNull, pattern);
    }

    /** As short as so many characters where that is allowed. */
    public Restriction within(int characters) {
        return minLength > characters ? this : length(0, characters);
    }

    public Restriction withoutNull() {
        return new Restriction(low, high, allowed, minLength, maxLength, true, pattern);
    }

    /** With a pattern, unless there is one already: of several the server must say what satisfies all. */
    public Restriction matching(TextPattern texts) {
        return pattern == null ? withPattern(texts) : this;
    }

    private Restriction withPattern(@Nullable TextPattern texts) {
        return new Restriction(low, high, allowed, minLength, maxLength, notNull, texts);
    }

    /** Without the pattern, which the server may read more generously. */
    public Restriction withoutPattern() {
        return withPattern(null);
    }

    /** Whether a text is a value of the type that keeps to this, as far as can be told without a server; when in doubt not. */
    public boolean admits(SqlType type, String text) {
        if (allowed != null) {
            return allowed.contains(text);
        }
        if (low != null || high != null) {
            @Nullable BigDecimal value = TypeOrder.ordinal(type, "=", new Expression.Constant(text));
            return value != null
                    && (low == null || value.compareTo(low) >= 0)
                    && (high == null || value.compareTo(high) <= 0);
        }
        if (type.kind() == SqlType.Kind.BYTEA) {
            return minLength == 0 && maxLength == type.maxLength();
        }
        int length = text.codePointCount(0, text.length());
        return (minLength == 0 || (length >= minLength && !text.isBlank()))
                && length <= maxLength
                && (pattern == null || pattern.accepts(text));
    }

    /** Whether no value keeps to both, as far as lists and bounds tell. */
    public boolean isApartFrom(Restriction other) {
        return allowed != null && other.allowed != null
                ? Collections.disjoint(allowed, other.allowed)
                : isBelow(high, other.low) || isBelow(other.high, low);
    }

    private static boolean isBelow(@Nullable BigDecimal high, @Nullable BigDecimal low) {
        return high != null && low != null && high.compareTo(low) < 0;
    }

    /** Whether anything but NULL is restricted. */
    public boolean narrows(Column column) {
        return low != null
                || high != null
                || allowed != null
                || pattern != null
                || minLength > 0
                || maxLength < column.type().maxLength();
    }
}
