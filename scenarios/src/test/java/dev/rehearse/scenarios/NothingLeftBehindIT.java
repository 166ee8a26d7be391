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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Ends the real command line in every phase, by Ctrl-C, SIGTERM and kill -9, its database's death included, and counts what is left: processes, folders,
 * containers, volumes, networks.
 */
class NothingLeftBehindIT {

    private static final Duration EXIT_DEADLINE = Duration.ofSeconds(60);
    private static final int NO_GO = 1;
    private static final int INCONCLUSIVE = 3;
    private static final int ENVIRONMENT = 4;

    /** Before there is a database there is nothing to report. */
    private static final Phase FIRST_WITH_DATABASE = Phase.LOAD;

    /**
     * Each has other things under way. SIGTERM takes the way out that Ctrl-C takes in every phase, what kill -9 leaves differs by them alone, and
     * what a run has in containers, too.
     */
    private static final Set<Phase> UNLIKE =
            EnumSet.of(Phase.PROVISION, Phase.LOAD, Phase.WARM_UP, Phase.MIGRATE, Phase.REAPPLY);

    private enum Ending {
        CTRL_C,
        SIGTERM,
        DATABASE_KILLED;

        void bringAbout(TinyRehearsal.Run run) {
            switch (this) {
                case CTRL_C -> run.process().signalGroup("INT");
                case SIGTERM -> run.process().signal("TERM");
                case DATABASE_KILLED -> rehearsal.killDatabase(run);
            }
        }

        /** Of a run whose database died is told what was measured until then. */
        List<Integer> exitCodes(boolean hasReport) {
            return switch (this) {
                case CTRL_C -> List.of(130);
                case SIGTERM -> List.of(143);
                case DATABASE_KILLED -> hasReport ? List.of(NO_GO, INCONCLUSIVE) : List.of(ENVIRONMENT);
            };
        }

        /** A run that outlives its database judges what it has. */
        Duration exitDeadline() {
            return this == DATABASE_KILLED ? Duration.ofSeconds(90) : EXIT_DEADLINE;
        }

        /** @param run one that has ended: while somebody is about to kill its database it may come to a later phase */
        boolean hasReport(TinyRehearsal.Run run) {
            return this == DATABASE_KILLED && run.process().announced(FIRST_WITH_DATABASE);
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
        return endedInPhases("embedded");
    }

    @TestFactory
    Stream<DynamicTest> a_run_in_a_container_that_is_ended_leaves_nothing_behind() {
        assumeTrue(Containers.areAvailable(), "no container engine answers here");
        return endedInPhases("docker");
    }

    private static Stream<DynamicTest> endedInPhases(String database) {
        rehearsal.sweep(database);
        List<DynamicTest> tests = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (Ending ending : Ending.values()) {
                if ((ending == Ending.SIGTERM || database.equals("docker")) && !UNLIKE.contains(phase)) {
                    continue;
                }
                Future<?> ended = cases.start(() -> end(database, phase, ending));
                tests.add(DynamicTest.dynamicTest(phase + ", " + ending, () -> Cases.outcome(ended)));
            }
        }
        return tests.stream();
    }

    private static TinyRehearsal.Run end(String database, Phase phase, Ending ending) {
        try (TinyRehearsal.Run run = rehearsal.run(database)) {
            if (ending == Ending.DATABASE_KILLED) {
                // That there is something to leave, killing it shows.
                run.awaitPhase(phase);
            } else {
                awaitSomethingToLeave(run, phase);
            }

            ending.bringAbout(run);

            int exitCode = run.process().awaitExit(ending.exitDeadline());
            boolean hasReport = ending.hasReport(run);
            assertThat(exitCode).as("%s", run.process()).isIn(ending.exitCodes(hasReport));
            assertNothingIsLeft(run);
            assertThat(run.temporary()).isEmptyDirectory();
            if (hasReport) {
                assertThat(run.reports()).isDirectoryRecursivelyContaining("glob:**/report.json");
            } else if (ending != Ending.DATABASE_KILLED) {
                assertThat(run.reports()).doesNotExist();
            }
            run.process().assertNoBug();
            return run;
        }
    }

    @Test
    void what_runs_on_the_embedded_server_left_when_killed_is_removed_by_a_later_run() {
        killedInUnlikePhases("embedded");
    }

    @Test
    void what_runs_in_containers_left_when_killed_is_removed_by_a_later_run() {
        assumeTrue(Containers.areAvailable(), "no container engine answers here");
        killedInUnlikePhases("docker");
    }

    private static void killedInUnlikePhases(String database) {
        rehearsal.sweep(database);
        List<Future<TinyRehearsal.Run>> kills = UNLIKE.stream()
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
