package dev.rehearse.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the applications do while the migration runs.
 *
 * @param ratePerSecond operations per second, both applications together
 * @param arrivals how they are spaced
 * @param clients connections per application version: the application's pool; an arrival that finds none waits, and its wait counts
 * @param statementTimeout {@code statement_timeout} of the application's sessions
 * @param warmUp length of WARM_UP
 * @param baseline length of BASELINE
 * @param settle length of SETTLE
 * @param before the application that runs today; derived from the catalog where it has no operations
 * @param after the application that comes with the migration; null where the same one stays
 * @param blockers sessions that stand in the way of the migration
 */
public record Workload(
        double ratePerSecond,
        Arrivals arrivals,
        int clients,
        Duration statementTimeout,
        Duration warmUp,
        Duration baseline,
        Duration settle,
        Application before,
        @Nullable Application after,
        List<Blocker> blockers) {

    public Workload {
        blockers = List.copyOf(blockers);
    }

    /** How arrivals are spaced: memoryless, as independent users are, or evenly. */
    public enum Arrivals {
        POISSON,
        CONSTANT
    }

    /**
     * One version of the application.
     *
     * @param name for reports: the file's name, or "derived"
     * @param operations what it does; empty: derived from the catalog
     */
    public record Application(String name, List<Operation> operations) {

        public Application {
            operations = List.copyOf(operations);
        }

        public boolean isDerived() {
            return operations.isEmpty();
        }
    }

    /**
     * One thing the application does, as one unit of work.
     *
     * @param name for reports: "place_order"
     * @param weight share of arrivals, relative to the other operations' weights
     * @param transaction whether its statements run in one transaction
     * @param prepared whether its statements are prepared on the server at first use, as a driver's statement cache does; cached plans can then fail
     * @param parameters values drawn for {@code :name} in the statements, once per arrival
     * @param statements run in order; the operation fails with the first that fails
     */
    public record Operation(
            String name,
            int weight,
            boolean transaction,
            boolean prepared,
            Map<String, Parameter> parameters,
            List<Step> statements) {

        public Operation {
            parameters = Map.copyOf(parameters);
            statements = List.copyOf(statements);
        }
    }

    /**
     * @param sql one statement; {@code :name} stands for a parameter ({@code ::} stays a cast)
     * @param expectedRows rows it must return or affect; any number where empty. Another number makes the operation FAILED with SQLSTATE {@code RH001}.
     */
    public record Step(String sql, OptionalInt expectedRows) {}

    /**
     * Where a parameter's values come from.
     *
     * @param kind what kind of value
     * @param table for KEY: the table whose existing values are drawn
     * @param column for KEY: its column
     * @param distribution for KEY: how they are drawn
     * @param low for INTEGER: least value
     * @param high for INTEGER: greatest value; for TEXT: length in characters
     * @param choices for CHOICE: the values
     */
    public record Parameter(
            Kind kind,
            @Nullable String table,
            @Nullable String column,
            Distribution distribution,
            long low,
            long high,
            List<String> choices) {

        public Parameter {
            choices = List.copyOf(choices);
        }

        /** KEY draws an existing value; UNIQUE never repeats in a run (an integer above every existing key); the others are made. */
        public enum Kind {
            KEY,
            UNIQUE,
            UUID,
            INTEGER,
            TEXT,
            NOW,
            CHOICE
        }

        /** UNIFORM: any; ZIPF: few keys get most of the draws; LATEST: the newest keys, those the load itself inserted included. */
        public enum Distribution {
            UNIFORM,
            ZIPF,
            LATEST
        }
    }
}
