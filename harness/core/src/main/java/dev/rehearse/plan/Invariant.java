package dev.rehearse.plan;

/**
 * Something that must be the same before and after the migration, and after the rollback.
 *
 * @param name for reports
 * @param sql a query of one row and one column
 * @param expect the value it must have, as text; null: the value it had before the migration
 */
public record Invariant(
        String name,
        String sql,
        @org.jspecify.annotations.Nullable String expect) {}
