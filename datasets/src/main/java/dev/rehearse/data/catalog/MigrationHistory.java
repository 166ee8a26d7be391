package dev.rehearse.data.catalog;

import java.util.Locale;
import java.util.Set;

/**
 * Where migration tools keep their history: no application writes there, and a row that somebody made up, or a value that was replaced, would
 * stop the tool or let it run everything again. Stateless.
 */
public final class MigrationHistory {

    private static final Set<String> TABLES = Set.of(
            "flyway_schema_history",
            "databasechangelog",
            "databasechangeloglock",
            "_prisma_migrations",
            "knex_migrations",
            "knex_migrations_lock",
            "__drizzle_migrations",
            "__diesel_schema_migrations",
            "__efmigrationshistory",
            "_sqlx_migrations",
            "alembic_version",
            "django_migrations",
            "pgmigrations",
            "sequelizemeta",
            "mikro_orm_migrations",
            "schema_migrations",
            "ar_internal_metadata",
            "goose_db_version",
            "gorp_migrations",
            "atlas_schema_revisions");

    private MigrationHistory() {}

    /** @param table its name, without schema and quotes */
    public static boolean isOne(String table) {
        return TABLES.contains(table.toLowerCase(Locale.ROOT));
    }
}
