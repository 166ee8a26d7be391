package dev.rehearse.recording;

import dev.rehearse.EnvironmentException;
import dev.rehearse.recording.IntervalLog.Quantity;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * The operations of a run as interval logs: made afterwards, so that they cost the run nothing. A tag is
 * {@code APPLICATION/OPERATION}, an interval a second. Stateless.
 */
public final class OperationHistograms {

    private static final long INTERVAL_MICROS = 1_000_000;
    private static final int DIGITS = 3;

    private OperationHistograms() {}

    /**
     * Writes {@code response.hlog}, {@code service.hlog}, {@code queue.hlog} and {@code late.hlog}; nothing where no operation ran.
     *
     * @param start when the run began
     * @throws EnvironmentException if the disk does not take them
     */
    public static void write(OperationLog log, Instant start, Path folder) {
        if (log.size() == 0) {
            return;
        }
        IntervalLog out = IntervalLog.open(folder, start);
        try (out) {
            List<Times> times = new ArrayList<>();
            for (OperationKind kind : log.kinds()) {
                times.add(new Times(kind.application() + "/" + kind.name()));
            }
            long second = 0;
            for (int index : byInterval(log)) {
                Operation operation = log.get(index);
                if (interval(operation) > second) {
                    flush(times, second, out);
                    second = interval(operation);
                }
                times.get(operation.kind()).add(operation);
            }
            flush(times, second, out);
        }
        if (!out.isWhole()) {
            throw new EnvironmentException("Cannot write the histograms of the load to " + folder
                    + ": the disk did not take all of them. Make room there, or choose another folder.");
        }
    }

    private static long interval(Operation operation) {
        return Math.max(0, operation.endMicros() / INTERVAL_MICROS);
    }

    /** The log's order is nearly that of the ends; what a pool gave up on is noted late. */
    private static int[] byInterval(OperationLog log) {
        return LongStream.range(0, log.size())
                .map(index -> interval(log.get((int) index)) << Integer.SIZE | index)
                .sorted()
                .mapToInt(key -> (int) key)
                .toArray();
    }

    private static void flush(List<Times> times, long second, IntervalLog out) {
        times.forEach(one -> one.flush(second, out));
    }

    /** The times of one kind of operation in one interval. */
    private static final class Times {

        private final String tag;
        private final Map<Quantity, Histogram> histograms = new EnumMap<>(Quantity.class);

        Times(String tag) {
            this.tag = tag;
            for (Quantity quantity : Quantity.values()) {
                histograms.put(quantity, new Histogram(DIGITS));
            }
        }

        void add(Operation operation) {
            record(Quantity.RESPONSE, operation.responseMicros());
            record(Quantity.QUEUE, operation.queueMicros());
            if (operation.isServed()) {
                record(Quantity.SERVICE, operation.serviceMicros());
            }
            if (operation.inTime()) {
                record(Quantity.LATE, operation.queueMicros());
            }
        }

        private void record(Quantity quantity, long micros) {
            java.util.Objects.requireNonNull(histograms.get(quantity)).recordValue(Math.max(0, micros));
        }

        void flush(long second, IntervalLog out) {
            histograms.forEach((quantity, histogram) -> {
                out.write(quantity, tag, second, second + 1.0, histogram);
                histogram.reset();
            });
        }
    }
}
