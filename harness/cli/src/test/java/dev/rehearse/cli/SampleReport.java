package dev.rehearse.cli;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Attempt;
import dev.rehearse.report.RehearsalReport.Environment;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Load;
import dev.rehearse.report.RehearsalReport.Lock;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Plan;
import dev.rehearse.report.RehearsalReport.Rollback;
import dev.rehearse.report.RehearsalReport.SchemaChange;
import dev.rehearse.report.RehearsalReport.ServerCost;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import dev.rehearse.report.RehearsalReport.TableAccount;
import dev.rehearse.report.RehearsalReport.Timeline;
import dev.rehearse.report.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report written by hand: a type change that made place_order wait. */
final class SampleReport {

    Verdict verdict = Verdict.NO_GO;

    @Nullable
    String sqlState;

    long rows = 2_000_000;
    Rollback rollback = rollback(true, "SUCCEEDED", true);
    List<TableAccount> accounts = List.of();

    static Rollback rollback(boolean ran, String outcome, boolean restored) {
        List<SchemaChange> differences =
                restored ? List.of() : List.of(new SchemaChange("column orders.total", "integer", "bigint"));
        return new Rollback(ran, ran ? outcome : null, 300, ran ? restored : null, differences, 0, 0, List.of(), null);
    }

    RehearsalReport build() {
        String outcome = sqlState == null ? "SUCCEEDED" : "FAILED";
        String message = sqlState == null ? null : "canceling statement due to lock timeout";
        Rollback accounted = new Rollback(
                rollback.ran(),
                rollback.outcome(),
                rollback.durationMillis(),
                rollback.schemaRestored(),
                rollback.differences(),
                0,
                0,
                accounts,
                rollback.reapplied());
        return new RehearsalReport(
                RehearsalReport.SCHEMA_VERSION,
                new Plan(
                        "widen the order total",
                        ".",
                        "SQL scripts",
                        List.of("V7__widen.sql"),
                        Map.of("orders", rows),
                        42,
                        Map.of("longestLockWait", "300 ms")),
                verdict,
                List.of(),
                List.of(),
                List.of(new Finding(
                        "LOCK_WAIT",
                        Severity.BREACH,
                        "place_order waited too long for a lock",
                        0,
                        "4.2 s",
                        "300 ms",
                        List.of("31 operations queued on orders"),
                        "users see a stall",
                        "a second column, dual writes, a batched backfill, then the switch",
                        "COL-10")),
                List.of(new Statement(
                        0,
                        "MIGRATE",
                        0,
                        1,
                        "V7__widen.sql",
                        "V7__widen.sql:9",
                        "ALTER TABLE orders\n  ALTER COLUMN total TYPE bigint",
                        1_000,
                        4_100,
                        outcome,
                        sqlState,
                        message,
                        List.of(
                                new Lock("orders_made_here", "table", "ACCESS EXCLUSIVE", 0, 4_000, false),
                                new Lock("customers", "table", "SHARE ROW EXCLUSIVE", 0, 3_000, true),
                                new Lock("orders", "table", "ACCESS EXCLUSIVE", 0, 4_100, true)),
                        List.of("orders"),
                        List.of(),
                        List.of("orders_pkey on orders"),
                        31,
                        Map.of(),
                        36_000_000,
                        "a second column, dual writes, a batched backfill, then the switch")),
                List.of(new Attempt("MIGRATE", 0, 1, null, 1_000, 4_100, outcome, sqlState, message, 31, 4_200)),
                List.of(),
                List.of(wait("place_order", 4_200), wait("place_order", 3_000), wait("list_orders", 400)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                accounted,
                List.of(),
                List.of(),
                List.of(),
                new ServerCost(-1, -1, -1, List.of(), -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
                new Timeline(
                        100, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                        Map.of()),
                new Load(400, "400/s", 8, "derived", null, 1_000, 1_000, 0, 0, 1, 2, 4.5, 0),
                List.of(),
                List.of(),
                List.of(),
                new Environment(
                        "test",
                        "PostgreSQL 18.6 in a container",
                        "docker",
                        "18.6",
                        "gcc",
                        0,
                        Map.of(),
                        2,
                        4_000,
                        "17",
                        "Linux",
                        "2026-11-22T10:00:00Z"));
    }

    private static LockWait wait(String operation, double millis) {
        return new LockWait(
                operation,
                "APPLICATION",
                "orders",
                "relation",
                "ROW EXCLUSIVE",
                1_000,
                millis,
                millis,
                "migration (ALTER TABLE orders)",
                List.of("migration (ALTER TABLE orders)"),
                List.of(),
                0,
                "GRANTED",
                "SERVER_MESSAGE",
                1,
                "MIGRATE");
    }
}
