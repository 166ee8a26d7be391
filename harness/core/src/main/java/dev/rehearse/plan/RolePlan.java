package dev.rehearse.plan;

import org.jspecify.annotations.Nullable;

/**
 * Whose rights the application and the migration have, as in production. The <a
 * href="https://www.postgresql.org/docs/current/sql-set-role.html">roles</a> must be there once the schema is.
 *
 * @param application null: the one role that most tables are granted to for writing, else their owner
 * @param migration what the migration makes is this role's; null: the owner of most tables
 */
public record RolePlan(
        @Nullable String application, @Nullable String migration) {

    public RolePlan {
        Span.that(application == null || !application.isBlank(), "The application's role needs a name.");
        Span.that(migration == null || !migration.isBlank(), "The migration's role needs a name.");
    }
}
