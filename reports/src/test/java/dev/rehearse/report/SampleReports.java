package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.Attempt;
import dev.rehearse.report.RehearsalReport.Blocker;
import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.ChecklistLine.State;
import dev.rehearse.report.RehearsalReport.Environment;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Invariant;
import dev.rehearse.report.RehearsalReport.Leftover;
import dev.rehearse.report.RehearsalReport.Load;
import dev.rehearse.report.RehearsalReport.Lock;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Outage;
import dev.rehearse.report.RehearsalReport.PhaseSpan;
import dev.rehearse.report.RehearsalReport.Plan;
import dev.rehearse.report.RehearsalReport.Queue;
import dev.rehearse.report.RehearsalReport.RelationGrowth;
import dev.rehearse.report.RehearsalReport.Replication;
import dev.rehearse.report.RehearsalReport.Rollback;
import dev.rehearse.report.RehearsalReport.SchemaChange;
import dev.rehearse.report.RehearsalReport.ServerCost;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import dev.rehearse.report.RehearsalReport.TableAccount;
import dev.rehearse.report.RehearsalReport.TableLag;
import dev.rehearse.report.RehearsalReport.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports such as real runs give, and worse ones. */
final class SampleReports {

    static final String SAFER = "CREATE INDEX CONCURRENTLY, outside a transaction, in a migration of its own;"
            + " look for an INVALID index after a failure.";

    static final String HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 2\">"
            + " \u202Eesrever\u202C \u2028 {{data}} ${x} & \"quoted\" 'single' `tick` | @everyone #1 \u001B[31mred\u0007";

    private SampleReports() {}

    private static List<PhaseSpan> phases() {
        return List.of(
                new PhaseSpan("PROVISION", 0, 780, 0),
                new PhaseSpan("LOAD", 780, 41_200, 0),
                new PhaseSpan("SNAPSHOT", 41_980, 620, 0),
                new PhaseSpan("WARM_UP", 42_600, 3_000, 0),
                new PhaseSpan("BASELINE", 45_600, 10_000, 0),
                new PhaseSpan("MIGRATE", 55_600, 6_400, 0),
                new PhaseSpan("SETTLE", 62_000, 4_700, 0),
                new PhaseSpan("VERIFY", 66_700, 300, 0),
                new PhaseSpan("ROLL_BACK", 67_000, 600, 0),
                new PhaseSpan("VERIFY", 67_600, 1_900, 0),
                new PhaseSpan("REAPPLY", 69_500, 6_300, 0));
    }

    /** The upgrade as shipped: two plain indexes on the history table while 200 operations arrive every second. */
    static RehearsalReport noGo() {
        List<PhaseSpan> phases = phases();
        List<String> writers = List.of("complete_task", "start_instance", "write_history");
        List<SimulatedLoad.Lock> locks = List.of(
                new SimulatedLoad.Lock(55_730, 58_710, 1, "act_hi_varinst", writers, "the migration"),
                new SimulatedLoad.Lock(58_720, 61_690, 2, "act_hi_varinst", writers, "the migration"),
                new SimulatedLoad.Lock(69_620, 72_480, 6, "act_hi_varinst", writers, "the migration"),
                new SimulatedLoad.Lock(72_490, 75_420, 7, "act_hi_varinst", writers, "the migration"));
        SimulatedLoad load = new SimulatedLoad(
                        200,
                        32,
                        Map.of("write_history", 5, "complete_task", 2, "start_instance", 1, "query_tasks", 4),
                        locks,
                        10_000)
                .run(42_600, 75_900, phases);
        List<Statement> statements = new ArrayList<>();
        statements.add(statement(
                0,
                "MIGRATE",
                "postgres_engine_7.16_to_7.17.sql:18",
                "insert into ACT_GE_SCHEMA_LOG\nvalues ('700', CURRENT_TIMESTAMP, '7.17.0')",
                55_640,
                14.2,
                List.of(lock("act_ge_schema_log", "ROW EXCLUSIVE", 0, 6_300)),
                List.of(),
                0,
                8_192));
        statements.add(statement(
                1,
                "MIGRATE",
                "postgres_engine_7.16_to_7.17.sql:24",
                "create index ACT_IDX_HI_VAR_PI_NAME_TYPE on ACT_HI_VARINST(PROC_INST_ID_, NAME_, VAR_TYPE_)",
                55_720,
                2_990,
                List.of(lock("act_hi_varinst", "SHARE", 8.1, 2_982), made("act_idx_hi_var_pi_name_type", 2_982)),
                List.of("act_idx_hi_var_pi_name_type on act_hi_varinst"),
                398,
                121_634_816));
        statements.add(statement(
                2,
                "MIGRATE",
                "postgres_engine_7.16_to_7.17.sql:27",
                "create index ACT_IDX_HI_VAR_INST_PROC_DEF on ACT_HI_VARINST(PROC_DEF_ID_, TENANT_ID_)",
                58_715,
                2_978,
                List.of(lock("act_hi_varinst", "SHARE", 2.4, 2_975), made("act_idx_hi_var_inst_proc_def", 2_975)),
                List.of("act_idx_hi_var_inst_proc_def on act_hi_varinst"),
                391,
                96_468_992));
        statements.add(statement(
                3,
                "MIGRATE",
                "postgres_engine_7.16_to_7.17.sql:31",
                "alter table ACT_RU_TASK add column TASK_STATE_ varchar(64)",
                61_700,
                6.3,
                List.of(lock("act_ru_task", "ACCESS EXCLUSIVE", 1.2, 4.9)),
                List.of(),
                2,
                24_576));
        statements.add(statement(
                4,
                "ROLL_BACK",
                "postgres_engine_7.17_to_7.16.sql:3",
                "drop index ACT_IDX_HI_VAR_PI_NAME_TYPE",
                67_050,
                21,
                List.of(lock("act_hi_varinst", "ACCESS EXCLUSIVE", 3.3, 17)),
                List.of(),
                6,
                16_384));
        statements.add(statement(
                5,
                "ROLL_BACK",
                "postgres_engine_7.17_to_7.16.sql:4",
                "drop index ACT_IDX_HI_VAR_INST_PROC_DEF",
                67_090,
                14,
                List.of(lock("act_hi_varinst", "ACCESS EXCLUSIVE", 1.1, 12)),
                List.of(),
                3,
                16_384));
        statements.add(statement(
                6,
                "REAPPLY",
                "postgres_engine_7.16_to_7.17.sql:24",
                "create index ACT_IDX_HI_VAR_PI_NAME_TYPE on ACT_HI_VARINST(PROC_INST_ID_, NAME_, VAR_TYPE_)",
                69_610,
                2_870,
                List.of(lock("act_hi_varinst", "SHARE", 7, 2_860)),
                List.of("act_idx_hi_var_pi_name_type on act_hi_varinst"),
                380,
                121_634_816));
        statements.add(statement(
                7,
                "REAPPLY",
                "postgres_engine_7.16_to_7.17.sql:27",
                "create index ACT_IDX_HI_VAR_INST_PROC_DEF on ACT_HI_VARINST(PROC_DEF_ID_, TENANT_ID_)",
                72_485,
                2_935,
                List.of(lock("act_hi_varinst", "SHARE", 2, 2_930)),
                List.of("act_idx_hi_var_inst_proc_def on act_hi_varinst"),
                388,
                96_468_992));
        List<LockWait> waits = new ArrayList<>(load.waits());
        waits.add(new LockWait(
                "migration",
                "MIGRATION",
                "act_hi_varinst",
                "relation",
                "SHARE",
                55_722,
                8.1,
                0,
                "write_history",
                List.of("write_history"),
                List.of("place_order"),
                1,
                "GRANTED",
                "SERVER_MESSAGE",
                0.5,
                "MIGRATE"));
        List<Finding> findings = List.of(
                new Finding(
                        "LOCK_WAIT",
                        Severity.BREACH,
                        "write_history waited up to 3.0 s for ROW EXCLUSIVE on act_hi_varinst behind postgres_engine_7.16_to_7.17.sql:24",
                        1,
                        "3.0 s",
                        "500 ms",
                        List.of(
                                "statement 2 (postgres_engine_7.16_to_7.17.sql:24): create index ACT_IDX_HI_VAR_PI_NAME_TYPE on ACT_HI_VARINST(PROC_INST_ID_, NAME_, VAR_TYPE_)",
                                "SHARE on act_hi_varinst, waited for 8.1 ms, held for 3.0 s; built act_idx_hi_var_pi_name_type on act_hi_varinst",
                                "398 operations queued (248 x write_history, 100 x complete_task, 50 x start_instance)",
                                "longest queue on act_hi_varinst: 32 sessions at once"),
                        "Requests that touch act_hi_varinst stand still for that long and hold their connections meanwhile.",
                        SAFER,
                        "IDX-01"),
                new Finding(
                        "LOCK_WAIT",
                        Severity.BREACH,
                        "write_history waited up to 3.0 s for ROW EXCLUSIVE on act_hi_varinst behind postgres_engine_7.16_to_7.17.sql:27",
                        2,
                        "3.0 s",
                        "500 ms",
                        List.of(
                                "statement 3 (postgres_engine_7.16_to_7.17.sql:27): create index ACT_IDX_HI_VAR_INST_PROC_DEF on ACT_HI_VARINST(PROC_DEF_ID_, TENANT_ID_)",
                                "SHARE on act_hi_varinst, waited for 2.4 ms, held for 3.0 s; built act_idx_hi_var_inst_proc_def on act_hi_varinst",
                                "391 operations queued (240 x write_history, 102 x complete_task, 49 x start_instance)"),
                        "Requests that touch act_hi_varinst stand still for that long and hold their connections meanwhile.",
                        SAFER,
                        "IDX-01"),
                new Finding(
                        "RESPONSE_TIME",
                        Severity.BREACH,
                        "Response time reached a 99th percentile of 2.8 s while the migration ran",
                        -1,
                        "2.8 s",
                        "1.0 s",
                        List.of(
                                "baseline: p50 0.9 ms, p99 3.1 ms over 1,998 operations",
                                "then: p50 610 ms, p99 2.8 s, max 3.0 s over 1,277 operations"),
                        "One request in a hundred takes at least that long.",
                        "Shorten the locks that the other findings name; where there are none, throttle the migration's work.",
                        null),
                new Finding(
                        "OUTAGE",
                        Severity.BREACH,
                        "No write on act_hi_varinst succeeded for 3.0 s",
                        1,
                        "3.0 s",
                        "1.0 s",
                        List.of("act_hi_varinst: 3.0 s from 55.7 s", "act_hi_varinst: 3.0 s from 58.7 s"),
                        "For its users the application is down for that long.",
                        SAFER,
                        null),
                new Finding(
                        "DEPRECATED_COLUMN",
                        Severity.NOTE,
                        "Column act_ru_task.name_deprecated waits to be removed",
                        -1,
                        "",
                        "",
                        List.of("found after MIGRATE"),
                        "It costs space and confuses readers.",
                        "Plan its removal.",
                        null));
        List<PhaseSpan> loaded = phases.subList(3, phases.size());
        return new RehearsalReport(
                RehearsalReport.SCHEMA_VERSION,
                plan("Camunda 7.16 to 7.17, as shipped", List.of("postgres_engine_7.16_to_7.17.sql")),
                Verdict.NO_GO,
                List.of(),
                List.of(
                        "Writers of act_hi_varinst waited up to 3.0 s (limit 500 ms) behind statement 2, CREATE INDEX under SHARE.",
                        "398 operations queued behind statement 2 and 391 behind statement 3; none failed.",
                        "Rolled back in 0.6 s: schema restored, no row lost."),
                findings,
                statements,
                List.of(
                        new Attempt("MIGRATE", 0, 1, null, 55_620, 6_120, "SUCCEEDED", null, null, 791, 2_979),
                        new Attempt("ROLL_BACK", 0, 1, null, 67_030, 90, "SUCCEEDED", null, null, 9, 18),
                        new Attempt("REAPPLY", 0, 1, null, 69_550, 5_900, "SUCCEEDED", null, null, 768, 2_929)),
                phases,
                waits,
                List.of(new Queue("act_hi_varinst", 32, 56_010), new Queue("act_ru_task", 2, 61_702)),
                load.operations("engine-7.16", loaded),
                List.of(
                        new Outage("act_hi_varinst", 55_733, 2_979, 2_979, 1),
                        new Outage("act_hi_varinst", 58_724, 2_968, 2_968, 2)),
                List.of(new Replication(
                        "standby 1",
                        1_310,
                        48_234_496,
                        120,
                        58_900,
                        0,
                        List.of(new TableLag("orders", 1_290, 58_900), new TableLag("customers", 0, 58_900)),
                        List.of(new LockWait(
                                "replay",
                                "OTHER",
                                "orders",
                                "relation",
                                "ACCESS EXCLUSIVE",
                                57_600,
                                1_280,
                                0,
                                "reports (SELECT count(*) FROM orders)",
                                List.of("reports (SELECT count(*) FROM orders)"),
                                List.of("export (SELECT * FROM orders)"),
                                -1,
                                "GRANTED",
                                "WAITSTART",
                                2.5,
                                "MIGRATE")))),
                new Rollback(
                        true,
                        "SUCCEEDED",
                        600,
                        true,
                        List.of(),
                        0,
                        0,
                        List.of(
                                new TableAccount("act_hi_varinst", 2_104, 0, 0, Map.of(), 500, 0, 0),
                                new TableAccount("act_ru_task", 871, 0, 0, Map.of(), 500, 0, 0)),
                        true),
                List.of(
                        new SchemaChange(
                                "index act_idx_hi_var_pi_name_type",
                                null,
                                "CREATE INDEX act_idx_hi_var_pi_name_type ON act_hi_varinst USING btree (proc_inst_id_, name_, var_type_)"),
                        new SchemaChange(
                                "index act_idx_hi_var_inst_proc_def",
                                null,
                                "CREATE INDEX act_idx_hi_var_inst_proc_def ON act_hi_varinst USING btree (proc_def_id_, tenant_id_)"),
                        new SchemaChange("column act_ru_task.task_state_", null, "character varying(64)"),
                        new SchemaChange(
                                "column act_ru_task.name_", "character varying(255)", "character varying(400)")),
                List.of(new Leftover(
                        "DEPRECATED_COLUMN", "act_ru_task.name_deprecated", "MIGRATE", "renamed, not dropped")),
                List.of(new Invariant(
                        "every variable belongs to an instance",
                        "select count(*) from act_hi_varinst v\nwhere not exists (select from act_hi_procinst p where p.proc_inst_id_ = v.proc_inst_id_)",
                        "0",
                        "0",
                        "0",
                        "0",
                        true)),
                new ServerCost(
                        218_103_808,
                        167_772_160,
                        0,
                        List.of(
                                new RelationGrowth(
                                        "act_hi_varinst",
                                        "table",
                                        412_876_800,
                                        413_401_088,
                                        413_663_232,
                                        0,
                                        1_204,
                                        1_260),
                                new RelationGrowth(
                                        "act_idx_hi_var_pi_name_type", "index", -1, 121_634_816, -1, -1, -1, -1)),
                        2,
                        1,
                        96_468_992,
                        1_402_000_000,
                        1_526_000_000,
                        335_544_320,
                        4_210,
                        3_204_112,
                        612_000_000,
                        21_400_000_000L),
                load.timeline(42_600, 75_900, 50, true),
                new Load(200, "200/s", 32, "engine-7.16", null, load.planned(), load.planned(), 0, 0, 0.7, 6.4, 4.5, 0),
                List.of(),
                checklist(),
                List.of(
                        "production's own settings (none given)",
                        "types and models generated from the schema",
                        "a backup of the affected tables",
                        "growth beyond this scale: one size was rehearsed"),
                environment(1));
    }

    /** The same upgrade with its indexes built concurrently. */
    static RehearsalReport go() {
        List<PhaseSpan> phases = phases();
        SimulatedLoad load = new SimulatedLoad(
                        200,
                        32,
                        Map.of("write_history", 5, "complete_task", 2, "query_tasks", 4),
                        List.of(new SimulatedLoad.Lock(
                                61_700, 61_712, 2, "act_ru_task", List.of("complete_task"), "the migration")),
                        10_000)
                .run(42_600, 75_900, phases);
        return new RehearsalReport(
                RehearsalReport.SCHEMA_VERSION,
                plan("Camunda 7.16 to 7.17, concurrently", List.of("V1__indexes.sql", "V2__task_state.sql")),
                Verdict.GO,
                List.of(
                        new Migration("V1__indexes.sql", Verdict.GO, "SUCCEEDED", 55_620, 5_990, List.of(), true),
                        new Migration("V2__task_state.sql", Verdict.GO, "SUCCEEDED", 61_610, 130, List.of(), true)),
                List.of(
                        "No operation waited longer than 12 ms for a lock (limit 500 ms).",
                        "None of 6,640 operations failed.",
                        "Rolled back in 0.1 s: schema restored, no row lost."),
                List.of(),
                List.of(
                        statement(
                                0,
                                "MIGRATE",
                                "V1__indexes.sql:2",
                                "create index concurrently ACT_IDX_HI_VAR_PI_NAME_TYPE on ACT_HI_VARINST(PROC_INST_ID_, NAME_, VAR_TYPE_)",
                                55_720,
                                4_990,
                                List.of(lock("act_hi_varinst", "SHARE UPDATE EXCLUSIVE", 0, 4_982)),
                                List.of("act_idx_hi_var_pi_name_type on act_hi_varinst"),
                                0,
                                121_634_816),
                        statement(
                                1,
                                "MIGRATE",
                                "V2__task_state.sql:1",
                                "set lock_timeout = '500ms'",
                                61_600,
                                0.3,
                                List.of(),
                                List.of(),
                                0,
                                0),
                        statement(
                                2,
                                "MIGRATE",
                                "V2__task_state.sql:2",
                                "alter table ACT_RU_TASK add column TASK_STATE_ varchar(64)",
                                61_698,
                                9.3,
                                List.of(lock("act_ru_task", "ACCESS EXCLUSIVE", 3.2, 5.9)),
                                List.of(),
                                1,
                                24_576)),
                List.of(new Attempt("MIGRATE", 0, 1, null, 55_620, 6_120, "SUCCEEDED", null, null, 1, 11)),
                phases,
                load.waits(),
                List.of(new Queue("act_ru_task", 1, 61_705)),
                load.operations("engine-7.16", phases.subList(3, phases.size())),
                List.of(),
                List.of(),
                new Rollback(
                        true,
                        "SUCCEEDED",
                        96,
                        true,
                        List.of(),
                        0,
                        0,
                        List.of(new TableAccount("act_hi_varinst", 2_104, 0, 0, Map.of(), 500, 0, 0)),
                        true),
                List.of(new SchemaChange("column act_ru_task.task_state_", null, "character varying(64)")),
                List.of(),
                List.of(),
                new ServerCost(
                        121_700_000,
                        0,
                        0,
                        List.of(),
                        1,
                        1,
                        12_000_000,
                        400_000_000,
                        521_000_000,
                        201_326_592,
                        3_100,
                        3_200_000,
                        410_000_000,
                        9_800_000_000L),
                load.timeline(42_600, 75_900, 50, false),
                new Load(
                        200,
                        "200/s",
                        32,
                        "engine-7.16",
                        "engine-7.17",
                        load.planned(),
                        load.planned(),
                        0,
                        0,
                        0.6,
                        4.1,
                        4.5,
                        0),
                List.of(),
                checklist(),
                List.of("production's own settings (none given)", "replay lag (no standby)"),
                environment(0));
    }

    /** The generator missed its rate and the reader on stage died. */
    static RehearsalReport inconclusive() {
        RehearsalReport r = go();
        return new RehearsalReport(
                r.schemaVersion(),
                r.plan(),
                Verdict.INCONCLUSIVE,
                List.of(),
                List.of("The load reached 112 of 200 operations/s before the migration began."),
                List.of(
                        new Finding(
                                "RATE_MISSED",
                                Severity.VOID,
                                "The load reached 112 of 200 operations/s before the migration began",
                                -1,
                                "112/s",
                                "190/s",
                                List.of(
                                        "planned 2,000 operations in the baseline, completed 1,120",
                                        "the generator was late by 480 ms at the 99th percentile"),
                                "Waits would measure this machine, not the database.",
                                "Lower the rate or give it more CPU.",
                                null),
                        new Finding(
                                "BLOCKER_DIED",
                                Severity.VOID,
                                "The long reader on act_ru_task died after 0.4 s of 3.0 s",
                                -1,
                                "0.4 s",
                                "3.0 s",
                                List.of("57014 canceling statement due to statement timeout"),
                                "Nothing stood in the migration's way, so the run proves nothing about it.",
                                "Raise statement_timeout for the blocker.",
                                null)),
                r.statements(),
                r.attempts(),
                r.phases(),
                r.lockWaits(),
                r.queues(),
                r.operations(),
                r.outages(),
                r.replication(),
                new Rollback(false, null, 0, null, List.of(), 0, 0, List.of(), null),
                r.schemaChanges(),
                r.leftovers(),
                r.invariants(),
                r.server(),
                r.timeline(),
                new Load(200, "200/s", 32, "engine-7.16", null, 6_640, 3_718, 0, 2_922, 480, 2_310, 4.5, 3),
                List.of(new Blocker(
                        "LONG_READER",
                        "act_ru_task",
                        55_500,
                        400,
                        true,
                        "57014 canceling statement due to statement timeout")),
                r.checklist(),
                List.of("rollback (the plan has none)"),
                r.environment());
    }

    /** 500 statements, 5,000 waits, a long reader at the root. */
    static RehearsalReport extreme() {
        RehearsalReport r = noGo();
        List<Statement> statements = new ArrayList<>();
        List<LockWait> waits = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            double start = 55_620 + i * 12.5;
            List<Lock> locks = i % 7 == 0
                    ? List.of(lock("partitioned.orders_2026_" + i, "ACCESS EXCLUSIVE", 1, 9))
                    : List.of(lock("partitioned.orders_2026_" + i, "SHARE UPDATE EXCLUSIVE", 0, 9));
            statements.add(statement(
                    i,
                    "MIGRATE",
                    "V" + i + "__partition.sql:1",
                    "ALTER TABLE partitioned.orders_2026_" + i + " ADD CONSTRAINT total_is_positive_" + i
                            + " CHECK (total >= 0) NOT VALID",
                    start,
                    4 + i % 9,
                    locks,
                    List.of(),
                    i % 7 == 0 ? 11 : 0,
                    4_096));
        }
        for (int i = 0; i < 5_000; i++) {
            waits.add(new LockWait(
                    "place_order_" + i % 40,
                    "APPLICATION",
                    "partitioned.orders_2026_" + i % 500,
                    "relation",
                    "ROW EXCLUSIVE",
                    55_640 + i * 1.2,
                    900 - i * 0.15,
                    900 - i * 0.15,
                    i % 3 == 0 ? "long reader on orders" : i % 3 == 1 ? "the migration" : null,
                    List.of("the migration"),
                    List.of(),
                    i % 500,
                    i % 97 == 0 ? "LOCK_TIMEOUT" : "GRANTED",
                    "WAITSTART",
                    2,
                    "MIGRATE"));
        }
        waits.add(new LockWait(
                "migration",
                "MIGRATION",
                "partitioned.orders_2026_0",
                "relation",
                "ACCESS EXCLUSIVE",
                55_620,
                890,
                0,
                "long reader on orders",
                List.of("long reader on orders"),
                List.of(),
                0,
                "GRANTED",
                "SERVER_MESSAGE",
                0.5,
                "MIGRATE"));
        return new RehearsalReport(
                r.schemaVersion(),
                r.plan(),
                r.verdict(),
                r.migrations(),
                r.summary(),
                r.findings(),
                statements,
                r.attempts(),
                r.phases(),
                waits,
                r.queues(),
                r.operations(),
                r.outages(),
                r.replication(),
                r.rollback(),
                r.schemaChanges(),
                r.leftovers(),
                r.invariants(),
                r.server(),
                r.timeline(),
                r.load(),
                List.of(new Blocker("LONG_READER", "orders", 55_500, 3_000, false, null)),
                r.checklist(),
                r.notMeasured(),
                r.environment());
    }

    /** The database died while it was being loaded: almost nothing was measured. */
    static RehearsalReport diedWhileLoading() {
        return new RehearsalReport(
                RehearsalReport.SCHEMA_VERSION,
                new Plan(
                        "widen the order total",
                        "plans/widen",
                        "SQL files",
                        List.of("V7__widen_total.sql"),
                        Map.of(),
                        7,
                        Map.of()),
                Verdict.INCONCLUSIVE,
                List.of(),
                List.of("The database died in LOAD: the server closed the connection unexpectedly."),
                List.of(new Finding(
                        "ABORTED",
                        Severity.VOID,
                        "The run ended in LOAD: the database died",
                        -1,
                        "",
                        "",
                        List.of("57P02 the database system is shutting down"),
                        "Nothing was rehearsed.",
                        "Look at the server's log; give it more memory or load less.",
                        null)),
                List.of(),
                List.of(),
                List.of(new PhaseSpan("PROVISION", 0, 812.4, 0), new PhaseSpan("LOAD", 812.4, 9_312, 0)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Rollback(false, null, 0, null, List.of(), 0, 0, List.of(), null),
                List.of(),
                List.of(),
                List.of(),
                new ServerCost(-1, -1, -1, List.of(), -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
                new Timeline(
                        0, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                        Map.of()),
                new Load(0, "", 0, "", null, 0, 0, 0, 0, 0, 0, 0, 0),
                List.of(),
                List.of(),
                List.of("everything after LOAD: the database died"),
                environment(0));
    }

    /** Every text is an attack on whatever shows it. */
    static RehearsalReport hostile() {
        RehearsalReport r = noGo();
        String longSql = "SELECT '" + "x".repeat(9_950) + "' /* " + HOSTILE + " */";
        List<Statement> statements = List.of(
                new Statement(
                        0,
                        "MIGRATE",
                        0,
                        1,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        55_700,
                        40,
                        "FAILED",
                        "42601",
                        HOSTILE,
                        List.of(new Lock(HOSTILE, HOSTILE, "ACCESS EXCLUSIVE", 1, 2, true)),
                        List.of(HOSTILE),
                        List.of(HOSTILE),
                        List.of(HOSTILE),
                        1,
                        Map.of(HOSTILE, 3L),
                        -1,
                        HOSTILE),
                statement(
                        1,
                        "MIGRATE",
                        null,
                        longSql,
                        55_800,
                        500,
                        List.of(lock("x".repeat(200), "SHARE", 0, 1)),
                        List.of("y".repeat(300)),
                        1,
                        -1));
        return new RehearsalReport(
                r.schemaVersion(),
                new Plan(HOSTILE, HOSTILE, HOSTILE, List.of(HOSTILE), Map.of(HOSTILE, 1L), 1, Map.of(HOSTILE, HOSTILE)),
                Verdict.NO_GO,
                List.of(
                        new Migration(HOSTILE, Verdict.NO_GO, HOSTILE, 55_700, 600, List.of(HOSTILE), null),
                        new Migration("never", Verdict.INCONCLUSIVE, "NOT_RUN", -1, 0, List.of(), null)),
                List.of(HOSTILE),
                List.of(new Finding(
                        HOSTILE,
                        Severity.BREACH,
                        HOSTILE,
                        0,
                        HOSTILE,
                        HOSTILE,
                        List.of(HOSTILE),
                        HOSTILE,
                        HOSTILE,
                        HOSTILE)),
                statements,
                List.of(new Attempt("MIGRATE", 0, 1, null, 55_700, 600, "FAILED", HOSTILE, HOSTILE, 1, 1)),
                r.phases(),
                List.of(new LockWait(
                        HOSTILE,
                        "APPLICATION",
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        55_700,
                        300,
                        300,
                        HOSTILE,
                        List.of(HOSTILE),
                        List.of(HOSTILE),
                        0,
                        HOSTILE,
                        HOSTILE,
                        1,
                        "MIGRATE")),
                List.of(new Queue(HOSTILE, 1, 1)),
                List.of(new RehearsalReport.Operation(
                        HOSTILE,
                        HOSTILE,
                        "MIGRATE",
                        5,
                        Map.of(HOSTILE, 5L),
                        new RehearsalReport.Percentiles(1, 2, 3, 4, 5),
                        new RehearsalReport.Percentiles(1, 2, 3, 4, 5),
                        new RehearsalReport.Percentiles(1, 2, 3, 4, 5))),
                List.of(new Outage(HOSTILE, 1, 2, 2, 0)),
                List.of(new Replication(HOSTILE, 1, 1, 1, 1, 1, List.of(new TableLag(HOSTILE, 1, 1)), List.of())),
                new Rollback(
                        true,
                        HOSTILE,
                        1,
                        false,
                        List.of(new SchemaChange(HOSTILE, HOSTILE, HOSTILE)),
                        1,
                        1,
                        List.of(new TableAccount(HOSTILE, 1, 1, 1, Map.of(HOSTILE, 1L), 1, 1, 1)),
                        false),
                List.of(new SchemaChange(HOSTILE, HOSTILE, null)),
                List.of(new Leftover(HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
                List.of(new Invariant(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, false)),
                new ServerCost(
                        1,
                        1,
                        1,
                        List.of(new RelationGrowth(HOSTILE, HOSTILE, 1, 2, 3, 1, 2, 3)),
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1),
                r.timeline(),
                new Load(200, "200/s", 32, HOSTILE, HOSTILE, 10, 5, 0, 5, 1, 1, 4.5, 1),
                List.of(new Blocker(HOSTILE, HOSTILE, 1, 1, true, HOSTILE)),
                List.of(new ChecklistLine(HOSTILE, HOSTILE, State.FAILED, HOSTILE)),
                List.of(HOSTILE),
                new Environment(
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        0,
                        Map.of(HOSTILE, HOSTILE),
                        2,
                        4_096,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE));
    }

    static Map<String, RehearsalReport> all() {
        Map<String, RehearsalReport> all = new LinkedHashMap<>();
        all.put("no-go", noGo());
        all.put("go", go());
        all.put("inconclusive", inconclusive());
        all.put("extreme", extreme());
        all.put("died-while-loading", diedWhileLoading());
        all.put("hostile", hostile());
        return all;
    }

    private static Plan plan(String name, List<String> files) {
        Map<String, Long> rows = new LinkedHashMap<>();
        rows.put("act_hi_varinst", 2_000_000L);
        rows.put("act_hi_actinst", 1_200_000L);
        rows.put("act_hi_procinst", 200_000L);
        rows.put("act_ru_task", 40_000L);
        Map<String, String> budget = new LinkedHashMap<>();
        budget.put("longestLockWait", "500 ms");
        budget.put("longestOutage", "1.0 s");
        budget.put("responseP99", "1.0 s");
        budget.put("errors", "none beyond the baseline");
        budget.put("replayLag", "10.0 s");
        budget.put("duration", "30 min");
        budget.put("rollback", "tested if present");
        return new Plan(name, "scenarios/camunda-7.16-to-7.17", "SQL files", files, rows, 7, budget);
    }

    private static Environment environment(int standbys) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("autovacuum", "on");
        settings.put("deadlock_timeout", "1s");
        settings.put("fsync", "on");
        settings.put("full_page_writes", "on");
        settings.put("maintenance_work_mem", "64MB");
        settings.put("max_connections", "100");
        settings.put("shared_buffers", "128MB");
        settings.put("synchronous_commit", "on");
        return new Environment(
                "0.1.0",
                "PostgreSQL 18.6 in a container (postgres:18)",
                "docker",
                "18.6 (Debian 18.6-1.pgdg13+1)",
                "PostgreSQL 18.6 on x86_64-pc-linux-gnu, compiled by gcc 14.2.0, 64-bit, -O2 -g",
                standbys,
                settings,
                2,
                24_104,
                "17.0.15",
                "Linux 6.18",
                "2026-11-22T10:15:00Z");
    }

    private static List<ChecklistLine> checklist() {
        return List.of(
                new ChecklistLine(
                        "before",
                        "Tested at production-like volume",
                        State.DONE,
                        "2,000,000 rows in act_hi_varinst, statistics collected"),
                new ChecklistLine(
                        "before",
                        "Rollback written and tested",
                        State.DONE,
                        "rolled back in 0.6 s under load; schema restored"),
                new ChecklistLine(
                        "before",
                        "Affected tables backed up",
                        State.NOT_MEASURED,
                        "the rehearsal does not see production's backups"),
                new ChecklistLine(
                        "before",
                        "Application compatible with both schemas",
                        State.DONE,
                        "no operation failed in SETTLE"),
                new ChecklistLine(
                        "before",
                        "Lock impact known",
                        State.FAILED,
                        "writers of act_hi_varinst wait up to 3.0 s, the limit is 500 ms"),
                new ChecklistLine("during", "Replication lag watched", State.DONE, "standby 1 fell 1.3 s behind"),
                new ChecklistLine("during", "Error rate watched", State.DONE, "none of 1,277 operations failed"),
                new ChecklistLine("after", "Schema as expected", State.DONE, "4 changes, each named in the report"),
                new ChecklistLine(
                        "after",
                        "Generated types and models up to date",
                        State.NOT_MEASURED,
                        "no generator is named in the plan"));
    }

    private static Statement statement(
            int index,
            String phase,
            String source,
            String sql,
            double start,
            double duration,
            List<Lock> locks,
            List<String> builds,
            long queued,
            long wal) {
        return new Statement(
                index,
                phase,
                0,
                1,
                source == null ? null : source.substring(0, source.indexOf(':')),
                source,
                sql,
                start,
                duration,
                "SUCCEEDED",
                null,
                null,
                locks,
                List.of(),
                List.of(),
                builds,
                queued,
                Map.of(),
                wal,
                queued == 0 ? null : "Do it beside the application.");
    }

    private static Lock lock(String relation, String mode, double waited, double held) {
        return new Lock(relation, "table", mode, waited, held, true);
    }

    private static Lock made(String index, double held) {
        return new Lock(index, "index", "ACCESS EXCLUSIVE", 0, held, false);
    }

    /** The one that is not to be released, but that its response time may be chance. */
    static RehearsalReport tooFewToTell() {
        return ReportJson.parse(ReportJson.render(noGo())
                .replaceFirst(
                        "\"RESPONSE_TIME\",\\s*\"severity\" : \"BREACH\"",
                        "\"TOO_FEW_TO_TELL\", \"severity\" : \"NOTE\""));
    }
}
