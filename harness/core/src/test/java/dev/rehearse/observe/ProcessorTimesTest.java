package dev.rehearse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Elsewhere nothing is measured. */
@EnabledOnOs(OS.LINUX)
class ProcessorTimesTest {

    private static final String HAVE_SOMEBODY_COUNT =
            "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done'; echo over; read end";

    @Test
    void what_a_process_had_that_has_ended_is_told_by_the_one_that_began_it() throws IOException {
        Process parent = new ProcessBuilder("sh", "-c", HAVE_SOMEBODY_COUNT).start();
        try {
            assertThat(parent.inputReader().readLine()).isEqualTo("over");

            assertThat(ProcessorTimes.children(parent.pid())).isEmpty();
            assertThat(ProcessorTimes.ownAndEndedNanos(parent.pid())).isGreaterThan(10_000_000L);
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void what_a_process_has_begun_counts_with_all_that_is_below_it_but_for_what_is_left_out() throws IOException {
        long pid = ProcessHandle.current().pid();
        Process child = new ProcessBuilder("sh", "-c", "sh -c \"$0\"; echo", HAVE_SOMEBODY_COUNT).start();
        try {
            assertThat(child.inputReader().readLine()).isEqualTo("over");

            long all = ProcessorTimes.descendantsNanos(pid, Set.of());
            long others = ProcessorTimes.descendantsNanos(pid, Set.of(child.pid()));
            assertThat(all - others).isGreaterThan(10_000_000L);
        } finally {
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.destroyForcibly();
        }
    }

    @Test
    void what_was_counted_of_a_thread_that_has_ended_is_told_once() throws IOException {
        Path thread = Path.of("/proc", Long.toString(ProcessHandle.current().pid()));
        try (ProcessorTimes times = new ProcessorTimes()) {
            long counted = times.since(Set.of(thread)).get(thread).cpuNanos();

            times.since(Set.of());

            assertThat(times.takeEndedNanos()).isEqualTo(counted).isPositive();
            assertThat(times.takeEndedNanos()).isZero();
        }
    }
}
