package dev.rehearse.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.Servers;
import dev.rehearse.wiretap.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FlywayToolIT {

    @TempDir
    private Path folder;

    private TestDatabase.Server server;
    private Migrators migrators;

    @BeforeEach
    void start() throws SQLException, IOException {
        server = Servers.newest();
        script(
                "V1__orders.sql",
                "create table orders (id int primary key, total int);\ninsert into orders values (1, 10);");
        script(
                "V2__note.sql",
                "-- a note\nalter table orders add column note text;\n\ncreate index note on orders (note);\n");
        script("V3__big.sql", "alter table orders\n  alter column total type bigint;");
        script("U3__big.sql", "alter table orders alter column total type int;");
        script("U2__note.sql", "alter table orders drop column note;");
    }

    @AfterEach
    void stop() {
        if (migrators != null) {
            migrators.close();
        }
    }

    private void script(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private Migration plan(List<SqlFile> down, @Nullable Duration lockTimeout, Duration deadline) {
        return plan("1", down, lockTimeout, deadline);
    }

    private Migration plan(
            @Nullable String from, List<SqlFile> down, @Nullable Duration lockTimeout, Duration deadline) {
        return planOf(new Migration.Flyway(List.of(folder), from, null), down, lockTimeout, deadline);
    }

    private static Migration planOf(
            Migration.Flyway flyway, List<SqlFile> down, @Nullable Duration lockTimeout, Duration deadline) {
        return new Migration(
                Migration.Tool.FLYWAY,
                List.of(),
                down,
                flyway,
                null,
                null,
                lockTimeout,
                0,
                Duration.ofMillis(50),
                1,
                deadline);
    }

    private void open(Migration plan) {
        prepare(plan);
        migrators = Migrators.open(plan, server, Servers.MIGRATOR, Servers.PASSWORD, new RunClock());
    }

    private void prepare(Migration plan) {
        MigrationResult prepared = PlannedTool.of(plan).prepare(server, Servers.MIGRATOR, Servers.PASSWORD);
        assertThat(prepared.succeeded()).as(String.valueOf(prepared.message())).isTrue();
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private StatementFact at(String source) {
        return migrators.recorder().facts().stream()
                .filter(f -> source.equals(f.source()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing from " + source + " in "
                        + migrators.recorder().facts().stream()
                                .map(StatementFact::source)
                                .toList()));
    }

    @Test
    void flyway_migrates_from_a_version_and_each_statement_has_its_line_and_locks() throws Exception {
        script("V4__Fill.class", "");
        Migration plan = plan(List.of(), null, Duration.ofSeconds(60));
        open(plan);
        assertThat(query("select max(version) from flyway_schema_history")).isEqualTo("1");

        List<Attempt> attempts = migrators.run(Phase.MIGRATE);

        assertThat(attempts).hasSize(1);
        assertThat(attempts.get(0).message()).isNull();
        assertThat(query("select max(version) from flyway_schema_history")).isEqualTo("3");
        assertThat(at("V2__note.sql:2").locks()).anySatisfy(lock -> {
            assertThat(lock.relation()).isEqualTo("orders");
            assertThat(lock.mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
            assertThat(lock.existedBefore()).isTrue();
        });
        assertThat(at("V2__note.sql:4").indexBuilds()).containsExactly("note on orders");
        assertThat(at("V3__big.sql:1").rewrites()).containsExactly("orders");
        assertThat(PlannedTool.of(plan).name()).startsWith("Flyway 13");
        assertThat(migrators.notMeasured()).anyMatch(line -> line.startsWith("V4__Fill.class: it is a class"));
    }

    @Test
    void a_repeatable_script_that_needs_what_is_pending_runs_with_it() throws SQLException, IOException {
        script("R__first.sql", "create or replace view first as select id from orders;");
        script("R__notes.sql", "create or replace view notes as select note from orders;");
        script("R__total.sql", "create or replace view totals as select total from orders;");
        open(plan("1", List.of(), null, Duration.ofSeconds(60)));
        assertThat(query(
                        "select string_agg(viewname, ' ' order by viewname) from pg_views where schemaname = 'public'"))
                .isEqualTo("first totals");

        script("V3__big.sql", "select 1;");
        assertThat(migrators.run(Phase.MIGRATE))
                .allSatisfy(attempt -> assertThat(attempt.message()).isNull());

        assertThat(query(
                        "select string_agg(viewname, ' ' order by viewname) from pg_views where schemaname = 'public'"))
                .isEqualTo("first notes totals");
        assertThat(migrators.notMeasured())
                .filteredOn(line -> line.startsWith("what R__"))
                .singleElement()
                .asString()
                .startsWith("what R__notes.sql made before: it needs what is pending");
    }

    @Test
    void a_callback_that_needs_what_is_pending_keeps_no_rehearsal_from_its_beginning()
            throws SQLException, IOException {
        script("afterMigrate__1_totals.sql", "create or replace view totals as select total from orders;");
        script("afterMigrate__2_notes.sql", "create or replace view notes as select note from orders;");
        String views = "select string_agg(viewname, ' ' order by viewname) from pg_views where schemaname = 'public'";
        open(plan("1", List.of(), null, Duration.ofSeconds(60)));
        assertThat(query(views)).isEqualTo("totals");

        script("V3__big.sql", "select 1;");
        assertThat(migrators.run(Phase.MIGRATE))
                .allSatisfy(attempt -> assertThat(attempt.message()).isNull());

        assertThat(query(views)).isEqualTo("notes totals");
        assertThat(migrators.notMeasured())
                .anyMatch(line -> line.startsWith("what afterMigrate__1_totals.sql and 1 more made before"));
    }

    @Test
    void a_migration_that_fails_before_the_rehearsal_is_told_also_where_there_are_callbacks() throws IOException {
        script("afterMigrate__totals.sql", "create or replace view totals as select total from orders;");
        script("V2__note.sql", "alter table nowhere add column note text;");

        MigrationResult prepared = PlannedTool.of(plan("2", List.of(), null, Duration.ofSeconds(60)))
                .prepare(server, Servers.MIGRATOR, Servers.PASSWORD);

        assertThat(prepared.succeeded()).isFalse();
        assertThat(prepared.sqlState()).isEqualTo("42P01");
    }

    @Test
    void undo_scripts_beside_the_migrations_lead_back_and_flyway_migrates_again() throws SQLException {
        open(plan(List.of(), null, Duration.ofSeconds(60)));

        assertThat(migrators.hasDown()).isTrue();
        assertThat(migrators.run(Phase.MIGRATE)).allMatch(a -> a.outcome() == Outcome.SUCCEEDED);
        List<Attempt> back = migrators.run(Phase.ROLL_BACK);

        assertThat(back.get(0).message()).isNull();
        assertThat(query("select string_agg(version, ',') from flyway_schema_history"))
                .isEqualTo("1");
        assertThat(query("select count(*) from information_schema.columns where table_name = 'orders'"))
                .isEqualTo("2");
        assertThat(at("U3__big.sql:1").startMicros())
                .isLessThan(at("U2__note.sql:1").startMicros());
        assertThat(migrators.run(Phase.REAPPLY)).allMatch(a -> a.outcome() == Outcome.SUCCEEDED);
        assertThat(query("select max(version) from flyway_schema_history")).isEqualTo("3");
    }

    @Test
    void a_repeatable_script_that_ran_with_the_migration_runs_again_after_the_way_back() throws Exception {
        script("R__notes.sql", "create or replace view notes as select note from orders;");
        script("U2__note.sql", "drop view notes;\nalter table orders drop column note;");
        open(plan(List.of(), null, Duration.ofSeconds(60)));

        migrators.run(Phase.MIGRATE);
        List<Attempt> back = migrators.run(Phase.ROLL_BACK);

        assertThat(back.get(0).message()).isNull();
        assertThat(query("select count(*) from flyway_schema_history where version is null"))
                .isEqualTo("0");
        assertThat(migrators.run(Phase.REAPPLY)).allMatch(a -> a.outcome() == Outcome.SUCCEEDED);
        assertThat(query("select to_regclass('notes') is not null")).isEqualTo("t");
    }

    @Test
    @Timeout(60)
    void flyways_lock_keeps_no_index_waiting_before_the_rehearsal_begins() throws Exception {
        script("V1.1__beside.sql", "create index concurrently orders_total on orders (total);");

        prepare(plan("1.1", List.of(), null, Duration.ofSeconds(60)));

        assertThat(query("select indisvalid from pg_index where indexrelid = 'orders_total'::regclass"))
                .isEqualTo("t");
    }

    @Test
    void flyways_own_settings_hold_on_the_way_there_and_back() throws Exception {
        script("V3__big.sql", "alter table orders alter column ${column} type bigint;");
        Map<String, String> settings = Map.of(
                "table",
                "history",
                "schemas",
                "shop",
                "placeholders.column",
                "total",
                "postgresql.transactional.lock",
                "false");
        open(planOf(
                new Migration.Flyway(List.of(folder), "1", null, settings), List.of(), null, Duration.ofSeconds(60)));

        assertThat(migrators.run(Phase.MIGRATE).get(0).message()).isNull();
        assertThat(query("select max(version) from shop.history")).isEqualTo("3");
        assertThat(migrators.run(Phase.ROLL_BACK).get(0).message()).isNull();
        assertThat(query("select max(version) from shop.history")).isEqualTo("1");
    }

    @Test
    void a_setting_that_flyway_does_not_know_is_the_plans_mistake() {
        Migration plan = planOf(
                new Migration.Flyway(List.of(folder), null, null, Map.of("tabel", "history")),
                List.of(),
                null,
                Duration.ofSeconds(60));

        assertThatThrownBy(() -> PlannedTool.of(plan))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("tabel");
    }

    @Test
    void the_way_back_ends_where_the_history_that_was_there_before_ends() throws SQLException {
        prepare(plan("2", List.of(), null, Duration.ofSeconds(60)));
        open(plan(null, List.of(), null, Duration.ofSeconds(60)));

        assertThat(migrators.run(Phase.MIGRATE)).allMatch(a -> a.outcome() == Outcome.SUCCEEDED);
        assertThat(migrators.run(Phase.ROLL_BACK)).allMatch(a -> a.outcome() == Outcome.SUCCEEDED);

        assertThat(query("select string_agg(version, ',' order by installed_rank) from flyway_schema_history"))
                .isEqualTo("1,2");
        assertThat(migrators.recorder().facts())
                .extracting(StatementFact::source)
                .contains("U3__big.sql:1")
                .doesNotContain("U2__note.sql:1");
    }

    @Test
    void the_plans_own_way_back_replaces_undo_scripts() throws SQLException {
        open(plan(
                List.of(SqlFile.of(
                        "back.sql",
                        "alter table orders drop column note;\nalter table orders alter column total type int;")),
                null,
                Duration.ofSeconds(60)));
        migrators.run(Phase.MIGRATE);

        assertThat(migrators.run(Phase.ROLL_BACK)).allMatch(a -> a.outcome() == Outcome.SUCCEEDED);

        assertThat(query("select string_agg(version, ',') from flyway_schema_history"))
                .isEqualTo("1");
    }

    @Test
    void a_missing_undo_script_is_a_failure_that_names_it() throws Exception {
        Files.delete(folder.resolve("U2__note.sql"));
        open(plan(List.of(), null, Duration.ofSeconds(60)));
        migrators.run(Phase.MIGRATE);

        List<Attempt> back = migrators.run(Phase.ROLL_BACK);

        assertThat(back.get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(back.get(0).message()).contains("U2__*.sql");
    }

    @Test
    void undo_scripts_of_other_releases_are_no_way_back_from_this_one() throws Exception {
        Files.delete(folder.resolve("U3__big.sql"));
        open(plan("2", List.of(), null, Duration.ofSeconds(60)));
        assertThat(migrators.hasDown()).isFalse();

        script("U3__big.sql", "alter table orders alter column total type int;");
        assertThat(migrators.hasDown()).isTrue();
    }

    @Test
    void a_failing_migration_gives_its_sqlstate_and_line() throws Exception {
        script("V4__bad.sql", "select 1;\nselect 1 / 0;");
        open(plan(List.of(), null, Duration.ofSeconds(60)));

        List<Attempt> attempts = migrators.run(Phase.MIGRATE);

        assertThat(attempts.get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempts.get(0).sqlState()).isEqualTo("22012");
        assertThat(attempts.get(0).message()).startsWith("V4__bad.sql:2: ");
    }

    @Test
    void the_lock_timeout_is_that_of_flyways_sessions() throws SQLException {
        open(plan(List.of(), Duration.ofMillis(150), Duration.ofSeconds(60)));
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table orders in access share mode");

            List<Attempt> attempts = migrators.run(Phase.MIGRATE);

            assertThat(attempts.get(0).sqlState()).isEqualTo("55P03");
        }
    }

    @Test
    void flyways_own_lock_makes_a_concurrent_index_build_hang_until_the_deadline() throws Exception {
        script("V4__concurrent.sql", "create index concurrently total on orders (total);");
        // Nothing but the statement that hangs is left to do, so that the deadline is far from what comes before it.
        open(plan("3", List.of(), null, Duration.ofSeconds(6)));

        List<Attempt> attempts = migrators.run(Phase.MIGRATE);

        assertThat(attempts.get(0).outcome()).isNotEqualTo(Outcome.SUCCEEDED);
        assertThat(attempts.get(0).message()).contains("deadline").contains("V4__concurrent.sql:1");
        Until.noMigrationHasASession(server);
    }
}
