package dev.rehearse.observe.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.Alone;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.observe.ObservedServers;
import dev.rehearse.observe.TestSession;
import dev.rehearse.report.ReportJson;
import dev.rehearse.wiretap.Until;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {18, 14})
class LockWatchIT {

    private static final String LOOKING = " FROM pg_stat_activity WHERE application_name = 'rehearse-watch'"
            + " AND datname = current_database() AND query LIKE 'DO %'";

    @Parameter
    int version;

    private final List<TestSession> sessions = new ArrayList<>();
    private final List<WatchedWait> waits = new CopyOnWriteArrayList<>();
    private Server server;
    private TestSession admin;
    private TestSession holder;
    private TestSession waiter;
    private LockWatch watch;

    @BeforeEach
    void begin() throws SQLException {
        server = ObservedServers.freshDatabase(version);
        admin = session("admin");
        holder = session("holder");
        waiter = session("waiter");
        admin.run("CREATE TABLE orders (id int PRIMARY KEY, total int, note text);"
                + " ALTER TABLE orders ALTER note SET STORAGE EXTERNAL; INSERT INTO orders VALUES (1, 10), (2, 20)");
        watch = LockWatch.start(url(server.user(), server.password()), waits::add);
    }

    @AfterEach
    void end() throws SQLException {
        watch.close();
        for (TestSession session : sessions) {
            session.close();
        }
    }

    private TestSession session(String applicationName) throws SQLException {
        TestSession session = new TestSession(server, applicationName);
        sessions.add(session);
        return session;
    }

    private String url(String user, String password) {
        return server.jdbcUrl() + "?user=" + user + "&password=" + password;
    }

    private WatchedWait await(Predicate<WatchedWait> which) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            for (WatchedWait wait : waits) {
                if (which.test(wait)) {
                    return wait;
                }
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("60 s passed. Seen: " + waits);
    }

    private WatchedWait awaitOf(TestSession session) {
        return await(w -> w.pid() == session.pid);
    }

    /** Comes back when somebody has waited for 100 ms and the watch has seen it. */
    private void awaitSeen(TestSession waiting) throws SQLException {
        admin.awaitWaiting(waiting);
        admin.run("SELECT pg_sleep(0.1)");
        Until.seenBy("rehearse-watch", server);
    }

    /** Lets the waiter wait for as long as it takes to be seen, then lets go, and tells the wait as the watch saw it. */
    private WatchedWait waitFor(String held, String wanted) throws Exception {
        holder.run("BEGIN; " + held);
        Future<Duration> waiting = waiter.start(wanted);
        awaitSeen(waiter);
        holder.run("COMMIT");
        TestSession.get(waiting);
        WatchedWait wait = awaitOf(waiter);
        assertThat(wait.facts().millis())
                .isGreaterThanOrEqualTo(100 - wait.facts().errorMillis());
        assertThat(wait.facts().ended()).isEqualTo("GRANTED");
        assertThat(wait.blockers()).extracting(WatchedWait.Link::pid).containsExactly(holder.pid);
        return wait;
    }

    @Test
    void a_wait_has_its_true_length_and_names_the_session_and_its_blocker() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        Instant before = Instant.now();
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        awaitSeen(waiter);
        holder.run("SELECT pg_sleep(0.2)");
        // It had not ended when its holder let go, and it had when the waiter, once it got a core, told its length.
        double leastMillis = admin.millisWaited(waiter);
        holder.run("COMMIT");
        double mostMillis = TestSession.get(waiting).toNanos() / 1e6;

        WatchedWait wait = awaitOf(waiter);

        assertThat(wait.facts().millis())
                .isBetween(
                        leastMillis - wait.facts().errorMillis() - 0.5,
                        mostMillis + wait.facts().errorMillis() + 0.5);
        assertThat(wait.facts().waiter()).isEqualTo("waiter");
        assertThat(wait.applicationName()).isEqualTo("waiter");
        assertThat(wait.query()).isEqualTo("SELECT * FROM orders");
        assertThat(wait.facts().relation()).isEqualTo("orders");
        assertThat(wait.relationKind()).isEqualTo("table");
        assertThat(wait.facts().mode()).isEqualTo("ACCESS SHARE");
        assertThat(wait.facts().rootBlocker()).isEqualTo("holder");
        assertThat(wait.facts().source()).isEqualTo("WAITSTART");
        assertThat(Instant.parse(wait.startedAt())).isBetween(before.minusMillis(50), before.plusSeconds(120));
        assertThat(ReportJson.line(wait))
                .startsWith("{\"waiter\":\"waiter\",")
                .contains("\"application_name\":\"waiter\"", "\"pid\":" + waiter.pid, "\"statement\":-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT pg_advisory_xact_lock(7) | SELECT pg_advisory_lock(7) | advisory | advisory key 7 |  | ",
                "SELECT pg_advisory_xact_lock(-1, 2) | SELECT pg_advisory_lock(-1, 2) | advisory | advisory key -1, 2 |  | ",
                "SELECT pg_advisory_xact_lock(-5) | SELECT pg_advisory_lock(-5) | advisory | advisory key -5 |  | ",
                "UPDATE orders SET total = 1 WHERE id = 1 | DELETE FROM orders WHERE id = 1 | transactionid | orders | table | ",
                "COMMENT ON SCHEMA shop IS 'a' | COMMENT ON SCHEMA shop IS 'b' | object | schema shop |  | ",
                "LOCK TABLE sales_2026 | SELECT * FROM sales | relation | sales_2026 | partition | sales",
                "LOCK TABLE sales IN SHARE MODE | INSERT INTO sales VALUES (2026) | relation | sales | partitioned table | ",
                "SET enable_seqscan = off; SELECT total FROM orders WHERE id = 1 | REINDEX INDEX orders_pkey | relation | orders_pkey | index | orders",
                "INSERT INTO orders VALUES (3, 0, repeat('x', 9000)) | REINDEX TABLE TOAST | relation | orders (TOAST) | TOAST table | orders",
            })
    void every_kind_of_lock_is_told_by_its_name(
            String held, String wanted, String lockType, String relation, String kind, String of) throws Exception {
        admin.run("CREATE SCHEMA shop; CREATE TABLE sales (year int) PARTITION BY LIST (year);"
                + " CREATE TABLE sales_2026 PARTITION OF sales FOR VALUES IN (2026)");
        String toast = admin.ask("SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'orders'");

        WatchedWait wait = waitFor(held, wanted.replace("TOAST", toast));

        assertThat(wait.facts().lockType()).isEqualTo(lockType);
        assertThat(wait.facts().relation()).isEqualTo(relation);
        assertThat(wait.relationKind()).isEqualTo(kind);
        assertThat(wait.relationOf()).isEqualTo(of);
    }

    @Test
    void who_queues_for_a_row_waits_for_its_tuple_behind_the_first_in_the_queue() throws Exception {
        TestSession second = session("second");
        holder.run("BEGIN; UPDATE orders SET total = 1 WHERE id = 1");
        Future<Duration> first = waiter.start("UPDATE orders SET total = 2 WHERE id = 1");
        admin.awaitWaiting(waiter);
        Future<Duration> queued = second.start("UPDATE orders SET total = 3 WHERE id = 1");
        awaitSeen(second);
        holder.run("COMMIT");
        TestSession.get(first);
        TestSession.get(queued);

        WatchedWait wait =
                await(w -> w.pid() == second.pid && w.facts().lockType().equals("tuple"));

        assertThat(wait.facts().relation()).isEqualTo("orders");
        assertThat(wait.blockers())
                .extracting(WatchedWait.Link::who, WatchedWait.Link::waiting)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("waiter", true),
                        org.assertj.core.groups.Tuple.tuple("holder", false));
        assertThat(wait.blockers().get(0).query()).contains("total = 2");
        assertThat(wait.blockers().get(1).query()).containsAnyOf("total = 1", "pg_sleep");
    }

    @Test
    void who_follows_a_row_to_its_newer_version_still_waits_for_a_row_of_its_table() throws Exception {
        TestSession second = session("second");
        holder.run("BEGIN; UPDATE orders SET total = 1 WHERE id = 1");
        waiter.run("BEGIN");
        second.run("BEGIN");
        Future<Duration> first = waiter.start("UPDATE orders SET total = 2 WHERE id = 1");
        admin.awaitWaiting(waiter);
        Future<Duration> queued = second.start("UPDATE orders SET total = 3 WHERE id = 1");
        awaitSeen(second);
        holder.run("COMMIT");
        // Whoever gets a core first is the next writer.
        String waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND pid IN ("
                + waiter.pid + ", " + second.pid + ")";
        admin.awaitTrue("SELECT count(*) = 1 FROM (" + waiting + ") AS w");
        boolean isSecond = admin.ask(waiting).equals(String.valueOf(second.pid));
        TestSession follows = isSecond ? second : waiter;
        TestSession writes = isSecond ? waiter : second;
        TestSession.get(isSecond ? first : queued);
        awaitSeen(follows);
        writes.run("COMMIT");
        TestSession.get(isSecond ? queued : first);

        WatchedWait wait = await(w -> w.pid() == follows.pid
                && w.facts().lockType().equals("transactionid")
                && (isSecond ? "waiter" : "second").equals(w.facts().rootBlocker()));

        assertThat(wait.facts().relation()).isEqualTo("orders");
        assertThat(wait.relationKind()).isEqualTo("table");
    }

    @Test
    void who_inserts_a_key_twice_waits_for_its_table_whatever_its_statement_waited_for_before() throws Exception {
        admin.run("CREATE TABLE customers (id int PRIMARY KEY)");
        watch.close();
        watch = LockWatch.start(url(server.user(), server.password()), waits::add);
        TestSession keys = session("keys");
        holder.run("BEGIN; UPDATE orders SET total = 0 WHERE id = 1");
        keys.run("BEGIN; INSERT INTO customers VALUES (7)");
        Future<Duration> waiting = waiter.start("WITH changed AS (UPDATE orders SET total = 1 WHERE id = 1 RETURNING 7)"
                + " INSERT INTO customers SELECT * FROM changed");
        awaitSeen(waiter);
        holder.run("COMMIT");
        await(w -> w.pid() == waiter.pid);
        awaitSeen(waiter);
        keys.run("ROLLBACK");
        TestSession.get(waiting);

        await(w -> w.pid() == waiter.pid && "keys".equals(w.facts().rootBlocker()));
        assertThat(waits)
                .filteredOn(w -> w.pid() == waiter.pid)
                .extracting(w -> w.facts().relation(), w -> w.facts().rootBlocker())
                .containsExactly(tuple("orders", "holder"), tuple("customers", "keys"));
    }

    @Test
    void a_wait_that_ended_in_its_timeout_is_not_taken_for_granted_where_the_lock_was_free_at_once() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        waiter.run("SET lock_timeout = '300ms'");
        for (int attempt = 0; attempt < 3 && waits.isEmpty(); attempt++) {
            holder.run("COMMIT");
            holder.run("BEGIN; LOCK TABLE orders");
            assertFails(waiter.start("SELECT * FROM orders"), "55P03");
            holder.run("COMMIT");
            Until.seenBy("rehearse-watch", server);
        }

        assertThat(awaitOf(waiter).facts().ended()).isIn("UNKNOWN", "GAVE_UP");
    }

    @Test
    void a_wait_that_ends_in_its_timeout_with_its_blockers_session_was_not_granted() throws Exception {
        waiter.run("SET lock_timeout = '300ms'");
        for (int attempt = 0; attempt < 8; attempt++) {
            TestSession leaving = session("leaving");
            leaving.run("BEGIN; LOCK TABLE orders");
            assertFails(waiter.start("SELECT * FROM orders"), "55P03");
            leaving.close();
            Until.seenBy("rehearse-watch", server);
        }

        awaitOf(waiter);
        assertThat(waits).extracting(w -> w.facts().ended()).isSubsetOf("UNKNOWN", "GAVE_UP");
    }

    @Test
    void a_wait_that_ends_in_its_timeout_was_given_up() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        waiter.run("SET lock_timeout = '300ms'");
        // A watch that stalls meanwhile sees nothing; what it sees is to be true.
        for (int attempt = 0; attempt < 3 && waits.isEmpty(); attempt++) {
            assertFails(waiter.start("SELECT * FROM orders"), "55P03");
            Until.seenBy("rehearse-watch", server);
        }

        WatchedWait wait = awaitOf(waiter);

        assertThat(wait.facts().ended()).isEqualTo("GAVE_UP");
        assertThat(wait.facts().millis()).isGreaterThan(299 - wait.facts().errorMillis());
        assertThat(wait.facts().rootBlocker()).isEqualTo("holder");
    }

    @Test
    @Alone
    void a_retry_at_once_is_a_wait_of_its_own() throws Exception {
        // A watch that stalls for as long as one of them waits sees nothing of it.
        OnceInThree.holds(() -> {
            waits.clear();
            holder.run("BEGIN; LOCK TABLE orders");
            waiter.run("SET lock_timeout = '500ms'");
            for (int i = 0; i < 2; i++) {
                assertFails(waiter.start("SELECT * FROM orders"), "55P03");
            }
            waiter.run("SET lock_timeout = 0");
            Future<Duration> last = waiter.start("SELECT * FROM orders");
            awaitSeen(waiter);
            holder.run("COMMIT");
            TestSession.get(last);

            await(w -> w.facts().ended().equals("GRANTED"));
            assertThat(waits).extracting(w -> w.facts().ended()).containsExactly("GAVE_UP", "GAVE_UP", "GRANTED");
        });
    }

    @Test
    void a_cancelled_wait_was_given_up() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        awaitSeen(waiter);
        admin.run("SELECT pg_cancel_backend(" + waiter.pid + ")");
        assertFails(waiting, "57014");

        assertThat(awaitOf(waiter).facts().ended()).isEqualTo("GAVE_UP");
    }

    @Test
    void a_wait_whose_session_is_ended_was_given_up_as_one_whose_client_leaves_after_its_timeout() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        awaitSeen(waiter);
        admin.run("SELECT pg_terminate_backend(" + waiter.pid + ")");
        assertFails(waiting, "57P01");

        assertThat(awaitOf(waiter).facts().ended()).isEqualTo("GAVE_UP");
    }

    @Test
    void of_a_deadlock_one_is_the_victim_and_the_other_gets_its_lock() throws Exception {
        admin.run("CREATE TABLE customers ()");
        holder.run("SET deadlock_timeout = '60s'");
        waiter.run("SET deadlock_timeout = '1s'");
        // The last to wait is the victim: the circle stands for its whole deadlock_timeout. A watch that stalls for as
        // long sees none.
        for (int attempt = 0; attempt < 3 && waits.stream().noneMatch(w -> w.pid() == waiter.pid); attempt++) {
            holder.run("COMMIT");
            waiter.run("ROLLBACK");
            holder.run("BEGIN; LOCK TABLE orders");
            waiter.run("BEGIN; LOCK TABLE customers");
            Future<Duration> survivor = holder.start("LOCK TABLE customers");
            awaitSeen(holder);
            assertFails(waiter.start("LOCK TABLE orders"), "40P01");
            TestSession.get(survivor);
            Until.seenBy("rehearse-watch", server);
        }

        assertThat(awaitOf(waiter).facts().ended()).isEqualTo("DEADLOCK");
        assertThat(awaitOf(holder).facts().ended()).isEqualTo("GRANTED");
    }

    @Test
    @Alone
    void of_a_deadlock_whose_transactions_are_over_the_victim_is_who_had_waited_until_its_look_for_one()
            throws Exception {
        admin.run("CREATE TABLE customers ()");
        OnceInThree.holds(this::victimByItsLook);
    }

    private void victimByItsLook() throws Exception {
        waits.clear();
        holder.run("ROLLBACK; SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE orders");
        waiter.run("RESET deadlock_timeout");
        Future<Duration> victim = waiter.start("DO $$ BEGIN LOCK TABLE customers; LOCK TABLE orders; END $$");
        awaitSeen(waiter);
        Future<Duration> survivor = holder.start("LOCK TABLE customers; COMMIT");
        assertFails(victim, "40P01");
        TestSession.get(survivor);

        assertThat(awaitOf(waiter).facts().ended()).isEqualTo("DEADLOCK");
        assertThat(awaitOf(holder).facts().ended()).isEqualTo("GRANTED");
    }

    @Test
    void a_wait_that_got_its_lock_from_a_holder_that_takes_it_again_was_not_given_up() throws Exception {
        for (int i = 0; i < 5; i++) {
            holder.run("BEGIN; LOCK TABLE orders");
            Future<Duration> waiting = waiter.start("SELECT * FROM orders");
            admin.awaitWaiting(waiter);
            Until.seenBy("rehearse-watch", server);
            holder.run("COMMIT");
            holder.run("BEGIN; LOCK TABLE orders");
            TestSession.get(waiting);
            Until.seenBy("rehearse-watch", server);
            holder.run("COMMIT");
        }
        await(w -> waits.stream().filter(x -> x.pid() == waiter.pid).count() == 5);

        assertThat(waits.stream().filter(w -> w.pid() == waiter.pid))
                .extracting(w -> w.facts().ended())
                .containsOnly("GRANTED");
    }

    @Test
    void catalogs_own_sessions_and_other_databases_are_left_out() throws Exception {
        Server elsewhere = ObservedServers.freshDatabase(version);
        TestSession own = session("rehearse-verifier");
        try (TestSession otherHolder = new TestSession(elsewhere, "a");
                TestSession otherWaiter = new TestSession(elsewhere, "b")) {
            otherHolder.run("CREATE TABLE t ()");
            otherHolder.run("BEGIN; LOCK TABLE t");
            Future<Duration> other = otherWaiter.start("SELECT * FROM t");
            admin.awaitWaiting(otherWaiter);
            holder.run("BEGIN; LOCK TABLE pg_statistic, orders");
            Future<Duration> catalog = waiter.start("SELECT * FROM pg_statistic");
            Future<Duration> ours = own.start("SELECT * FROM orders");
            admin.awaitWaiting(waiter);
            admin.awaitWaiting(own);
            Until.seenBy("rehearse-watch", server);
            otherHolder.run("COMMIT");
            holder.run("COMMIT");
            TestSession.get(other);
            TestSession.get(catalog);
            TestSession.get(ours);
        }
        waitFor("LOCK TABLE orders", "SELECT * FROM orders");

        assertThat(waits).hasSize(1);
    }

    @Test
    void a_client_of_the_load_is_called_by_what_it_runs_and_once() throws Exception {
        String update = "UPDATE orders SET total = 0 WHERE id = 1";
        holder = session("rehearse-load-1");
        waiter = session("rehearse-load-2");

        WatchedWait wait = waitFor(update, update);

        assertThat(wait.facts().waiter()).isEqualTo(update);
        assertThat(wait.facts().chain())
                .singleElement()
                .asString()
                .startsWith("rehearse-load-1 (")
                .endsWith(update + ")");
        assertThat(wait.facts().rootBlocker()).isEqualTo("rehearse-load-1");
        assertThat(wait.applicationName()).isEqualTo("rehearse-load-2");
    }

    @Test
    void a_blocker_is_said_to_be_in_the_way_by_what_it_ran_only_where_that_began_its_transaction() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        holder.run("SELECT 'much later'");
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        awaitSeen(waiter);
        holder.run("COMMIT");
        TestSession.get(waiting);
        WatchedWait later = awaitOf(waiter);
        waits.clear();
        // Sent as one message, they are one statement to the server.
        String both = "BEGIN; LOCK TABLE orders";
        try (Connection simple = DriverManager.getConnection(
                url(server.user(), server.password()) + "&preferQueryMode=simple&ApplicationName=simple")) {
            simple.createStatement().execute(both);
            waiting = waiter.start("SELECT * FROM orders");
            awaitSeen(waiter);
            simple.createStatement().execute("COMMIT");
            TestSession.get(waiting);
        }
        WatchedWait known = awaitOf(waiter);

        assertThat(later.facts().chain()).containsExactly("holder (last: SELECT 'much later')");
        assertThat(later.blockers())
                .extracting(WatchedWait.Link::byQuery, WatchedWait.Link::running)
                .containsExactly(tuple(false, false));
        assertThat(known.facts().chain()).containsExactly("simple (" + both + ")");
        assertThat(known.blockers()).extracting(WatchedWait.Link::byQuery).containsExactly(true);
    }

    @Test
    void what_lasts_when_the_watch_ends_is_told_as_still_waiting() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        awaitSeen(waiter);
        watch.close();
        holder.run("COMMIT");
        TestSession.get(waiting);

        assertThat(waits).hasSize(1);
        assertThat(waits.get(0).facts().ended()).isEqualTo("STILL_WAITING");
        assertThat(waits.get(0).facts().millis()).isGreaterThan(50);
    }

    @Test
    void the_ends_of_many_waits_are_looked_for_by_the_server_itself() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        List<TestSession> many = manyWaiting();
        admin.awaitTrue("SELECT EXISTS (SELECT" + LOOKING + " AND state = 'active')");
        assertAllGetTheLock(many);

        assertThat(waits)
                .hasSameSizeAs(many)
                .allSatisfy(wait -> assertThat(wait.facts().rootBlocker()).isEqualTo("holder"));
        admin.awaitTrue("SELECT NOT EXISTS (SELECT" + LOOKING + " AND state = 'active')");
        assertThat(watch.notes()).isEmpty();
    }

    @Test
    void a_server_that_may_not_look_by_itself_is_asked_about_many_waits_too() throws Exception {
        admin.run("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC; DROP ROLE IF EXISTS looker;"
                + " CREATE ROLE looker LOGIN PASSWORD 'secret' IN ROLE pg_read_all_stats");
        watch.close();
        watch = LockWatch.start(url("looker", "secret"), waits::add);
        try {
            holder.run("BEGIN; LOCK TABLE orders");
            List<TestSession> many = manyWaiting();
            assertAllGetTheLock(many);
            assertThat(watch.notes()).singleElement().asString().contains("permission denied for language plpgsql");
        } finally {
            watch.close();
            admin.run("DROP ROLE looker; GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC");
        }
    }

    @Test
    void a_server_whose_looks_are_cancelled_looks_again() throws Exception {
        holder.run("BEGIN; LOCK TABLE orders");
        List<TestSession> many = manyWaiting();
        admin.awaitTrue("SELECT EXISTS (SELECT" + LOOKING + ")");
        String pid = admin.ask("SELECT pid" + LOOKING);
        admin.awaitTrue("SELECT count(pg_cancel_backend(pid)) = 0" + LOOKING + " AND pid = " + pid);
        Until.holds("it to look again", () -> watch.notes().size() == 2);
        assertAllGetTheLock(many);
        assertThat(watch.notes().get(0)).contains("57014");
        assertThat(watch.notes().get(1)).contains("reached", "again");
    }

    @Test
    void a_server_without_room_for_a_second_session_is_asked_about_many_waits_too() throws Exception {
        admin.run("DROP ROLE IF EXISTS looker;"
                + " CREATE ROLE looker LOGIN PASSWORD 'secret' IN ROLE pg_read_all_stats");
        watch.close();
        watch = LockWatch.start(url("looker", "secret"), waits::add);
        try {
            admin.run("ALTER ROLE looker CONNECTION LIMIT 1");
            holder.run("BEGIN; LOCK TABLE orders");
            List<TestSession> many = manyWaiting();
            Until.holds("a note of it", () -> !watch.notes().isEmpty());
            assertAllGetTheLock(many);
            assertThat(watch.notes()).singleElement().asString().contains("The close-up", "53300");

            admin.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'looker'");
            Until.holds("the loss of the other", () -> watch.notes().size() > 1);
            assertThat(watch.notes().get(0)).as("in their order").contains("53300");
        } finally {
            watch.close();
            admin.run("DROP ROLE looker");
        }
    }

    private void assertAllGetTheLock(List<TestSession> many) throws SQLException {
        holder.run("COMMIT");
        for (TestSession session : many) {
            assertThat(awaitOf(session).facts().ended()).isEqualTo("GRANTED");
        }
    }

    /** Has twelve wait for the orders, and the watch see them. */
    private List<TestSession> manyWaiting() throws SQLException {
        List<TestSession> many = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            TestSession session = session("one-of-many-" + i);
            session.start("SELECT count(*) FROM orders");
            many.add(session);
        }
        awaitSeen(many.get(many.size() - 1));
        return many;
    }

    @Test
    void its_session_is_read_only_and_bears_its_name() throws SQLException {
        // The one that looked whether the server can be watched may still be about to leave.
        admin.awaitTrue("SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'rehearse-watch'"
                + " AND datname = current_database()");
        assertThatThrownBy(() -> {
                    try (var connection =
                            new WatchedServer(DatabaseUrl.of(url(server.user(), server.password()))).connect()) {
                        connection.createStatement().execute("CREATE TABLE t ()");
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
    }

    @Test
    void a_role_that_cannot_see_others_is_told_what_it_lacks() throws SQLException {
        admin.run("DROP ROLE IF EXISTS blind; CREATE ROLE blind LOGIN PASSWORD 'secret'");

        assertThatThrownBy(() -> LockWatch.start(url("blind", "secret"), waits::add))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("GRANT pg_read_all_stats TO blind");

        admin.run("ALTER ROLE blind NOINHERIT; GRANT pg_read_all_stats TO blind");
        String letIt = version < 16 ? "ALTER ROLE blind INHERIT" : "GRANT pg_read_all_stats TO blind WITH INHERIT TRUE";
        assertThatThrownBy(() -> LockWatch.start(url("blind", "secret"), waits::add))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("Let a superuser say " + letIt + ";");

        admin.run(letIt);
        LockWatch.start(url("blind", "secret"), waits::add).close();
        admin.run("DROP ROLE blind");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders", "mysql://host/db", "jdbc:mysql://host/db", "postgresql://h:x/db"})
    void what_is_no_url_is_refused(String url) {
        assertThatThrownBy(() -> LockWatch.start(url, waits::add))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Expected jdbc:postgresql://");
    }

    @Test
    void a_password_is_not_repeated_in_messages() {
        assertThatThrownBy(() -> LockWatch.start("postgresql://ann:s3cret@localhost:1/db", waits::add))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("localhost:1/db")
                .hasMessageNotContaining("s3cret");
    }

    private static void assertFails(Future<Duration> statement, String sqlState) {
        assertThatThrownBy(() -> TestSession.get(statement))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
    }
}
