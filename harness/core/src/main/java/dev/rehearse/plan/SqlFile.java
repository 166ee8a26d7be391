package dev.rehearse.plan;

/**
 * A script, read once when the plan was.
 *
 * @param name as the plan names it, for messages ("V7__widen.sql")
 * @param text its SQL
 * @param transaction whether its statements run in one transaction; otherwise each commits by itself
 */
public record SqlFile(String name, String text, boolean transaction) {}
