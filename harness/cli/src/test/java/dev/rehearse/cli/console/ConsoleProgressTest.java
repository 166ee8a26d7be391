package dev.rehearse.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

    private final StringWriter err = new StringWriter();
    private long nanos = 1_000;

    private ConsoleProgress progress(boolean live) {
        PrintWriter writer = new PrintWriter(err, true);
        return new ConsoleProgress(new Console(writer, writer, live, false, 80), () -> nanos);
    }

    private void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Test
    void a_phase_prints_its_name_as_it_begins() {
        ConsoleProgress progress = progress(false);

        progress.phaseStarted(Phase.PROVISION);
        pass(Duration.ofMillis(2_340));
        progress.phaseStarted(Phase.LOAD);

        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "    0.0 s  PROVISION  start the database\n    2.3 s  LOAD       load the data\n");
    }

    @Test
    void without_a_terminal_progress_is_told_every_few_seconds() {
        ConsoleProgress progress = progress(false);
        progress.phaseStarted(Phase.LOAD);

        for (int tenths = 1; tenths <= 120; tenths++) {
            pass(Duration.ofMillis(100));
            progress.report("orders", tenths * 10_000L, 2_000_000);
        }

        assertThat(err.toString().lines().skip(1)).hasSize(2).allMatch(line -> line.contains("orders"));
    }

    @Test
    void progress_tells_the_rate_and_the_time_left() {
        ConsoleProgress progress = progress(false);
        progress.report("orders", 0, 2_000_000);
        pass(Duration.ofSeconds(5));
        progress.report("orders", 500_000, 2_000_000);

        assertThat(err.toString()).contains("orders  500,000 of 2,000,000 (25 %), 100,000/s, 15 s left");
    }

    @Test
    void what_lasts_a_known_time_tells_how_much_of_it_is_left() {
        ConsoleProgress progress = progress(false);
        pass(Duration.ofSeconds(6));
        progress.lasts("the load alone", Duration.ofMillis(6_100), Duration.ofSeconds(8));
        pass(Duration.ofSeconds(6));
        progress.lasts("statement 3, ALTER TABLE orders", Duration.ofSeconds(12), null);

        assertThat(err.toString().lines().map(String::strip))
                .containsExactly("the load alone  6 s of 8 s, 2 s left", "statement 3, ALTER TABLE orders  12 s");
    }

    @Test
    void work_without_a_known_end_has_no_time_left() {
        ConsoleProgress progress = progress(false);
        pass(Duration.ofSeconds(6));
        progress.report("fetch the driver", 0, -1);

        assertThat(err.toString())
                .contains("fetch the driver")
                .doesNotContain("left")
                .doesNotContain("%");
    }

    @Test
    void a_terminal_gets_one_line_that_is_written_over() {
        ConsoleProgress progress = progress(true);
        for (int i = 0; i < 50; i++) {
            pass(Duration.ofMillis(50));
            progress.report("orders", i, 50);
        }
        progress.clear();

        assertThat(err.toString().split("\r\u001B\\[2K", -1)).hasSize(27).endsWith("");
        assertThat(err.toString()).doesNotContain("\n");
    }
}
