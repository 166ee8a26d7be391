package dev.rehearse.observe.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.observe.ObservedServers;
import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.TestSession;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Recording.QueueLength;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockFollower;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {18, 14})
class LockSamplerIT {

    @Parameter
    int version;

    private final List<TestSession> sessions = new ArrayList<>();
    private Server server;
    private LockSampler sampler;
    private TestSession admin;

    @BeforeEach
    void begin() throws SQLException {
        server = ObservedServers.freshDatabase(version);
        admin = session("rehearse-admin");
        admin.run("CREATE TABLE orders (id int PRIMARY KEY, total int); INSERT INTO orders VALUES (1, 10), (2, 20);"
                + " CREATE TABLE customers (id int PRIMARY KEY)");
        sampler = LockSampler.start(server, new RunClock(), SessionNames.NONE, () -> Set.of(0));
    }

    @AfterEach
    void end() throws SQLException {
        sampler.close();
        for (TestSession session : sessions) {
            session.close();
        }
    }

    private TestSession session(String applicationName) throws SQLException {
        TestSession session = new TestSession(server, applicationName);
        sessions.add(session);
        return session;
    }

    /** Stops once the end of everything so far was seen. */
    private LockObservation stop() {
        awaitSamples(2);
        sampler.close();
        return sampler.observation();
    }

    /**
     * What is known about a wait's length: it began when the server says, it cannot have ended before its holder began to commit, and
     * it had ended when the waiter, once it got the processor, told its length.
     */
    private record Truth(double leastMillis, double mostMillis) {}

    /** Lets go some time after the sampler must have seen the other wait, however busy the machine is. */
    private Truth holdAndRelease(TestSession holder, TestSession waiter, Future<Duration> waiting, int millis)
            throws Exception {
        admin.awaitWaiting(waiter);
        awaitSamples(2);
        return release(holder, waiter, waiting, millis);
    }

    /** Lets go after holding for a known time with the other waiting. */
    private Truth release(TestSession holder, TestSession waiter, Future<Duration> waiting, int millis)
            throws Exception {
        admin.awaitWaiting(waiter);
        holder.run("SELECT pg_sleep(" + millis / 1_000.0 + ")");
        double least = admin.millisWaited(waiter);
        holder.run("COMMIT");
        return new Truth(least, millis(TestSession.get(waiting)));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    /** The sampler says itself how far it may be off, and that must be true. */
    private static void assertLength(SampledWait wait, Truth truth) {
        double errorMillis = wait.errorMicros() / 1e3 + 1;
        assertThat((wait.endMicros() - wait.startMicros()) / 1e3)
                .as("%s, give or take %.1f ms", truth, errorMillis)
                .isBetween(truth.leastMillis() - errorMillis, truth.mostMillis() + errorMillis);
        assertThat(wait.startIsExact()).isTrue();
        assertThat(wait.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 50, 500})
    void a_wait_for_a_table_has_its_true_length(int millis) throws Exception {
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-load-1");
        holder.run("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");

        Future<Duration> waiting = waiter.start("SELECT count(*) FROM orders");
        Truth truth = millis < 200
                ? release(holder, waiter, waiting, millis)
                : holdAndRelease(holder, waiter, waiting, millis);
        LockObservation seen = stop();

        if (seen.waits().isEmpty()) {
            assertThat(seen.longestGapMicros()).isGreaterThan(millis * 1_000L);
            return;
        }
        assertThat(seen.waits()).hasSize(1);
        SampledWait wait = seen.waits().get(0);
        assertLength(wait, truth);
        assertThat(wait.pid()).isEqualTo(waiter.pid);
        assertThat(wait.relation()).isEqualTo("orders");
        assertThat(wait.lockType()).isEqualTo("relation");
        assertThat(wait.mode()).isEqualTo("AccessShareLock");
        assertThat(wait.who()).isEqualTo("SELECT count(*) FROM orders");
        assertThat(wait.kind()).isEqualTo(SessionKind.APPLICATION);
        if (wait.chain().isEmpty()) {
            // It was seen at its very end, and nobody blocked it any more when that was asked.
            assertThat(millis).isLessThan(200);
            return;
        }
        assertThat(wait.chain()).extracting(Blocking::pid).containsExactly(holder.pid);
        assertThat(wait.chain()).extracting(Blocking::who).containsExactly("migration");
    }

    @Test
    void a_wait_for_a_row_names_the_table_and_the_writer() throws Exception {
        TestSession holder = session("rehearse-blocker-1-openWriter");
        TestSession waiter = session("rehearse-load-1");
        holder.run("BEGIN; UPDATE orders SET total = 11 WHERE id = 1");

        Truth truth =
                holdAndRelease(holder, waiter, waiter.start("UPDATE orders SET total = total + 1 WHERE id = 1"), 200);

        SampledWait wait = only(stop());
        assertLength(wait, truth);
        assertThat(wait.lockType()).isEqualTo("transactionid");
        assertThat(wait.relation()).isEqualTo("orders");
        assertThat(wait.chain()).extracting(Blocking::who).containsExactly("openWriter");
        assertThat(wait.chain()).extracting(Blocking::kind).containsExactly(SessionKind.BLOCKER);
    }

    @Test
    void a_concurrent_index_build_waits_for_the_virtual_transaction_of_an_open_writer() throws Exception {
        TestSession holder = session("rehearse-blocker-1-openWriter");
        TestSession waiter = session("rehearse-migration-0");
        holder.run("BEGIN; INSERT INTO orders VALUES (3, 30)");

        Truth truth = holdAndRelease(
                holder, waiter, waiter.start("CREATE INDEX CONCURRENTLY orders_total ON orders (total)"), 200);

        List<SampledWait> waits = stop().waits().stream()
                .filter(w -> w.chain().stream().anyMatch(b -> b.pid() == holder.pid))
                .toList();
        assertThat(waits).isNotEmpty();
        assertThat(waits.get(0).lockType()).isIn("virtualxid", "transactionid");
        assertThat(waits.get(0).who()).isEqualTo("migration");
        assertLength(waits.get(0), truth);
    }

    @Test
    void a_wait_for_an_advisory_lock_is_seen() throws Exception {
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-migration-1");
        holder.run("BEGIN; SELECT pg_advisory_xact_lock(42)");

        Truth truth = holdAndRelease(holder, waiter, waiter.start("SELECT pg_advisory_lock(42)"), 100);

        SampledWait wait = only(stop());
        assertLength(wait, truth);
        assertThat(wait.lockType()).isEqualTo("advisory");
        assertThat(wait.relation()).isEqualTo("advisory key 42");
        assertThat(wait.chain()).extracting(Blocking::pid).containsExactly(holder.pid);
    }

    @Test
    void the_long_reader_is_the_root_of_everything_that_queues_behind_the_migration() throws Exception {
        TestSession reader = session("rehearse-blocker-1-longReader");
        TestSession migration = session("rehearse-migration-0");
        reader.run("BEGIN; SELECT * FROM orders");
        Future<Duration> altering = migration.start("ALTER TABLE orders ADD COLUMN note text");
        admin.awaitWaiting(migration);
        List<TestSession> clients = new ArrayList<>();
        List<Future<Duration>> selects = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            TestSession client = session("rehearse-load-" + i);
            clients.add(client);
            selects.add(client.start("SELECT * FROM orders WHERE id = " + i));
        }
        for (TestSession client : clients) {
            admin.awaitWaiting(client);
        }
        awaitSamples(2);
        reader.run("SELECT pg_sleep(0.5)");
        double least = admin.millisWaited(clients.get(4));
        reader.run("COMMIT");
        Duration altered = TestSession.get(altering);
        for (Future<Duration> select : selects) {
            TestSession.get(select);
        }

        LockObservation seen = stop();
        SampledWait ofMigration = of(seen, migration);
        assertLength(ofMigration, new Truth(least, millis(altered)));
        assertThat(ofMigration.kind()).isEqualTo(SessionKind.MIGRATION);
        assertThat(ofMigration.chain()).extracting(Blocking::pid).containsExactly(reader.pid);
        for (int i = 0; i < clients.size(); i++) {
            SampledWait ofClient = of(seen, clients.get(i));
            assertLength(ofClient, new Truth(least, millis(TestSession.get(selects.get(i)))));
            assertThat(ofClient.chain())
                    .extracting(Blocking::pid, Blocking::who, Blocking::kind, Blocking::waiting)
                    .containsExactly(
                            tuple(migration.pid, "migration", SessionKind.MIGRATION, true),
                            tuple(reader.pid, "longReader", SessionKind.BLOCKER, false));
            assertThat(ofClient.chain().get(0).query()).startsWith("ALTER TABLE orders");
        }
        assertThat(seen.queues().stream().mapToInt(QueueLength::waiting).max()).hasValue(6);
        assertThat(seen.queues().get(seen.queues().size() - 1).waiting()).isZero();
        assertThat(seen.queues()).allMatch(q -> q.relation().equals("orders"));
    }

    @Test
    void where_several_hold_what_is_waited_for_each_of_them_is_seen() throws Exception {
        List<TestSession> readers = new ArrayList<>();
        for (String name : List.of("the first", "the second", "the third")) {
            TestSession reader = session(name);
            reader.run("BEGIN");
            reader.run("SELECT * FROM orders");
            readers.add(reader);
        }
        TestSession migration = session("rehearse-migration-0");
        Future<Duration> altering = migration.start("ALTER TABLE orders ADD COLUMN note text");
        admin.awaitWaiting(migration);
        TestSession client = session("rehearse-load-1");
        Future<Duration> select = client.start("SELECT * FROM orders");
        admin.awaitWaiting(client);
        awaitSamples(20);
        for (TestSession reader : readers) {
            reader.run("COMMIT");
        }
        TestSession.get(altering);
        TestSession.get(select);

        LockObservation seen = stop();
        for (TestSession waiter : List.of(migration, client)) {
            LockWait wait = of(seen, waiter).asSeen();
            assertThat(wait.rootBlocker()).isNotNull();
            assertThat(wait.rootBlocker().who()).isEqualTo("the first");
            assertThat(wait.alsoBlockedBy())
                    .extracting(LockWait.Beside::pid, LockWait.Beside::who, LockWait.Beside::query)
                    .containsExactlyInAnyOrder(
                            tuple(readers.get(1).pid, "the second", "SELECT * FROM orders"),
                            tuple(readers.get(2).pid, "the third", "SELECT * FROM orders"));
        }
    }

    @Test
    void of_more_than_twenty_beside_the_root_it_is_told_how_many_more_there_are() throws Exception {
        List<TestSession> readers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            TestSession reader = session("reader");
            reader.run("BEGIN");
            reader.run("SELECT * FROM orders");
            readers.add(reader);
        }
        TestSession migration = session("rehearse-migration-0");
        Future<Duration> altering = migration.start("ALTER TABLE orders ADD COLUMN note text");
        admin.awaitWaiting(migration);
        awaitSamples(2);
        for (TestSession reader : readers) {
            reader.run("COMMIT");
        }
        TestSession.get(altering);

        LockWait wait = only(stop()).asSeen();
        assertThat(wait.alsoBlockedBy()).hasSize(20);
        assertThat(wait.alsoBlockedBy(LockWait.Beside::who)).hasSize(21).last().isEqualTo("4 others");
    }

    @Test
    void a_session_that_waits_twice_has_two_waits() throws Exception {
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-load-1");
        List<Truth> truths = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            holder.run("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            truths.add(holdAndRelease(holder, waiter, waiter.start("SELECT * FROM orders"), 100));
        }

        List<SampledWait> waits = stop().waits();
        assertThat(waits).hasSize(2);
        assertLength(waits.get(0), truths.get(0));
        assertLength(waits.get(1), truths.get(1));
    }

    @Test
    void who_waits_for_a_parallel_query_waits_for_those_that_its_workers_wait_for() throws Exception {
        // Of two rows nothing is left to do once the holder is gone, and the migration stands behind the reader alone.
        admin.run("CREATE FUNCTION looked_up(int) RETURNS bigint LANGUAGE plpgsql PARALLEL SAFE COST 1000000 AS"
                + " 'BEGIN RETURN (SELECT count(*) FROM customers) + $1; END'");
        TestSession holder = session("holder");
        TestSession reader = session("reader");
        TestSession migration = session("rehearse-migration-0");
        reader.run("SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;"
                + " SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off");
        holder.run("BEGIN; LOCK TABLE customers");
        Future<Duration> reading = reader.start("SELECT count(*) FROM orders WHERE looked_up(id) > 0");
        admin.awaitTrue("SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
                + " WHERE NOT granted AND leader_pid = " + reader.pid + ")");
        holdAndRelease(holder, migration, migration.start("ALTER TABLE orders ADD COLUMN note text"), 100);
        TestSession.get(reading);

        assertThat(of(stop(), migration).chain())
                .extracting(Blocking::pid, Blocking::waiting)
                .containsExactly(tuple(reader.pid, true), tuple(holder.pid, false));
    }

    @Test
    void whoever_follows_a_session_is_told_what_it_holds_and_waits_for() throws Exception {
        admin.run("CREATE TYPE mood AS ENUM ('a')");
        TestSession holder = session("holder");
        TestSession migration = session("rehearse-migration-0");
        Followed followed = new Followed(migration.pid);
        sampler.close();
        sampler = LockSampler.start(server, new RunClock(), SessionNames.NONE, followed);
        holder.run("BEGIN; LOCK TABLE customers");
        migration.run("BEGIN; ALTER TYPE mood ADD VALUE 'b'; LOCK TABLE orders");
        Future<Duration> waiting = migration.start("SELECT * FROM customers");
        await(() -> followed.relations().anyMatch(lock -> lock.waitedMicros() > 0));
        LockFollower.Look look = followed.last;
        holder.run("COMMIT");
        TestSession.get(waiting);

        assertThat(look.relations())
                .extracting(HeldLock::pid, HeldLock::oid, HeldLock::mode, HeldLock::granted)
                .containsExactlyInAnyOrder(
                        tuple(migration.pid, oidOf("orders"), LockMode.ACCESS_EXCLUSIVE, true),
                        tuple(migration.pid, oidOf("customers"), LockMode.ACCESS_SHARE, false));
        assertThat(look.types())
                .extracting(HeldLock::oid, HeldLock::mode, HeldLock::granted)
                .containsExactly(
                        tuple(Long.parseLong(admin.ask("SELECT 'mood'::regtype::oid")), LockMode.EXCLUSIVE, true));
    }

    private long oidOf(String table) throws SQLException {
        return Long.parseLong(admin.ask("SELECT '" + table + "'::regclass::oid"));
    }

    private static final class Followed implements LockFollower {
        private final int pid;
        private volatile Look last = new Look(List.of(), List.of(), 0, Duration.ZERO);

        private Followed(int pid) {
            this.pid = pid;
        }

        @Override
        public Set<Integer> sessions() {
            return Set.of(pid);
        }

        @Override
        public void saw(Look look) {
            last = look;
        }

        private Stream<HeldLock> relations() {
            return last.relations().stream();
        }
    }

    @Test
    void where_nobody_waits_no_wait_is_seen() throws Exception {
        TestSession writer = session("rehearse-load-1");
        TestSession reader = session("rehearse-load-2");
        for (int i = 0; i < 50; i++) {
            writer.run("INSERT INTO orders VALUES (" + (100 + i) + ", 1)");
            reader.run("SELECT * FROM orders");
        }
        admin.run("ALTER TABLE orders ADD COLUMN note text");
        awaitSamples(20);

        LockObservation seen = stop();
        assertThat(seen.waits()).isEmpty();
        assertThat(seen.queues()).isEmpty();
        assertThat(seen.notes()).isEmpty();
        assertThat(seen.samples()).isGreaterThan(20);
    }

    @Test
    void our_own_sessions_and_other_databases_wait_unseen_but_a_catalog_is_told_by_its_name() throws Exception {
        Server elsewhere = ObservedServers.freshDatabase(version);
        try (TestSession holder = new TestSession(elsewhere, "a");
                TestSession stranger = new TestSession(elsewhere, "b")) {
            TestSession catalogHolder = session("rehearse-migration-0");
            TestSession catalogWaiter = session("psql");
            TestSession own = session("rehearse-verifier");
            holder.run("CREATE TABLE t ()");
            holder.run("BEGIN; LOCK TABLE t");
            catalogHolder.run("BEGIN; LOCK TABLE pg_statistic, orders");
            stranger.start("SELECT * FROM t");
            own.start("SELECT * FROM orders");
            Future<Duration> catalog = catalogWaiter.start("SELECT * FROM pg_statistic");
            admin.awaitWaiting(own);
            admin.awaitWaiting(stranger);
            holdAndRelease(catalogHolder, catalogWaiter, catalog, 100);
            holder.run("COMMIT");

            SampledWait wait = only(stop());
            assertThat(wait.relation()).isEqualTo("pg_catalog.pg_statistic");
            assertThat(wait.who()).isEqualTo("psql");
            assertThat(wait.kind()).isEqualTo(SessionKind.OTHER);
        }
    }

    @Test
    void a_table_made_after_the_start_is_known_by_its_name() throws Exception {
        admin.run("CREATE SCHEMA \"Shop\"; CREATE TABLE \"Shop\".\"Late Table\" ()");
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-load-1");
        holder.run("BEGIN; LOCK TABLE \"Shop\".\"Late Table\"");

        holdAndRelease(holder, waiter, waiter.start("SELECT * FROM \"Shop\".\"Late Table\""), 600);

        assertThat(only(stop()).relation()).isEqualTo("\"Shop\".\"Late Table\"");
    }

    @Test
    void what_still_waits_at_the_end_has_not_ended() throws Exception {
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-load-1");
        holder.run("BEGIN; LOCK TABLE orders");
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        admin.awaitWaiting(waiter);
        awaitSamples(5);

        SampledWait wait = only(stop());
        holder.run("COMMIT");
        TestSession.get(waiting);

        assertThat(wait.ended()).isFalse();
        assertThat(wait.endMicros()).isGreaterThan(wait.startMicros());
    }

    @Test
    void a_sampler_whose_connection_dies_says_so_and_goes_on() throws Exception {
        awaitSamples(3);
        admin.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = 'rehearse-sampler' AND datname = current_database()");
        await(() -> sampler.observation().notes().size() == 2);
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-load-1");
        holder.run("BEGIN; LOCK TABLE orders");

        Truth truth = holdAndRelease(holder, waiter, waiter.start("SELECT * FROM orders"), 100);

        LockObservation seen = stop();
        assertLength(only(seen), truth);
        assertThat(seen.notes().get(0)).contains("lost its connection", "57P01");
        assertThat(seen.notes().get(1)).contains("again");
    }

    @Test
    void whoever_knows_the_sessions_better_than_their_names_is_believed() throws Exception {
        sampler.close();
        TestSession holder = session("flyway");
        TestSession waiter = session("HikariPool");
        SessionNames names = (pid, micros) -> pid == holder.pid
                ? new SessionNames.Session("migration", SessionKind.MIGRATION)
                : pid == waiter.pid ? new SessionNames.Session("place_order", SessionKind.APPLICATION) : null;
        sampler = LockSampler.start(server, new RunClock(), names, Set::of);
        holder.run("BEGIN; LOCK TABLE orders");

        holdAndRelease(holder, waiter, waiter.start("SELECT * FROM orders"), 100);

        SampledWait wait = only(stop());
        assertThat(wait.who()).isEqualTo("place_order");
        assertThat(wait.kind()).isEqualTo(SessionKind.APPLICATION);
        assertThat(wait.chain()).extracting(Blocking::who).containsExactly("migration");
    }

    @Test
    void a_prepared_transaction_is_named_as_the_blocker() throws Exception {
        assumeThat(version).as("the one that allows prepared transactions").isEqualTo(14);
        TestSession waiter = session("rehearse-load-1");
        String gid = "stuck-" + server.database();
        admin.run("BEGIN; CREATE TABLE other (); PREPARE TRANSACTION 'other-" + server.database() + "'");
        admin.run("BEGIN; LOCK TABLE orders; UPDATE orders SET total = 1; PREPARE TRANSACTION '" + gid + "'");
        Future<Duration> waiting = waiter.start("SELECT * FROM orders");
        admin.awaitWaiting(waiter);
        awaitSamples(5);
        admin.run("ROLLBACK PREPARED '" + gid + "'");
        admin.run("ROLLBACK PREPARED 'other-" + server.database() + "'");
        TestSession.get(waiting);

        assertThat(only(stop()).chain())
                .extracting(Blocking::who)
                .containsExactly("prepared transaction '" + gid + "' by " + server.user());
    }

    @Test
    void merged_with_the_servers_own_words_each_wait_is_counted_once() throws Exception {
        TestSession holder = session("rehearse-migration-0");
        TestSession waiter = session("rehearse-load-1");
        RunClock clock = new RunClock();
        sampler.close();
        sampler = LockSampler.start(server, clock, SessionNames.NONE, () -> Set.of(0));
        List<ReportedWait> reported = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            holder.run("BEGIN; LOCK TABLE orders");
            Future<Duration> waiting = waiter.start("SELECT * FROM orders");
            admin.awaitWaiting(waiter);
            // When it was told this thread may know late.
            long startMicros = clock.microsAt(Instant.EPOCH.plus(
                    Long.parseLong(admin.ask("SELECT (extract(epoch FROM waitstart) * 1000000)::bigint FROM pg_locks"
                            + " WHERE NOT granted AND pid = " + waiter.pid)),
                    ChronoUnit.MICROS));
            Truth truth = holdAndRelease(holder, waiter, waiting, 40);
            long durationMicros = Math.round(truth.mostMillis() * 1_000);
            reported.add(new ReportedWait(
                    waiter.pid,
                    "list_orders",
                    SessionKind.APPLICATION,
                    "relation",
                    Long.parseLong(admin.ask("SELECT 'orders'::regclass::oid")),
                    null,
                    "AccessShareLock",
                    startMicros + durationMicros,
                    durationMicros,
                    Ended.GRANTED,
                    List.of()));
        }

        MergedWaits merged = LockWaits.merge(stop(), reported, List.of(), new OperationLog());

        assertThat(merged.waits()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(merged.waits().get(i).micros()).isEqualTo(reported.get(i).durationMicros());
            assertThat(merged.waits().get(i).relation()).isEqualTo("orders");
            assertThat(merged.waits().get(i).rootBlocker().pid()).isEqualTo(holder.pid);
        }
    }

    private static SampledWait only(LockObservation seen) {
        assertThat(seen.waits()).hasSize(1);
        return seen.waits().get(0);
    }

    private static SampledWait of(LockObservation seen, TestSession session) {
        List<SampledWait> waits =
                seen.waits().stream().filter(w -> w.pid() == session.pid).toList();
        assertThat(waits).hasSize(1);
        return waits.get(0);
    }

    private void awaitSamples(long more) {
        long enough = sampler.observation().samples() + more;
        await(() -> sampler.observation().samples() >= enough);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("60 s passed").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
