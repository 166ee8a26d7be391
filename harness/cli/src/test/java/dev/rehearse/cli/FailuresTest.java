package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.cli.console.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Console console =
            new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);

    @Test
    void what_fails_of_a_signal_that_we_have_not_heard_of_yet_is_no_bug() throws InterruptedException {
        Thread failing = new Thread(() -> new Failures(console, Duration.ofMinutes(1))
                .tell(new IllegalStateException("a program that we started ended"), List.of()));
        failing.start();
        while (failing.getState() != Thread.State.TIMED_WAITING && failing.isAlive()) {
            Thread.onSpinWait();
        }

        console.interrupted();
        failing.join();

        assertThat(err.toString().lines())
                .containsExactly("Interrupted: there is no verdict. Stopping and cleaning up.");
        assertThat(out.toString()).isEmpty();
    }
}
