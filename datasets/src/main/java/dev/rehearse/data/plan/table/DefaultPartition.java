package dev.rehearse.data.plan.table;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TypeOrder;
import dev.rehearse.data.value.Timeline;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values of a partition key that no bound of the other partitions takes, so that they lie in the default partition. */
final class DefaultPartition {

    /** Numbers in a stretch beside others that are not bounded. */
    private static final BigDecimal UNBOUNDED_NUMBERS = BigDecimal.valueOf(1_000_000);

    private static final BigDecimal UNBOUNDED_MICROS = BigDecimal.valueOf(365 * Timeline.DAY);

    private static final int MOST_VALUES = 1_000;

    private DefaultPartition() {}

    /**
     * What the key's values must keep to: beyond the last range, else before the first one; none of the lists.
     *
     * @param others the bounds of all other partitions
     * @param otherwise what the values must keep to anyway
     * @param rows rows that the partition has
     * @param distinct different values of the key in the whole table, or 0 when nobody knows
     * @param likely texts that the column would hold without partitions, as far as these are known
     * @return null where no such values are known
     */
    static @Nullable Restriction of(
            Column column,
            char strategy,
            List<Restriction> others,
            Restriction otherwise,
            long rows,
            double distinct,
            List<String> likely) {
        if (others.isEmpty()) {
            return null;
        }
        return strategy == 'r'
                ? beside(column, others, otherwise, rows)
                : unlisted(column, others, otherwise, distinct, likely);
    }

    private static @Nullable Restriction beside(
            Column column, List<Restriction> others, Restriction otherwise, long rows) {
        if (!column.type().kind().isNumber() && !column.type().kind().isInstant()) {
            return null;
        }
        BigDecimal step = TypeOrder.step(column.type());
        boolean isInstant = column.type().kind().isInstant();
        // Other points in time are taken for the nearest of these.
        Restriction plain = isInstant
                ? otherwise.withoutNull().atLeast(TemporalValues.FIRST).atMost(TemporalValues.LAST)
                : otherwise.withoutNull();
        List<BigDecimal> highs = known(others.stream().map(Restriction::high));
        List<BigDecimal> lows = known(others.stream().map(Restriction::low));
        BigDecimal usual = highs.size() == others.size() && lows.size() == others.size()
                ? highs.get(highs.size() - 1).subtract(lows.get(lows.size() - 1))
                : isInstant ? UNBOUNDED_MICROS : UNBOUNDED_NUMBERS.multiply(step);
        // All keys may differ.
        BigDecimal span = usual.max(step.multiply(BigDecimal.valueOf(rows)));
        if (highs.size() == others.size()) {
            BigDecimal low = highs.get(highs.size() - 1).add(step);
            Restriction above = plain.atLeast(low).atMost(low.add(span));
            if (hasValues(column, above)) {
                return above;
            }
        }
        if (lows.size() == others.size()) {
            BigDecimal high = lows.get(0).subtract(step);
            Restriction below = plain.atLeast(high.subtract(span)).atMost(high);
            if (hasValues(column, below)) {
                return below;
            }
        }
        return null;
    }

    private static List<BigDecimal> known(Stream<@Nullable BigDecimal> bounds) {
        return bounds.filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static boolean hasValues(Column column, Restriction r) {
        return r.low() != null
                && r.high() != null
                && r.low().compareTo(r.high()) <= 0
                && (!column.type().kind().isNumber()
                        || NumberValues.Range.of(column.type(), r).size() > 0);
    }

    private static @Nullable Restriction unlisted(
            Column column, List<Restriction> others, Restriction otherwise, double distinct, List<String> likely) {
        List<String> listed = others.stream()
                .map(Restriction::allowed)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .distinct()
                .toList();
        List<String> unlisted = likely.stream()
                .filter(text -> !listed.contains(text))
                .distinct()
                .toList();
        if (otherwise.allowed() == null && !unlisted.isEmpty()) {
            return otherwise.oneOf(unlisted).withoutNull();
        }
        int count = (int) Math.max(1, Math.min(MOST_VALUES, Math.round(distinct) - listed.size()));
        List<String> candidates = new ArrayList<>();
        if (otherwise.allowed() != null) {
            candidates.addAll(otherwise.allowed());
        } else if (!column.type().labels().isEmpty()) {
            candidates.addAll(column.type().labels());
        } else if (column.type().kind().isText() && otherwise.pattern() == null) {
            // As long as the others as far as they then differ.
            int length = listed.stream().mapToInt(String::length).max().orElse(1);
            IntStream.range(0, count)
                    .mapToObj(String::valueOf)
                    .map(number -> "other".substring(0, Math.max(0, Math.min(5, length - number.length()))) + number)
                    .filter(text -> text.length() >= otherwise.minLength() && text.length() <= otherwise.maxLength())
                    .forEach(candidates::add);
        } else if (column.type().kind().isInteger()) {
            BigDecimal largest = listed.stream()
                    .map(BigDecimal::new)
                    .max(Comparator.naturalOrder())
                    .orElse(BigDecimal.ZERO);
            Restriction above = otherwise
                    .withoutNull()
                    .atLeast(largest.add(BigDecimal.ONE))
                    .atMost(largest.add(BigDecimal.valueOf(count)));
            return hasValues(column, above) ? above : null;
        }
        candidates.removeAll(listed);
        return candidates.isEmpty()
                ? null
                : otherwise
                        .oneOf(candidates.subList(0, Math.min(count, candidates.size())))
                        .withoutNull();
    }
}
