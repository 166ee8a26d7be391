package dev.rehearse.cli;

import dev.rehearse.plan.Budget;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A trace written by hand: one type change. */
final class SampleTrace {

    private SampleTrace() {}

    static Recording of(@Nullable String sqlState) {
        Outcome outcome = sqlState == null ? Outcome.SUCCEEDED : Outcome.FAILED;
        String message = sqlState == null ? null : "canceling statement due to lock timeout";
        StatementFact statement = new StatementFact(
                0,
                Phase.MIGRATE,
                0,
                1,
                null,
                4711,
                "V7__widen.sql:9",
                "ALTER TABLE orders\n  ALTER COLUMN total TYPE bigint",
                1_000_000,
                5_100_000,
                outcome,
                sqlState,
                message,
                false,
                1,
                0,
                List.of(
                        new RelationLock(
                                "orders_made_here", "table", LockMode.ACCESS_EXCLUSIVE, 0, 4_000_000, false, null),
                        new RelationLock("customers", "table", LockMode.SHARE_ROW_EXCLUSIVE, 0, 3_000_000, true, null),
                        new RelationLock("orders_pkey", "index", LockMode.ACCESS_EXCLUSIVE, 0, 4_100_000, true, null),
                        new RelationLock("orders", "table", LockMode.ACCESS_EXCLUSIVE, 0, 4_100_000, true, null)),
                List.of("orders"),
                List.of(),
                List.of("orders_pkey on orders"),
                List.of(),
                -1);
        return new Recording(
                Recording.FORMAT,
                new Recording.PlanFacts(
                        "trace",
                        "",
                        "SQL scripts",
                        List.of("V7__widen.sql"),
                        List.of("V7__widen.sql"),
                        null,
                        false,
                        1,
                        -1,
                        0,
                        Map.of("orders", 2_000_000L),
                        false,
                        2_000_000,
                        42,
                        Budget.DEFAULT),
                new Recording.EnvironmentFacts(
                        "test",
                        "PostgreSQL 18.6 in a container",
                        "docker",
                        "18.6",
                        180006,
                        "gcc",
                        0,
                        Map.of(),
                        false,
                        2,
                        4_000,
                        "17",
                        "Linux"),
                Instant.EPOCH,
                List.of(),
                List.of(statement),
                List.of(new Recording.Attempt(
                        Phase.MIGRATE, 0, 1, null, 1_000_000, 5_100_000, outcome, sqlState, message, "")),
                List.of(),
                List.of(),
                new OperationLog(),
                new Recording.LoadFacts(0, "", 0, "", null, 0, 0, 0, 0, 0, 0, 0, List.of(), List.of()),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Recording.SchemaFacts(List.of(), null, null, List.of(), List.of()),
                new Recording.RowAccount(null, List.of(), List.of()),
                List.of(),
                List.of(),
                new Recording.ObserverFacts(0, 0, 0, 0, 0, List.of(), List.of(), List.of()),
                List.of(),
                null);
    }
}
