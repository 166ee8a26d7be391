package dev.rehearse.data;

import java.math.BigDecimal;
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
 */
record Restriction(
        @Nullable BigDecimal low,
        @Nullable BigDecimal high,
        @Nullable List<String> allowed,
        int minLength,
        int maxLength,
        boolean notNull) {

    static Restriction of(Column column) {
        return new Restriction(null, null, null, 0, column.type().maxLength(), column.notNull());
    }

    Restriction atLeast(BigDecimal bound) {
        return new Restriction(low == null ? bound : low.max(bound), high, allowed, minLength, maxLength, notNull);
    }

    Restriction atMost(BigDecimal bound) {
        return new Restriction(low, high == null ? bound : high.min(bound), allowed, minLength, maxLength, notNull);
    }

    Restriction oneOf(List<String> options) {
        List<String> both = allowed == null
                ? options
                : allowed.stream().filter(options::contains).toList();
        return new Restriction(low, high, List.copyOf(both), minLength, maxLength, notNull);
    }

    Restriction length(int least, int most) {
        return new Restriction(low, high, allowed, Math.max(minLength, least), Math.min(maxLength, most), notNull);
    }

    Restriction withoutNull() {
        return new Restriction(low, high, allowed, minLength, maxLength, true);
    }

    /** Whether anything but NULL is restricted. */
    boolean narrows(Column column) {
        return low != null
                || high != null
                || allowed != null
                || minLength > 0
                || maxLength < column.type().maxLength();
    }
}
