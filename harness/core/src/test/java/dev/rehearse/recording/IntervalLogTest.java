package dev.rehearse.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.EnvironmentException;
import dev.rehearse.recording.IntervalLog.Quantity;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntervalLogTest {

    private static final Instant START = Instant.parse("2026-11-22T10:15:00Z");

    @TempDir
    private Path folder;

    @Test
    void the_operations_of_a_run_are_read_back_by_hdr_histogram() throws Exception {
        OperationLog log = new OperationLog();
        int read = log.addKind(new OperationKind("read", "app", List.of("orders"), List.of()));
        int place = log.addKind(new OperationKind("place order", "app, new", List.of("orders"), List.of("orders")));
        for (int i = 0; i < 5_000; i++) {
            long due = i * 1_000L;
            log.add(new Operation(read, due, due + 50, due + 50 + i, Outcome.SUCCEEDED, null, 7, 0, true));
        }
        // Thinking is in neither time; what gave up waiting for a connection has no service time, and is noted late.
        log.add(new Operation(place, 0, 300_000, 1_300_000, Outcome.SUCCEEDED, null, 7, 600_000, true));
        log.add(new Operation(place, 0, 500_000, 500_000, Outcome.FAILED, Operation.NO_CONNECTION, 0, 0, false));

        OperationHistograms.write(log, START, folder);

        Map<String, Histogram> response = IntervalLogs.read(folder.resolve("response.hlog"));
        assertThat(response).containsOnlyKeys("app/read", "app_new/place_order");
        assertThat(response.get("app/read").getTotalCount()).isEqualTo(5_000);
        assertThat(response.get("app_new/place_order").getTotalCount()).isEqualTo(2);
        assertThat(response.get("app_new/place_order").getMaxValue()).isBetween(700_000L, 700_999L);
        Histogram service = IntervalLogs.read(folder.resolve("service.hlog")).get("app_new/place_order");
        assertThat(service.getTotalCount()).isEqualTo(1);
        assertThat(service.getMaxValue()).isBetween(400_000L, 400_999L);
        assertThat(IntervalLogs.sum(IntervalLogs.read(folder.resolve("queue.hlog")))
                        .getTotalCount())
                .isEqualTo(5_002);
        assertThat(IntervalLogs.sum(IntervalLogs.read(folder.resolve("late.hlog")))
                        .getTotalCount())
                .isEqualTo(5_001);
        // Each second has what ended in it: the reads of the second second are those that took 50 µs and i.
        try (InputStream in = Files.newInputStream(folder.resolve("response.hlog"))) {
            HistogramLogReader reader = new HistogramLogReader(in);
            Histogram second = (Histogram) reader.nextIntervalHistogram(1.0, 1.5);
            assertThat(second.getTag()).isEqualTo("app/read");
            assertThat(second.getTotalCount()).isEqualTo(999);
            assertThat(second.getStartTimeStamp()).isEqualTo(START.toEpochMilli() + 1_000);
            assertThat(second.getEndTimeStamp()).isEqualTo(START.toEpochMilli() + 2_000);
        }
    }

    @Test
    void one_file_takes_all_quantities_and_one_that_cannot_be_made_is_told_before_the_run() throws Exception {
        Path file = folder.resolve("all.hlog");
        Histogram micros = new Histogram(3);
        micros.recordValue(1_500);
        try (IntervalLog log = IntervalLog.open(file, START)) {
            log.write(Quantity.RESPONSE, "select-only", 0, 1, micros);
            log.write(Quantity.LATE, "select-only", 0, 1, micros);
            log.write(Quantity.QUEUE, "select-only", 0, 1, new Histogram(3));
        }

        assertThat(IntervalLogs.read(file)).containsOnlyKeys("response:select-only", "late:select-only");
        assertThat(Files.readString(file))
                .contains("#[Histogram log format version 1.3]")
                .contains("1.500");
        assertThatThrownBy(() -> IntervalLog.open(file.resolve("x"), START))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("Cannot write the histograms to " + file.resolve("x"));
    }

    @Test
    void a_full_disk_is_noticed() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")));
        Path full = Files.createSymbolicLink(folder.resolve("full.hlog"), Path.of("/dev/full"));
        IntervalLog log = IntervalLog.open(full, START);
        log.close();
        Files.delete(full);

        assertThat(log.isWhole()).isFalse();
    }
}
