package dev.rehearse.loadtest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** What clients have seen since somebody last asked, in microseconds. Thread-safe. */
public final class Tally {

    /** The CPU of a process is counted in steps of 10 ms. */
    private static final long LEAST_CPU_NANOS = 100_000_000;

    /** One for each script that is told apart; the last is that of all others, too. */
    private final Times[] times;

    final Map<String, Long> errors = new TreeMap<>();
    final Map<String, String> examples = new HashMap<>();
    final long[] byScript;
    long operations;
    long failed;
    long shed;
    long unfinished;
    long retries;
    long reconnects;
    /** When the last operation ended; 0: none did. */
    long lastEnd;

    /** @param apart how many of the scripts, the first ones, have times of their own; the last of these shares them with all others */
    public Tally(int scripts, int apart) {
        byScript = new long[scripts];
        times = new Times[apart];
        for (int i = 0; i < times.length; i++) {
            times[i] = new Times();
        }
    }

    /** How many succeeded. */
    public long operations() {
        return operations;
    }

    public long failed() {
        return failed;
    }

    /** How many had not ended when the time was over. */
    public long unfinished() {
        return unfinished;
    }

    /** When the last operation ended, as {@link System#nanoTime} has it; 0: none did. */
    public long lastEnd() {
        return lastEnd;
    }

    private Times times(int script) {
        return times[Math.min(script, times.length - 1)];
    }

    /** The times of all scripts together. */
    public synchronized Times all() {
        if (times.length == 1) {
            times[0].settle();
            return times[0];
        }
        Times sum = new Times();
        for (Times one : times) {
            sum.add(one);
        }
        return sum;
    }

    /**
     * The whole run, once it is over.
     *
     * @param seconds as {@link LoadTestResult} has it
     * @param notes of the times of all scripts
     */
    public LoadTestResult result(
            double seconds,
            long planned,
            long cpuNanos,
            boolean interrupted,
            Map<String, Long> scripts,
            Map<String, Long> leftOut,
            long randomSeed,
            Function<Times, List<String>> notes) {
        long done = operations + failed;
        Times all = all();
        return new LoadTestResult(
                seconds,
                operations / seconds,
                planned,
                operations,
                failed,
                shed,
                unfinished,
                retries,
                reconnects,
                Map.copyOf(errors),
                Map.copyOf(examples),
                millis(all.response),
                millis(all.service),
                millis(all.queue),
                millis(all.late),
                done == 0 || cpuNanos < LEAST_CPU_NANOS ? Double.NaN : cpuNanos / 1e3 / done,
                interrupted,
                scripts,
                leftOut,
                randomSeed,
                notes.apply(all));
    }

    /** The times of each script that is told apart, the last ones with those of all others. */
    synchronized List<Times> apart() {
        for (Times one : times) {
            one.settle();
        }
        return List.of(times);
    }

    /**
     * An operation that succeeded; times in nanoseconds of one clock.
     *
     * @param inTime whether a client was free when it was due
     */
    public synchronized void succeeded(int script, long due, long start, long end, boolean inTime) {
        operations++;
        byScript[script]++;
        lastEnd = Math.max(lastEnd, end);
        Times own = times(script);
        long service = micros(end - start);
        if (start == due && inTime) {
            own.prompt(service);
        } else {
            own.service.recordValue(service);
            own.response.recordValue(micros(end - due));
            began(own, due, start, inTime);
        }
    }

    public synchronized void failed(
            int script, String sqlState, String message, long due, long start, long end, boolean inTime) {
        failed++;
        lastEnd = Math.max(lastEnd, end);
        byScript[script]++;
        errors.merge(sqlState, 1L, Long::sum);
        examples.putIfAbsent(sqlState, message);
        began(times(script), due, start, inTime);
    }

    private static void began(Times own, long due, long start, boolean inTime) {
        own.queue.recordValue(micros(start - due));
        if (inTime) {
            own.late.recordValue(micros(start - due));
        }
    }

    /** An operation that gave up waiting for a client after that time. */
    synchronized void shed(int script, long patienceNanos) {
        shed++;
        byScript[script]++;
        times(script).queue.recordValue(micros(patienceNanos));
    }

    /** An operation that was due and did not end. */
    public synchronized void unfinished(int script, long due, long now) {
        unfinished++;
        times(script).response.recordValue(micros(now - due));
    }

    synchronized void retried() {
        retries++;
    }

    public synchronized void reconnected() {
        reconnects++;
    }

    /** Moves all to {@code sum}. */
    public synchronized void drainInto(Tally sum) {
        sum.add(this);
        for (Times one : times) {
            one.reset();
        }
        errors.clear();
        examples.clear();
        Arrays.fill(byScript, 0);
        operations = 0;
        failed = 0;
        shed = 0;
        unfinished = 0;
        retries = 0;
        reconnects = 0;
    }

    /** @param other of the same scripts, as far apart as these at least */
    public synchronized void add(Tally other) {
        for (int i = 0; i < other.times.length; i++) {
            times(i).add(other.times[i]);
        }
        other.errors.forEach((state, count) -> errors.merge(state, count, Long::sum));
        other.examples.forEach(examples::putIfAbsent);
        for (int i = 0; i < byScript.length; i++) {
            byScript[i] += other.byScript[i];
        }
        operations += other.operations;
        failed += other.failed;
        shed += other.shed;
        unfinished += other.unfinished;
        retries += other.retries;
        reconnects += other.reconnects;
        lastEnd = Math.max(lastEnd, other.lastEnd);
    }

    private static long micros(long nanos) {
        return Math.max(0, (nanos + 500) / 1_000);
    }

    public static LoadTestResult.Percentiles millis(Histogram micros) {
        if (micros.getTotalCount() == 0) {
            return LoadTestResult.Percentiles.NONE;
        }
        return new LoadTestResult.Percentiles(
                at(micros, 50),
                at(micros, 90),
                at(micros, 95),
                at(micros, 99),
                at(micros, 99.9),
                micros.getMaxValue() / 1e3);
    }

    private static double at(Histogram micros, double percentile) {
        return Math.min(micros.getValueAtPercentile(percentile), micros.getMaxValue()) / 1e3;
    }
}
