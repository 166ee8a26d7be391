package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.assess.Assessment;
import dev.rehearse.database.Alone;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseProviderContract;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.BlockerFact;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole rehearsals on an embedded server, each against a truth that is known beforehand. */
class RehearsalRunnerIT {

    private static final String SCHEMA = """
            CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
            CREATE TABLE orders (
              id bigint PRIMARY KEY,
              customer_id bigint NOT NULL REFERENCES customers,
              total integer NOT NULL CHECK (total >= 0),
              note text
            );
            CREATE INDEX orders_customer_idx ON orders (customer_id);
            """;

    /** Enough where nobody looks at response times. */
    private static final Duration BASELINE = Duration.ofSeconds(1);

    private static final Duration LONGER_BASELINE = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private RehearsalBuilder plan(String up, String down) {
        RehearsalBuilder builder = RehearsalBuilder.in(folder)
                .name("orders")
                .schema(new SqlFile("schema.sql", SCHEMA, true))
                .rows("orders", 20_000)
                .rows("customers", 1_000)
                .ratePerSecond(200)
                .warmUp(Duration.ofMillis(500))
                .baseline(BASELINE)
                .settle(Duration.ofMillis(500))
                .up(new SqlFile("up.sql", up, true));
        return down.isEmpty() ? builder : builder.down(new SqlFile("down.sql", down, true));
    }

    private static Recording run(RehearsalBuilder plan) throws InterruptedException {
        return new RehearsalRunner(TestServers.provider(), RunListener.SILENT).run(plan.build());
    }

    @Test
    @Alone
    void a_migration_that_is_known_to_be_safe_is_go_and_its_rollback_restores_everything() throws Exception {
        OnceInThree.holds(this::safeMigration);
    }

    private void safeMigration() throws Exception {
        Recording recording = run(plan(
                        "ALTER TABLE orders ADD COLUMN shipped_at timestamptz;",
                        "ALTER TABLE orders DROP COLUMN shipped_at;")
                .baseline(LONGER_BASELINE));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.verdict()).as(String.valueOf(report.findings())).isEqualTo(Verdict.GO);
        assertThat(recording.phases())
                .extracting(p -> p.phase())
                .containsExactly(
                        Phase.PROVISION,
                        Phase.LOAD,
                        Phase.SNAPSHOT,
                        Phase.WARM_UP,
                        Phase.BASELINE,
                        Phase.MIGRATE,
                        Phase.SETTLE,
                        Phase.VERIFY,
                        Phase.ROLL_BACK,
                        Phase.VERIFY,
                        Phase.REAPPLY);
        assertThat(report.rollback().schemaRestored()).isTrue();
        assertThat(report.rollback().rowsLost()).isZero();
        assertThat(report.rollback().valuesLost()).isZero();
        assertThat(report.rollback().byTable())
                .anySatisfy(t -> assertThat(t.written()).isPositive());
        assertThat(report.rollback().reapplied()).isTrue();
        assertThat(report.schemaChanges()).hasSize(1);
    }

    @Test
    @Alone
    void a_reader_in_front_of_the_migration_is_the_root_blocker_of_everything_that_queues_behind_it() throws Exception {
        OnceInThree.holds(this::readerInFront);
    }

    private void readerInFront() throws Exception {
        Recording recording = run(plan("ALTER TABLE orders ADD COLUMN shipped_at timestamptz;", "")
                .baseline(LONGER_BASELINE)
                .blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofSeconds(3)));

        RehearsalReport report = Assessment.of(recording);
        StatementFact alter = recording.statements().stream()
                .filter(s -> s.sql().startsWith("ALTER TABLE"))
                .findFirst()
                .orElseThrow();
        BlockerFact reader = recording.blockers().get(0);
        double truth = (reader.endMicros() - alter.startMicros()) / 1_000.0;
        LockWait migration = report.lockWaits().stream()
                .filter(w -> w.waiterKind().equals(SessionKind.MIGRATION.name()))
                .findFirst()
                .orElseThrow();
        List<LockWait> queued = report.lockWaits().stream()
                .filter(w -> w.waiterKind().equals(SessionKind.APPLICATION.name())
                        && w.relation().equals("orders"))
                .filter(w -> w.millis() > 200)
                .toList();

        assertThat(truth).isCloseTo(3_000, within(250.0));
        assertThat(migration.millis()).isCloseTo(truth, within(50.0));
        assertThat(migration.rootBlocker()).isEqualTo("longReader");
        assertThat(migration.mode()).isEqualTo("ACCESS EXCLUSIVE");
        assertThat(queued).hasSizeGreaterThanOrEqualTo(8);
        assertThat(queued)
                .filteredOn(w -> w.millis() > 200)
                .allSatisfy(w -> assertThat(w.rootBlocker()).isEqualTo("longReader"));
        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
        Finding finding = report.findings().get(0);
        assertThat(finding.id()).isEqualTo("LOCK_WAIT");
        assertThat(finding.evidence()).anySatisfy(line -> assertThat(line).contains("root blocker: longReader"));
        assertThat(finding.statement()).isEqualTo(alter.index());
        long queuedInTruth = operationsUnderWayAt(recording, reader.endMicros());
        long queuedByReport = report.statements().get(alter.index()).queued();
        assertThat(queuedByReport).isCloseTo(queuedInTruth, within(25L)).isGreaterThan(400);
        assertThat(finding.evidence())
                .anySatisfy(line -> assertThat(line).startsWith(queuedByReport + " operations queued: "));
    }

    /** Due, and not done: with a server that answers in a millisecond these are the ones that wait for a lock or for a client. */
    private static long operationsUnderWayAt(Recording recording, long micros) {
        return IntStream.range(0, recording.operations().size())
                .mapToObj(i -> recording.operations().get(i))
                .filter(operation -> operation.dueMicros() <= micros && operation.endMicros() > micros)
                .count();
    }

    @Test
    @Alone
    void a_rewrite_is_named_by_the_server_and_its_lock_is_felt_by_the_application() throws Exception {
        OnceInThree.holds(this::rewriteIsFelt);
    }

    private void rewriteIsFelt() throws Exception {
        Heard heard = new Heard();
        Recording recording = new RehearsalRunner(TestServers.provider(), heard)
                .run(plan("ALTER TABLE orders ALTER COLUMN total TYPE bigint; SELECT pg_sleep(2.8);", "")
                        .baseline(LONGER_BASELINE)
                        .build());

        StatementFact alter = recording.statements().stream()
                .filter(s -> s.sql().startsWith("ALTER TABLE"))
                .findFirst()
                .orElseThrow();
        RehearsalReport report = Assessment.of(recording);

        assertThat(alter.rewrites()).containsExactly("orders");
        assertThat(alter.locks()).anySatisfy(lock -> {
            assertThat(lock.relation()).isEqualTo("orders");
            assertThat(lock.heldMicros()).isBetween(1_500_000L, 60_000_000L);
        });
        assertThat(report.findings().get(0).id()).isEqualTo("LOCK_WAIT");
        assertThat(report.findings().get(0).statement()).isEqualTo(alter.index());
        assertThat(report.outages())
                .anySatisfy(outage -> assertThat(outage.table()).isEqualTo("orders"));
        assertThat(heard.lasting)
                .anyMatch(line -> line.startsWith("the load alone of PT2S"))
                .anyMatch(line -> line.matches("statement \\d+, SELECT pg_sleep\\(2.8\\) of null"));
    }

    /** What a run told of that lasts. */
    private static final class Heard implements RunListener {

        private final Set<String> lasting = ConcurrentHashMap.newKeySet();

        @Override
        public void phaseStarted(Phase phase) {}

        @Override
        public void note(String text) {}

        @Override
        public void report(String what, long done, long total) {}

        @Override
        public void lasts(String what, Duration soFar, @Nullable Duration inAll) {
            lasting.add(what + " of " + inAll);
        }
    }

    @Test
    void a_database_that_nobody_has_analyzed_is_not_taken_for_an_empty_one_and_an_empty_one_proves_nothing()
            throws Exception {
        TestDatabase.Server server = TestServers.freshDatabase();
        DatabaseProviderContract.execute(
                server,
                SCHEMA + "ALTER TABLE customers SET (autovacuum_enabled = off);"
                        + " ALTER TABLE orders SET (autovacuum_enabled = off);"
                        + " INSERT INTO customers SELECT i, 'x' FROM generate_series(1, 2000) i;"
                        + " COMMENT ON DATABASE " + server.database() + " IS 'rehearse: disposable " + server.database()
                        + "'");
        DatabaseProvider named = DatabaseProviders.external(
                server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password());

        RehearsalReport full = ofNamed(named, "ALTER TABLE customers ADD COLUMN since date;");
        RehearsalReport empty = ofNamed(named, "ALTER TABLE orders ADD COLUMN since date;");

        assertThat(full.plan().rows()).containsEntry("customers", 2_000L);
        assertThat(full.operations())
                .anySatisfy(operation -> assertThat(operation.name()).isEqualTo("update_customers"));
        assertThat(full.findings()).extracting(Finding::id).doesNotContain("TABLES_EMPTY");
        assertThat(empty.findings()).extracting(Finding::id).contains("TABLES_EMPTY");
        assertThat(empty.verdict()).isNotEqualTo(Verdict.GO);

        RehearsalBuilder otherRole = ofNamed("SELECT 1;").with("plan.yaml", "roles: { application: nobody_there }");
        assertThatThrownBy(() -> new RehearsalRunner(named, RunListener.SILENT).run(otherRole.build()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("plan.yaml:1:23: There is no role \"nobody_there\"");
    }

    @Test
    void a_role_that_somebody_else_changes_on_a_server_that_is_shared_is_told_and_no_difference_of_the_migrations()
            throws Exception {
        TestDatabase.Server server = TestServers.freshDatabase();
        String role = "clerk_" + server.database();
        DatabaseProviderContract.execute(
                server,
                "CREATE ROLE " + role + ";" + SCHEMA
                        + " INSERT INTO customers SELECT i, 'x' FROM generate_series(1, 2000) i;"
                        + " COMMENT ON DATABASE " + server.database() + " IS 'rehearse: disposable " + server.database()
                        + "'");
        RunListener elsewhere = new RunListener() {
            @Override
            public void phaseStarted(Phase phase) {
                if (phase == Phase.SETTLE) {
                    try {
                        DatabaseProviderContract.execute(server, "ALTER ROLE " + role + " CREATEDB");
                    } catch (SQLException e) {
                        throw new AssertionError(e);
                    }
                }
            }

            @Override
            public void note(String text) {}

            @Override
            public void report(String what, long done, long total) {}
        };
        DatabaseProvider named = DatabaseProviders.external(
                server.jdbcUrl() + "?user=" + server.user() + "&password=" + server.password());
        RehearsalBuilder plan = ofNamed("ALTER TABLE customers ADD COLUMN since date;")
                .down(new SqlFile("down.sql", "ALTER TABLE customers DROP COLUMN since;", true));

        RehearsalReport report = Assessment.of(new RehearsalRunner(named, elsewhere).run(plan.build()));

        DatabaseProviderContract.execute(server, "DROP ROLE " + role);
        assertThat(report.rollback().schemaRestored()).isTrue();
        assertThat(report.notMeasured())
                .contains("whether the migration changed role " + role
                        + ": not as before, and named by no statement of the migration");
    }

    private RehearsalReport ofNamed(DatabaseProvider named, String up) throws InterruptedException {
        return Assessment.of(
                new RehearsalRunner(named, RunListener.SILENT).run(ofNamed(up).build()));
    }

    private RehearsalBuilder ofNamed(String up) {
        return RehearsalBuilder.in(folder)
                .name("named")
                .ratePerSecond(50)
                .warmUp(Duration.ofMillis(500))
                .baseline(BASELINE)
                .settle(Duration.ofMillis(500))
                .up(new SqlFile("up.sql", up, true));
    }

    @Test
    void an_invariant_that_cannot_be_asked_before_the_migration_is_the_plans_mistake() {
        RehearsalBuilder plan = plan("ALTER TABLE orders ADD COLUMN shipped_at timestamptz;", "")
                .with("orders.yaml", "invariants: [ { name: money is conserved, sql: SELECT sum(totl) FROM orders } ]");

        assertThatThrownBy(() -> run(plan))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(
                        "orders.yaml:1:48: The invariant \"money is conserved\" cannot be asked before the migration")
                .hasMessageContaining("42703");
    }

    @Test
    void a_rollback_that_forgets_an_index_and_loses_values_is_found_out() throws Exception {
        Recording recording = run(plan(
                "ALTER TABLE orders DROP COLUMN note; CREATE INDEX orders_total_idx ON orders (total);",
                "ALTER TABLE orders ADD COLUMN note text;"));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.findings()).extracting(Finding::id).contains("ERRORS", "SCHEMA_NOT_RESTORED", "VALUES_LOST");
        assertThat(report.rollback().differences()).extracting(d -> d.object()).contains("index orders_total_idx");
    }

    @Test
    void rows_that_keep_what_the_migration_will_ask_for_let_it_succeed_and_nothing_else_is_left_of_that()
            throws Exception {
        String up = """
                CREATE UNIQUE INDEX orders_note_key ON orders (lower(note));
                ALTER TABLE orders ADD CONSTRAINT orders_total_fkey FOREIGN KEY (total) REFERENCES customers (id);
                ALTER TABLE orders ADD CONSTRAINT orders_note_check CHECK (length(note) > 2);""";

        Recording recording = run(plan(up, "")
                .keeps(new KeptConstraint("orders", "unique (lower(note))"))
                .keeps(new KeptConstraint("ORDERS", "foreign key (total) references customers (id)"))
                .keeps(new KeptConstraint("orders", "check (length(note) > 2)")));

        assertThat(recording.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.message()).isNull());
        assertThat(recording.schema().changes())
                .extracting(SchemaDifference::object)
                .containsExactlyInAnyOrder(
                        "constraint orders.orders_note_check",
                        "constraint orders.orders_total_fkey",
                        "index orders_note_key");
    }

    @Test
    void a_constraint_that_rows_cannot_keep_is_the_plans_mistake() {
        assertThatThrownBy(() -> run(plan("SELECT 1;", "")
                        .keeps(new KeptConstraint("orders", "check (total < 9)"))
                        .keeps(new KeptConstraint("orders", "unique (nte)"))))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("cannot be made to keep \"unique (nte)\"")
                .hasMessageContaining("\"nte\" does not exist");
    }

    @Test
    void a_migration_that_fails_is_a_finding_and_leaves_nothing_to_roll_back() throws Exception {
        Recording recording =
                run(plan("ALTER TABLE orders ADD COLUMN a int; ALTER TABLE nowhere ADD COLUMN b int;", "SELECT 1;"));

        RehearsalReport report = Assessment.of(recording);

        assertThat(recording.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(attempt.sqlState()).isEqualTo("42P01");
        });
        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
        // What a stall adds to the findings may come before it.
        assertThat(report.findings()).extracting(Finding::id).contains("MIGRATION_FAILED");
        assertThat(report.rollback().ran()).isFalse();
    }

    @Test
    @Alone
    void a_short_lock_timeout_with_retries_gets_past_a_reader_and_each_attempt_is_accounted_for() throws Exception {
        OnceInThree.holds(this::shortLockTimeout);
    }

    private void shortLockTimeout() throws Exception {
        Recording recording = run(plan("ALTER TABLE orders ADD COLUMN shipped_at timestamptz;", "")
                .baseline(LONGER_BASELINE)
                .blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofMillis(1_500))
                .lockTimeout(Duration.ofMillis(100))
                .retries(20)
                .retryPause(Duration.ofMillis(200)));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.attempts()).hasSizeBetween(3, 20);
        assertThat(report.attempts().subList(0, report.attempts().size() - 1))
                .allSatisfy(attempt -> assertThat(attempt.sqlState()).isEqualTo("55P03"));
        assertThat(report.attempts().get(report.attempts().size() - 1).outcome())
                .isEqualTo("SUCCEEDED");
        assertThat(report.attempts()).anySatisfy(attempt -> {
            assertThat(attempt.operationsQueued()).isPositive();
            assertThat(attempt.longestLockWaitMillis()).isBetween(20.0, 250.0);
        });
        assertThat(report.findings()).extracting(Finding::id).doesNotContain("LOCK_WAIT", "MIGRATION_FAILED");
    }

    @Test
    void a_rollback_that_makes_anew_what_was_dropped_restores_it_with_its_owner() throws Exception {
        Recording recording = run(plan(
                        "DROP TABLE old_prices; DROP VIEW cheap;",
                        "CREATE TABLE old_prices (id bigint PRIMARY KEY, price numeric NOT NULL);"
                                + " CREATE VIEW cheap AS SELECT id FROM orders WHERE total < 10;")
                .schema(new SqlFile(
                        "more.sql",
                        "CREATE TABLE old_prices (id bigint PRIMARY KEY, price numeric NOT NULL);"
                                + " CREATE VIEW cheap AS SELECT id FROM orders WHERE total < 10;",
                        true))
                .rows("old_prices", 10));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.rollback().differences()).isEmpty();
        assertThat(report.rollback().schemaRestored()).isTrue();
    }

    @Test
    void what_the_application_makes_by_itself_is_no_change_of_the_migration() throws Exception {
        String growing = "CREATE FUNCTION shelve() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " EXECUTE format('CREATE TABLE shelf_%s (id bigint PRIMARY KEY)', NEW.id); RETURN NEW; END $$;"
                + " CREATE TRIGGER shelves AFTER INSERT ON customers FOR EACH ROW WHEN (NEW.id > 1000) EXECUTE FUNCTION shelve();";
        Recording recording = run(plan(
                        "ALTER TABLE orders ADD COLUMN a int; CREATE TABLE rack_1 (id int);",
                        "ALTER TABLE orders DROP COLUMN a;")
                .schema(new SqlFile("growing.sql", growing, true)));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.schemaChanges()).extracting(change -> change.object()).contains("table rack_1");
        assertThat(report.rollback().differences())
                .extracting(change -> change.object())
                .isNotEmpty()
                .allMatch(object -> object.contains("rack_1"));
        assertThat(report.notMeasured()).anyMatch(line -> line.contains("shelf_#"));
    }

    @Test
    void a_rollback_that_fails_half_way_is_a_finding_and_so_is_what_it_leaves() throws Exception {
        Recording recording = run(plan("ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int;", "")
                .down(new SqlFile(
                        "down.sql",
                        "ALTER TABLE orders DROP COLUMN a;\nALTER TABLE orders DROP COLUMN c;\nALTER TABLE orders DROP COLUMN b;",
                        false)));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(report.findings()).extracting(Finding::id).contains("ROLLBACK_FAILED", "SCHEMA_NOT_RESTORED");
        assertThat(report.findings())
                .filteredOn(f -> f.id().equals("ROLLBACK_FAILED"))
                .singleElement()
                .satisfies(f -> assertThat(f.evidence())
                        .anySatisfy(line -> assertThat(line).startsWith("down.sql:2: ")));
        assertThat(report.rollback().differences()).extracting(d -> d.object()).containsExactly("column orders.b");
        assertThat(report.rollback().reapplied()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"no-such-program, ROLL_BACK", "psql -Xqc \"ALTER TABLE orders DROP COLUMN a\", REAPPLY"})
    void what_was_found_of_the_migration_is_told_though_what_comes_after_it_cannot_be_tried(String down, Phase untried)
            throws Exception {
        String up = "test -e once && exec no-such-program; touch once; psql -Xqc 'ALTER TABLE orders ADD COLUMN a int'";
        Recording recording = run(RehearsalBuilder.in(folder)
                .name("orders")
                .schema(new SqlFile("schema.sql", SCHEMA, true))
                .rows("orders", 20_000)
                .ratePerSecond(200)
                .warmUp(Duration.ofMillis(500))
                .baseline(BASELINE)
                .settle(Duration.ofMillis(500))
                .command(new Migration.Command(folder, null, up, down, Map.of())));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.verdict()).as(String.valueOf(report.findings())).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.findings())
                .filteredOn(finding -> finding.severity() == Severity.VOID)
                .extracting(Finding::title)
                .containsExactly("The run ended early, in " + untried);
        assertThat(report.schemaChanges()).hasSize(1);
        assertThat(recording.account().tables()).isNotEmpty();
    }

    @Test
    void what_a_standby_falls_behind_and_what_the_migration_writes_is_reported() throws Exception {
        Recording recording = run(plan(
                        "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
                        "ALTER TABLE orders ALTER COLUMN total TYPE integer;")
                .standbys(1));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.replication()).singleElement().satisfies(standby -> {
            assertThat(standby.standby()).isEqualTo("standby 1");
            assertThat(standby.maxReceiveLagMillis()).isLessThanOrEqualTo(standby.maxLagMillis());
        });
        assertThat(report.server().walBytes()).isGreaterThan(1_000_000);
        assertThat(report.server().relations())
                .filteredOn(r -> r.relation().equals("orders"))
                .singleElement()
                .satisfies(r -> {
                    assertThat(r.bytesBefore()).isPositive();
                    assertThat(r.bytesAfterMigration()).isPositive();
                    assertThat(r.deadRowsBefore()).isNotNegative();
                });
        assertThat(report.notMeasured()).noneMatch(line -> line.startsWith("replication"));
        assertThat(report.rollback().schemaRestored()).isTrue();
    }

    @Test
    @Alone
    void flyway_goes_forth_back_and_forth_again_under_load_and_its_history_is_its_own() throws Exception {
        OnceInThree.holds(this::flywayForthAndBack);
    }

    private void flywayForthAndBack() throws Exception {
        Path migrations = Files.createDirectories(folder.resolve("migration"));
        Files.writeString(migrations.resolve("V1__shop.sql"), SCHEMA);
        Files.writeString(
                migrations.resolve("V2__shipping.sql"),
                "ALTER TABLE orders ADD COLUMN shipped_at timestamptz;\nCREATE TABLE parcels (id bigint PRIMARY KEY);");
        Files.writeString(
                migrations.resolve("U2__shipping.sql"),
                "DROP TABLE parcels;\nALTER TABLE orders DROP COLUMN shipped_at;");
        Recording recording = run(RehearsalBuilder.in(folder)
                .name("shipping")
                .rows("orders", 20_000)
                .rows("customers", 1_000)
                .ratePerSecond(200)
                .warmUp(Duration.ofMillis(500))
                .baseline(LONGER_BASELINE)
                .settle(Duration.ofMillis(500))
                .flyway(List.of(migrations), "1", null));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.attempts())
                .allSatisfy(attempt -> assertThat(attempt.message()).isNull());
        assertThat(report.rollback().differences()).isEmpty();
        assertThat(report.rollback().schemaRestored()).isTrue();
        assertThat(report.rollback().reapplied()).isTrue();
        assertThat(report.rollback().rowsLost()).isZero();
        assertThat(report.schemaChanges()).extracting(c -> c.object()).contains("column orders.shipped_at");
        assertThat(report.statements()).anySatisfy(s -> assertThat(s.source()).isEqualTo("V2__shipping.sql:1"));
        assertThat(report.operations())
                .extracting(RehearsalReport.Operation::name)
                .noneMatch(name -> name.contains("flyway"));
        assertThat(report.verdict()).as(String.valueOf(report.findings())).isEqualTo(Verdict.GO);
    }
}
