package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.database.TestServers;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.recording.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is thrown, in whichever phase: servers, folders, connections' threads and all else of the run are gone afterwards. */
class ExceptionInAnyPhaseIT {

    @TempDir
    private Path folder;

    private Rehearsal plan() {
        return RehearsalBuilder.in(folder)
                .name("orders")
                .schema(new SqlFile("schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, total int);", true))
                .rows("orders", 1_000)
                .ratePerSecond(100)
                .warmUp(Duration.ofMillis(100))
                .baseline(Duration.ofSeconds(1))
                .settle(Duration.ofMillis(100))
                .blocker(Blocker.Kind.OPEN_WRITER, "orders", Duration.ofMillis(200))
                .up(new SqlFile("up.sql", "ALTER TABLE orders ADD COLUMN note text;", true))
                .down(new SqlFile("down.sql", "ALTER TABLE orders DROP COLUMN note;", true))
                .build();
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void nothing_is_left(Phase phase) throws InterruptedException {
        Set<String> before = TestServers.belongings();
        Set<String> threadsBefore = threads();
        RehearsalRunner runner = new RehearsalRunner(TestServers.provider(), new ThrowsIn(phase));

        assertThatThrownBy(() -> runner.run(plan()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thrown in " + phase);

        // What others left may go meanwhile.
        assertThat(before).containsAll(TestServers.belongings());
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!threadsBefore.containsAll(threads()) && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertThat(threadsBefore).containsAll(threads());
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("rehearse-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private record ThrowsIn(Phase where) implements RunListener {
        @Override
        public void phaseStarted(Phase phase) {
            if (phase == where) {
                throw new IllegalStateException("thrown in " + phase);
            }
        }

        @Override
        public void note(String text) {}

        @Override
        public void report(String what, long done, long total) {}
    }
}
