package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.assess.Assessment;
import dev.rehearse.database.Alone;
import dev.rehearse.database.OnceInThree;
import dev.rehearse.database.TestServers;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Step;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.Leftover.Kind;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who takes part in a whole rehearsal, and when. */
class WorkloadOfARunIT {

    private static final String SCHEMA =
            "CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL, note text);";

    @TempDir
    private Path folder;

    private RehearsalBuilder plan(String up, String down) {
        return plan(SCHEMA, up, down);
    }

    private RehearsalBuilder plan(String schema, String up, String down) {
        RehearsalBuilder builder = RehearsalBuilder.in(folder)
                .name("orders")
                .schema(new SqlFile("schema.sql", schema, true))
                .rows("orders", 20_000)
                .ratePerSecond(200)
                .warmUp(Duration.ofMillis(500))
                .baseline(Duration.ofSeconds(2))
                .settle(Duration.ofMillis(500))
                .up(new SqlFile("up.sql", up, true));
        return down.isEmpty() ? builder : builder.down(new SqlFile("down.sql", down, true));
    }

    private static Recording run(RehearsalBuilder plan) throws InterruptedException {
        return new RehearsalRunner(TestServers.provider(), RunListener.SILENT).run(plan.build());
    }

    private static Operation read(String name, String column) {
        return new Operation(
                name,
                1,
                true,
                true,
                Map.of("id", Parameter.key("orders", "id", Parameter.Distribution.UNIFORM)),
                List.of(Step.of("SELECT " + column + " FROM orders WHERE id = :id", 1)));
    }

    /** A copy that catches up with rows that are new or gone, and not with those that were changed meanwhile. */
    @Test
    void updates_that_a_copy_of_the_table_misses_are_lost() throws Exception {
        Recording recording = run(plan(
                "CREATE TABLE orders (id bigint PRIMARY KEY, note text, updated_at timestamptz);",
                "CREATE TABLE fresh (LIKE orders INCLUDING ALL); INSERT INTO fresh SELECT * FROM orders;"
                        + " DO $$ BEGIN WHILE (SELECT count(*) FROM orders o JOIN fresh f USING (id) WHERE o.updated_at IS DISTINCT FROM f.updated_at) < 20"
                        + " LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;"
                        + " LOCK TABLE orders; INSERT INTO fresh SELECT * FROM orders o WHERE NOT EXISTS (SELECT FROM fresh f WHERE f.id = o.id);"
                        + " DELETE FROM fresh f WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = f.id);"
                        + " DROP TABLE orders; ALTER TABLE fresh RENAME TO orders;",
                ""));

        assertThat(recording.account().tables())
                .filteredOn(table -> table.table().equals("orders"))
                .first()
                .satisfies(table -> assertThat(table.lostByColumn()).containsOnlyKeys("updated_at"));
        assertThat(Assessment.of(recording).verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    @Alone
    void the_new_application_joins_the_old_one_in_settle_and_has_gone_when_the_rollback_begins() throws Exception {
        OnceInThree.holds(this::newApplicationJoins);
    }

    private void newApplicationJoins() throws Exception {
        Recording recording = run(plan(
                        "ALTER TABLE orders ADD COLUMN shipped_at timestamptz;",
                        "ALTER TABLE orders DROP COLUMN shipped_at;")
                .settle(Duration.ofSeconds(2))
                .before(read("read_note", "note"))
                .after(read("read_shipped_at", "shipped_at")));

        assertThat(applicationsIn(Phase.MIGRATE, recording)).doesNotContain("after");
        assertThat(applicationsIn(Phase.SETTLE, recording)).containsOnly("before", "after");
        // A share that changes is announced 5 ms ahead.
        assertThat(applicationsIn(Phase.ROLL_BACK, recording, 5_000)).doesNotContain("after");
        RehearsalReport report = Assessment.of(recording);
        assertThat(report.verdict()).as(String.valueOf(report.findings())).isEqualTo(Verdict.GO);
    }

    private static Set<String> applicationsIn(Phase phase, Recording recording) {
        return applicationsIn(phase, recording, 0);
    }

    private static Set<String> applicationsIn(Phase phase, Recording recording, long laterMicros) {
        Recording.PhaseSpan span = Objects.requireNonNull(recording.span(phase));
        Set<String> applications = new HashSet<>();
        for (int i = 0; i < recording.operations().size(); i++) {
            OperationLog.Operation one = recording.operations().get(i);
            if (one.dueMicros() >= span.startMicros() + laterMicros && one.dueMicros() < span.endMicros()) {
                applications.add(recording.operations().kinds().get(one.kind()).application());
            }
        }
        return applications;
    }

    @Test
    @Alone
    void a_new_application_that_cannot_be_made_ready_leaves_the_run_inconclusive() throws Exception {
        OnceInThree.holds(this::newApplicationIsAbsent);
    }

    private void newApplicationIsAbsent() throws Exception {
        Operation lost = new Operation(
                "read_shipment",
                1,
                true,
                true,
                Map.of("id", Parameter.key("shipments", "id", Parameter.Distribution.UNIFORM)),
                List.of(Step.of("SELECT * FROM shipments WHERE id = :id")));
        Recording recording = run(plan(
                        "ALTER TABLE orders ADD COLUMN shipped_at timestamptz;",
                        "ALTER TABLE orders DROP COLUMN shipped_at;")
                .before(read("read_note", "note"))
                .after(lost));

        RehearsalReport report = Assessment.of(recording);

        OnceInThree.always(() -> assertThat(report.verdict()).isNotEqualTo(Verdict.GO));
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.findings()).extracting(Finding::id).contains("NEW_APPLICATION_ABSENT");
        assertThat(report.notMeasured())
                .anySatisfy(line -> assertThat(line).contains("did not take part", "shipments"));
    }

    /** As pg_dump writes it, with roles that it does not make. */
    private static final String DUMP = "SET a_later_timeout = 0;\n" + SCHEMA + """
            ALTER TABLE public.orders OWNER TO shop_owner;
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.orders TO shop_app;
            GRANT SELECT ON TABLE public.orders TO "Reporting";
            ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT SELECT ON TABLES TO "Reporting";
            """;

    @Test
    void the_load_has_the_rights_that_the_schema_gives_the_application_and_not_the_owners() throws Exception {
        Recording recording = run(plan(
                        DUMP,
                        "REVOKE INSERT ON orders FROM shop_app; CREATE TABLE refunds (id bigint PRIMARY KEY, maker text DEFAULT current_user);"
                                + " INSERT INTO refunds VALUES (1);",
                        "")
                .settle(Duration.ofSeconds(2))
                .invariant(
                        "made by the owner",
                        "SELECT count(*) FROM pg_tables WHERE tablename = 'refunds' AND tableowner <> 'shop_owner'"));

        RehearsalReport report = Assessment.of(recording);

        assertThat(errorsIn(Phase.BASELINE, recording)).isEmpty();
        assertThat(errorsIn(Phase.SETTLE, recording)).containsExactly("42501");
        assertThat(report.findings())
                .extracting(Finding::id)
                .contains("ERRORS", "LOST_PRIVILEGE", "MISSING_PRIVILEGE")
                .doesNotContain("INVARIANT");
        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
    }

    /** What an update of orders calls, and what nobody does. */
    private static final String FUNCTIONS = """
            CREATE OR REPLACE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := '%1$s'; RETURN NEW; END $$;
            CREATE OR REPLACE FUNCTION unused(n integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN n + %1$s; END $$;
            CREATE OR REPLACE FUNCTION inlined(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n + %1$s';
            CREATE OR REPLACE FUNCTION guarded(n integer) RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT n + %1$s';
            """;

    /** Called before the load begins, as by an earlier run. */
    private static final String CALLED_EARLIER =
            "SET track_functions = 'all'; SELECT unused(1); RESET track_functions;";

    private Recording policed(@Nullable String application) throws InterruptedException {
        RehearsalBuilder plan = plan(
                        SCHEMA + FUNCTIONS.formatted("1") + CALLED_EARLIER
                                + "CREATE TRIGGER noted BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noted();"
                                + "CREATE TABLE notes (id bigint PRIMARY KEY); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
                                + "CREATE SCHEMA notes; CREATE TABLE notes.pages (id bigint PRIMARY KEY);"
                                + "ALTER TABLE notes.pages ENABLE ROW LEVEL SECURITY;",
                        FUNCTIONS.formatted("2")
                                + "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;"
                                + "CREATE POLICY few ON orders USING (total > 0);"
                                + "CREATE POLICY few ON notes.pages USING (id > 0);"
                                + "CREATE TABLE parts (id bigint PRIMARY KEY); ALTER TABLE parts ENABLE ROW LEVEL SECURITY;",
                        "")
                .settle(Duration.ofSeconds(2));
        return run(application == null ? plan : plan.applicationRole(application));
    }

    @Test
    void policies_that_do_not_hold_the_load_and_functions_that_it_does_not_call_are_told() throws Exception {
        Recording recording = policed(null);

        assertThat(recording.leftovers())
                .extracting(Recording.Leftover::kind, Recording.Leftover::object)
                .containsExactlyInAnyOrder(
                        tuple(Kind.POLICIES_UNTRIED, "notes.pages, orders"),
                        tuple(Kind.FUNCTIONS_UNTRIED, "function guarded(n integer), function unused(n integer)"));
        assertThat(recording.notMeasured())
                .anyMatch(one -> one.contains("function inlined(n integer)"))
                .noneMatch(one -> one.contains("guarded"));
        assertThat(Assessment.of(recording).verdict()).isNotEqualTo(Verdict.GO);
    }

    @Test
    void functions_that_only_the_new_application_calls_are_told_and_none_that_todays_calls() throws Exception {
        String keyed =
                "CREATE OR REPLACE FUNCTION keyed(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n + %s';";
        Recording recording = run(plan(
                        SCHEMA + FUNCTIONS.formatted("1") + keyed.formatted("1")
                                + "CREATE INDEX orders_keyed ON orders (keyed(total));",
                        FUNCTIONS.formatted("2") + keyed.formatted("2"),
                        "")
                .baseline(Duration.ofSeconds(4))
                .settle(Duration.ofSeconds(2))
                .before(calling("guarded"))
                .after(calling("unused")));

        assertThat(recording.leftovers())
                .extracting(Recording.Leftover::kind, Recording.Leftover::object)
                .containsExactly(
                        tuple(Kind.FUNCTIONS_UNTRIED, "function noted(), function unused(n integer)"),
                        tuple(Kind.FORMER_VALUES, "index orders_keyed"));
    }

    private static Operation calling(String function) {
        return new Operation(
                "call_" + function,
                1,
                true,
                true,
                Map.of("id", Parameter.key("orders", "id", Parameter.Distribution.UNIFORM)),
                List.of(Step.of("SELECT " + function + "(1) FROM orders WHERE id = :id", 1)));
    }

    @Test
    void the_load_and_the_migration_have_the_settings_of_the_roles_that_they_stand_for() throws Exception {
        Recording recording = run(plan(
                        "CREATE ROLE shop_app; CREATE ROLE shop_owner; CREATE SCHEMA shop AUTHORIZATION shop_owner;"
                                + "CREATE TABLE shop.orders (id bigint PRIMARY KEY, total integer NOT NULL);"
                                + "ALTER TABLE shop.orders OWNER TO shop_owner; GRANT USAGE ON SCHEMA shop TO shop_app;"
                                + "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orders TO shop_app;"
                                + "ALTER ROLE shop_app SET search_path = \"Shop\", shop; ALTER ROLE shop_app SET client_min_messages = error;"
                                + "ALTER ROLE shop_app SET app.\"user\" = 'it''s'; ALTER ROLE shop_app SET datestyle = 'ISO, DMY';"
                                + "ALTER ROLE shop_app SET IntervalStyle = sql_standard; ALTER ROLE shop_app SET bytea_output = escape;"
                                + "ALTER ROLE shop_owner SET search_path = ''; ALTER ROLE shop_owner SET statement_timeout = '1s';",
                        "ALTER TABLE shop.orders ADD COLUMN note text; SELECT pg_sleep(60);",
                        "")
                .before(new Operation(
                        "read",
                        1,
                        true,
                        true,
                        Map.of("id", Parameter.key("shop.orders", "id", Parameter.Distribution.UNIFORM)),
                        List.of(Step.of(
                                "SELECT total FROM orders WHERE id = :id AND current_setting('app.user') = 'it''s'"
                                        + " AND current_setting('IntervalStyle') || current_setting('bytea_output') = 'postgreshex'",
                                1)))));

        assertThat(recording.attempts())
                .first()
                .extracting(Recording.Attempt::outcome, Recording.Attempt::sqlState)
                .containsExactly(Outcome.FAILED, "57014");
        assertThat(IntStream.range(0, recording.operations().size()).mapToObj(recording.operations()::get))
                .isNotEmpty()
                .extracting(OperationLog.Operation::sqlState)
                .containsOnlyNulls();
    }

    @Test
    void policies_do_not_hold_an_application_that_is_said_to_be_the_owner() throws Exception {
        assertThat(policed("postgres").leftovers())
                .extracting(Recording.Leftover::kind)
                .containsExactly(Kind.FUNCTIONS_UNTRIED);
    }

    @Test
    void rows_that_are_away_until_the_rollback_are_told_and_labels_that_are_renamed_until_then_are_not_lost()
            throws Exception {
        Recording recording = run(plan(
                "CREATE TYPE state AS ENUM ('open', 'shut');"
                        + "CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL, state state NOT NULL DEFAULT 'open');",
                "LOCK TABLE orders; ALTER TYPE state RENAME VALUE 'open' TO 'opened';"
                        + "CREATE TABLE moved AS SELECT * FROM orders WHERE id % 2 = 0;"
                        + "DELETE FROM orders WHERE id IN (SELECT id FROM moved);",
                "LOCK TABLE orders; INSERT INTO orders SELECT * FROM moved ON CONFLICT DO NOTHING; DROP TABLE moved;"
                        + "ALTER TYPE state RENAME VALUE 'opened' TO 'open';"));

        assertThat(recording.account().beforeRollback())
                .singleElement()
                .satisfies(orders -> assertThat(orders.sampledRowsLost()).isBetween(1L, orders.sampled() - 1))
                .satisfies(orders -> assertThat(orders.sampledValuesLost() + orders.valuesLost())
                        .isZero());
        List<Finding> findings = Assessment.of(recording).findings();
        assertThat(findings).extracting(Finding::id).doesNotContain("VALUES_LOST");
        assertThat(findings)
                .filteredOn(found -> found.id().equals("ROWS_LOST"))
                .extracting(Finding::severity)
                .containsExactly(Severity.DANGER);
    }

    @Test
    void rows_that_a_view_in_the_place_of_their_table_takes_without_a_key_prove_nothing() throws Exception {
        Recording recording = run(plan(
                        "CREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, total integer NOT NULL);",
                        "ALTER TABLE orders RENAME TO bought; CREATE VIEW orders AS SELECT * FROM bought;"
                                + "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                                + "CREATE TRIGGER forget INSTEAD OF INSERT ON orders FOR EACH ROW EXECUTE FUNCTION forget();",
                        "DROP VIEW orders; DROP FUNCTION forget(); ALTER TABLE bought RENAME TO orders;")
                .settle(Duration.ofSeconds(2)));

        assertThat(recording.leftovers())
                .extracting(Recording.Leftover::kind, Recording.Leftover::object)
                .containsExactly(tuple(Kind.ROWS_UNFOLLOWED, "orders"));
        assertThat(Assessment.of(recording).verdict()).isNotEqualTo(Verdict.GO);
    }

    @Test
    void a_lock_that_the_migration_leaves_keeps_no_run_from_its_verdict() throws Exception {
        Recording recording = run(plan("SELECT 1;", "ALTER TABLE orders DROP COLUMN extra;")
                .setting("max_prepared_transactions", "1")
                .ratePerSecond(10)
                .statementTimeout(Duration.ofMillis(200))
                .lockTimeout(Duration.ofSeconds(1))
                .up(new SqlFile(
                        "half.sql",
                        "BEGIN; ALTER TABLE orders ADD COLUMN extra text; PREPARE TRANSACTION 'half';",
                        false)));

        RehearsalReport report = Assessment.of(recording);

        assertThat(report.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(report.findings())
                .filteredOn(found -> found.id().equals("OPEN_TRANSACTION"))
                .extracting(Finding::measured)
                .containsExactly("prepared transaction 'half'");
        assertThat(report.lockWaits())
                .filteredOn(wait -> String.valueOf(wait.rootBlocker()).startsWith("prepared transaction 'half' by "))
                .isNotEmpty()
                .allSatisfy(wait -> assertThat(wait.countedMillis()).isPositive())
                .extracting(wait -> report.statements().get(wait.statement()).sql())
                .as("beside those that wait behind the way back, which waits for it, too")
                .contains("ALTER TABLE orders ADD COLUMN extra text");
        assertThat(report.notMeasured())
                .anySatisfy(line -> assertThat(line).contains("the schema after the migration"));
    }

    /** The server notes which index CLUSTER took last. */
    @Test
    void a_table_that_was_clustered_needs_no_rollback_to_be_as_it_was_and_functions_that_were_there_are_looked_into()
            throws Exception {
        Recording recording = run(plan(
                "CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL);"
                        + "CREATE FUNCTION unchecked() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS 'BEGIN END';",
                "CLUSTER orders USING orders_pkey; SELECT unchecked();",
                "SELECT 1;"));

        assertThat(recording.schema().changes()).extracting(c -> c.object()).containsExactly("index orders_pkey");
        assertThat(recording.schema().afterRollback()).isEmpty();
        assertThat(recording.schema().codeBefore()).singleElement().asString().contains("unchecked");
        assertThat(Assessment.of(recording).findings()).extracting(Finding::id).contains("CHECKS_OFF");
    }

    @Test
    void an_application_without_any_right_is_told_so() {
        assertThatThrownBy(() -> run(
                        plan("ALTER TABLE orders ADD COLUMN extra text;", "").applicationRole("newcomer")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContainingAll("read_orders", "42501", "GRANT");
    }

    @Test
    void a_role_that_only_the_plan_knows_is_no_application_where_others_have_rights() {
        assertThatThrownBy(() -> run(plan(
                                DUMP + "GRANT SELECT ON orders TO PUBLIC;",
                                "ALTER TABLE orders ADD COLUMN extra text;",
                                "")
                        .applicationRole("shop_ap")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContainingAll("shop_ap", "nothing is granted to it", "granted to shop_app");
    }

    @Test
    void an_extension_that_the_server_does_not_have_is_told_with_the_way_to_one_that_does() {
        RehearsalBuilder plan = plan("SET a_later_timeout = 0;\nCREATE EXTENSION nobody_has_it;", "SELECT 1;", "");

        assertThatThrownBy(() -> run(plan))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContainingAll("schema.sql:2: ", "nobody_has_it", "image");
    }

    private static Set<String> errorsIn(Phase phase, Recording recording) {
        Recording.PhaseSpan span = Objects.requireNonNull(recording.span(phase));
        Set<String> states = new HashSet<>();
        for (int i = 0; i < recording.operations().size(); i++) {
            OperationLog.Operation one = recording.operations().get(i);
            if (one.dueMicros() >= span.startMicros() && one.dueMicros() < span.endMicros() && one.sqlState() != null) {
                states.add(one.sqlState());
            }
        }
        return states;
    }

    @Test
    void a_blocker_on_a_table_that_is_not_there_is_told_before_any_load_runs() {
        List<Phase> begun = new CopyOnWriteArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void phaseStarted(Phase phase) {
                begun.add(phase);
            }

            @Override
            public void note(String text) {}

            @Override
            public void report(String what, long done, long total) {}
        };
        RehearsalBuilder plan = plan("ALTER TABLE orders ADD COLUMN shipped_at timestamptz;", "")
                .blocker(Blocker.Kind.LONG_READER, "order", Duration.ofSeconds(1));

        assertThatThrownBy(() -> new RehearsalRunner(TestServers.provider(), listener).run(plan.build()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"orders\"?");
        assertThat(begun).contains(Phase.SNAPSHOT).doesNotContain(Phase.WARM_UP);
    }
}
