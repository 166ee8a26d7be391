package dev.rehearse.scenarios.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.init.ProjectInit;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.report.ConsoleReport;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.Verdict;
import dev.rehearse.run.RehearsalRunner;
import dev.rehearse.run.RunListener;
import dev.rehearse.scenarios.Cases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole rehearsals of each tool's projects, with the plan that {@code rehearse init} writes for them. Limits lie far from what is shown, so
 * that a busy machine changes no verdict: the safe migrations may make others wait for long, the unsafe one for hardly any time.
 */
class ToolRehearsalsIT {

    private static final String SMALL = "data: { scale: 20_000 }\n";

    /** A rewrite that takes so long that some of the load must meet it. */
    private static final String LARGER = "data: { rows: { orders: 300_000, account: 1_000 } }\n";

    private static final String LOAD =
            "workload: { rate: 50/s, clients: 4, warmUp: 500ms, baseline: 1s, settle: 500ms }\n";
    private static final String GENEROUS =
            "budget: { longestLockWait: 20s, longestOutage: 20s, responseP99: off, errors: off }\n";
    private static final String STRICT =
            "budget: { longestLockWait: 5ms, longestOutage: off, responseP99: off, errors: off }\n";

    private static final List<String> OF_TOOLS =
            List.of("TOOL_LOCK", "NO_TOOL_LOCK", "ONE_TRANSACTION", "HISTORY_APART", "RAN_TWICE", "TOOL_BLOCKS_ITSELF");

    /** They measure each other, and limits are that far off. */
    private static final int AT_ONCE = 2;

    @TempDir
    private Path temporary;

    private static Cases cases;

    @BeforeAll
    static void be_ready() {
        cases = new Cases(AT_ONCE);
    }

    @AfterAll
    static void end() {
        cases.close();
    }

    /** What is asked of a tool. */
    @FunctionalInterface
    private interface Check {
        void of(ContractTool tool) throws Exception;
    }

    private static Stream<DynamicTest> each(Check check) {
        return ContractTool.all().stream()
                .map(tool -> tool.test(tool.key(), cases, () -> check.of(tool)))
                .toList()
                .stream();
    }

    /** Where a plan may be written: programs are installed into a copy, of the others' projects one is made here. */
    private Path project(ContractTool tool, String name) throws Exception {
        if (tool.isProgram()) {
            return tool.project(name);
        }
        Path from = tool.project(name);
        Path copy = temporary.resolve(tool.key());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(from.relativize(file).toString()));
            }
        }
        return copy;
    }

    /** The plan as init writes it by itself, but for less data and load, which take less time, and limits of the test's own. */
    private static RehearsalReport rehearse(
            ContractTool tool, Path project, UnaryOperator<String> change, String limits) throws Exception {
        return tool.byItself(() -> rehearsed(tool, project, change, limits));
    }

    private static RehearsalReport rehearsed(
            ContractTool tool, Path project, UnaryOperator<String> change, String limits) throws Exception {
        ProjectInit.Written written = ProjectInit.write(project, null, null, null, null, true);
        try {
            String plan = Files.readString(written.file());
            int schema = plan.indexOf("# What production has: these scripts");
            String cut = plan.substring(0, plan.indexOf("# Production's own numbers"))
                    + (schema < 0 ? "" : plan.substring(schema));
            assertThat(RehearsalFile.read(project, Overrides.NONE)).isNotNull();
            Files.writeString(written.file(), change.apply(cut) + LOAD + limits);
            var rehearsal = RehearsalFile.read(project, new Overrides(tool.newest(), null, null));
            return Assessment.of(new RehearsalRunner(DatabaseProviders.embedded(), RunListener.SILENT).run(rehearsal));
        } finally {
            Files.delete(written.file());
        }
    }

    @TestFactory
    Stream<DynamicTest> the_safe_migrations_are_go_one_by_one_and_all_together() {
        return each(tool -> {
            Path project = project(tool, "");
            RehearsalReport report = settled(() -> rehearse(tool, project, asItIs(tool), SMALL + GENEROUS));

            assertThat(report.verdict()).as(shown(report)).isEqualTo(Verdict.GO);
            assertThat(report.migrations())
                    .hasSize(4)
                    .allSatisfy(migration -> assertThat(migration.verdict()).isEqualTo(Verdict.GO));
            Boolean back = report.migrations().get(0).rolledBack();
            if (back != null) {
                assertThat(report.migrations())
                        .allSatisfy(m -> assertThat(m.rolledBack()).isTrue());
                assertThat(report.rollback().schemaRestored()).as(shown(report)).isTrue();
                assertThat(report.rollback().reapplied()).isTrue();
            } else {
                assertThat(ids(report)).contains("ROLLBACK_MISSING");
            }
            assertThat(report.leftovers()).as(shown(report)).isEmpty();
            assertThat(ids(report))
                    .as(shown(report))
                    .filteredOn(OF_TOOLS::contains)
                    .containsExactlyInAnyOrderElementsOf(tool.adds());
        });
    }

    @TestFactory
    Stream<DynamicTest> the_unsafe_migration_is_no_go_by_its_rewrite() {
        return each(tool -> {
            RehearsalReport report = rehearse(tool, project(tool, "unsafe"), asItIs(tool), LARGER + STRICT);

            assertThat(report.verdict()).as(shown(report)).isEqualTo(Verdict.NO_GO);
            Migration migration = report.migrations().get(0);
            assertThat(migration.verdict()).isEqualTo(Verdict.NO_GO);
            assertThat(migration.findings()).contains("LOCK_WAIT");
            assertThat(report.statements()).anySatisfy(statement -> {
                assertThat(statement.migration()).isEqualTo(migration.id());
                assertThat(statement.rewrites()).contains("orders");
            });
        });
    }

    @Test
    void flyways_default_lock_hangs_create_index_concurrently_and_the_way_out_works() throws Exception {
        ContractTool flyway = ContractTool.all().stream()
                .filter(tool -> tool.key().equals("flyway-api"))
                .findFirst()
                .orElseThrow();
        Path project = project(flyway, "hanging");

        RehearsalReport hanging = rehearse(flyway, project, plan -> plan, SMALL + GENEROUS);

        assertThat(hanging.verdict()).as(shown(hanging)).isEqualTo(Verdict.NO_GO);
        Optional<Finding> itself = hanging.findings().stream()
                .filter(finding -> finding.id().equals("TOOL_BLOCKS_ITSELF"))
                .findFirst();
        assertThat(itself).as(shown(hanging)).hasValueSatisfying(finding -> {
            assertThat(finding.saferWay()).contains("postgresql.transactional.lock");
            assertThat(hanging.statements().get(finding.statement()).sql()).contains("CONCURRENTLY");
        });

        RehearsalReport mended =
                settled(() -> rehearse(flyway, project, ToolRehearsalsIT::withoutTransactionalLock, SMALL + GENEROUS));
        assertThat(mended.verdict()).as(shown(mended)).isEqualTo(Verdict.GO);
    }

    /** Nothing is changed, but Prisma's own engine is not here to be found. */
    private static UnaryOperator<String> asItIs(ContractTool tool) {
        if (!tool.key().equals("prisma")) {
            return plan -> plan;
        }
        StringBuilder environment = new StringBuilder("migration:\n  environment:\n");
        tool.environment()
                .forEach((name, value) -> environment
                        .append("    ")
                        .append(name)
                        .append(": '")
                        .append(value)
                        .append("'\n"));
        return plan -> plan.replace("migration:\n", environment);
    }

    private static String withoutTransactionalLock(String plan) {
        return plan.replace("flyway:\n", "flyway:\n    settings: { postgresql.transactional.lock: false }\n");
    }

    /** Again, twice at most, where it is inconclusive, as a machine that stalls may make it. */
    static RehearsalReport settled(Callable<RehearsalReport> rehearsal) throws Exception {
        RehearsalReport report = rehearsal.call();
        for (int time = 1; time < 3 && report.verdict() == Verdict.INCONCLUSIVE; time++) {
            report = rehearsal.call();
        }
        return report;
    }

    private static List<String> ids(RehearsalReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }

    private static String shown(RehearsalReport report) {
        return ConsoleReport.migrations(report) + ConsoleReport.render(report) + report.findings() + report.attempts();
    }
}
