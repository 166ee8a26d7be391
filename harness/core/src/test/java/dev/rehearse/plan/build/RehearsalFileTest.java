package dev.rehearse.plan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.data.Age;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.Locales;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.Budget;
import dev.rehearse.plan.Budget.RollbackRule;
import dev.rehearse.plan.DataPlan;
import dev.rehearse.plan.DatabasePlan;
import dev.rehearse.plan.Invariant;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.Migration.Tool;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RolePlan;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.Workload;
import dev.rehearse.plan.Workload.Arrivals;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Parameter.Distribution;
import dev.rehearse.plan.Workload.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalFileTest {

    @TempDir
    Path temporary;

    PlanFolder folder;

    @BeforeEach
    void write_the_files_that_plans_name() {
        folder = new PlanFolder(temporary);
    }

    @Test
    void a_schema_and_a_migration_are_enough() {
        Rehearsal rehearsal = folder.read(PlanFolder.SMALLEST);

        assertThat(rehearsal)
                .isEqualTo(RehearsalBuilder.in(temporary)
                        .schema("schema.sql")
                        .up("V7__widen.sql")
                        .build());
        assertThat(rehearsal.name()).isEqualTo(temporary.getFileName().toString());
        assertThat(rehearsal.database()).isEqualTo(new DatabasePlan(18, 0, Map.of(), null));
        assertThat(rehearsal.data())
                .isEqualTo(new DataPlan(
                        100_000, Map.of(), 42, 0.01, Map.of(), List.of(), List.of(), Age.NONE, null, Locales.DEFAULT));
        assertThat(rehearsal.workload().rate()).isEqualTo(RateCurve.constant(100));
        assertThat(rehearsal.workload().before().isDerived()).isTrue();
        assertThat(rehearsal.migration().hasRollback()).isFalse();
        assertThat(rehearsal.budget()).isEqualTo(Budget.DEFAULT);
    }

    @Test
    void every_key_reaches_the_plan() {
        Rehearsal rehearsal = folder.read(PlanFolder.FULL);
        assertThat(rehearsal.roles()).isEqualTo(new RolePlan("shop_app", "shop_owner"));

        assertThat(rehearsal.name()).isEqualTo("widen the order total");
        assertThat(rehearsal.database())
                .isEqualTo(new DatabasePlan(
                        17,
                        1,
                        Map.of("shared_buffers", "256MB", "max_connections", "200", "jit", "off"),
                        "registry.example/postgres:17"));
        assertThat(rehearsal.schema())
                .extracting(SqlFile::name, SqlFile::transaction)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("schema.sql", true),
                        org.assertj.core.groups.Tuple.tuple("more.sql", false));
        assertThat(rehearsal.data())
                .isEqualTo(new DataPlan(
                        50_000,
                        Map.of("orders", 2_000_000L, "customers", 0L),
                        -7,
                        0.025,
                        Map.of("orders.note", 0.0, "shop.orders.status", 0.5),
                        List.of(
                                new Dirt("orders", "check (total >= 0)", 25),
                                new Dirt("customers", "unique (lower(email))", 10)),
                        List.of(new KeptConstraint("orders", "unique (code)")),
                        new Age(0.1, 0.3, 0.2),
                        ProfileFile.read(temporary.resolve("production.yaml")),
                        List.of("de-DE", "pt-BR")));
        assertThat(rehearsal.budget())
                .isEqualTo(new Budget(
                        Duration.ofMillis(300),
                        null,
                        null,
                        3.0,
                        4.0,
                        0.005,
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(10),
                        RollbackRule.REQUIRED));
        assertThat(rehearsal.invariants())
                .containsExactly(
                        new Invariant("money is conserved", "select sum(total) from orders", null),
                        new Invariant("no debts", "select count(*) from debts", "0"));
        Migration migration = rehearsal.migration();
        assertThat(migration.tool()).isEqualTo(Tool.SQL);
        assertThat(migration.up()).extracting(SqlFile::name).containsExactly("V7__widen.sql");
        assertThat(migration.down()).extracting(SqlFile::name).containsExactly("U7__widen.sql");
        assertThat(migration.lockTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(migration.retries()).isEqualTo(5);
        assertThat(migration.retryPause()).isEqualTo(Duration.ofMillis(250));
        assertThat(migration.migrators()).isEqualTo(2);
        assertThat(migration.deadline()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void a_rate_can_change() {
        String plan = "{migration: V7__widen.sql, workload: {rate: %s}}";

        assertThat(folder.read(plan.formatted("[{rate: 100/s, for: 10s}, {rate: 6_000/min, for: 500ms}, {rate: 0}]"))
                        .workload()
                        .rate())
                .isEqualTo(RateCurve.steps(List.of(
                        new RateCurve.Step(100, Duration.ofSeconds(10)),
                        new RateCurve.Step(100, Duration.ofMillis(500)),
                        new RateCurve.Step(0, Duration.ofSeconds(1)))));
        assertThat(folder.read(plan.formatted("{wave: [50/s, 400/s], over: 1min}"))
                        .workload()
                        .rate())
                .isEqualTo(RateCurve.wave(50, 400, Duration.ofMinutes(1)));
        assertThat(folder.read(plan.formatted("{points: [0, 400/s, 100], over: 1min}"))
                        .workload()
                        .rate())
                .isEqualTo(RateCurve.points(List.of(0.0, 400.0, 100.0), Duration.ofMinutes(1)));
    }

    @Test
    void a_workload_has_its_pace_its_applications_and_its_blockers() {
        Workload workload = folder.read(PlanFolder.FULL).workload();

        assertThat(workload.rate()).isEqualTo(RateCurve.constant(400));
        assertThat(workload.arrivals()).isEqualTo(Arrivals.CONSTANT);
        assertThat(workload.sessions())
                .isEqualTo(new Workload.Sessions(
                        16,
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        Protocol.EXTENDED,
                        Workload.Autosave.CONSERVATIVE));
        assertThat(workload.warmUp()).isZero();
        assertThat(workload.baseline()).isEqualTo(Duration.ofMillis(1500));
        assertThat(workload.settle()).isEqualTo(Duration.ofSeconds(2));
        assertThat(workload.before().name()).isEqualTo("app");
        assertThat(workload.before().operations()).singleElement().satisfies(read -> {
            assertThat(read.weight()).isEqualTo(1);
            assertThat(read.prepared()).isTrue();
            assertThat(read.transaction()).as("one statement").isFalse();
        });
        assertThat(workload.after().name()).isEqualTo("the new one");
        Workload.Operation placeOrder = workload.after().operations().get(0);
        assertThat(placeOrder.think())
                .isEqualTo(new Workload.ThinkTime(Duration.ofMillis(20), Workload.ThinkTime.Distribution.EXPONENTIAL));
        assertThat(placeOrder.parameters())
                .isEqualTo(Map.of(
                        "customer", Parameter.key("shop.customers", "id", Distribution.ZIPF),
                        "amount", Parameter.integer(-1, 1000),
                        "note", Parameter.text(40),
                        "status", Parameter.choice(List.of("new", "paid", "")),
                        "token", Parameter.uuid(),
                        "at", Parameter.now(),
                        "id", Parameter.unique()));
        assertThat(placeOrder.statements().get(1))
                .isEqualTo(Step.of("select count(*) from orders where placed_at = :at::timestamptz", 1));
        assertThat(workload.blockers())
                .containsExactly(
                        new Blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofSeconds(3)),
                        new Blocker(Blocker.Kind.IDLE_IN_TRANSACTION, "orders", Duration.ofSeconds(3)),
                        new Blocker(Blocker.Kind.OPEN_WRITER, "orders", Duration.ofSeconds(1)),
                        new Blocker(Blocker.Kind.SNAPSHOT, "customers", Duration.ofSeconds(2)),
                        new Blocker(Blocker.Kind.PG_DUMP, null, Duration.ofSeconds(10)),
                        new Blocker(Blocker.Kind.VACUUM, "orders", Duration.ofSeconds(10)));
    }

    @Test
    void flyway_takes_the_place_of_scripts() {
        Migration migration = folder.read(
                        "migration: { flyway: { locations: db/migration, from: 6, to: '7' }, down: U7__widen.sql }")
                .migration();

        assertThat(migration.tool()).isEqualTo(Tool.FLYWAY);
        assertThat(migration.up()).isEmpty();
        assertThat(migration.flyway())
                .isEqualTo(new Migration.Flyway(List.of(temporary.resolve("db/migration")), "6", "7"));
        assertThat(migration.hasRollback()).isTrue();
    }

    @Test
    void a_setting_may_be_empty() {
        assertThat(folder.read("{migration: V7__widen.sql, database: {settings: {shared_preload_libraries: ''}}}")
                        .database()
                        .settings())
                .isEqualTo(Map.of("shared_preload_libraries", ""));
    }

    @Test
    void a_script_chooses_its_transaction_and_the_plan_overrules_it() {
        Migration migration = folder.read(
                        "migration: [V7__widen.sql, concurrently.sql,"
                                + " {file: ./V7__widen.sql, transaction: false}, {file: ./concurrently.sql, transaction: true}]")
                .migration();

        assertThat(migration.up()).extracting(SqlFile::transaction).containsExactly(true, false, false, true);
    }

    @Test
    void the_plan_may_be_named_by_its_file() {
        PlanFolder.write(temporary, "other.yaml", PlanFolder.SMALLEST);

        assertThat(RehearsalFile.read(temporary.resolve("other.yaml"), Overrides.NONE)
                        .migration()
                        .up())
                .hasSize(1);
    }

    @Test
    void a_plan_that_is_not_there_says_what_was_expected() {
        assertThatThrownBy(() -> RehearsalFile.read(temporary, Overrides.NONE))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("has no rehearsal.yaml");
        assertThatThrownBy(() -> RehearsalFile.read(temporary.resolve("nowhere"), Overrides.NONE))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void a_script_in_the_place_of_a_plan_is_told_what_it_is() throws IOException {
        Path script = Files.writeString(temporary.resolve("V2.sql"), "select 1;");

        assertThatThrownBy(() -> RehearsalFile.read(script, Overrides.NONE))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("V2.sql is a script, and no plan.")
                .hasMessageContaining("rehearse trace");
    }

    @Test
    void overrides_scale_the_named_tables_in_proportion() {
        Overrides overrides = new Overrides(14, 1_000L, 9L);

        Rehearsal rehearsal = folder.read(
                "migration: V7__widen.sql\ndata: {scale: 50_000, rows: {orders: 2_000_000, few: 10, none: 0}}",
                overrides);

        assertThat(rehearsal.database().version()).isEqualTo(14);
        assertThat(rehearsal.data())
                .isEqualTo(new DataPlan(
                        25,
                        Map.of("orders", 1_000L, "few", 1L, "none", 0L),
                        9,
                        0.01,
                        Map.of(),
                        List.of(),
                        List.of(),
                        Age.NONE,
                        null,
                        Locales.DEFAULT));
    }

    @Test
    void an_override_of_a_plan_without_named_tables_is_its_scale() {
        assertThat(folder.read(PlanFolder.SMALLEST, new Overrides(null, 5_000_000L, null))
                        .data()
                        .scale())
                .isEqualTo(5_000_000);
    }

    @Test
    void a_scale_from_outside_is_that_of_a_profile_s_largest_table() {
        PlanFolder.write(temporary, "shop.yaml", """
                rehearseProfile: 1
                server: "17.5"
                tables:
                - { schema: shop, name: orders, kind: table, rows: 40000, bytes: 8192, toastBytes: 0, deadRows: 0 }
                - { schema: shop, name: customers, kind: table, rows: 4000, bytes: 8192, toastBytes: 0, deadRows: 0 }
                complete: true
                """);

        DataPlan data = folder.read(
                        "{migration: V7__widen.sql, data: {profile: shop.yaml}}", new Overrides(null, 1_000L, null))
                .data();

        assertThat(data.rows()).isEqualTo(Map.of("shop.orders", 1_000L, "shop.customers", 100L));
        assertThat(data.scale()).isEqualTo(1_000);
    }

    @Test
    void a_mistake_that_only_the_database_shows_is_told_at_its_place() {
        String plan = """
                schema: schema.sql
                migration: V7__widen.sql
                data:
                  rows: { orders: 10, custmers: 10 }
                  nulls: { orders.nte: 10% }
                  dirt: { table: ordrs, breaks: not null (note) }
                workload:
                  before:
                    operations:
                      - { name: read, statements: select * from ordrs }
                  blockers: [ { longReader: ordrs } ]
                invariants:
                  - name: money
                    sql: select sum(total) from ordrs
                """;

        Places places = folder.read(plan, new Overrides(null, 100L, null)).places();

        Map<String, String> expected = Map.of(
                Places.data("custmers"), "4:23",
                Places.data("orders.nte"), "5:12",
                Places.data("ordrs"), "6:9",
                Places.operation("before", "read"), "10:9",
                Places.blocker(new Blocker(Blocker.Kind.LONG_READER, "ordrs", Duration.ofSeconds(3))), "11:29",
                Places.invariant("money"), "14:10");
        expected.forEach((part, place) -> {
            InvalidRehearsalException mistake = new InvalidRehearsalException("It is not there.").about(part);
            assertThat(places.located(mistake))
                    .hasMessage(temporary + "/rehearsal.yaml:" + place + ": It is not there.");
        });
        assertThat(places.located(new InvalidRehearsalException("Elsewhere."))).hasMessage("Elsewhere.");
    }
}
