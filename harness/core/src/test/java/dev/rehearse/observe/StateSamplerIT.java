package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.Recording.StateSample;
import dev.rehearse.recording.RunClock;
import java.sql.SQLException;
import java.time.Duration;
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
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {18, 14})
class StateSamplerIT {

    @Parameter
    int version;

    private final RunClock clock = new RunClock();
    private Server server;
    private StateSampler sampler;
    private TestSession one;
    private TestSession other;

    @BeforeEach
    void begin() throws SQLException {
        server = ObservedServers.freshDatabase(version);
        one = new TestSession(server, "rehearse-load-1");
        other = new TestSession(server, "rehearse-migration-0");
        one.run("CREATE TABLE orders (id int)");
        sampler = StateSampler.start(server, clock);
    }

    @AfterEach
    void end() throws SQLException {
        sampler.close();
        one.close();
        other.close();
    }

    private StateSample await(Predicate<StateSample> which) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            for (StateSample sample : sampler.samples()) {
                if (which.test(sample)) {
                    return sample;
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
        throw new AssertionError("60 s passed. The last sample is "
                + sampler.samples().get(sampler.samples().size() - 1) + ", notes: " + sampler.notes());
    }

    @Test
    void sessions_are_told_by_what_they_wait_for() throws Exception {
        one.run("BEGIN; LOCK TABLE orders");
        Future<Duration> waiting = other.start("SELECT * FROM orders");
        Future<Duration> sleeping = one.start("SELECT pg_sleep(300)");

        StateSample sample =
                await(s -> s.active().containsKey("Lock:relation") && s.active().containsKey("Timeout:PgSleep"));
        try (TestSession admin = new TestSession(server, "rehearse-admin")) {
            admin.run("SELECT pg_terminate_backend(" + one.pid + ")");
        }
        TestSession.get(waiting);
        assertThatThrownBy(() -> TestSession.get(sleeping)).isInstanceOf(ExecutionException.class);

        assertThat(sample.active()).containsEntry("Lock:relation", 1).containsEntry("Timeout:PgSleep", 1);
        assertThat(sampler.notes()).isEmpty();
    }

    @Test
    void the_work_of_another_database_of_the_server_is_told_and_not_its_waiting() throws Exception {
        Server works = ObservedServers.freshDatabase(version);
        Server waits = ObservedServers.freshDatabase(version);
        try (TestSession worker = new TestSession(works, "report");
                TestSession waiter = new TestSession(waits, "batch");
                TestSession admin = new TestSession(server, "rehearse-admin")) {
            Future<Duration> working =
                    worker.start("SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b");
            Future<Duration> waiting = waiter.start("SELECT pg_sleep(300)");

            await(s -> sampler.notes().stream()
                    .anyMatch(note -> note.startsWith("times without the work of the server's other databases: ")
                            && note.contains(works.database())));
            admin.run("SELECT pg_terminate_backend(" + worker.pid + "), pg_terminate_backend(" + waiter.pid + ")");
            assertThatThrownBy(() -> TestSession.get(working)).isInstanceOf(ExecutionException.class);
            assertThatThrownBy(() -> TestSession.get(waiting)).isInstanceOf(ExecutionException.class);
        }

        assertThat(sampler.notes()).singleElement().asString().doesNotContain(waits.database());
    }

    @Test
    void what_sampling_takes_is_a_part_of_a_core_here_and_on_the_server() {
        await(s -> sampler.samples().size() >= 5);
        sampler.close();

        assertThat(sampler.effort().own()).isBetween(1e-6, 1.0);
        assertThat(sampler.effort().serverAtMost()).isBetween(1e-6, 1.0);
        assertThat(sampler.effort()).isEqualTo(sampler.effort());
    }

    @Test
    @Alone
    void where_nobody_runs_anything_nobody_is_active() throws Exception {
        // The server's own autovacuum may come by.
        OnceInThree.holds(() -> {
            int before = sampler.samples().size();
            await(s -> sampler.samples().size() >= before + 5);

            assertThat(sampler.samples().subList(before, before + 5))
                    .allSatisfy(s -> assertThat(s.active()).isEmpty());
        });
    }

    @Test
    void a_checkpoint_is_counted_as_asked_for() throws SQLException {
        StateSample before = await(s -> s.checkpoints() >= 0);
        one.run("INSERT INTO orders SELECT generate_series(1, 50000)");
        one.run("CHECKPOINT");

        StateSample after = await(s -> s.requestedCheckpoints() > before.requestedCheckpoints()
                && s.checkpointBytes() >= before.checkpointBytes() + 1_000_000);

        assertThat(after.checkpoints()).isGreaterThan(before.checkpoints());
    }

    @Test
    void the_room_that_a_second_copy_of_a_table_takes_is_seen() throws SQLException {
        one.run("INSERT INTO orders SELECT generate_series(1, 200000)");
        long tableBytes = Long.parseLong(one.ask("SELECT pg_relation_size('orders')"));
        long filled = clock.micros();
        StateSample before = await(s -> s.micros() > filled + 1_000_000 && s.walDirectoryBytes() > 0);
        assertThat(before.databaseBytes()).isGreaterThan(tableBytes);
        other.run("BEGIN; ALTER TABLE orders ALTER id TYPE bigint");

        await(s -> s.databaseBytes() >= before.databaseBytes() + tableBytes);
        other.run("ROLLBACK");
    }

    @Test
    void a_snapshot_that_is_kept_grows_old_by_the_transactions_that_begin_meanwhile() throws SQLException {
        other.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM orders");
        for (int i = 0; i < 200; i++) {
            one.run("INSERT INTO orders VALUES (1)");
        }

        StateSample sample = await(s -> s.oldestSnapshotAge() >= 200);
        other.run("COMMIT");

        assertThat(sample.oldestSnapshotAge()).isLessThan(10_000);
        assertThat(sample.frozenXidAge()).isGreaterThanOrEqualTo(200);
    }

    @Test
    void where_it_may_not_look_into_the_wal_it_says_so_once_and_goes_on_with_the_sessions() throws SQLException {
        sampler.close();
        one.run("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN PASSWORD 'secret'");
        sampler = StateSampler.start(
                new Server(server.name(), server.host(), server.port(), server.database(), "plain", "secret"),
                new RunClock());

        StateSample late = await(s -> s.micros() > sampler.samples().get(0).micros() + 2_500_000
                && sampler.samples().size() > 5);
        sampler.close();
        one.run("DROP ROLE plain");

        assertThat(late.checkpoints()).isEqualTo(-1);
        assertThat(late.walDirectoryBytes()).isEqualTo(-1);
        assertThat(sampler.notes()).hasSize(1).first().asString().contains("42501");
    }
}
