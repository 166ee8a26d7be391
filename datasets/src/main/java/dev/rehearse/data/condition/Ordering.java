package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.CheckConstraint;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The value of one column is at least that of another, or more than it.
 *
 * @param least how much more at least, in numbers or microseconds
 * @param most how much more at most, or null
 * @param sources what asks for it
 */
public record Ordering(
        int lesser,
        int greater,
        boolean strict,
        BigDecimal least,
        @Nullable BigDecimal most,
        List<CheckConstraint> sources) {

    Ordering(int lesser, int greater, boolean strict, CheckConstraint source) {
        this(lesser, greater, strict, BigDecimal.ZERO, null, List.of(source));
    }

    Ordering within(Distances.Distance distance, CheckConstraint source) {
        BigDecimal atLeast = distance.least() == null ? least : least.max(distance.least());
        BigDecimal atMost = most == null ? distance.most() : distance.most() == null ? most : most.min(distance.most());
        return new Ordering(
                lesser,
                greater,
                strict,
                atLeast,
                atMost,
                Stream.concat(sources.stream(), Stream.of(source)).toList());
    }

    boolean isPossible() {
        return most == null || most.compareTo(least) > 0;
    }
}
