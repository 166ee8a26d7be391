package dev.rehearse.plan;

import org.jspecify.annotations.Nullable;

/**
 * Something that must be the same before and after the migration, and after the rollback.
 *
 * @param name for reports
 * @param sql a query of one row and one column
 * @param expect the value it must have, as text; null: the value it had before the migration
 * @param java finds the value in place of the query, of which {@code sql} is then what reports call it; null where the query does
 */
public record Invariant(
        String name,
        String sql,
        @Nullable String expect,
        @Nullable JavaInvariant java) {

    public Invariant {
        Span.that(!name.isBlank(), "An invariant needs a name.");
        Span.that(!sql.isBlank(), "The invariant \"" + name + "\" needs a query.");
    }

    /** A query. */
    public Invariant(String name, String sql, @Nullable String expect) {
        this(name, sql, expect, null);
    }
}
