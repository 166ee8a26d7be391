package dev.rehearse.scenarios.tools;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.scenarios.Cases;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * What the contract's test has to know of a tool. Its project in {@code scenarios/tools/<key>} has five migrations (init, expand, backfill,
 * index, contract), and beside them {@code unsafe} and {@code failing} with two each.
 *
 * @param key the tool's, or "sql" and "flyway-api" for those that run within Rehearse
 * @param versions PostgreSQL majors that it works with
 * @param keepsFirst whether of a migration whose second statement fails the first statement stays
 * @param losersStates SQLSTATEs with which one of two instances that start at once may fail, "" for a failure of the tool's own
 *     that has none; empty: both succeed
 * @param environment for the plan
 * @param isPatient whether a second instance waits as long as it takes; one that gives up after some seconds is not kept waiting
 */
record ContractTool(
        String key,
        List<Integer> versions,
        boolean keepsFirst,
        Set<String> losersStates,
        Map<String, String> environment,
        boolean isPatient) {

    /** What is asked of it. */
    @FunctionalInterface
    interface Question {
        void ask() throws Exception;
    }

    private static final List<Integer> OLDEST_AND_NEWEST = List.of(DatabaseRequest.OLDEST, DatabaseRequest.NEWEST);
    private static final Set<String> DUPLICATE_COLUMN = Set.of("42701");

    private static final Path PROJECTS = Path.of("tools").toAbsolutePath();
    private static final Path INSTALLED = Path.of("target/tools").toAbsolutePath();

    private ContractTool(
            String key,
            List<Integer> versions,
            boolean keepsFirst,
            Set<String> losersStates,
            Map<String, String> environment) {
        this(key, versions, keepsFirst, losersStates, environment, true);
    }

    /** A further tool is a line. Those that take longest stand first, so that nothing waits for them at last. */
    static List<ContractTool> all() {
        return List.of(
                // It notes a migration before it runs it, and a second instance takes that for one that has failed
                // (P3009).
                new ContractTool("prisma", OLDEST_AND_NEWEST, true, Set.of(""), prismaEngine(), false),
                new ContractTool(
                        "liquibase",
                        OLDEST_AND_NEWEST,
                        false,
                        Set.of(),
                        Map.of("LIQUIBASE_CHANGELOG_LOCK_POLL_RATE", "1")),
                new ContractTool("sql", OLDEST_AND_NEWEST, false, DUPLICATE_COLUMN, Map.of()),
                new ContractTool("flyway-api", OLDEST_AND_NEWEST, false, Set.of(), Map.of()),
                new ContractTool("flyway", OLDEST_AND_NEWEST, false, Set.of(), Map.of()),
                new ContractTool("dbmate", OLDEST_AND_NEWEST, false, DUPLICATE_COLUMN, Map.of()),
                new ContractTool("drizzle", OLDEST_AND_NEWEST, false, DUPLICATE_COLUMN, Map.of()),
                new ContractTool("knex", OLDEST_AND_NEWEST, false, Set.of(), Map.of()),
                new ContractTool("alembic", OLDEST_AND_NEWEST, false, DUPLICATE_COLUMN, Map.of()),
                new ContractTool("django", OLDEST_AND_NEWEST, false, DUPLICATE_COLUMN, Map.of()),
                new ContractTool("golang-migrate", OLDEST_AND_NEWEST, false, Set.of(), Map.of()),
                new ContractTool("atlas", OLDEST_AND_NEWEST, false, Set.of(), Map.of(), false));
    }

    /** Where Prisma's own engine cannot be downloaded, ours stands in for it. */
    private static Map<String, String> prismaEngine() {
        return Map.of(
                "PRISMA_SCHEMA_ENGINE_BINARY",
                INSTALLED.resolve("prisma/engine/schema-engine.mjs").toString());
    }

    /** The last of its PostgreSQL majors. */
    int newest() {
        return versions.get(versions.size() - 1);
    }

    /** Ids of findings on what the tool itself adds to its safe migrations; scripts that are run by nobody's tool add nothing. */
    List<String> adds() {
        boolean hasLock = !losersStates.equals(DUPLICATE_COLUMN);
        return key.equals("sql") ? List.of() : List.of(hasLock ? "TOOL_LOCK" : "NO_TOOL_LOCK", "HISTORY_APART");
    }

    /** Whether it runs as a program of its own. */
    boolean isProgram() {
        return !key.equals("sql") && !key.equals("flyway-api");
    }

    /** A test that starts as soon as there is room among the cases; skipped where the tool is not installed and need not be. */
    DynamicTest test(String name, Cases cases, Question question) {
        boolean isRequired = "required".equals(System.getenv("REHEARSE_TEST_TOOLS"));
        if (isProgram() && !isRequired && !Files.isDirectory(INSTALLED.resolve(key))) {
            return dynamicTest(name, () -> Assumptions.abort(key + " is not installed: run scenarios/tools/install"));
        }
        Future<?> asked = cases.start(() -> {
            question.ask();
            return name;
        });
        return dynamicTest(name, () -> Cases.outcome(asked));
    }

    /** Does what writes a plan into one of its projects while nobody else does, in this or another process of the tests. */
    <T> T byItself(Callable<T> action) throws Exception {
        try (FileChannel file = FileChannel.open(
                Path.of("target", "plan-of-" + key + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.lock();
            return action.call();
        }
    }

    /**
     * One of its projects.
     *
     * @param name empty for the five safe migrations, else unsafe or failing
     */
    Path project(String name) {
        return (isProgram() ? INSTALLED : PROJECTS).resolve(key).resolve(name);
    }

    /**
     * The plan of what is rehearsed: all after the first migrations.
     *
     * @param baseline how many are there before
     * @param rehearsed how many after them
     * @param ids of the project's migrations, in order
     */
    Migration plan(Path project, List<String> ids, int baseline, int rehearsed, int migrators) {
        return builder(project, ids, baseline, rehearsed, migrators).build().migration();
    }

    /** The same of all after the first, taken back by a script of the user's. */
    Migration plan(Path project, List<String> ids, SqlFile corrective) {
        return builder(project, ids, 1, ids.size() - 1, 1)
                .down(corrective)
                .build()
                .migration();
    }

    private RehearsalBuilder builder(Path project, List<String> ids, int baseline, int rehearsed, int migrators) {
        String from = baseline == 0 ? null : ids.get(baseline - 1);
        String to = ids.get(baseline + rehearsed - 1);
        RehearsalBuilder builder =
                RehearsalBuilder.in(project).migrators(migrators).deadline(Duration.ofMinutes(3));
        switch (key) {
            case "sql" -> scripts(builder, project, ids.subList(baseline, baseline + rehearsed));
            case "flyway-api" ->
                builder.flyway(
                        List.of(Path.of("db/migration")),
                        version(from),
                        version(to),
                        Map.of("postgresql.transactional.lock", "false"));
            default -> builder.tool(key, Path.of(""), from, to, environment);
        }
        return builder;
    }

    private static @Nullable String version(@Nullable String id) {
        return id == null ? null : id.replaceAll("^V(\\d+)__.*", "$1");
    }

    private static void scripts(RehearsalBuilder builder, Path project, List<String> ids) {
        List<String> down = new ArrayList<>();
        for (String id : ids) {
            builder.up("migrations/" + id);
            String back = "migrations/" + id.replace(".sql", ".down.sql");
            if (Files.exists(project.resolve(back))) {
                down.add(0, back);
            }
        }
        down.forEach(builder::down);
    }

    @Override
    public String toString() {
        return key;
    }
}
