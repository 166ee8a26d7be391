package dev.rehearse.plan;

import java.util.Map;

/**
 * @param scale rows of the largest tables; the others follow along the foreign keys
 * @param rows exact rows of single tables, by name
 * @param randomSeed the number that makes the data and the load reproducible
 * @param edgeCaseShare share of edge cases in each column that can hold them, 0 to 1
 */
public record DataPlan(long scale, Map<String, Long> rows, long randomSeed, double edgeCaseShare) {

    public DataPlan {
        rows = Map.copyOf(rows);
    }
}
