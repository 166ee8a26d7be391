package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.recording.Recording.RunDelay;
import dev.rehearse.recording.Recording.RunDelay.Whose;
import dev.rehearse.recording.RunClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Elsewhere nothing is measured. */
@EnabledOnOs(OS.LINUX)
class RunDelayMeterIT {

    /** So that it ends, whatever becomes of the test. */
    private static final String BUSY_FOR_A_MINUTE =
            "end=$(($(date +%s) + 60)); while [ $(date +%s) -lt $end ]; do :; done";

    @Test
    void what_a_session_or_a_client_loses_to_other_programs_is_told_as_its_own() throws Exception {
        Server server = ObservedServers.freshDatabase(18);
        List<ProcessHandle> others = new ArrayList<>();
        AtomicBoolean hasOutsiders = new AtomicBoolean();
        Path client = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
        try (TestSession session = new TestSession(server, "rehearse-migration-0");
                TestSession idle = new TestSession(server, "rehearse-load-1");
                RunDelayMeter meter = RunDelayMeter.start(
                        server, List.of(), () -> Map.of(client, idle.pid), hasOutsiders::get, new RunClock())) {
            for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
                others.add(busy());
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (lostMillis(meter, Whose.SESSION, session) < 50 || lostMillis(meter, Whose.CLIENT, idle) < 20) {
                assertThat(System.nanoTime())
                        .as("a minute passed: %s", meter.delays())
                        .isLessThan(deadline);
                session.run("SELECT count(*) FROM generate_series(1, 300000)");
                long busyUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
                while (System.nanoTime() < busyUntil) {
                    Thread.onSpinWait();
                }
            }

            assertThat(meter.effort().own()).isBetween(1e-6, 1.0);
            assertThat(lostMillis(meter, Whose.SESSION, idle)).isLessThan(lostMillis(meter, Whose.SESSION, session));
            assertThat(lostMillis(meter, Whose.CLIENT, session)).isZero();
            assertThat(meter.delays()).allSatisfy(d -> {
                assertThat(d.shareOfOthers()).isBetween(0.25, 1.0);
                assertThat(d.delayMicros()).isBetween(1L, d.micros());
            });
            assertThat(meter.notes()).isEmpty();

            // Those others may have been the migration's tool itself.
            hasOutsiders.set(true);
            assertThat(meter.delays()).isEmpty();
            assertThat(meter.notes()).singleElement().asString().contains("a process that Rehearse has not begun");
        } finally {
            others.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** None that this process has begun: such would count as a migration's tool. */
    private static ProcessHandle busy() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "(" + BUSY_FOR_A_MINUTE + ") >/dev/null 2>&1 & echo $!").start();
        long pid = Long.parseLong(new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static double lostMillis(RunDelayMeter meter, Whose whose, TestSession session) {
        return meter.delays().stream()
                        .filter(d -> d.whose() == whose && d.pid() == session.pid)
                        .mapToDouble(RunDelay::othersMicros)
                        .sum()
                / 1_000;
    }
}
