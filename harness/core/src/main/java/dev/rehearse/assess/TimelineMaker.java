package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.PhaseSpan;
import dev.rehearse.recording.Recording.QueueLength;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.recording.Recording.StateSample;
import dev.rehearse.report.RehearsalReport.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Cuts the run into buckets for the picture. */
final class TimelineMaker {

    private static final int MOST_BUCKETS = 900;
    private static final long[] WIDTHS_MICROS = {
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000,
        30_000_000,
        60_000_000,
        300_000_000
    };

    /** Some samples; where they are further apart, what was in between is not known. */
    private static final long SAMPLE_LASTS_AT_MOST_MICROS = 1_000_000;

    private final long start;
    private final long width;
    private final int buckets;

    private TimelineMaker(long start, long end) {
        this.start = start;
        this.width = Arrays.stream(WIDTHS_MICROS)
                .filter(w -> (end - start) / w < MOST_BUCKETS)
                .findFirst()
                .orElse(WIDTHS_MICROS[WIDTHS_MICROS.length - 1]);
        this.buckets = (int) ((end - start) / width) + 1;
    }

    static Timeline of(Recording recording) {
        PhaseSpan warmUp = recording.span(Phase.WARM_UP);
        OperationLog log = recording.operations();
        if (warmUp == null || log.size() == 0) {
            return new Timeline(
                    0, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                    Map.of());
        }
        long end = warmUp.endMicros();
        for (int i = 0; i < log.size(); i++) {
            end = Math.max(end, log.get(i).endMicros());
        }
        return new TimelineMaker(warmUp.startMicros(), end).make(recording);
    }

    private Timeline make(Recording recording) {
        long[] due = new long[buckets];
        long[] succeeded = new long[buckets];
        long[] failed = new long[buckets];
        Histogram[] response = new Histogram[buckets];
        OperationLog log = recording.operations();
        for (int i = 0; i < log.size(); i++) {
            Operation operation = log.get(i);
            int bucket = bucket(operation.dueMicros());
            due[bucket]++;
            if (response[bucket] == null) {
                response[bucket] = new Histogram(2);
            }
            response[bucket].recordValue(Math.max(0, operation.responseMicros()));
            (operation.outcome() == Outcome.SUCCEEDED ? succeeded : failed)[bucket(operation.endMicros())]++;
        }
        List<Double> p50 = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        List<Double> max = new ArrayList<>();
        for (Histogram histogram : response) {
            p50.add(histogram == null ? 0.0 : Words.millis(histogram.getValueAtPercentile(50)));
            p99.add(histogram == null ? 0.0 : Words.millis(histogram.getValueAtPercentile(99)));
            max.add(histogram == null ? 0.0 : Words.millis(histogram.getMaxValue()));
        }
        return new Timeline(
                Words.millis(width),
                Words.millis(start),
                boxed(due),
                boxed(succeeded),
                boxed(failed),
                p50,
                p99,
                max,
                waiting(recording.queues()),
                lag(recording.replication()),
                active(recording.states()));
    }

    private int bucket(long micros) {
        return (int) Math.max(0, Math.min(buckets - 1L, (micros - start) / width));
    }

    private static List<Long> boxed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /** The most sessions waiting at once, over all relations, in each bucket; a queue lasts until it changes. */
    private List<Integer> waiting(List<QueueLength> changes) {
        int[] most = new int[buckets];
        Map<String, Integer> now = new HashMap<>();
        int bucket = 0;
        int total = 0;
        for (QueueLength change : changes) {
            int changed = bucket(change.micros());
            for (; bucket < changed; bucket++) {
                most[bucket] = Math.max(most[bucket], total);
            }
            now.put(change.relation(), change.waiting());
            most[bucket] = Math.max(most[bucket], total);
            total = now.values().stream().mapToInt(Integer::intValue).sum();
            most[bucket] = Math.max(most[bucket], total);
        }
        for (; bucket < buckets && total > 0; bucket++) {
            most[bucket] = Math.max(most[bucket], total);
        }
        return Arrays.stream(most).boxed().toList();
    }

    /**
     * Of each bucket the sample with the most sessions, whole, so that its numbers add up to sessions that there were; what a sample shows lasts
     * until the next, where that is not too far away.
     */
    private Map<String, List<Integer>> active(List<StateSample> samples) {
        int[] most = new int[buckets];
        StateSample[] fullest = new StateSample[buckets];
        for (int i = 0; i < samples.size(); i++) {
            StateSample sample = samples.get(i);
            if (sample.micros() >= start) {
                int sessions = sample.active().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                int first = bucket(sample.micros());
                long until = i + 1 < samples.size() ? samples.get(i + 1).micros() : sample.micros();
                int next = bucket(Math.min(until, sample.micros() + SAMPLE_LASTS_AT_MOST_MICROS));
                for (int bucket = first; bucket < Math.max(next, first + 1); bucket++) {
                    if (sessions > most[bucket]) {
                        most[bucket] = sessions;
                        fullest[bucket] = sample;
                    }
                }
            }
        }
        Map<String, int[]> columns = new TreeMap<>();
        for (int i = 0; i < buckets; i++) {
            int bucket = i;
            if (most[bucket] > 0) {
                fullest[bucket]
                        .active()
                        .forEach((wait, sessions) ->
                                columns.computeIfAbsent(wait, w -> new int[buckets])[bucket] = sessions);
            }
        }
        Map<String, List<Integer>> active = new LinkedHashMap<>();
        columns.forEach((wait, sessions) ->
                active.put(wait, Arrays.stream(sessions).boxed().toList()));
        return active;
    }

    private List<Double> lag(List<ReplicationSample> samples) {
        if (samples.isEmpty()) {
            return List.of();
        }
        double[] worst = new double[buckets];
        samples.forEach(sample -> worst[bucket(sample.micros())] =
                Math.max(worst[bucket(sample.micros())], Words.millis(sample.replayLagMicros())));
        return Arrays.stream(worst).boxed().toList();
    }
}
