package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.plan.Migration;
import java.util.Objects;

/** Finds the tool that a plan names. */
final class MigrationTools {

    private MigrationTools() {}

    static MigrationTool of(Migration plan) {
        return switch (plan.tool()) {
            case SQL -> new SqlTool(plan.up(), plan.down());
            case FLYWAY -> flyway(plan);
            case PROJECT -> new ProjectMigration(plan);
            case COMMAND -> new CommandMigration(plan);
        };
    }

    /** Flyway is an optional dependency: no class of ours that mentions it is loaded before it is known to be there. */
    private static MigrationTool flyway(Migration plan) {
        try {
            Class.forName("org.flywaydb.core.Flyway");
            Class.forName("org.flywaydb.database.postgresql.PostgreSQLDatabaseType");
        } catch (ClassNotFoundException | LinkageError e) {
            throw new EnvironmentException(
                    "The plan's tool is Flyway, but Flyway is not on the class path (" + e.getMessage() + "). Add"
                            + " org.flywaydb:flyway-core and org.flywaydb:flyway-database-postgresql to your dependencies.",
                    e);
        }
        return new FlywayTool(
                Objects.requireNonNull(plan.flyway(), "a plan for Flyway says where its migrations are"), plan.down());
    }
}
