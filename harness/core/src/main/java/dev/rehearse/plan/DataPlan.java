package dev.rehearse.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * @param scale rows of the largest tables; the others follow along the foreign keys
 * @param rows exact rows of single tables, by name
 * @param randomSeed the number that makes the data and the load reproducible
 * @param edgeCaseShare share of edge cases in each column that can hold them, 0 to 1
 */
public record DataPlan(long scale, Map<String, Long> rows, long randomSeed, double edgeCaseShare) {

    public DataPlan {
        Span.SCALE.check("scale", scale);
        rows.forEach((table, count) -> Span.ROWS.check("rows of " + table, count));
        Span.checkShare("the share of edge cases", edgeCaseShare);
        rows = Map.copyOf(rows);
    }

    /** The same data with so many rows in the largest table, and the named tables in proportion (at least one row where there was one). */
    DataPlan scaledTo(long largest) {
        Span.SCALE.check("scale", largest);
        long before = rows.values().stream().mapToLong(Long::longValue).reduce(scale, Math::max);
        double factor = (double) largest / before;
        Map<String, Long> scaled = new LinkedHashMap<>();
        rows.forEach((table, count) -> scaled.put(table, count == 0 ? 0 : Math.max(1, Math.round(count * factor))));
        return new DataPlan(Math.max(1, Math.round(scale * factor)), scaled, randomSeed, edgeCaseShare);
    }
}
