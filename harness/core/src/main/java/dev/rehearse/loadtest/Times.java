package dev.rehearse.loadtest;

import dev.rehearse.recording.IntervalLog;
import dev.rehearse.recording.IntervalLog.Quantity;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;

/** Histograms of one kind of operation, in microseconds; {@link LoadTestResult} says what each counts. For one thread at a time. */
public final class Times {

    private static final int DIGITS = 3;

    public final Histogram response = new Histogram(DIGITS);
    final Histogram service = new Histogram(DIGITS);
    final Histogram queue = new Histogram(DIGITS);
    public final Histogram late = new Histogram(DIGITS);
    /** Service of operations that began when they were due, all of a closed model: one count in place of four, until {@link #settle}. */
    private final Histogram prompt = new Histogram(DIGITS);

    /** An operation that began when it was due, as its client was free. */
    void prompt(long serviceMicros) {
        prompt.recordValue(serviceMicros);
    }

    /** Has the four hold all that was recorded. */
    void settle() {
        long count = prompt.getTotalCount();
        if (count > 0) {
            response.add(prompt);
            service.add(prompt);
            queue.recordValueWithCount(0, count);
            late.recordValueWithCount(0, count);
            prompt.reset();
        }
    }

    void add(Times other) {
        other.settle();
        response.add(other.response);
        service.add(other.service);
        queue.add(other.queue);
        late.add(other.late);
    }

    void reset() {
        each((quantity, histogram) -> histogram.reset());
    }

    void writeTo(IntervalLog log, String operation, double fromSeconds, double toSeconds) {
        each((quantity, histogram) -> log.write(quantity, operation, fromSeconds, toSeconds, histogram));
    }

    private void each(BiConsumer<Quantity, Histogram> action) {
        action.accept(Quantity.RESPONSE, response);
        action.accept(Quantity.SERVICE, service);
        action.accept(Quantity.QUEUE, queue);
        action.accept(Quantity.LATE, late);
    }
}
