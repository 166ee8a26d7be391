package dev.rehearse.plan;

import org.jspecify.annotations.Nullable;

/**
 * Something that must be the same before and after the migration, and after the rollback.
 *
 * @param name for reports
 * @param sql a query of one row and one column
 * @param expect the value it must have, as text; null: the value it had before the migration
 */
public record Invariant(String name, String sql, @Nullable String expect) {

    public Invariant {
        Span.that(!name.isBlank(), "An invariant needs a name.");
        Span.that(!sql.isBlank(), "The invariant \"" + name + "\" needs a query.");
    }
}
