package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.Expression.Now;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.value.Timeline;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Where constants stand in the order of a type's values: numbers, and microseconds since 1970. */
public final class TypeOrder {

    private static final long FAR_FUTURE = Timeline.micros(2090);

    private TypeOrder() {}

    /** What is left of a restriction by a comparison with a constant, or null where the comparison has no such form. */
    static @Nullable Restriction bound(SqlType type, Restriction r, String operator, Expression right) {
        @Nullable BigDecimal bound = ordinal(type, operator, right);
        if (bound == null) {
            return null;
        }
        BigDecimal step = step(type);
        return switch (operator) {
            case ">=" -> r.atLeast(bound);
            // The next value after a bound that the type cannot hold exactly is the bound rounded up.
            case ">" ->
                r.atLeast(bound.setScale(Math.max(0, type.scale()), RoundingMode.FLOOR)
                        .add(step));
            case "<=" -> r.atMost(bound);
            case "<" ->
                r.atMost(bound.setScale(Math.max(0, type.scale()), RoundingMode.CEILING)
                        .subtract(step));
            default -> null;
        };
    }

    /** The distance between neighbours in the order of a type's values. */
    public static BigDecimal step(SqlType type) {
        return type.kind().isInstant()
                ? BigDecimal.valueOf(type.stepMicros())
                : BigDecimal.ONE.movePointLeft(Math.max(0, type.scale()));
    }

    /** The place of a constant in the order of a type's values, or null when the type has no order here or the constant no value. */
    public static @Nullable BigDecimal ordinal(SqlType type, String operator, Expression constant) {
        if (type.kind().isInstant()) {
            if (constant instanceof Now) {
                return BigDecimal.valueOf(operator.startsWith("<") ? Timeline.END : FAR_FUTURE);
            }
            @Nullable Long micros = constant instanceof Constant text ? Timeline.parse(text.text()) : null;
            return micros == null ? null : BigDecimal.valueOf(micros);
        }
        if (type.kind().isNumber() && constant instanceof Constant number) {
            try {
                return new BigDecimal(number.text());
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return null;
    }
}
