package dev.rehearse.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.HarnessException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.Workload;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.ledger.BaseSample;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generator against known truth. */
class LoadGeneratorIT {

    private static LoadedServer shop;

    @BeforeAll
    static void start() throws SQLException {
        shop = new LoadedServer(18);
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @BeforeEach
    void fill() throws SQLException {
        shop.fillAccounts();
    }

    private static Workload.Operation read(boolean transaction) {
        return LoadedServer.operation(
                "read_account",
                transaction,
                Map.of("id", LoadedServer.key("account", "id")),
                "SELECT * FROM account WHERE id = :id");
    }

    private static Workload.Operation transfer() {
        return LoadedServer.operation(
                "transfer",
                true,
                Map.of(
                        "from", LoadedServer.key("account", "id"),
                        "to", LoadedServer.key("account", "id"),
                        "cents", LoadedServer.integer(1, 100)),
                "UPDATE account SET cents = cents - :cents WHERE id = :from",
                "UPDATE account SET cents = cents + :cents WHERE id = :to");
    }

    @Test
    @Alone
    void a_lock_held_for_two_seconds_delays_every_arrival_due_meanwhile() throws Exception {
        OnceInThree.holds(LoadGeneratorIT::aLockDelaysArrivals);
    }

    private static void aLockDelaysArrivals() throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(500, 8, read(false)))) {
            load.start();
            long began = shop.clock.micros();
            shop.runFor(Duration.ofSeconds(1));
            long locked;
            long released;
            try (Connection blocker = shop.server.connect("rehearse-test");
                    Statement statement = blocker.createStatement()) {
                blocker.setAutoCommit(false);
                statement.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
                locked = shop.clock.micros();
                shop.runFor(Duration.ofSeconds(2));
                released = shop.clock.micros();
                blocker.commit();
            }
            shop.runFor(Duration.ofSeconds(2));
            load.stop(LoadedServer.DRAIN);

            List<OperationLog.Operation> all = LoadedServer.operations(load.operations());
            double seconds = (released - locked) / 1e6;
            double runSeconds = (shop.clock.micros() - began) / 1e6;
            List<OperationLog.Operation> due = all.stream()
                    .filter(o -> o.dueMicros() > locked && o.dueMicros() < released)
                    .toList();
            assertThat((double) due.size()).isCloseTo(500 * seconds, within(5 * Math.sqrt(500 * seconds)));
            assertThat(due).allSatisfy(o -> assertThat(o.endMicros()).isGreaterThan(released));
            // Of n arrivals spread over T seconds the response at quantile q is D - (1 - q) T.
            long p99 = all.stream()
                    .map(OperationLog.Operation::responseMicros)
                    .sorted()
                    .skip((long) (all.size() * 0.99))
                    .findFirst()
                    .orElseThrow();
            assertThat(p99 / 1e6 / (seconds - 0.01 * runSeconds)).isBetween(0.95, 1.05);

            assertEveryLongOperationIsExplained(load, all);
            assertThat(load.serverWaits()).hasSize(8).allSatisfy(wait -> {
                assertThat(wait.ended()).isEqualTo(LockWait.Ended.GRANTED);
                assertThat(wait.lockType()).isEqualTo("relation");
                assertThat(wait.mode()).isEqualTo("AccessShareLock");
                assertThat(wait.relationOid()).isEqualTo(Long.parseLong(shop.value("SELECT 'account'::regclass::oid")));
                assertThat(wait.endMicros()).isCloseTo(released, within(50_000L));
            });
            assertConserved(load);
        }
    }

    private static void assertEveryLongOperationIsExplained(LoadGenerator load, List<OperationLog.Operation> all) {
        List<OperationLog.Operation> waited =
                all.stream().filter(o -> o.serviceMicros() > 1_000_000).toList();
        assertThat(waited)
                .isNotEmpty()
                .allSatisfy(o -> assertThat(load.serverWaits()).anySatisfy(wait -> {
                    assertThat(wait.pid()).isEqualTo(o.pid());
                    assertThat(wait.durationMicros()).isCloseTo(o.serviceMicros(), within(50_000L));
                }));
    }

    private static void assertConserved(LoadGenerator load) {
        Recording.LoadFacts facts = load.facts();
        List<OperationLog.Operation> all = LoadedServer.operations(load.operations());
        assertThat(facts.planned()).isPositive().isEqualTo(all.size());
        assertThat(facts.completed() + facts.unfinished()).isEqualTo(facts.planned());
        assertThat(all.stream()
                        .map(OperationLog.Operation::dueMicros)
                        .distinct()
                        .count())
                .isGreaterThan(all.size() * 9L / 10);
    }

    @Test
    void what_still_runs_at_the_deadline_is_cancelled_and_kept_as_unknown() throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 4, read(false)));
                Connection blocker = shop.server.connect("rehearse-test");
                Statement statement = blocker.createStatement()) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
            shop.runFor(Duration.ofMillis(500));
            long before = shop.clock.micros();
            load.stop(Duration.ofMillis(300));

            assertThat(shop.clock.micros() - before).isLessThan(4_000_000);
            assertThat(load.facts().unfinished()).isGreaterThan(20);
            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> o.outcome() == Outcome.UNKNOWN)
                    .hasSize((int) load.facts().unfinished());
            assertThat(load.serverWaits())
                    .isNotEmpty()
                    .allSatisfy(w -> assertThat(w.ended()).isEqualTo(LockWait.Ended.STILL_WAITING));
            assertConserved(load);
        }
    }

    @Test
    void a_pool_sheds_what_waits_too_long_and_counts_it_apart_and_thinking_is_no_service_time() throws Exception {
        Workload.Operation slow = LoadedServer.operation(
                        "think_it_over",
                        true,
                        Map.of("id", LoadedServer.key("account", "id")),
                        "SELECT cents FROM account WHERE id = :id",
                        "SELECT owner FROM account WHERE id = :id")
                .thinking(new Workload.ThinkTime(Duration.ofMillis(200), Workload.ThinkTime.Distribution.CONSTANT));
        Workload.Sessions pool = Workload.Sessions.DEFAULT
                .withClients(2)
                .withConnectionTimeout(Duration.ofMillis(500))
                .withProtocol(Protocol.SIMPLE)
                .withAutosave(Workload.Autosave.ALWAYS);
        // Two connections do ten a second at most, so that of fifty a second most give up.
        try (LoadGenerator load = shop.generator(with(LoadedServer.workload(50, 2, slow), pool))) {
            load.start();
            LoadedServer.await(
                    "some to give up and some to succeed",
                    () -> load.facts().shed() >= 20 && outcomes(load).contains(Outcome.SUCCEEDED));
            load.stop(LoadedServer.DRAIN);

            List<OperationLog.Operation> all = LoadedServer.operations(load.operations());
            List<OperationLog.Operation> shed =
                    all.stream().filter(o -> !o.isServed()).toList();
            List<OperationLog.Operation> served =
                    all.stream().filter(o -> o.outcome() == Outcome.SUCCEEDED).toList();
            Recording.LoadFacts facts = load.facts();
            assertThat(facts.shed()).isEqualTo(shed.size());
            assertThat(facts.planned()).isEqualTo(all.size());
            assertThat(facts.planned()).isEqualTo(facts.completed() + facts.shed() + facts.unfinished());
            assertThat(shed).allSatisfy(o -> {
                assertThat(o.sqlState()).isEqualTo("RH002");
                assertThat(o.queueMicros()).isEqualTo(500_000);
                assertThat(o.pid()).isZero();
            });
            assertThat(served).isNotEmpty().allSatisfy(o -> {
                assertThat(o.queueMicros()).isLessThanOrEqualTo(600_000_000);
                assertThat(o.thinkMicros()).isGreaterThanOrEqualTo(200_000);
                assertThat(o.serviceMicros()).isEqualTo(o.endMicros() - o.startMicros() - o.thinkMicros());
            });
            // Nearly all of an operation is thinking; what is left is the database's.
            assertThat(served.stream()
                            .mapToLong(OperationLog.Operation::serviceMicros)
                            .min()
                            .orElseThrow())
                    .isLessThan(100_000);
        }
    }

    private static Set<Outcome> outcomes(LoadGenerator load) {
        return LoadedServer.operations(load.operations()).stream()
                .map(OperationLog.Operation::outcome)
                .collect(Collectors.toSet());
    }

    private static Workload with(Workload workload, Workload.Sessions sessions) {
        return new Workload(
                workload.rate(),
                workload.arrivals(),
                sessions,
                workload.warmUp(),
                workload.baseline(),
                workload.settle(),
                workload.before(),
                workload.after(),
                workload.blockers());
    }

    @Test
    void a_transaction_that_thinks_longer_than_it_may_be_idle_loses_its_connection() throws Exception {
        Workload.Operation idle = LoadedServer.operation(
                        "idle",
                        true,
                        Map.of("id", LoadedServer.key("account", "id")),
                        "SELECT cents FROM account WHERE id = :id",
                        "SELECT owner FROM account WHERE id = :id")
                .thinking(new Workload.ThinkTime(Duration.ofMillis(1_500), Workload.ThinkTime.Distribution.CONSTANT));
        Workload.Sessions strict =
                Workload.Sessions.DEFAULT.withClients(2).withIdleInTransactionTimeout(Duration.ofSeconds(1));
        try (LoadGenerator load = shop.generator(with(LoadedServer.workload(4, 2, idle), strict))) {
            load.start();
            LoadedServer.await(
                    "two to fail and connect again", () -> load.facts().reconnects() >= 2);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .isNotEmpty()
                    .allSatisfy(o -> assertThat(o.sqlState()).isIn("25P03", "08006"));
        }
    }

    @Test
    void trying_an_operation_may_take_longer_than_the_applications_transactions_may_be_idle() throws Exception {
        Workload.Operation two = LoadedServer.operation(
                "two",
                true,
                Map.of("id", LoadedServer.key("account", "id")),
                "SELECT cents FROM account WHERE id = :id",
                "SELECT owner FROM account WHERE id = :id");
        Workload.Sessions strict =
                Workload.Sessions.DEFAULT.withClients(2).withIdleInTransactionTimeout(Duration.ofMillis(1));

        // Of a hundred, some are idle for a millisecond between two of their statements.
        List<String> tables = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            shop.plan(with(LoadedServer.workload(4, 2, two), strict))
                    .before()
                    .operations()
                    .forEach(operation -> tables.addAll(operation.tables()));
        }

        assertThat(tables).hasSize(100).containsOnly("account");
    }

    @Test
    void autosave_and_the_protocol_decide_whether_cached_plans_fail() throws Exception {
        assertThat(failuresOfChangedRows(Workload.Sessions.DEFAULT)).containsOnly("0A000");
        assertThat(failuresOfChangedRows(Workload.Sessions.DEFAULT.withAutosave(Workload.Autosave.CONSERVATIVE)))
                .isEmpty();
        assertThat(failuresOfChangedRows(Workload.Sessions.DEFAULT.withProtocol(Protocol.EXTENDED)))
                .isEmpty();
    }

    /** What fails of a read in a transaction when its rows get a further column. */
    private static Set<String> failuresOfChangedRows(Workload.Sessions sessions) throws Exception {
        shop.fillAccounts();
        try (LoadGenerator load =
                shop.generator(with(LoadedServer.workload(100, 2, read(true)), sessions.withClients(2)))) {
            load.start();
            LoadedServer.await("both clients to have read", () -> pids(load, 0).size() == 2);
            shop.execute("ALTER TABLE account ADD COLUMN note text");
            long altered = shop.clock.micros();
            LoadedServer.await(
                    "both clients to have read since", () -> pids(load, altered).size() == 2);
            load.stop(LoadedServer.DRAIN);
            return LoadedServer.operations(load.operations()).stream()
                    .map(OperationLog.Operation::sqlState)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet());
        }
    }

    /** Sessions that have served an operation which began later than that. */
    private static Set<Integer> pids(LoadGenerator load, long laterThanMicros) {
        return LoadedServer.operations(load.operations()).stream()
                .filter(o -> o.startMicros() > laterThanMicros)
                .map(OperationLog.Operation::pid)
                .collect(Collectors.toSet());
    }

    @Test
    @Alone
    void a_statement_that_waits_too_long_times_out_and_its_client_goes_on() throws Exception {
        OnceInThree.holds(LoadGeneratorIT::waitsTooLong);
    }

    private static void waitsTooLong() throws Exception {
        Workload patient = LoadedServer.workload(200, 4, read(true));
        Workload impatient = new Workload(
                patient.rate(),
                patient.arrivals(),
                patient.sessions().withStatementTimeout(Duration.ofSeconds(1)),
                patient.warmUp(),
                patient.baseline(),
                patient.settle(),
                patient.before(),
                null,
                List.of());
        try (LoadGenerator load = shop.generator(impatient);
                Connection blocker = shop.server.connect("rehearse-test");
                Statement statement = blocker.createStatement()) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
            long locked = shop.clock.micros();
            shop.runFor(Duration.ofMillis(1_500));
            blocker.rollback();
            long released = shop.clock.micros();
            int timesOut = (int) ((released - locked) / 1_000_000);
            shop.runFor(Duration.ofMillis(300));
            load.stop(LoadedServer.DRAIN);

            OnceInThree.always(() -> {
                assertThat(load.facts().reconnects()).isZero();
                assertConserved(load);
            });
            List<OperationLog.Operation> all = LoadedServer.operations(load.operations());
            assertThat(all)
                    .filteredOn(o -> o.outcome() != Outcome.SUCCEEDED)
                    .hasSizeBetween(4, 4 * timesOut)
                    .allSatisfy(o -> {
                        assertThat(o.sqlState()).isEqualTo("57014");
                        assertThat(o.serviceMicros()).isBetween(1_000_000L, released - locked + 1_000_000);
                    });
            assertThat(load.serverWaits())
                    .filteredOn(w -> w.ended() == LockWait.Ended.STATEMENT_TIMEOUT)
                    .hasSizeBetween(4, 4 * timesOut);
            assertThat(all)
                    .filteredOn(o -> o.dueMicros() > released)
                    .isNotEmpty()
                    .allSatisfy(o -> assertThat(o.outcome()).isEqualTo(Outcome.SUCCEEDED));
        }
    }

    @Test
    void lost_connections_are_counted_made_again_and_cost_only_what_ran_on_them() throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, read(true), transfer()))) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            shop.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
                    + " 'rehearse-load-_'");
            LoadedServer.await(
                    "every client to connect again", () -> load.facts().reconnects() == 4);
            long before = load.operations().size();
            LoadedServer.await("the load to go on", () -> load.operations().size() > before + 50);
            load.stop(LoadedServer.DRAIN);

            assertThat(load.facts().reconnects()).isEqualTo(4);
            assertThat(load.facts().unfinished()).isZero();
            List<OperationLog.Operation> all = LoadedServer.operations(load.operations());
            assertThat(all)
                    .filteredOn(o -> o.outcome() != Outcome.SUCCEEDED)
                    .hasSizeBetween(1, 20)
                    .allSatisfy(o -> assertThat(o.sqlState()).matches("57P01|08...|40P01"));
            assertThat(shop.value("SELECT sum(cents) FROM account")).isEqualTo("10000000");
            assertConserved(load);
        }
    }

    @Test
    void while_the_server_lets_nobody_in_arrivals_fail_and_afterwards_every_client_connects_again() throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, read(true)))) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            shop.execute("ALTER ROLE " + LoadedServer.ROLE + " NOLOGIN");
            try {
                shop.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
                        + " 'rehearse-load-_'");
                LoadedServer.await("attempts to be refused", () -> refused(load) > 20);
            } finally {
                shop.execute("ALTER ROLE " + LoadedServer.ROLE + " LOGIN");
            }
            LoadedServer.await(
                    "every client to connect again", () -> load.facts().reconnects() == 4);
            load.stop(LoadedServer.DRAIN);

            assertThat(load.facts().unfinished()).isZero();
            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> o.outcome() != Outcome.SUCCEEDED)
                    .allSatisfy(o -> assertThat(o.sqlState()).matches("28000|57P01|08..."));
            assertConserved(load);
        }
    }

    private static long refused(LoadGenerator load) {
        return LoadedServer.operations(load.operations()).stream()
                .filter(o -> "28000".equals(o.sqlState()))
                .count();
    }

    @Test
    void a_cached_plan_whose_result_changes_fails_in_a_transaction_as_in_the_application() throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, read(true), transfer()))) {
            load.start();
            LoadedServer.await("every client to have its plan", () -> clientsThatRead(load, null, 10) == 4);
            shop.execute("ALTER TABLE account ADD COLUMN note text");
            LoadedServer.await("every client to have lost it", () -> clientsThatRead(load, "0A000", 1) == 4);
            shop.runFor(Duration.ofMillis(300));
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> "0A000".equals(o.sqlState()))
                    .hasSize(4)
                    .allSatisfy(o -> assertThat(
                                    load.operations().kinds().get(o.kind()).name())
                            .isEqualTo("read_account"));
        }
    }

    /** How many clients have read an account so often with that result. */
    private static long clientsThatRead(LoadGenerator load, @Nullable String sqlState, int times) {
        return LoadedServer.operations(load.operations()).stream()
                .filter(o -> Objects.equals(o.sqlState(), sqlState))
                .filter(o -> load.operations().kinds().get(o.kind()).name().equals("read_account"))
                .collect(Collectors.groupingBy(OperationLog.Operation::pid, Collectors.counting()))
                .values()
                .stream()
                .filter(count -> count >= times)
                .count();
    }

    @Test
    void accounting_for_writes_makes_no_cached_plan_fail() throws Exception {
        Workload.Operation open = LoadedServer.operation(
                "open_account",
                true,
                Map.of("id", LoadedServer.unique("account", "id")),
                "INSERT INTO account (id, owner, cents) VALUES (:id, 'new', 0) RETURNING id");
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, transfer(), open))) {
            load.start();
            shop.runFor(Duration.ofMillis(700));
            shop.execute("ALTER TABLE account ADD COLUMN note text");
            shop.runFor(Duration.ofMillis(300));
            shop.execute("ALTER TABLE account ALTER COLUMN cents TYPE numeric");
            shop.runFor(Duration.ofMillis(300));
            shop.execute("ALTER TABLE account DROP COLUMN note");
            shop.runFor(Duration.ofMillis(300));
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .hasSizeGreaterThan(300)
                    .filteredOn(o -> o.outcome() != Outcome.SUCCEEDED)
                    .allSatisfy(o -> assertThat(o.sqlState()).isEqualTo("40P01"));
        }
    }

    @Test
    void both_applications_take_part_as_asked_and_the_new_one_meets_the_migrated_schema() throws Exception {
        Workload.Application before = new Workload.Application("app-1", List.of(read(true)));
        Workload.Application after = new Workload.Application(
                "app-2",
                List.of(LoadedServer.operation(
                        "read_note",
                        true,
                        Map.of("id", LoadedServer.key("account", "id")),
                        "SELECT note FROM account WHERE id = :id")));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(400, 4, before, after))) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            shop.execute("ALTER TABLE account ADD COLUMN note text");
            long alone = shop.clock.micros();
            load.applications(0.5);
            long overlap = shop.clock.micros();
            assertThat(shop.value(
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^rehearse-load-[5-8]$'"))
                    .as("the pool of the new application is full before its first operation")
                    .isEqualTo("4");
            shop.runFor(Duration.ofMillis(1_500));
            long both = shop.clock.micros();
            load.applications(0);
            // Shares change 5 ms after they are asked for.
            long only = shop.clock.micros() + 5_000;
            shop.runFor(Duration.ofMillis(500));
            long last = shop.clock.micros();
            load.applications(1);
            long back = shop.clock.micros() + 5_000;
            shop.runFor(Duration.ofMillis(500));
            load.stop(LoadedServer.DRAIN);

            assertThat(names(load, 0, alone)).containsOnly("app-1");
            assertThat(names(load, only, last)).containsOnly("app-2");
            assertThat(names(load, back, Long.MAX_VALUE)).containsOnly("app-1");
            List<OperationLog.Operation> shared = LoadedServer.operations(load.operations()).stream()
                    .filter(o -> o.dueMicros() > overlap + 5_000 && o.dueMicros() < both)
                    .toList();
            long newer = shared.stream()
                    .filter(o -> application(load, o).equals("app-2"))
                    .count();
            assertThat(newer / (double) shared.size()).isBetween(0.35, 0.65);
            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> application(load, o).equals("app-2"))
                    .allSatisfy(o -> assertThat(o.outcome()).isEqualTo(Outcome.SUCCEEDED));
            assertThat(load.operations().kinds())
                    .extracting(OperationLog.OperationKind::tables)
                    .containsOnly(List.of("account"));
            assertConserved(load);
        }
    }

    private static Set<String> names(LoadGenerator load, long from, long to) {
        return LoadedServer.operations(load.operations()).stream()
                .filter(o -> o.dueMicros() >= from && o.dueMicros() < to)
                .map(o -> application(load, o))
                .collect(Collectors.toSet());
    }

    private static boolean ranOnce(LoadGenerator load, String application) {
        return LoadedServer.operations(load.operations()).stream()
                .anyMatch(o -> application(load, o).equals(application));
    }

    private static String application(LoadGenerator load, OperationLog.Operation operation) {
        return load.operations().kinds().get(operation.kind()).application();
    }

    @Test
    void a_read_that_finds_another_number_of_rows_has_failed() throws Exception {
        Workload.Operation checked = new Workload.Operation(
                "read_checked",
                1,
                true,
                true,
                Map.of("id", LoadedServer.key("account", "id")),
                List.of(new Workload.Step("SELECT * FROM account WHERE id = :id", java.util.OptionalInt.of(1))));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(300, 4, checked))) {
            load.start();
            shop.runFor(Duration.ofMillis(500));
            shop.execute("DELETE FROM account WHERE id % 2 = 0");
            shop.runFor(Duration.ofMillis(700));
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> o.outcome() == Outcome.FAILED)
                    .hasSizeGreaterThan(30)
                    .allSatisfy(o -> assertThat(o.sqlState()).isEqualTo("RH001"));
        }
    }

    @Test
    void the_rate_is_kept_however_fast_the_server_is() throws Exception {
        try (LoadGenerator load = shop.generator(LoadedServer.workload(1_000, 8, read(true), transfer()))) {
            long before = shop.clock.micros();
            load.start();
            long began = shop.clock.micros();
            shop.runFor(Duration.ofSeconds(2));
            long ended = shop.clock.micros();
            load.stop(LoadedServer.DRAIN);
            long stopped = shop.clock.micros();
            Recording.LoadFacts facts = load.facts();

            // The schedule begins within start, once all have connected, and ends within stop.
            assertThat(facts.planned() / 1_000.0)
                    .isGreaterThan(0.9 * (ended - began) / 1e6)
                    .isLessThan(1.1 * (stopped - before) / 1e6);
            assertThat(facts.unfinished()).isZero();
        }
    }

    @Test
    void the_generators_own_delay_is_told() throws Exception {
        // Clients without a moment to wait in are never woken, late or not: at this rate they have one.
        try (LoadGenerator load = shop.generator(LoadedServer.workload(50, 8, read(true)))) {
            load.start();
            LoadedServer.await("fifty operations", () -> load.operations().size() >= 50);
            load.stop(LoadedServer.DRAIN);
            Recording.LoadFacts facts = load.facts();

            assertThat(facts.lateP99Micros()).isPositive().isLessThanOrEqualTo(facts.lateMaxMicros());
        }
    }

    @Test
    void a_server_that_dies_neither_hangs_nor_stops_the_count() throws Exception {
        LoadedServer doomed = new LoadedServer(
                18,
                "CREATE TABLE account (id int PRIMARY KEY, cents bigint NOT NULL)",
                "INSERT INTO account SELECT i, 1000 FROM generate_series(1, 100) i",
                "ANALYZE");
        try (doomed;
                LoadGenerator load = doomed.generator(LoadedServer.workload(1_000, 4, read(true)))) {
            load.start();
            doomed.runFor(Duration.ofMillis(500));
            doomed.close();
            doomed.runFor(Duration.ofMillis(500));
            long before = doomed.clock.micros();
            load.applications(0.5);
            load.stop(Duration.ofSeconds(1));

            assertThat(doomed.clock.micros() - before).isLessThan(8_000_000);
            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> o.outcome() == Outcome.FAILED)
                    .isNotEmpty()
                    .allSatisfy(o -> assertThat(o.sqlState()).matches("08001|57P0."));
            assertThat(load.facts().unfinished()).isPositive();
            assertConserved(load);
        }
    }

    @Test
    void an_operation_of_the_new_application_that_fails_is_run_all_the_same() throws Exception {
        Workload.Application before = new Workload.Application("app-1", List.of(read(true)));
        Workload.Application after = new Workload.Application(
                "app-2",
                List.of(LoadedServer.operation("read_missing", true, Map.of(), "SELECT missing FROM account")));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, before, after))) {
            load.start();
            load.applications(0);
            LoadedServer.await("the new application to run", () -> ranOnce(load, "app-2"));
            long asked = shop.clock.micros();
            load.stop(LoadedServer.DRAIN);

            assertThat(shop.clock.micros() - asked)
                    .as("the application that has nothing to do keeps nobody waiting")
                    .isLessThan(LoadedServer.DRAIN.toNanos() / 2_000);

            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> application(load, o).equals("app-2"))
                    .isNotEmpty()
                    .allSatisfy(o -> assertThat(o.sqlState()).isEqualTo("42703"));
            assertThat(load.notes()).singleElement().asString().contains("read_missing", "42703");
        }
    }

    /** Tried while the old application runs, an operation may fail because of it, which says nothing about the operation. */
    @Test
    void an_operation_of_the_new_application_that_fails_by_chance_is_tried_again() throws Exception {
        shop.execute("DROP SEQUENCE IF EXISTS chance", "CREATE SEQUENCE chance");
        Workload.Application before = new Workload.Application("app-1", List.of(read(true)));
        Workload.Application after = new Workload.Application(
                "app-2",
                List.of(LoadedServer.operation(
                        "unlucky_once",
                        true,
                        Map.of("id", LoadedServer.unique("account", "id")),
                        "INSERT INTO account VALUES (:id, 'new', 1 / (nextval('chance') - 1))")));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, before, after))) {
            load.start();
            load.applications(0);
            LoadedServer.await("the new application to run", () -> ranOnce(load, "app-2"));
            load.stop(LoadedServer.DRAIN);

            assertThat(load.notes()).isEmpty();
            assertThat(load.operations().kinds())
                    .filteredOn(kind -> kind.name().equals("unlucky_once"))
                    .singleElement()
                    .satisfies(kind -> {
                        assertThat(kind.tables()).containsExactly("account");
                        assertThat(kind.writes()).isTrue();
                    });
            long account = Long.parseLong(shop.value("SELECT 'account'::regclass::oid"));
            assertThat(Objects.requireNonNull(load.ledger().known(account)).excluded())
                    .isNull();
        }
    }

    @Test
    void an_operation_of_the_new_application_that_a_lock_keeps_from_being_tried_is_run_all_the_same() throws Exception {
        Workload.Application before = new Workload.Application("app-1", List.of(read(true)));
        Workload.Application after = new Workload.Application("app-2", List.of(read(true)));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, before, after));
                Connection holder = shop.server.connect("rehearse-test");
                Statement lock = holder.createStatement()) {
            load.start();
            holder.setAutoCommit(false);
            lock.execute("LOCK TABLE account");
            load.applications(0);
            holder.rollback();
            LoadedServer.await("the new application to run", () -> ranOnce(load, "app-2"));
            load.stop(LoadedServer.DRAIN);

            assertThat(load.notes()).singleElement().asString().contains("read_account", "55P03");
            assertThat(LoadedServer.operations(load.operations()))
                    .filteredOn(o -> application(load, o).equals("app-2"))
                    .allSatisfy(o -> assertThat(o.outcome()).isEqualTo(Outcome.SUCCEEDED));
        }
    }

    /** A document nested deeper than our reader goes stands for whatever may break a client. */
    @Test
    void a_client_that_breaks_down_is_told_and_not_just_missed() throws Exception {
        shop.execute("ALTER TABLE account ADD COLUMN doc json");
        Workload.Operation breaking = LoadedServer.operation(
                "nest",
                true,
                Map.of("id", LoadedServer.key("account", "id")),
                "UPDATE account SET doc = (repeat('[', n) || repeat(']', n))::json FROM (SELECT CASE"
                        + " current_setting('application_name') WHEN 'rehearse-load-plan' THEN 1 ELSE 1500 END AS n) d"
                        + " WHERE id = :id");
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, breaking))) {
            load.start();
            LoadedServer.await(
                    "both clients to meet it", () -> load.operations().size() >= 2);
            load.stop(Duration.ofSeconds(1));

            assertThatThrownBy(load::facts)
                    .isInstanceOf(HarnessException.class)
                    .hasMessageContaining("A client of the load broke down");
        }
    }

    @Test
    void an_operation_of_todays_application_that_is_wrong_is_its_authors_error() {
        Workload.Operation wrong = LoadedServer.operation("wrong", true, Map.of(), "SELECT missing FROM account");

        assertThatThrownBy(() -> shop.plan(LoadedServer.workload(200, 2, wrong)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("wrong")
                .hasMessageContaining("42703");
    }

    @Test
    void of_a_write_whose_rows_cannot_be_given_back_the_keys_are_and_a_row_that_is_lost_is_missed() throws Exception {
        Workload.Operation touch = LoadedServer.operation(
                "touch",
                false,
                Map.of("id", LoadedServer.key("account", "id")),
                "UPDATE account SET cents = cents + 1 WHERE id = :id");
        Workload.Operation close = LoadedServer.operation(
                "close",
                false,
                Map.of("id", LoadedServer.key("account", "id")),
                "DELETE FROM account WHERE id = :id AND id > 9000");
        try (Connection connection = shop.server.connect("rehearse-test");
                LoadGenerator load = shop.generator(LoadedServer.workload(200, 4, transfer(), touch, close))) {
            BaseSample sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
            shop.execute("ALTER TABLE account ADD COLUMN share int GENERATED ALWAYS AS (1 / (id - id)) VIRTUAL");
            load.start();
            LoadedServer.await("each to have run", () -> load.operations().size() >= 50);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(OperationLog.Operation::outcome)
                    .containsOnly(Outcome.SUCCEEDED);
            assertThat(load.ledger().unreadable().get("account")).startsWith("22012: ");
            assertThat(load.ledger().verify(connection, sample)).allSatisfy(account -> {
                assertThat(account.written()).isPositive();
                assertThat(account.rowsLost() + account.sampledRowsLost()).isZero();
                assertThat(account.valuesLost() + account.sampledValuesLost()).isZero();
            });
            assertThat(load.ledger().notes())
                    .anyMatch(note -> note.startsWith("Not all") && note.contains("22012"))
                    .anyMatch(note -> note.startsWith("The generated columns of account were not accounted for"));

            String lost = shop.value("DELETE FROM account WHERE cents <> 1000 AND ctid IN"
                    + " (SELECT ctid FROM account WHERE cents <> 1000 LIMIT 1) RETURNING id");
            assertThat(lost).isNotNull();
            assertThat(load.ledger().verify(connection, sample))
                    .extracting(TableAccount::rowsLost)
                    .containsExactly(1L);
        }
    }

    @Test
    void a_load_that_is_derived_works_on_tables_that_its_search_path_hides() throws Exception {
        shop.execute(
                "CREATE SCHEMA hiding",
                "CREATE TABLE hiding.account (id int PRIMARY KEY)",
                "ALTER ROLE " + LoadedServer.ROLE + " SET search_path = hiding");
        try {
            LoadPlan plan = shop.plan(LoadedServer.workload(200, 2));

            assertThat(plan.notes()).noneMatch(note -> note.startsWith("Left out"));
            assertThat(plan.excluded().keySet())
                    .extracting(Catalog.Table::label)
                    .doesNotContain("account", "hiding.account");
        } finally {
            shop.execute("ALTER ROLE " + LoadedServer.ROLE + " RESET search_path", "DROP SCHEMA hiding CASCADE");
        }
    }

    @Test
    void rows_of_which_the_application_may_not_read_all_columns_are_missed_when_they_go() throws Exception {
        // The load has the rights of whoever owned it.
        shop.execute(
                "CREATE ROLE keeper",
                "ALTER TABLE account OWNER TO keeper",
                "GRANT SELECT (id, cents), UPDATE (cents) ON account TO " + LoadedServer.ROLE);
        Workload.Operation touch = LoadedServer.operation(
                "touch",
                false,
                Map.of("id", LoadedServer.key("account", "id")),
                "UPDATE account SET cents = cents + 1 WHERE id = :id");
        try (Connection connection = shop.server.connect("rehearse-test");
                LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, touch))) {
            BaseSample sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
            load.start();
            LoadedServer.await("some to have run", () -> load.operations().size() >= 5);
            load.stop(LoadedServer.DRAIN);

            shop.execute("DELETE FROM account WHERE cents <> 1000");
            assertThat(load.ledger().verify(connection, sample))
                    .extracting(TableAccount::rowsLost)
                    .allSatisfy(lost -> assertThat(lost).isPositive());
            assertThat(load.ledger().notes())
                    .containsExactly(
                            "Not all rows of account that the application wrote were accounted for: of some only that they are"
                                    + " there, as they may not be read whole.");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_rule_that_writes_nothing_gives_another_number_of_rows_and_no_key(boolean transaction) throws Exception {
        Workload.Operation open = new Workload.Operation(
                "open",
                1,
                transaction,
                true,
                Map.of("id", LoadedServer.unique("account", "id")),
                List.of(Workload.Step.of("INSERT INTO account (id, owner, cents) VALUES (:id, 'someone', 0)", 1)));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, open))) {
            shop.execute("CREATE RULE none AS ON INSERT TO account DO INSTEAD NOTHING");
            load.start();
            LoadedServer.await("some to have run", () -> load.operations().size() >= 5);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(OperationLog.Operation::sqlState)
                    .containsOnly("RH001");
            assertThat(load.ledger().keyless()).containsExactly("account");
            assertThat(load.ledger().unreadable()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_write_that_the_schema_refuses_is_sent_once(boolean transaction) throws Exception {
        shop.execute(
                "CREATE SEQUENCE sent",
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('sent');"
                        + " RAISE EXCEPTION 'no'; END $$",
                "GRANT USAGE ON SEQUENCE sent TO PUBLIC");
        Workload.Operation touch = LoadedServer.operation(
                "touch",
                transaction,
                Map.of("id", LoadedServer.key("account", "id")),
                "UPDATE account SET cents = cents + 1 WHERE id = :id");
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 1, touch))) {
            shop.execute("CREATE TRIGGER refuse BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION refuse()");
            load.start();
            LoadedServer.await("many to have failed", () -> load.operations().size() >= 50);
            load.stop(LoadedServer.DRAIN);

            int operations = LoadedServer.operations(load.operations()).size();
            // The first of a connection is tried again, by its keys, and as the application sends it.
            assertThat(Long.parseLong(shop.value("SELECT last_value FROM sent")))
                    .isEqualTo(operations + 3L);
        } finally {
            shop.execute("DROP FUNCTION refuse() CASCADE", "DROP SEQUENCE sent");
        }
    }

    @Test
    void of_a_transaction_only_the_write_whose_rows_cannot_be_given_back_is_sent_again_so() throws Exception {
        shop.execute("CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cents bigint)");
        Workload.Operation book = LoadedServer.operation(
                "book",
                true,
                Map.of("id", LoadedServer.key("account", "id")),
                "INSERT INTO entry (cents) VALUES (1)",
                "UPDATE account SET cents = cents + 1 WHERE id = :id");
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, book))) {
            shop.execute("ALTER TABLE account ADD COLUMN share int GENERATED ALWAYS AS (1 / (id - id)) VIRTUAL");
            load.start();
            LoadedServer.await("some bookings", () -> load.operations().size() >= 5);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(OperationLog.Operation::outcome)
                    .containsOnly(Outcome.SUCCEEDED);
            assertThat(load.ledger().unreadable()).containsOnlyKeys("account");
            assertThat(Objects.requireNonNull(
                                    load.ledger().known(Long.parseLong(shop.value("SELECT 'entry'::regclass::oid"))))
                            .excluded())
                    .isNull();
        } finally {
            shop.execute("DROP TABLE entry");
        }
    }

    @Test
    void rows_that_are_only_added_and_cannot_be_read_leave_the_others_of_their_table_accounted_for() throws Exception {
        shop.execute(
                "CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cents bigint)",
                "INSERT INTO entry (cents) SELECT 1 FROM generate_series(1, 100)");
        Workload.Operation book =
                LoadedServer.operation("book", false, Map.of(), "INSERT INTO entry (cents) VALUES (0)");
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 2, book));
                Connection connection = shop.server.connect("rehearse-test")) {
            BaseSample sample = BaseSample.take(connection, List.of(), 7, Progress.SILENT);
            shop.execute("ALTER TABLE entry ADD COLUMN share int GENERATED ALWAYS AS (1 / cents) VIRTUAL");
            load.start();
            LoadedServer.await("some bookings", () -> load.operations().size() >= 5);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(OperationLog.Operation::outcome)
                    .containsOnly(Outcome.SUCCEEDED);
            assertThat(load.ledger().unreadable()).containsOnlyKeys("entry");

            shop.execute("ALTER TABLE entry DROP COLUMN share", "DELETE FROM entry WHERE id <= 10");
            assertThat(load.ledger().verify(connection, sample))
                    .filteredOn(account -> account.table().equals("entry"))
                    .extracting(TableAccount::sampledRowsLost)
                    .containsExactly(10L);
            assertThat(load.ledger().notes())
                    .anyMatch(note -> note.startsWith("Not all rows of entry") && note.contains("22012"));
        } finally {
            shop.execute("DROP TABLE entry");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_write_that_a_rule_leaves_out_is_sent_as_the_application_sends_it_and_has_written_no_row(boolean transaction)
            throws Exception {
        shop.execute("CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cents bigint)");
        Workload.Operation book = new Workload.Operation(
                "book",
                1,
                transaction,
                true,
                Map.of(),
                List.of(new Workload.Step("INSERT INTO entry (cents) VALUES (1)", OptionalInt.of(1))));
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 1, book))) {
            shop.execute("CREATE RULE quiet AS ON INSERT TO entry DO INSTEAD NOTHING");
            load.start();
            LoadedServer.await("some bookings", () -> load.operations().size() >= 5);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(OperationLog.Operation::sqlState)
                    .containsOnly("RH001");
            assertThat(load.ledger().unreadable()).isEmpty();
        } finally {
            shop.execute("DROP TABLE entry");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_write_that_fails_for_every_other_number_of_a_sequence_fails(boolean transaction) throws Exception {
        shop.execute(
                "CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cents bigint)",
                "CREATE FUNCTION even_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id % 2 = 1 THEN"
                        + " RAISE EXCEPTION 'odd'; END IF; RETURN NEW; END $$");
        Workload.Operation book =
                LoadedServer.operation("book", transaction, Map.of(), "INSERT INTO entry (cents) VALUES (1)");
        try (LoadGenerator load = shop.generator(LoadedServer.workload(200, 1, book))) {
            shop.execute("CREATE TRIGGER even_only BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION even_only()");
            load.start();
            LoadedServer.await("some bookings", () -> load.operations().size() >= 5);
            load.stop(LoadedServer.DRAIN);

            assertThat(LoadedServer.operations(load.operations()))
                    .extracting(OperationLog.Operation::outcome)
                    .contains(Outcome.FAILED);
            assertThat(load.ledger().unreadable()).isEmpty();
        } finally {
            shop.execute("DROP TABLE entry", "DROP FUNCTION even_only()");
        }
    }
}
