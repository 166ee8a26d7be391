package dev.rehearse.data.profile;

/**
 * One statement of the workload.
 *
 * @param text the statement without a literal and without a comment
 * @param calls how often it ran since the statistics were reset
 * @param meanMillis mean time on the server
 * @param rows rows returned or changed by all calls together
 */
public record QueryProfile(String text, long calls, double meanMillis, long rows) {}
