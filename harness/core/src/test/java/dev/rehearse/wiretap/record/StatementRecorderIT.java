package dev.rehearse.wiretap.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.Servers;
import dev.rehearse.wiretap.Until;
import dev.rehearse.wiretap.Wiretap;
import dev.rehearse.wiretap.lock.LockEventTrigger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is known to be true of PostgreSQL's locks must be what the recorder says. */
class StatementRecorderIT {

    private static final String NAME = "rehearse-migration-0";
    private static final int SLOW_KEY = 4711;

    /** What is computed for an index entry waits while somebody holds the key. */
    private static final String SLOW =
            "create or replace function slow(n int) returns int language plpgsql immutable as"
                    + " $$ begin if n = 1 then perform pg_advisory_xact_lock_shared(" + SLOW_KEY
                    + "); end if; return n; end $$";

    private TestDatabase.Server server;
    private RunClock clock;
    private StatementRecorder recorder;
    private Wiretap tap;

    private void start(int version, String... schema) throws SQLException {
        server = Servers.fresh(version);
        Servers.execute(
                server,
                "create table orders (id int primary key, total int, note text)",
                "create index orders_total_idx on orders (total)",
                "create table items (id int primary key, order_id int, amount int)",
                "insert into orders select g, g, 'n' from generate_series(1, 5000) g",
                "insert into items select g, g, g from generate_series(1, 5000) g");
        Servers.execute(server, schema);
        try (Connection connection = server.connect("rehearse-test")) {
            LockEventTrigger.install(connection);
        }
        clock = new RunClock();
        recorder = StatementRecorder.open(server, clock);
        tap = Wiretap.listen(server, clock, recorder.listener(0));
    }

    @AfterEach
    void stop() {
        if (tap != null) {
            tap.close();
            recorder.close();
            assertThat(tap.failures()).isEmpty();
        }
    }

    private Connection migrator() throws SQLException {
        return tap.server().connect(NAME, Servers.MIGRATOR, Servers.PASSWORD);
    }

    private void migrate(boolean inTransaction, String... statements) throws SQLException {
        try (Connection connection = migrator();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            if (inTransaction) {
                statement.execute("begin");
            }
            for (String sql : statements) {
                statement.execute(sql);
            }
            if (inTransaction) {
                statement.execute("commit");
            }
        }
    }

    /** Runs a statement that stops in the middle until the sampler has looked at it. */
    private void migrateSlowly(String sql) throws Exception {
        try (Connection holder = server.connect("rehearse-blocker");
                Statement holding = holder.createStatement()) {
            holding.execute("select pg_advisory_lock(" + SLOW_KEY + ")");
            Thread migration = migrateInBackground(sql);
            Until.waitsForLock(NAME, server);
            Until.seenBy("rehearse-sampler-tap", server);
            holding.execute("select pg_advisory_unlock(" + SLOW_KEY + ")");
            migration.join(60_000);
        }
    }

    private Thread migrateInBackground(String sql) {
        Thread migration = new Thread(() -> {
            try {
                migrate(false, sql);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        migration.start();
        return migration;
    }

    private StatementFact fact(String sql) {
        return recorder.facts().stream()
                .filter(f -> f.sql().equals(sql))
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no statement " + sql + " in " + recorder.facts()));
    }

    private Map<String, String> locks(String sql) {
        Map<String, String> locks = new TreeMap<>();
        for (RelationLock lock : fact(sql).locks()) {
            locks.put(lock.relation(), lock.mode().sqlName());
        }
        return locks;
    }

    private static RelationLock lock(StatementFact fact, String relation) {
        return fact.locks().stream()
                .filter(l -> l.relation().equals(relation))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no lock on " + relation + " in " + fact));
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void add_column_takes_access_exclusive_with_and_without_a_transaction(int version) throws SQLException {
        start(version);
        String inside = "alter table orders add column a int";
        String alone = "alter table orders add column b int";

        migrate(true, inside);
        migrate(false, alone);

        assertThat(locks(inside)).isEqualTo(Map.of("orders", "ACCESS EXCLUSIVE"));
        assertThat(locks(alone)).isEqualTo(Map.of("orders", "ACCESS EXCLUSIVE"));
        assertThat(fact(inside).inTransaction()).isTrue();
        assertThat(fact(alone).inTransaction()).isFalse();
        assertThat(lock(fact(alone), "orders").source()).isEqualTo("event trigger");
        assertThat(lock(fact(alone), "orders").existedBefore()).isTrue();
        assertThat(lock(fact(alone), "orders").relationKind()).isEqualTo("table");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void of_a_table_that_is_written_and_then_altered_it_is_known_that_rows_were_locked(int version)
            throws SQLException {
        start(version);
        String both = "do $$ begin update orders set total = 0; alter table orders add column a int; end $$";
        String alone = "alter table orders add column b int";

        migrate(true, both);
        migrate(true, alone);

        assertThat(lock(fact(both), "orders").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(lock(fact(both), "orders").forRows()).isTrue();
        assertThat(lock(fact(alone), "orders").forRows()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_change_of_type_rewrites_the_table_and_builds_its_indexes(int version) throws SQLException {
        start(version);
        String sql = "alter table orders alter column total type bigint";

        migrate(false, sql);

        StatementFact fact = fact(sql);
        assertThat(fact.rewrites()).containsExactly("orders");
        assertThat(fact.indexBuilds()).containsExactlyInAnyOrder("orders_pkey on orders", "orders_total_idx on orders");
        assertThat(fact.scans()).isEmpty();
        assertThat(locks(sql))
                .containsEntry("orders", "ACCESS EXCLUSIVE")
                .containsEntry("orders_pkey", "ACCESS EXCLUSIVE");
        assertThat(fact.walBytes()).isGreaterThan(100_000);
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_foreign_key_locks_both_tables_and_reads_one(int version) throws SQLException {
        start(version);
        String add = "alter table items add constraint fk foreign key (order_id) references orders";

        migrate(false, add);

        assertThat(locks(add))
                .containsEntry("items", "SHARE ROW EXCLUSIVE")
                .containsEntry("orders", "SHARE ROW EXCLUSIVE");
        assertThat(fact(add).scans()).containsExactly("foreign key fk");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void not_valid_then_validate_scans_under_the_weaker_lock(int version) throws SQLException {
        start(version);
        String add = "alter table orders add constraint c check (total > 0) not valid";
        String validate = "alter table orders validate constraint c";

        migrate(false, add, validate);

        assertThat(locks(add)).containsEntry("orders", "ACCESS EXCLUSIVE");
        assertThat(fact(add).scans()).isEmpty();
        assertThat(locks(validate)).containsEntry("orders", "SHARE UPDATE EXCLUSIVE");
        assertThat(fact(validate).scans()).containsExactly("orders");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void create_index_takes_share_and_its_own_index_existed_not(int version) throws SQLException {
        start(version);
        String sql = "create index made on orders (note)";

        migrate(true, sql);

        StatementFact fact = fact(sql);
        assertThat(lock(fact, "orders").mode()).isEqualTo(LockMode.SHARE);
        assertThat(fact.indexBuilds()).containsExactly("made on orders");
        assertThat(lock(fact, "made").existedBefore()).isFalse();
        assertThat(lock(fact, "made").relationKind()).isEqualTo("index");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void concurrent_index_builds_are_seen_by_sampling(int version) throws Exception {
        start(version, SLOW);
        String sql = "create index concurrently made on orders (slow(total), note)";

        migrateSlowly(sql);

        StatementFact fact = fact(sql);
        assertThat(lock(fact, "orders").mode()).isEqualTo(LockMode.SHARE_UPDATE_EXCLUSIVE);
        assertThat(lock(fact, "orders").source()).isEqualTo("sampling");
        assertThat(fact.indexBuilds()).containsExactly("made on orders");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void an_index_that_was_built_anew_concurrently_has_the_old_ones_name_afterwards(int version) throws Exception {
        start(version, SLOW, "create index orders_slow_idx on orders (slow(total))");
        String sql = "reindex index concurrently orders_slow_idx";
        String after = "alter index orders_slow_idx set (fillfactor = 70)";

        migrateSlowly(sql);
        migrate(false, after);

        assertThat(fact(sql).locks())
                .filteredOn(lock -> lock.relation().equals("orders_slow_idx"))
                .hasSize(1)
                .allMatch(RelationLock::existedBefore);
        assertThat(locks(after)).containsOnlyKeys("orders_slow_idx");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void vacuum_full_is_a_rewrite_under_access_exclusive(int version) throws Exception {
        start(version, SLOW, "create index orders_slow_idx on orders (slow(total))");
        String sql = "vacuum full orders";

        migrateSlowly(sql);

        assertThat(lock(fact(sql), "orders").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(fact(sql).rewrites()).containsExactly("orders");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void each_statement_of_a_transaction_gets_its_own_locks_and_holds_them_to_the_end(int version) throws SQLException {
        start(version);
        String first = "create index made on orders (note)";
        String again = "select count(*) from orders";
        String stronger = "alter table orders add column a int";
        String other = "update items set amount = 0 where id = 1";

        migrate(true, first, again, stronger, "select pg_sleep(0.2)", other);

        assertThat(locks(first)).containsEntry("orders", "SHARE");
        assertThat(locks(again)).doesNotContainKey("orders");
        assertThat(locks(stronger)).isEqualTo(Map.of("orders", "ACCESS EXCLUSIVE"));
        assertThat(locks(other)).containsEntry("items", "ROW EXCLUSIVE").doesNotContainKey("orders");
        long end = fact("commit").endMicros();
        StatementFact added = fact(stronger);
        assertThat(lock(added, "orders").heldMicros())
                .isCloseTo(end - added.startMicros(), within(5_000L))
                .isGreaterThan(200_000);
        assertThat(recorder.statementAt(added.startMicros() + 1)).isEqualTo(added.index());
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void for_how_long_a_transaction_stood_still_to_be_read_is_told(int version) throws SQLException {
        start(version);
        String changed = "alter table orders add column a int";

        migrate(false, "alter table orders add column b int");
        assertThat(recorder.holds()).isEmpty();

        migrate(true, changed);
        List<Long> starts =
                recorder.holds().stream().map(hold -> hold.startMicros()).toList();
        assertThat(starts)
                .hasSize(4)
                .isSorted()
                .contains(fact(changed).startMicros(), fact("commit").startMicros());
        // The server is ready only after it has said that a statement is done.
        assertThat(starts.get(0))
                .isBetween(fact("begin").endMicros(), fact(changed).startMicros());
        assertThat(starts.get(2))
                .isBetween(fact(changed).endMicros(), fact("commit").startMicros());
        assertThat(recorder.holds())
                .allSatisfy(hold -> assertThat(hold.micros()).isPositive())
                .allSatisfy(
                        hold -> assertThat(hold.pid()).isEqualTo(fact(changed).backendPid()));
    }

    @ParameterizedTest
    @Alone
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_block_that_commits_within_holds_its_locks_for_one_of_its_transactions_at_a_time(int version)
            throws Exception {
        start(version);
        String slow = "insert into orders (id) select -%d; perform pg_sleep(0.2)";
        String backfill = "do $$ begin " + slow.formatted(1) + "; commit; " + slow.formatted(2) + "; commit; "
                + slow.formatted(3) + "; end $$";
        String whole = "do $$ begin " + slow.formatted(4) + "; " + slow.formatted(5) + "; end $$";

        // A sampler that is kept from running takes several transactions for one.
        OnceInThree.holds(() -> {
            migrate(false, "delete from orders where id < 0", backfill, whole);

            assertThat(lock(fact(backfill), "orders").heldMicros())
                    .isBetween(
                            150_000L,
                            fact(backfill).endMicros() - fact(backfill).startMicros() - 300_000);
            assertThat(lock(fact(whole), "orders").heldMicros())
                    .as("of one transaction, but for the moments before it was first seen")
                    .isGreaterThan(300_000);
        });
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_failure_or_a_savepoint_gives_locks_back_before_the_transaction_ends(int version) throws SQLException {
        start(version);
        String undone = "alter table items add column a int";

        migrate(
                true,
                "savepoint s",
                undone,
                "rollback to savepoint s",
                "select pg_sleep(0.2)",
                "alter table orders add column a int");

        StatementFact added = fact(undone);
        assertThat(lock(added, "items").heldMicros())
                .isLessThanOrEqualTo(fact("rollback to savepoint s").endMicros() - added.startMicros());
        assertThat(lock(fact("alter table orders add column a int"), "orders").heldMicros())
                .isPositive();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_wait_behind_a_lock_held_for_a_known_time_is_measured(int version) throws Exception {
        // The server is to say nothing of it, however long a busy machine makes it.
        start(version, "alter role " + Servers.MIGRATOR + " set deadlock_timeout = '10min'");
        String sql = "alter table orders add column a int";
        long heldMicros;
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table orders in access share mode");
            Thread migration = migrateInBackground(sql);
            Until.waitsForLock(NAME, server);
            long from = clock.micros();
            blocking.execute("select pg_sleep(0.2)");
            heldMicros = clock.micros() - from;
            Until.seenBy("rehearse-sampler-tap", server);
            blocker.commit();
            migration.join(60_000);
        } finally {
            Servers.execute(server, "alter role " + Servers.MIGRATOR + " reset deadlock_timeout");
        }

        StatementFact waited = fact(sql);
        long tookMicros = waited.endMicros() - waited.startMicros();
        RelationLock lock = lock(waited, "orders");
        assertThat(lock.waitMicros()).isBetween(heldMicros, tookMicros);
        assertThat(lock.heldMicros()).isLessThanOrEqualTo(tookMicros - heldMicros);
        assertThat(recorder.waits()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void the_servers_own_words_give_the_exact_wait(int version) throws Exception {
        start(version, "alter role " + Servers.MIGRATOR + " set deadlock_timeout = '50ms'");
        String sql = "alter table orders add column a int";
        String second = "alter table items add column a int";
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table orders, items in access share mode");
            Thread migration = new Thread(() -> {
                try {
                    migrate(false, sql);
                    migrate(false, "set lock_timeout = '100ms'", second);
                } catch (SQLException e) {
                    // The second gives up.
                }
            });
            migration.start();
            Until.waitsForLock(NAME, server);
            blocking.execute("select pg_sleep(0.3)");
            blocker.commit();
            blocking.execute("lock table items in access share mode");
            migration.join(60_000);
            blocker.rollback();
        } finally {
            Servers.execute(server, "alter role " + Servers.MIGRATOR + " reset deadlock_timeout");
        }

        MigrationWait wait = recorder.waits().get(0);
        assertThat(wait.granted()).isTrue();
        assertThat(wait.relation()).isEqualTo("orders");
        assertThat(wait.mode()).isEqualTo("AccessExclusiveLock");
        assertThat(wait.statementIndex()).isEqualTo(fact(sql).index());
        assertThat(wait.durationMicros())
                .isBetween(300_000L, fact(sql).endMicros() - fact(sql).startMicros());
        assertThat(lock(fact(sql), "orders").waitMicros()).isEqualTo(wait.durationMicros());
    }

    @ParameterizedTest
    @Alone
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_lock_timeout_is_a_failure_with_its_wait(int version) throws Exception {
        start(version, "alter role " + Servers.MIGRATOR + " set deadlock_timeout = '50ms'");
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table orders in access share mode");
            // Where neither the server's word nor a sample is taken in time, the wait seems to have begun later.
            OnceInThree.holds(this::lockTimeout);
        } finally {
            Servers.execute(server, "alter role " + Servers.MIGRATOR + " reset deadlock_timeout");
        }
    }

    private void lockTimeout() {
        String sql = "alter table orders add column a int";
        int before = recorder.waits().size();

        assertThat(catchThrowableOfType(SQLException.class, () -> migrate(false, "set lock_timeout = '200ms'", sql))
                        .getSQLState())
                .isEqualTo("55P03");

        assertThat(fact(sql).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(fact(sql).sqlState()).isEqualTo("55P03");
        assertThat(fact(sql).locks()).noneMatch(l -> l.mode() == LockMode.ACCESS_EXCLUSIVE);
        List<MigrationWait> waits = recorder.waits();
        assertThat(waits).hasSize(before + 1);
        assertThat(waits.get(before).granted()).isFalse();
        assertThat(waits.get(before).durationMicros())
                .isBetween(190_000L, fact(sql).endMicros() - fact(sql).startMicros());
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_statement_whose_session_was_ended_has_the_locks_that_it_held(int version) throws Exception {
        start(version);
        String sql = "do $$ begin lock table orders; perform pg_advisory_lock(" + SLOW_KEY + "); end $$";
        try (Connection holder = server.connect("rehearse-blocker");
                Statement holding = holder.createStatement()) {
            holding.execute("select pg_advisory_lock(" + SLOW_KEY + ")");
            CompletableFuture<Void> migration = CompletableFuture.runAsync(() -> assertThat(
                            catchThrowableOfType(SQLException.class, () -> migrate(true, sql))
                                    .getSQLState())
                    .isEqualTo("57P01"));
            Until.waitsForLock(NAME, server);
            Until.seenBy("rehearse-sampler-tap", server);
            holding.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = '" + NAME + "'");
            migration.get(1, TimeUnit.MINUTES);
        }
        Until.holds(
                "the end of the session to be heard",
                () -> recorder.openSessions().isEmpty());

        assertThat(fact(sql).sqlState()).isEqualTo("57P01");
        assertThat(locks(sql)).isEqualTo(Map.of("orders", "ACCESS EXCLUSIVE"));
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void partitions_are_locked_with_their_parent(int version) throws SQLException {
        start(
                version,
                "create table log (at int) partition by range (at)",
                "create table log_1 partition of log for values from (0) to (10)",
                "create schema archive",
                "create table archive.\"Log 2\" partition of log for values from (10) to (20)");
        String sql = "alter table log add column a int";

        migrate(false, sql);

        assertThat(locks(sql))
                .isEqualTo(Map.of(
                        "log",
                        "ACCESS EXCLUSIVE",
                        "log_1",
                        "ACCESS EXCLUSIVE",
                        "archive.\"Log 2\"",
                        "ACCESS EXCLUSIVE"));
        assertThat(lock(fact(sql), "log").relationKind()).isEqualTo("partitioned table");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_constraint_of_a_domain_reads_every_table_that_uses_it(int version) throws SQLException {
        start(version, "create domain positive as int", "create table priced (price positive)");
        String sql = "alter domain positive add check (value > 0)";

        migrate(false, sql);

        assertThat(locks(sql)).isEqualTo(Map.of("priced", "SHARE"));
        assertThat(fact(sql).scans()).containsExactly("priced");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_lock_that_the_server_says_it_got_after_a_wait_is_known_without_a_sample(int version) throws Exception {
        start(version, "alter role " + Servers.MIGRATOR + " set deadlock_timeout = '50ms'");
        String sql = "vacuum full items";
        try (Connection blocker = server.connect("rehearse-blocker");
                Statement blocking = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            blocking.execute("lock table items in access share mode");
            Thread migration = migrateInBackground(sql);
            Until.waitsForLock(NAME, server);
            blocking.execute("select pg_sleep(0.2)");
            blocker.commit();
            migration.join(60_000);
        } finally {
            Servers.execute(server, "alter role " + Servers.MIGRATOR + " reset deadlock_timeout");
        }

        assertThat(lock(fact(sql), "items").mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
        assertThat(lock(fact(sql), "items").source()).isEqualTo("the server's words");
        assertThat(lock(fact(sql), "items").waitMicros()).isGreaterThan(50_000);
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_type_is_locked_by_a_new_value_of_it(int version) throws SQLException {
        start(version, "create schema \"My types\"", "create type \"My types\".mood as enum ('calm')");
        String inside = "alter type \"My types\".mood add value 'glad'";
        String alone = "alter type \"My types\".mood add value 'sad'";

        migrate(true, inside);
        migrate(false, alone);

        assertThat(locks(inside)).isEqualTo(Map.of("\"My types\".mood", "EXCLUSIVE"));
        assertThat(locks(alone)).isEqualTo(locks(inside));
        RelationLock lock = lock(fact(alone), "\"My types\".mood");
        assertThat(lock.relationKind()).isEqualTo("enum type");
        assertThat(lock.onType()).isTrue();
        assertThat(lock.existedBefore()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_new_partition_reads_the_default_partition_unless_a_constraint_proves_it_needless(int version)
            throws SQLException {
        start(
                version,
                "create table log (at int not null) partition by range (at)",
                "create table log_rest partition of log default");
        String first = "create table log_1 partition of log for values from (0) to (10)";
        String proven = "create table log_2 partition of log for values from (10) to (20)";

        migrate(false, first);
        migrate(false, "alter table log_rest add check (at >= 20)");
        migrate(false, proven);

        assertThat(locks(first)).containsEntry("log", "ACCESS EXCLUSIVE").containsEntry("log_rest", "ACCESS EXCLUSIVE");
        assertThat(fact(first).scans()).containsExactly("log_rest");
        assertThat(locks(proven)).containsEntry("log_rest", "ACCESS EXCLUSIVE");
        assertThat(fact(proven).scans()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_rewrite_that_the_server_does_not_speak_of_shows_in_the_tables_file(int version) throws SQLException {
        start(version);
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            statement.execute("set allow_in_place_tablespaces = on");
            statement.execute("create tablespace elsewhere_" + server.database() + " location ''");
        }
        String move = "alter table orders set tablespace elsewhere_" + server.database();
        String harmless = "alter table orders add column a int";
        String after = "alter table items add column a int";

        String back = "alter table orders set tablespace pg_default";
        String nowhere = "alter table orders set tablespace nowhere";

        migrate(true, move);
        assertThatThrownBy(() -> migrate(false, nowhere)).isInstanceOf(SQLException.class);
        migrate(false, back);
        migrate(false, harmless, "truncate items", after);

        assertThat(fact(move).rewrites()).containsExactly("orders");
        assertThat(fact(nowhere).rewrites()).isEmpty();
        assertThat(fact(back).rewrites()).containsExactly("orders");
        assertThat(fact(harmless).rewrites()).isEmpty();
        assertThat(fact(after).rewrites()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void a_rewrite_that_was_rolled_back_is_not_taken_for_one_of_the_next_statement(int version) throws SQLException {
        start(version);
        String undone = "alter table orders alter column total type bigint";
        String next = "alter table orders add column a int";
        String lost = "alter table items alter column amount type bigint";
        String afterwards = "alter table items add column a int";

        migrate(false, "begin", undone, "rollback", next);
        migrate(false, "begin", lost);
        Until.holds(
                "the end of the session to be heard",
                () -> recorder.openSessions().isEmpty());
        migrate(false, afterwards);

        assertThat(fact(undone).rewrites()).containsExactly("orders");
        assertThat(fact(next).rewrites()).isEmpty();
        assertThat(fact(lost).rewrites()).containsExactly("items");
        assertThat(fact(afterwards).rewrites()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void dropping_a_table_names_its_parent_too(int version) throws SQLException {
        start(version, "alter table items add foreign key (order_id) references orders");
        String sql = "drop table items";

        migrate(false, sql);

        assertThat(locks(sql)).containsEntry("items", "ACCESS EXCLUSIVE").containsEntry("orders", "ACCESS EXCLUSIVE");
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void pipelined_statements_give_their_locks_to_the_one_that_took_them(int version) throws SQLException {
        start(version);
        try (Connection connection = migrator();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("alter table orders add column a int");
            connection.commit();
        }

        assertThat(fact("BEGIN").locks()).isEmpty();
        assertThat(locks("alter table orders add column a int")).isEqualTo(Map.of("orders", "ACCESS EXCLUSIVE"));
    }

    @ParameterizedTest
    @MethodSource("dev.rehearse.wiretap.Servers#versions")
    void the_trigger_is_gone_after_removal_and_silent_for_others(int version) throws SQLException {
        start(version);
        Servers.execute(server, "create table made (id int)");
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            LockEventTrigger.remove(connection);
            LockEventTrigger.remove(connection);
            try (var row = statement.executeQuery("select (select count(*) from pg_event_trigger)"
                    + " + (select count(*) from pg_namespace where nspname = 'rehearse')")) {
                row.next();
                assertThat(row.getInt(1)).isZero();
            }
        }
        assertThat(recorder.facts()).isEmpty();
    }

    @Test
    void the_server_speaks_english_to_the_migration_whatever_it_speaks_to_others() throws SQLException {
        start(18);
        Servers.execute(server, "alter database " + server.database() + " set lc_messages = 'POSIX'");

        try (Connection connection = migrator();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("show lc_messages")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("C");
        }
    }
}
