package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.Expression.Binary;
import dev.rehearse.data.catalog.Expression.ColumnRef;
import dev.rehearse.data.catalog.Expression.Constant;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.value.Timeline;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code ends - starts <= '8 hours'} and {@code ends <= starts + '8 hours'}. Stateless. */
final class Distances {

    /** How far apart the values of two columns are at least, or at most: numbers, or microseconds of points in time. */
    record Distance(
            Column lesser,
            Column greater,
            @Nullable BigDecimal least,
            @Nullable BigDecimal most) {}

    private static final Pattern INTERVAL = Pattern.compile(
            "(?:(\\d{1,4}) years? ?)?(?:(\\d{1,5}) mons? ?)?(?:(\\d{1,6}) days? ?)?(?:(\\d{1,6}):(\\d\\d):(\\d\\d))?");

    private Distances() {}

    /** @param column finds a column by its name, or null */
    static Optional<Distance> of(Binary comparison, Function<String, @Nullable Column> column) {
        Expression left = comparison.left();
        Expression right = comparison.right();
        String operator = comparison.operator();
        if (left instanceof Binary apart
                && apart.operator().equals("-")
                && apart.left() instanceof ColumnRef greater
                && apart.right() instanceof ColumnRef lesser
                && right instanceof Constant constant) {
            return of(operator, column.apply(lesser.name()), column.apply(greater.name()), constant);
        }
        if (left instanceof ColumnRef greater
                && right instanceof Binary later
                && later.operator().equals("+")
                && later.left() instanceof ColumnRef lesser
                && later.right() instanceof Constant constant) {
            return of(operator, column.apply(lesser.name()), column.apply(greater.name()), constant);
        }
        return Optional.empty();
    }

    private static Optional<Distance> of(
            String operator, @Nullable Column lesser, @Nullable Column greater, Constant constant) {
        if (lesser == null
                || greater == null
                || lesser.type().kind() != greater.type().kind()) {
            return Optional.empty();
        }
        boolean atLeast = operator.startsWith(">");
        BigDecimal bound = distance(lesser.type().kind(), constant.text(), atLeast);
        if (bound == null) {
            return Optional.empty();
        }
        BigDecimal step = TypeOrder.step(greater.type());
        return switch (operator) {
            case ">" -> Optional.of(new Distance(lesser, greater, bound.add(step), null));
            case ">=" -> Optional.of(new Distance(lesser, greater, bound, null));
            case "<" -> Optional.of(new Distance(lesser, greater, null, bound.subtract(step)));
            case "<=" -> Optional.of(new Distance(lesser, greater, null, bound));
            default -> Optional.empty();
        };
    }

    private static @Nullable BigDecimal distance(Kind kind, String text, boolean atLeast) {
        boolean number = text.matches("\\d{1,12}(\\.\\d{1,9})?");
        if (kind.isNumber()) {
            return number ? new BigDecimal(text) : null;
        }
        if (!kind.isInstant()) {
            return null;
        }
        if (number) {
            return kind == Kind.DATE ? new BigDecimal(text).multiply(BigDecimal.valueOf(Timeline.DAY)) : null;
        }
        Matcher interval = INTERVAL.matcher(text);
        if (text.isEmpty() || !interval.matches()) {
            return null;
        }
        // Months are not all as long, and a year has 360 days where intervals are compared.
        long days =
                part(interval, 1) * (atLeast ? 366 : 360) + part(interval, 2) * (atLeast ? 31 : 28) + part(interval, 3);
        long seconds = part(interval, 4) * 3_600 + part(interval, 5) * 60 + part(interval, 6);
        return BigDecimal.valueOf(days)
                .multiply(BigDecimal.valueOf(Timeline.DAY))
                .add(BigDecimal.valueOf(seconds * 1_000_000));
    }

    private static long part(Matcher interval, int group) {
        return interval.group(group) == null ? 0 : Long.parseLong(interval.group(group));
    }
}
