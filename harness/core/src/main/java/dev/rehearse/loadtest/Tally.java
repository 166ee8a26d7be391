package dev.rehearse.loadtest;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What clients have seen since somebody last asked, in microseconds. Thread-safe. */
final class Tally {

    private static final int DIGITS = 3;

    final Histogram responseMicros = new Histogram(DIGITS);
    final Histogram serviceMicros = new Histogram(DIGITS);
    final Histogram queueMicros = new Histogram(DIGITS);
    final Histogram lateMicros = new Histogram(DIGITS);
    final Map<String, Long> errors = new TreeMap<>();
    final Map<String, String> examples = new HashMap<>();
    final long[] byScript;
    long operations;
    long failed;
    long unfinished;
    long retries;
    long reconnects;
    /** When the last operation ended; 0: none did. */
    long lastEnd;

    Tally(int scripts) {
        byScript = new long[scripts];
    }

    /**
     * An operation that succeeded; times in nanoseconds of one clock.
     *
     * @param inTime whether a client was free when it was due
     */
    synchronized void succeeded(int script, long due, long start, long end, boolean inTime) {
        operations++;
        byScript[script]++;
        lastEnd = Math.max(lastEnd, end);
        serviceMicros.recordValue(micros(end - start));
        responseMicros.recordValue(micros(end - due));
        began(due, start, inTime);
    }

    synchronized void failed(
            int script, String sqlState, String message, long due, long start, long end, boolean inTime) {
        failed++;
        lastEnd = Math.max(lastEnd, end);
        byScript[script]++;
        errors.merge(sqlState, 1L, Long::sum);
        examples.putIfAbsent(sqlState, message);
        began(due, start, inTime);
    }

    private void began(long due, long start, boolean inTime) {
        queueMicros.recordValue(micros(start - due));
        if (inTime) {
            lateMicros.recordValue(micros(start - due));
        }
    }

    /** An operation that was due and did not end. */
    synchronized void unfinished(long due, long now) {
        unfinished++;
        responseMicros.recordValue(micros(now - due));
    }

    synchronized void retried() {
        retries++;
    }

    synchronized void reconnected() {
        reconnects++;
    }

    /** Moves all to {@code sum}. */
    synchronized void drainInto(Tally sum) {
        sum.add(this);
        responseMicros.reset();
        serviceMicros.reset();
        queueMicros.reset();
        lateMicros.reset();
        errors.clear();
        examples.clear();
        Arrays.fill(byScript, 0);
        operations = 0;
        failed = 0;
        unfinished = 0;
        retries = 0;
        reconnects = 0;
    }

    synchronized void add(Tally other) {
        responseMicros.add(other.responseMicros);
        serviceMicros.add(other.serviceMicros);
        queueMicros.add(other.queueMicros);
        lateMicros.add(other.lateMicros);
        other.errors.forEach((state, count) -> errors.merge(state, count, Long::sum));
        other.examples.forEach(examples::putIfAbsent);
        for (int i = 0; i < byScript.length; i++) {
            byScript[i] += other.byScript[i];
        }
        operations += other.operations;
        failed += other.failed;
        unfinished += other.unfinished;
        retries += other.retries;
        reconnects += other.reconnects;
        lastEnd = Math.max(lastEnd, other.lastEnd);
    }

    private static long micros(long nanos) {
        return Math.max(0, (nanos + 500) / 1_000);
    }

    static LoadTestResult.Percentiles millis(Histogram micros) {
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
