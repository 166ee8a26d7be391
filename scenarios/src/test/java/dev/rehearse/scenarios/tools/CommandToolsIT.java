package dev.rehearse.scenarios.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rehearse.assess.Assessment;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.init.ProjectInit;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.report.ConsoleReport;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Statement;
import dev.rehearse.report.Verdict;
import dev.rehearse.run.RehearsalRunner;
import dev.rehearse.run.RunListener;
import dev.rehearse.scenarios.Cases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole rehearsals with tools that a plan calls by commands, with the plan that {@code rehearse init} writes for their projects. */
class CommandToolsIT {

    private static final Path INSTALLED = Path.of("target/tools").toAbsolutePath();

    /** Limits lie far from what is shown, so that a busy machine changes no verdict. */
    private static final String REST = """
            data: { scale: 5_000 }
            workload: { rate: 50/s, clients: 4, warmUp: 500ms, baseline: 1s, settle: 500ms }
            budget: { longestLockWait: 20s, longestOutage: 20s, responseP99: off, slowdown: off, errors: off }
            """;

    private static Cases cases;

    @BeforeAll
    static void be_ready() {
        cases = new Cases(2);
    }

    @AfterAll
    static void end() {
        cases.close();
    }

    @TestFactory
    Stream<DynamicTest> the_commands_that_init_writes_go_forth_and_back_through_the_tap() {
        return Stream.of("db-migrate", "node-pg-migrate", "rails", "sequelize", "typeorm")
                .map(key -> {
                    Path project = INSTALLED.resolve(key);
                    if (!"required".equals(System.getenv("REHEARSE_TEST_TOOLS")) && !Files.isDirectory(project)) {
                        return dynamicTest(
                                key, () -> Assumptions.abort(key + " is not installed: run scenarios/tools/install"));
                    }
                    Future<?> asked = cases.start(() -> {
                        goesForthAndBack(project);
                        return key;
                    });
                    return dynamicTest(key, () -> Cases.outcome(asked));
                });
    }

    private static void goesForthAndBack(Path project) throws Exception {
        ProjectInit.Written written = ProjectInit.write(project, null, null, null, null, true);
        try {
            assertThat(written.pending()).hasSize(2);
            String plan = Files.readString(written.file());
            Files.writeString(written.file(), plan.substring(0, plan.indexOf("# Production's own numbers")) + REST);
            RehearsalReport report = ToolRehearsalsIT.settled(
                    () -> Assessment.of(new RehearsalRunner(DatabaseProviders.embedded(), RunListener.SILENT)
                            .run(RehearsalFile.read(project, Overrides.NONE))));

            assertThat(report.verdict()).as(ConsoleReport.render(report)).isEqualTo(Verdict.GO);
            assertThat(report.statements())
                    .extracting(Statement::sql)
                    .anyMatch(sql -> sql.contains("CREATE INDEX CONCURRENTLY"));
            assertThat(report.rollback().schemaRestored()).isTrue();
            assertThat(report.rollback().reapplied()).isTrue();
            assertThat(report.plan().rows()).containsEntry("account", 5_000L);
        } finally {
            Files.delete(written.file());
        }
    }
}
