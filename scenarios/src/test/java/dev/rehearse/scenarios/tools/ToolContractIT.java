package dev.rehearse.scenarios.tools;

import static dev.rehearse.scenarios.tools.ToolServer.await;
import static dev.rehearse.scenarios.tools.ToolServer.execute;
import static dev.rehearse.scenarios.tools.ToolServer.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.init.ProjectInit;
import dev.rehearse.migration.Migrators;
import dev.rehearse.migration.PlannedTool;
import dev.rehearse.observe.SchemaFingerprint;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Attempt;
import dev.rehearse.recording.RunClock;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.scenarios.Cases;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolTarget;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every tool has to do when a rehearsal drives it: in its users' project, unmodified, through the tap. Tools are installed by
 * {@code scenarios/tools/install}; where one is missing its tests are skipped, and where REHEARSE_TEST_TOOLS is "required" they fail.
 */
class ToolContractIT {

    private static final Map<Integer, ToolServer> SERVERS = new HashMap<>();
    private static final Map<String, Object> PROJECTS = new ConcurrentHashMap<>();
    private static final Map<Path, List<String>> IDS = new ConcurrentHashMap<>();
    private static final SqlFile CORRECTIVE = SqlFile.of(
            "corrective.sql", "ALTER TABLE orders DROP COLUMN currency;\nDROP INDEX orders_account_id_idx;\n");

    private static Cases cases;

    @BeforeAll
    static void be_ready() {
        cases = new Cases(Cases.AT_A_TIME);
    }

    @AfterAll
    static void stop_the_servers() {
        cases.close();
        SERVERS.values().forEach(ToolServer::close);
    }

    private static List<ContractTool> tools() {
        return ContractTool.all();
    }

    private static List<ContractTool> programs() {
        return tools().stream().filter(ContractTool::isProgram).toList();
    }

    /** What is asked of a tool. */
    @FunctionalInterface
    private interface Check {
        void of(ContractTool tool, int version) throws Exception;
    }

    /**
     * Asks a few tools at a time, for they mostly wait for processes of their own and for the server; all is asked at once, so that no
     * question waits for the last answer to the one before. One tool is asked one thing at a time: what runs in its project is counted and
     * killed.
     */
    @TestFactory
    List<DynamicContainer> what_every_tool_has_to_do() {
        return List.of(
                asked(
                        "migrations run one by one, each statement seen with its locks, and back and again",
                        tools(),
                        ContractTool::versions,
                        ToolContractIT
                                ::migrations_run_one_by_one_each_statement_seen_with_its_locks_and_back_and_again),
                asked(
                        "after a kill in the middle the way out that it names works",
                        programs(),
                        ToolContractIT::oneVersion,
                        ToolContractIT::after_a_kill_in_the_middle_the_way_out_that_it_names_works),
                asked(
                        "two instances at once end as the tool's lock has it",
                        tools(),
                        ToolContractIT::oneVersion,
                        ToolContractIT::two_instances_at_once_end_as_the_tools_lock_has_it),
                asked(
                        "a failure has the server's SQLSTATE and leaves what is known",
                        tools(),
                        ToolContractIT::oneVersion,
                        ToolContractIT::a_failure_has_the_servers_sqlstate_and_leaves_what_is_known));
    }

    /** The tools take turns among the versions: what they do there is their own, and the server has little to say in it. */
    private static List<Integer> oneVersion(ContractTool tool) {
        return List.of(
                tool.versions().get(tools().indexOf(tool) % tool.versions().size()));
    }

    private static DynamicContainer asked(
            String question, List<ContractTool> tools, Function<ContractTool, List<Integer>> versions, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (int version : List.of(DatabaseRequest.OLDEST, DatabaseRequest.NEWEST)) {
            for (ContractTool tool : tools) {
                if (versions.apply(tool).contains(version)) {
                    tests.add(tool.test(tool + " on PostgreSQL " + version, cases, () -> {
                        synchronized (PROJECTS.computeIfAbsent(tool.key(), key -> new Object())) {
                            check.of(tool, version);
                        }
                    }));
                }
            }
        }
        return dynamicContainer(question, tests);
    }

    private static Server database(int version) throws SQLException {
        synchronized (SERVERS) {
            ToolServer server = SERVERS.get(version);
            if (server == null) {
                server = new ToolServer(version);
                SERVERS.put(version, server);
            }
            return server.newDatabase();
        }
    }

    /** The project's migrations as {@code rehearse init} finds them; some tools take seconds to tell them. */
    private static List<String> ids(ContractTool tool, Path project) {
        return IDS.computeIfAbsent(project, folder -> found(tool, folder));
    }

    private static List<String> found(ContractTool tool, Path project) {
        if (tool.isProgram()) {
            ProjectTool program = ProjectTools.named(tool.key()).orElseThrow();
            try (ToolProject opened = new ToolProject(program, project, tool.environment(), null)) {
                return program.migrations(opened).stream()
                        .map(ToolMigration::id)
                        .toList();
            }
        }
        try (Stream<Path> files =
                Files.list(project.resolve(tool.key().equals("sql") ? "migrations" : "db/migration"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("(V\\d+__|\\d+_).*\\.sql") && !name.contains(".down."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The baseline as a run builds it. Ours for plain scripts, which leave it to the plan's schema. */
    private static void baseline(ContractTool tool, Server server, Path project, List<String> ids, PlannedTool planned)
            throws Exception {
        if (tool.key().equals("sql")) {
            execute(server, Files.readString(project.resolve("migrations").resolve(ids.get(0))));
        } else {
            var prepared = planned.prepare(server, server.user(), server.password());
            assertThat(prepared.succeeded()).as(prepared.toString()).isTrue();
        }
        execute(server, """
                insert into account (name) select 'account ' || i from generate_series(1, 100) i;
                insert into orders (account_id, total) select 1 + i % 100, i from generate_series(1, 5000) i;""");
    }

    private static Migrators open(PlannedTool planned, Server server) {
        return planned.open(server, ToolServer.ROLE, ToolServer.PASSWORD, new RunClock());
    }

    private static ToolTarget target(Server server) {
        return new ToolTarget(
                server.host(), server.port(), server.database(), ToolServer.ROLE, ToolServer.PASSWORD, "rehearse-test");
    }

    private static void migrations_run_one_by_one_each_statement_seen_with_its_locks_and_back_and_again(
            ContractTool tool, int version) throws Exception {
        Server server = database(version);
        Path project = tool.project("");
        List<String> ids = ids(tool, project);
        assertThat(ids).hasSize(5);
        Migration plan = tool.plan(project, ids, 1, 4, 1);
        try (PlannedTool planned = PlannedTool.of(plan)) {
            if (tool.isProgram()) {
                assertThat(ProjectTools.detect(project))
                        .extracting(ProjectTool::key)
                        .containsExactly(tool.key());
                assertThat(planned.name()).matches("(?s)\\D+ \\d+\\.\\d+.*");
                its_history_says(List.of(), tool, server, project);
            }
            baseline(tool, server, project, ids, planned);
            if (tool.isProgram()) {
                its_history_says(List.of(ids.get(0)), tool, server, project);
            }
            if (tool.isProgram() && version == tool.newest()) {
                tool.byItself(() -> a_database_tells_what_is_pending(server, project, ids));
            }
            SchemaFingerprint before = schema(server, planned);
            try (Migrators migrators = open(planned, server)) {
                succeeded(migrators.run(Phase.MIGRATE));
                assertThat(planned.migrations()).isEqualTo(ids.subList(1, 5));
                List<StatementFact> statements = migrators.recorder().facts();
                assertThat(statements)
                        .filteredOn(s -> ids.get(1).equals(s.migration()))
                        .flatExtracting(StatementFact::locks)
                        .anySatisfy(lock -> {
                            assertThat(lock.relation()).isEqualTo("orders");
                            assertThat(lock.mode()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
                        });
                assertThat(statements)
                        .filteredOn(s -> ids.get(3).equals(s.migration()))
                        .anySatisfy(s ->
                                assertThat(s.sql().toLowerCase(Locale.ROOT)).contains("concurrently"));
                assertThat(query(server, "select count(*) from orders where currency is null"))
                        .isEqualTo("0");
                assertThat(query(
                                server,
                                "select indisvalid from pg_index where indexrelid = 'orders_account_id_idx'::regclass"))
                        .isEqualTo("t");
                assertThat(migrators.stuck(Phase.MIGRATE)).isEmpty();
                if (planned.hasDown()) {
                    succeeded(migrators.run(Phase.ROLL_BACK));
                    assertThat(
                                    query(
                                            server,
                                            "select count(*) from pg_attribute where attrelid = 'orders'::regclass and attname = 'currency'"))
                            .isEqualTo("0");
                    succeeded(migrators.run(Phase.REAPPLY));
                    assertThat(query(server, "select count(*) from orders where currency is null"))
                            .isEqualTo("0");
                } else {
                    assertThat(planned.facts().withoutUndo()).isNotEmpty();
                }
            }
            if (!planned.hasDown() && version == tool.newest()) {
                a_corrective_script_takes_them_back_and_they_are_forgotten(tool, server, project, ids, before);
            }
        }
        nothing_is_left_running(project);
    }

    private static void its_history_says(List<String> applied, ContractTool tool, Server server, Path folder)
            throws SQLException {
        ProjectTool program = ProjectTools.named(tool.key()).orElseThrow();
        try (ToolProject project = new ToolProject(program, folder, tool.environment(), null);
                Connection connection = server.connect("rehearse-test")) {
            assertThat(program.applied(project, connection)).isEqualTo(applied);
            if (!applied.isEmpty()) {
                assertThat(program.stuck(project, connection)).isEmpty();
            }
        }
    }

    private static ProjectInit.Written a_database_tells_what_is_pending(Server server, Path project, List<String> ids)
            throws IOException {
        ProjectInit.Written written = ProjectInit.write(project, target(server).url(), null, null, null, true);
        try {
            assertThat(written.baseline()).isEqualTo(ids.get(0));
            assertThat(written.pending()).isEqualTo(ids.subList(1, ids.size()));
            return written;
        } finally {
            Files.delete(written.file());
        }
    }

    private static void a_corrective_script_takes_them_back_and_they_are_forgotten(
            ContractTool tool, Server server, Path project, List<String> ids, SchemaFingerprint before)
            throws SQLException {
        ProjectTool program = ProjectTools.named(tool.key()).orElseThrow();
        try (PlannedTool planned = PlannedTool.of(tool.plan(project, ids, CORRECTIVE));
                Migrators migrators = open(planned, server);
                ToolProject opened = new ToolProject(program, project, tool.environment(), null);
                Connection connection = server.connect("rehearse-test")) {
            assertThat(planned.hasDown()).isTrue();

            succeeded(migrators.run(Phase.ROLL_BACK));

            assertThat(SchemaFingerprint.differences(before, schema(server, planned)))
                    .isEmpty();
            assertThat(program.applied(opened, connection)).containsExactly(ids.get(0));
            succeeded(migrators.run(Phase.REAPPLY));
            assertThat(program.applied(opened, connection)).isEqualTo(ids);
            assertThat(query(server, "select count(*) from orders where currency is null"))
                    .isEqualTo("0");
        }
    }

    private static SchemaFingerprint schema(Server server, PlannedTool planned) throws SQLException {
        try (Connection connection = server.connect("rehearse-test")) {
            return SchemaFingerprint.read(connection, planned.historyTables());
        }
    }

    private static void succeeded(List<Attempt> attempts) {
        assertThat(attempts)
                .isNotEmpty()
                .allSatisfy(attempt ->
                        assertThat(attempt.outcome()).as("%s", attempt).isEqualTo(Outcome.SUCCEEDED));
    }

    private static void a_failure_has_the_servers_sqlstate_and_leaves_what_is_known(ContractTool tool, int version)
            throws Exception {
        Server server = database(version);
        Path project = tool.project("failing");
        List<String> ids = ids(tool, project);
        try (PlannedTool planned = PlannedTool.of(tool.plan(project, ids, 1, 1, 1))) {
            baseline(tool, server, project, ids, planned);
            try (Migrators migrators = open(planned, server)) {
                List<Attempt> attempts = migrators.run(Phase.MIGRATE);

                assertThat(attempts).singleElement().satisfies(attempt -> {
                    assertThat(attempt.outcome()).as("%s", attempt).isEqualTo(Outcome.FAILED);
                    assertThat(attempt.sqlState()).as("%s", attempt).isEqualTo("42701");
                    assertThat(attempt.message()).contains("\"total\" of relation \"orders\" already exists");
                });
                assertThat(
                                query(
                                        server,
                                        "select count(*) from pg_attribute where attrelid = 'orders'::regclass and attname = 'note'"))
                        .isEqualTo(tool.keepsFirst() ? "1" : "0");
            }
        }
        nothing_is_left_running(project);
    }

    private static void two_instances_at_once_end_as_the_tools_lock_has_it(ContractTool tool, int version)
            throws Exception {
        Server server = database(version);
        Path project = tool.project("");
        List<String> ids = ids(tool, project);
        try (PlannedTool planned = PlannedTool.of(tool.plan(project, ids, 1, 1, 2))) {
            baseline(tool, server, project, ids, planned);
            List<Attempt> attempts;
            try (Migrators migrators = open(planned, server);
                    Connection blocker = server.connect("rehearse-test");
                    Statement blocking = blocker.createStatement()) {
                // Nobody gets past the change before both are at work.
                blocker.setAutoCommit(false);
                blocking.execute("lock table orders in access share mode");
                CompletableFuture<List<Attempt>> run =
                        CompletableFuture.supplyAsync(() -> migrators.run(Phase.MIGRATE));
                String waiting = tool.losersStates().isEmpty() || !tool.isPatient() ? "1" : "2";
                await(
                        waiting + " at the table, and the other there where it would wait for ever",
                        () -> run.isDone()
                                || query(server, waitingAtOrders()).equals(waiting)
                                        && (!tool.isPatient()
                                                || query(server, instances()).equals("2")));
                assertThat(run).isNotDone();
                blocker.rollback();
                attempts = run.get(3, TimeUnit.MINUTES);
            }
            assertThat(attempts).anyMatch(attempt -> attempt.outcome() == Outcome.SUCCEEDED);
            if (tool.losersStates().isEmpty()) {
                succeeded(attempts);
            } else {
                List<Attempt> losers = attempts.stream()
                        .filter(attempt -> attempt.outcome() != Outcome.SUCCEEDED)
                        .toList();
                assertThat(losers).hasSizeGreaterThanOrEqualTo(tool.isPatient() ? 1 : 0);
                assertThat(losers)
                        .allSatisfy(attempt -> assertThat(Objects.requireNonNullElse(attempt.sqlState(), ""))
                                .as("%s", attempt)
                                .isIn(tool.losersStates()));
            }
        }
        nothing_is_left_running(project);
    }

    private static String waitingAtOrders() {
        return "select count(distinct l.pid) from pg_locks l join pg_stat_activity a using (pid)"
                + " where not l.granted and l.relation = 'orders'::regclass and a.datname = current_database()";
    }

    private static String instances() {
        return "select count(distinct application_name) from pg_stat_activity"
                + " where application_name in ('rehearse-migration-0', 'rehearse-migration-1') and datname = current_database()";
    }

    private static void after_a_kill_in_the_middle_the_way_out_that_it_names_works(ContractTool tool, int version)
            throws Exception {
        Server server = database(version);
        Path project = tool.project("");
        List<String> ids = ids(tool, project);
        // The expansion is in the baseline: it would wait for the blocker, too.
        try (PlannedTool planned = PlannedTool.of(tool.plan(project, ids, 2, 3, 1))) {
            baseline(tool, server, project, ids, planned);
            execute(server, "update orders set currency = null");
            try (Connection blocker = server.connect("rehearse-test");
                    Statement blocking = blocker.createStatement()) {
                blocker.setAutoCommit(false);
                blocking.execute("select 1 from orders where id = 3500 for update");
                try (Migrators migrators = open(planned, server)) {
                    CompletableFuture<List<Attempt>> run =
                            CompletableFuture.supplyAsync(() -> migrators.run(Phase.MIGRATE));
                    await(
                            "the backfill waits for a row",
                            () -> run.isDone()
                                    || !query(server, waitingForARow()).equals("0"));
                    assertThat(run).isNotDone();
                    assertThat(query(server, named())).isNotEqualTo("0");

                    kill(project);

                    List<Attempt> attempts = run.get(3, TimeUnit.MINUTES);
                    assertThat(attempts.get(attempts.size() - 1).outcome())
                            .as("%s", attempts)
                            .isNotEqualTo(Outcome.SUCCEEDED);
                }
                blocker.rollback();
            }
            await("its sessions are gone", () -> query(server, named()).equals("0"));
            getOut(tool, server, project);
            try (Migrators migrators = open(planned, server)) {
                succeeded(migrators.run(Phase.MIGRATE));
            }
            assertThat(query(server, "select count(*) from orders where currency is null"))
                    .isEqualTo("0");
        }
        nothing_is_left_running(project);
    }

    private static void getOut(ContractTool tool, Server server, Path folder) throws SQLException {
        ProjectTool program = ProjectTools.named(tool.key()).orElseThrow();
        try (ToolProject project = new ToolProject(program, folder, tool.environment(), null);
                Connection connection = server.connect("rehearse-test")) {
            Optional<ProjectTool.Stuck> stuck = program.stuck(project, connection);
            if (stuck.isPresent()) {
                ToolResult out =
                        project.at(target(server), Duration.ofSeconds(60)).follow(stuck.get());
                assertThat(out.succeeded()).as("%s", out).isTrue();
                assertThat(program.stuck(project, connection)).isEmpty();
            }
        }
    }

    private static String waitingForARow() {
        return "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
                + " and application_name = 'rehearse-migration-0'";
    }

    private static String named() {
        return "select count(*) from pg_stat_activity where application_name = 'rehearse-migration-0'"
                + " and datname = current_database()";
    }

    /** As the kernel does when memory is short, or a deploy when its time is over. */
    private static void kill(Path project) throws IOException {
        List<ProcessHandle> processes = processesIn(project);
        assertThat(processes).isNotEmpty();
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    private static void nothing_is_left_running(Path project) throws Exception {
        await("nothing runs in " + project, () -> processesIn(project).isEmpty());
    }

    private static List<ProcessHandle> processesIn(Path project) throws IOException {
        Path folder = project.toRealPath();
        return ProcessHandle.current()
                .descendants()
                .filter(process ->
                        workingDirectory(process).filter(folder::equals).isPresent())
                .toList();
    }

    private static Optional<Path> workingDirectory(ProcessHandle process) {
        try {
            return Optional.of(
                    Path.of("/proc", String.valueOf(process.pid()), "cwd").toRealPath());
        } catch (IOException itHasEnded) {
            return Optional.empty();
        }
    }
}
