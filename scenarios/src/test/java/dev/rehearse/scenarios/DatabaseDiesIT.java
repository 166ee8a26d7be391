package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.recording.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Kills the database under the real command line in every phase: a report of what was measured, and nothing left. */
class DatabaseDiesIT {

    private static final Duration EXIT_DEADLINE = Duration.ofSeconds(90);
    private static final int NO_GO = 1;
    private static final int INCONCLUSIVE = 3;
    private static final int ENVIRONMENT = 4;

    /** Before there is a database there is nothing to report. */
    private static final Set<Phase> WITH_DATABASE = EnumSet.range(Phase.LOAD, Phase.REAPPLY);

    private static TinyRehearsal rehearsal;
    private static Cases cases;

    @BeforeAll
    static void make_a_plan() {
        rehearsal = new TinyRehearsal();
        cases = new Cases();
    }

    @AfterAll
    static void remove_the_plan() {
        cases.close();
        rehearsal.close();
    }

    @TestFactory
    Stream<DynamicTest> an_embedded_server_that_is_killed_is_reported() {
        return inEveryPhase("embedded");
    }

    @TestFactory
    Stream<DynamicTest> a_container_that_is_killed_is_reported() {
        assumeTrue(Containers.areAvailable(), "no container engine answers here");
        return inEveryPhase("docker");
    }

    private static Stream<DynamicTest> inEveryPhase(String database) {
        rehearsal.sweep(database);
        List<DynamicTest> tests = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            Future<?> killed = cases.start(() -> killDatabase(database, phase));
            tests.add(DynamicTest.dynamicTest(phase.name(), () -> Cases.outcome(killed)));
        }
        return tests.stream();
    }

    private static TinyRehearsal.Run killDatabase(String database, Phase phase) {
        try (TinyRehearsal.Run run = rehearsal.run(database)) {
            run.awaitPhase(phase);

            rehearsal.killDatabase(run);
            int exitCode = run.process().awaitExit(EXIT_DEADLINE);

            if (WITH_DATABASE.contains(phase)) {
                assertThat(exitCode).as("%s", run.process()).isIn(NO_GO, INCONCLUSIVE);
                assertThat(run.reports()).isDirectoryRecursivelyContaining("glob:**/report.json");
            } else {
                assertThat(exitCode).as("%s", run.process()).isEqualTo(ENVIRONMENT);
            }
            run.process().assertNoBug();
            assertThat(rehearsal.belongings(run)).matches(Belongings::isEmpty, "is nothing");
            return run;
        }
    }
}
