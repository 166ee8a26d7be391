package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.recording.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Ends the real command line in every phase, in every way, and counts what is left: processes, folders, containers, volumes,
 * networks.
 */
class NothingLeftBehindIT {

    private static final Duration EXIT_DEADLINE = Duration.ofSeconds(60);

    private enum Ending {
        CTRL_C(130),
        SIGTERM(143);

        private final int exitCode;

        Ending(int exitCode) {
            this.exitCode = exitCode;
        }

        void send(RehearseProcess process) {
            switch (this) {
                case CTRL_C -> process.signalGroup("INT");
                case SIGTERM -> process.signal("TERM");
            }
        }
    }

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
    Stream<DynamicTest> a_run_on_the_embedded_server_that_is_ended_leaves_nothing_behind() {
        return endedInEveryPhase("embedded");
    }

    @TestFactory
    Stream<DynamicTest> a_run_in_a_container_that_is_ended_leaves_nothing_behind() {
        assumeTrue(Containers.areAvailable(), "no container engine answers here");
        return endedInEveryPhase("docker");
    }

    private static Stream<DynamicTest> endedInEveryPhase(String database) {
        rehearsal.sweep(database);
        List<DynamicTest> tests = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (Ending ending : Ending.values()) {
                Future<?> ended = cases.start(() -> end(database, phase, ending));
                tests.add(DynamicTest.dynamicTest(phase + ", " + ending, () -> Cases.outcome(ended)));
            }
        }
        return tests.stream();
    }

    private static TinyRehearsal.Run end(String database, Phase phase, Ending ending) {
        try (TinyRehearsal.Run run = rehearsal.run(database)) {
            awaitSomethingToLeave(run, phase);

            ending.send(run.process());

            assertThat(run.process().awaitExit(EXIT_DEADLINE))
                    .as("%s", run.process())
                    .isEqualTo(ending.exitCode);
            assertNothingIsLeft(run);
            assertThat(run.temporary()).isEmptyDirectory();
            assertThat(run.reports()).doesNotExist();
            run.process().assertNoBug();
            return run;
        }
    }

    @Test
    void what_runs_on_the_embedded_server_left_when_killed_is_removed_by_a_later_run() {
        killedInEveryPhase("embedded");
    }

    @Test
    void what_runs_in_containers_left_when_killed_is_removed_by_a_later_run() {
        assumeTrue(Containers.areAvailable(), "no container engine answers here");
        killedInEveryPhase("docker");
    }

    private static void killedInEveryPhase(String database) {
        rehearsal.sweep(database);
        List<Future<TinyRehearsal.Run>> kills = Stream.of(Phase.values())
                .map(phase -> cases.start(() -> kill(database, phase)))
                .toList();
        List<TinyRehearsal.Run> killed = kills.stream().map(Cases::outcome).toList();
        assertThat(killed)
                .as("of the last ones at least something is there")
                .anyMatch(run -> !rehearsal.belongings(run).isEmpty());

        rehearsal.sweep(database);

        assertThat(killed).allSatisfy(NothingLeftBehindIT::assertNothingIsLeft);
    }

    /** With kill -9, which is how a process is closed here. */
    private static TinyRehearsal.Run kill(String database, Phase phase) {
        try (TinyRehearsal.Run run = rehearsal.run(database)) {
            awaitSomethingToLeave(run, phase);
            return run;
        }
    }

    @Test
    void the_next_run_says_what_it_removes_and_the_doctor_knows_it_before() {
        TinyRehearsal.Run killed = kill("embedded", Phase.WARM_UP);
        try (RehearseProcess doctor = rehearsal.start("doctor")) {
            assertThat(doctor.awaitExit(EXIT_DEADLINE)).isZero();
            assertThat(doctor.console()).anyMatch(line -> names(line, killed));
        }

        try (TinyRehearsal.Run next = rehearsal.run("embedded")) {
            next.awaitPhase(Phase.LOAD);

            assertThat(next.process().console()).anyMatch(line -> names(line, killed));
            assertNothingIsLeft(killed);
            next.process().signal("TERM");
            next.process().awaitExit(EXIT_DEADLINE);
        }
    }

    @Test
    void a_run_that_comes_to_its_end_leaves_its_report_and_nothing_else() {
        try (TinyRehearsal.Run run = rehearsal.run("embedded")) {
            run.awaitPhase(Phase.REAPPLY);

            assertThat(run.process().awaitExit(EXIT_DEADLINE))
                    .as("%s", run.process())
                    .isIn(0, 1, 3);
            assertThat(run.reports()).isDirectoryRecursivelyContaining("glob:**/report.json");
            assertNothingIsLeft(run);
            assertThat(run.temporary()).isEmptyDirectory();
        }
    }

    /** Otherwise a phase in which nothing is there would pass, and so would a count that finds nothing. */
    private static void awaitSomethingToLeave(TinyRehearsal.Run run, Phase phase) {
        run.awaitPhase(phase);
        if (phase != Phase.PROVISION) {
            assertThat(rehearsal.belongings(run)).doesNotMatch(Belongings::isEmpty, "is nothing");
        }
    }

    private static void assertNothingIsLeft(TinyRehearsal.Run run) {
        assertThat(rehearsal.belongings(run)).matches(Belongings::isEmpty, "is nothing");
    }

    private static boolean names(String line, TinyRehearsal.Run run) {
        return line.contains("-" + run.process().pid() + "-");
    }
}
