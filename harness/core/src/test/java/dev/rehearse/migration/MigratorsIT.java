package dev.rehearse.migration;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.rehearse.workload.LoadedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigratorsIT {

    private TestDatabase.Server server;
    private Migrators migrators;

    @BeforeEach
    void start() throws SQLException {
        server = Servers.newest();
        Servers.execute(
                server, "create table orders (id int primary key, total int)", "insert into orders values (1, 10)");
    }

    @AfterEach
    void stop() {
        if (migrators != null) {
            migrators.close();
            assertThat(migrators.notMeasured()).noneMatch(line -> line.contains("failed"));
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("rehearse-migrator")
                        || t.getName().startsWith("rehearse-tap"));
    }

    private static Migration plan(String up, String down) {
        return plan(up, down, null, 0, 1, Duration.ofSeconds(30));
    }

    private static Migration plan(
            String up, String down, @Nullable Duration lockTimeout, int retries, int migrators, Duration deadline) {
        return new Migration(
                Migration.Tool.SQL,
                List.of(SqlFile.of("up.sql", up)),
                down.isEmpty() ? List.of() : List.of(SqlFile.of("down.sql", down)),
                null,
                null,
                null,
                lockTimeout,
                retries,
                Duration.ofMillis(50),
                migrators,
                deadline);
    }

    private List<Attempt> run(Migration plan, Phase phase) {
        open(plan);
        return migrators.run(phase);
    }

    private void open(Migration plan) {
        migrators = Migrators.open(plan, server, Servers.MIGRATOR, Servers.PASSWORD, new RunClock());
    }

    private boolean sleeps() {
        StatementFact running = migrators.recorder().running();
        return running != null && running.sql().startsWith("select pg_sleep");
    }

    private StatementFact fact(String sql) {
        return migrators.recorder().facts().stream()
                .filter(f -> f.sql().equals(sql))
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no statement " + sql));
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void scripts_go_forth_back_and_forth_again_with_the_line_of_each_statement() throws SQLException {
        Migration plan = plan(
                "-- widen\nalter table orders\n  add column note text;\n\nupdate orders set note = 'a;b';\n",
                "alter table orders drop column note;");

        List<Attempt> up = run(plan, Phase.MIGRATE);
        List<Attempt> down = migrators.run(Phase.ROLL_BACK);
        List<Attempt> again = migrators.run(Phase.REAPPLY);

        assertThat(List.of(up, down, again)).allSatisfy(attempts -> {
            assertThat(attempts).hasSize(1);
            assertThat(attempts.get(0).outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(attempts.get(0).message()).isNull();
        });
        List<StatementFact> facts = migrators.recorder().facts();
        assertThat(facts.stream()
                        .filter(f -> f.source() != null)
                        .map(f -> f.phase() + " " + f.source() + " " + f.sql()))
                .containsExactly(
                        "MIGRATE up.sql BEGIN",
                        "MIGRATE up.sql:2 alter table orders\n  add column note text",
                        "MIGRATE up.sql:5 update orders set note = 'a;b'",
                        "MIGRATE up.sql COMMIT",
                        "ROLL_BACK down.sql BEGIN",
                        "ROLL_BACK down.sql:1 alter table orders drop column note",
                        "ROLL_BACK down.sql COMMIT",
                        "REAPPLY up.sql BEGIN",
                        "REAPPLY up.sql:2 alter table orders\n  add column note text",
                        "REAPPLY up.sql:5 update orders set note = 'a;b'",
                        "REAPPLY up.sql COMMIT");
        assertThat(facts)
                .extracting(StatementFact::index)
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(fact("alter table orders drop column note").locks()).anySatisfy(lock -> {
            assertThat(lock.relation()).isEqualTo("orders");
            assertThat(lock.mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        });
        assertThat(query("select note from orders")).isEqualTo("a;b");
        assertThat(query("select count(*) from pg_event_trigger")).isEqualTo("0");
        assertThat(query("select count(*) from pg_namespace where nspname = 'rehearse'"))
                .isEqualTo("0");
    }

    @Test
    void a_failure_names_its_line_and_undoes_its_transaction() throws SQLException {
        List<Attempt> attempts = run(plan("create table made (id int);\n\nselect 1 / 0;", ""), Phase.MIGRATE);

        assertThat(attempts).hasSize(1);
        assertThat(attempts.get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempts.get(0).sqlState()).isEqualTo("22012");
        assertThat(attempts.get(0).message()).startsWith("up.sql:3: ").contains("division by zero");
        assertThat(query("select to_regclass('made')")).isNull();
        assertThat(migrators.hasDown()).isFalse();
    }

    @Test
    void a_server_that_lets_nobody_in_but_over_tls_is_migrated_through_the_tap(@TempDir Path folder) throws Exception {
        try (LoadedServer shop = new LoadedServer(18)) {
            shop.demandTls(folder);
            migrators = Migrators.open(
                    plan("create table made (id int);", ""),
                    shop.server,
                    shop.server.user(),
                    shop.server.password(),
                    new RunClock());

            assertThat(migrators.run(Phase.MIGRATE))
                    .singleElement()
                    .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo(Outcome.SUCCEEDED));
            migrators.close();
        }
    }

    @Test
    void without_a_transaction_each_statement_stays() throws SQLException {
        String up = "create table made (id int);\ncreate index concurrently i on orders (total);\nselect 1 / 0;";

        List<Attempt> attempts = run(plan(up, ""), Phase.MIGRATE);

        assertThat(attempts.get(0).sqlState()).isEqualTo("22012");
        assertThat(query("select to_regclass('made')")).isEqualTo("made");
        assertThat(query("select indisvalid from pg_index where indexrelid = 'i'::regclass"))
                .isEqualTo("t");
    }

    @Test
    void statements_that_drivers_like_to_cut_up_arrive_whole() throws SQLException {
        String up = """
                create function twice(i int) returns int begin atomic select i; select i * 2; end;
                create table log (id int);
                create rule r as on insert to log do also (delete from log where id < 0; delete from log where id < -1);
                create procedure p() language plpgsql as $$ begin perform 1; perform '{?}'; end $$;
                copy log (id) from stdin;
                1
                2
                \\.
                select '{d ''x''}', ':a', '?';
                """;

        List<Attempt> attempts = run(plan(up, ""), Phase.MIGRATE);

        assertThat(attempts.get(0).message()).isNull();
        assertThat(query("select twice(21)")).isEqualTo("42");
        assertThat(query("select count(*) from log")).isEqualTo("2");
        assertThat(fact("copy log (id) from stdin").rows()).isEqualTo(2);
        assertThat(fact("copy log (id) from stdin").source()).isEqualTo("up.sql:5");
    }

    @Test
    void a_lock_timeout_is_tried_again_until_the_way_is_free() throws Exception {
        Migration plan = plan(
                "alter table orders add column note text;",
                "",
                Duration.ofMillis(100),
                1_000,
                1,
                Duration.ofMinutes(2));
        AtomicReference<List<Attempt>> attempts = new AtomicReference<>();
        open(plan);
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table orders in access share mode");
            Thread runner = new Thread(() -> attempts.set(migrators.run(Phase.MIGRATE)));
            runner.start();
            Until.holds(
                    "three attempts",
                    () -> migrators.recorder().facts().stream().anyMatch(f -> f.attempt() == 3));
            blocker.commit();
            runner.join(60_000);
        }

        List<Attempt> all = attempts.get();
        assertThat(all).hasSizeGreaterThanOrEqualTo(3);
        assertThat(all.subList(0, all.size() - 1)).allMatch(a -> "55P03".equals(a.sqlState()));
        assertThat(all.get(all.size() - 1).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(all).extracting(Attempt::number).startsWith(1, 2, 3);
        assertThat(fact("COMMIT").attempt()).isEqualTo(all.size());
    }

    @Test
    void a_retry_reports_the_invalid_index_that_the_first_attempt_left() throws Exception {
        Migration plan = plan(
                "create index concurrently i on orders (total);",
                "",
                Duration.ofMillis(100),
                3,
                1,
                Duration.ofSeconds(30));
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("update orders set total = 11");

            List<Attempt> attempts = run(plan, Phase.MIGRATE);

            assertThat(attempts).extracting(Attempt::sqlState).containsExactly("55P03", "42P07");
        }
        assertThat(query("select indisvalid from pg_index where indexrelid = 'i'::regclass"))
                .isEqualTo("f");
    }

    @Test
    void the_deadline_cancels_what_runs_through_the_server() throws SQLException {
        long from = System.nanoTime();

        List<Attempt> attempts = run(
                plan("update orders set total = 12;\nselect pg_sleep(60);", "", null, 5, 1, Duration.ofSeconds(3)),
                Phase.MIGRATE);

        assertThat(System.nanoTime() - from).isLessThan(30_000_000_000L);
        assertThat(attempts).hasSize(1);
        assertThat(attempts.get(0).sqlState()).isEqualTo("57014");
        assertThat(attempts.get(0).message()).startsWith("Cancelled because its deadline of 3 s was over. up.sql:2: ");
        assertThat(query("select total from orders")).isEqualTo("10");
        Until.noMigrationHasASession(server);
    }

    @Test
    void an_interrupted_caller_and_a_call_to_cancel_end_the_migration() throws Exception {
        open(plan("select pg_sleep(60);", ""));
        for (boolean interrupt : new boolean[] {true, false}) {
            AtomicReference<List<Attempt>> attempts = new AtomicReference<>();
            AtomicReference<Boolean> flag = new AtomicReference<>();
            Thread runner = new Thread(() -> {
                attempts.set(migrators.run(Phase.MIGRATE));
                flag.set(Thread.currentThread().isInterrupted());
            });
            runner.start();
            Until.holds("the statement to run", this::sleeps);
            if (interrupt) {
                runner.interrupt();
            } else {
                migrators.cancel("of a test");
            }
            runner.join(60_000);

            assertThat(attempts.get()).hasSize(1);
            assertThat(attempts.get().get(0).sqlState()).isEqualTo("57014");
            assertThat(flag.get()).isEqualTo(interrupt);
        }
    }

    @Test
    void several_migrators_run_at_once_and_each_has_its_outcome() {
        Migration plan =
                plan("select pg_sleep(0.3);\ncreate table made (id int);", "", null, 0, 3, Duration.ofSeconds(30));

        List<Attempt> attempts = run(plan, Phase.MIGRATE);

        assertThat(attempts).extracting(Attempt::migrator).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(attempts).filteredOn(a -> a.outcome() == Outcome.SUCCEEDED).hasSize(1);
        assertThat(attempts)
                .filteredOn(a -> a.outcome() == Outcome.FAILED)
                .hasSize(2)
                // The table is there, its row type is (CREATE TABLE looks for it next), or the catalog's unique index
                // says so.
                .allMatch(a -> List.of("42P07", "42710", "23505").contains(a.sqlState()));
        assertThat(migrators.recorder().facts())
                .extracting(StatementFact::migrator)
                .contains(0, 1, 2);
        assertThat(migrators.recorder().backends()).hasSize(3);
        Until.holds(
                "the ends of their sessions to be heard",
                () -> migrators.recorder().openSessions().isEmpty());
    }

    @Test
    void a_session_that_the_server_kills_is_an_outcome_too() throws Exception {
        open(plan("select pg_sleep(60);", ""));
        AtomicReference<List<Attempt>> attempts = new AtomicReference<>();
        Thread runner = new Thread(() -> attempts.set(migrators.run(Phase.MIGRATE)));
        runner.start();
        Until.holds("the statement to run", this::sleeps);
        for (int pid : migrators.recorder().openSessions()) {
            Servers.execute(server, "select pg_terminate_backend(" + pid + ")");
        }
        runner.join(60_000);

        assertThat(attempts.get()).hasSize(1);
        assertThat(attempts.get().get(0).sqlState()).isEqualTo("57P01");
    }

    @Test
    void a_script_may_control_its_own_transactions() throws SQLException {
        String up = "begin;\nalter table orders add column a int;\ncommit;\nbegin;\nselect 1 / 0;\ncommit;";

        List<Attempt> attempts = run(plan(up, ""), Phase.MIGRATE);

        assertThat(attempts.get(0).message()).startsWith("up.sql:5: ");
        assertThat(
                        query(
                                "select count(*) from information_schema.columns where table_name = 'orders' and column_name = 'a'"))
                .isEqualTo("1");
        assertThat(fact("ROLLBACK").outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void a_script_that_leaves_its_transaction_open_has_failed() throws SQLException {
        List<Attempt> attempts = run(plan("begin;\nalter table orders add column a int;", ""), Phase.MIGRATE);

        assertThat(attempts.get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempts.get(0).message()).startsWith("up.sql: ").contains("Write the COMMIT");
        assertThat(fact("ROLLBACK").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(query("select count(*) from pg_attribute where attrelid = 'orders'::regclass and attname = 'a'"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create table made (id int); select 1 / 0;                                          | a/down.sql
            -- rehearse: no-transaction\\ncreate table made (id int); select 1 / 0;             | b/down.sql a/down.sql
            -- rehearse: no-transaction\\nselect 1 / 0;                                         | b/down.sql a/down.sql
            set lock_timeout = '2s'; begin; create table made (id int); select 1 / 0; commit;  | a/down.sql
            begin; create table made (id int);                                                 | a/down.sql
            begin; create table made (id int); commit; begin; select 1 / 0; commit;            | b/down.sql a/down.sql
            begin; create table made (id int); commit and chain; select 1 / 0; commit;         | b/down.sql a/down.sql
            """)
    void after_a_failure_only_what_is_there_is_taken_back(String second, String back) {
        Migration plan = withThree(second.replace("\\n", "\n"), List.of("c/down.sql", "b/down.sql", "a/down.sql"));

        assertThat(run(plan, Phase.MIGRATE)).extracting(Attempt::outcome).containsExactly(Outcome.FAILED);
        migrators.run(Phase.ROLL_BACK);

        assertThat(scriptsThatRan(Phase.ROLL_BACK)).isEqualTo(back);
    }

    @Test
    void a_way_back_that_does_not_say_what_each_script_takes_back_runs_as_a_whole() {
        run(withThree("select 1 / 0;", List.of("first.sql", "second.sql", "third.sql")), Phase.MIGRATE);
        migrators.run(Phase.ROLL_BACK);

        assertThat(scriptsThatRan(Phase.ROLL_BACK)).isEqualTo("first.sql second.sql third.sql");
    }

    /** Three migrations, of which the second fails. */
    private static Migration withThree(String second, List<String> down) {
        return new Migration(
                Migration.Tool.SQL,
                List.of(
                        SqlFile.of("a/up.sql", "alter table orders add column a int;"),
                        SqlFile.of("b/up.sql", second),
                        SqlFile.of("c/up.sql", "alter table orders add column c int;")),
                down.stream().map(name -> SqlFile.of(name, "select 1;")).toList(),
                null,
                null,
                null,
                null,
                0,
                Duration.ofMillis(50),
                1,
                Duration.ofSeconds(30));
    }

    private String scriptsThatRan(Phase phase) {
        return migrators.recorder().facts().stream()
                .filter(fact -> fact.phase() == phase && fact.source() != null)
                .map(fact -> String.valueOf(fact.source()).replaceFirst(":.*", ""))
                .distinct()
                .collect(Collectors.joining(" "));
    }

    @Test
    void a_retry_goes_on_with_the_script_that_failed_though_another_has_its_name() throws Exception {
        Migration plan = new Migration(
                Migration.Tool.SQL,
                List.of(
                        SqlFile.of("up.sql", "create table made (id int);"),
                        SqlFile.of("up.sql", "alter table orders add column a int;")),
                List.of(),
                null,
                null,
                null,
                Duration.ofMillis(100),
                1_000,
                Duration.ofMillis(50),
                1,
                Duration.ofMinutes(2));
        AtomicReference<List<Attempt>> attempts = new AtomicReference<>();
        open(plan);
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table orders in access share mode");
            Thread runner = new Thread(() -> attempts.set(migrators.run(Phase.MIGRATE)));
            runner.start();
            Until.holds(
                    "two attempts", () -> migrators.recorder().facts().stream().anyMatch(f -> f.attempt() == 2));
            blocker.commit();
            runner.join(60_000);
        }

        List<Attempt> all = attempts.get();
        assertThat(all.get(all.size() - 1).message()).isNull();
        assertThat(query("select count(*) from pg_attribute where attrelid = 'orders'::regclass and attname = 'a'"))
                .isEqualTo("1");
        assertThat(migrators.recorder().facts())
                .filteredOn(f -> f.sql().startsWith("create table made"))
                .hasSize(1);
    }

    @Test
    void a_setting_that_would_silence_the_server_keeps_its_words_from_the_client_alone() throws SQLException {
        run(plan("""
                        -- as a dump begins, or as Rails and Sequelize do
                        set statement_timeout = 0; select 1;
                        set client_min_messages = warning;
                        create table wide (id int, total int);
                        alter table orders alter column total type bigint;
                        """, ""), Phase.MIGRATE);

        assertThat(migrators.notMeasured()).isEmpty();
        assertThat(migrators.recorder().facts())
                .filteredOn(fact -> fact.sql().startsWith("alter table orders"))
                .singleElement()
                .satisfies(fact -> assertThat(fact.rewrites()).containsExactly("orders"));
    }

    @Test
    void a_migration_that_silences_the_server_is_told_as_such() throws SQLException {
        run(plan("do $$ begin set client_min_messages = warning; end $$;", ""), Phase.MIGRATE);
        migrators.close();
        assertThat(migrators.notMeasured())
                .anyMatch(line -> line.startsWith("rewrites, scans and index builds after the migration's own"));

        run(plan("select pg_catalog.set_config('client_min_messages', 'notice', false);", ""), Phase.MIGRATE);
        migrators.close();
        assertThat(migrators.notMeasured())
                .anyMatch(line -> line.startsWith("rewrites, scans and index builds after the migration's own"));

        run(plan("select 'reset client_min_messages';", ""), Phase.MIGRATE);
        assertThat(migrators.notMeasured()).isEmpty();
    }
}
