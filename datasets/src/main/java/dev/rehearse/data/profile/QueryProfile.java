package dev.rehearse.data.profile;

import org.jspecify.annotations.Nullable;

/**
 * One statement of the workload.
 *
 * @param text the statement without a literal and without a comment
 * @param calls how often it ran since the statistics were reset
 * @param meanMillis mean time on the server
 * @param rows rows returned or changed by all calls together
 * @param plan the shape of its generic plan, or null where that is not known
 */
public record QueryProfile(
        String text,
        long calls,
        double meanMillis,
        long rows,
        @Nullable QueryPlan plan) {}
