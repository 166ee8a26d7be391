package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Percentiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts and times of a set of operations. */
final class OperationStatistics {

    /** What a lost connection counts as, beside the SQLSTATEs. */
    static final String CONNECTION_LOST = "connection lost";

    private final Histogram response = new Histogram(3);
    private final Histogram service = new Histogram(3);
    private final Map<String, Long> errors = new TreeMap<>();
    private long count;

    void add(Operation operation) {
        count++;
        response.recordValue(Math.max(0, operation.responseMicros()));
        if (operation.isServed()) {
            service.recordValue(Math.max(0, operation.serviceMicros()));
        }
        if (operation.outcome() != Outcome.SUCCEEDED) {
            errors.merge(errorName(operation), 1L, Long::sum);
        }
    }

    static String errorName(Operation operation) {
        return operation.sqlState() == null ? CONNECTION_LOST : operation.sqlState();
    }

    long count() {
        return count;
    }

    long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    Map<String, Long> errorsBySqlState() {
        return errors;
    }

    long responseP99Micros() {
        return response.getValueAtPercentile(99);
    }

    Percentiles responseMillis() {
        return percentiles(response);
    }

    private static Percentiles percentiles(Histogram histogram) {
        return new Percentiles(
                Words.millis(histogram.getValueAtPercentile(50)),
                Words.millis(histogram.getValueAtPercentile(90)),
                Words.millis(histogram.getValueAtPercentile(99)),
                Words.millis(histogram.getValueAtPercentile(99.9)),
                Words.millis(histogram.getMaxValue()));
    }

    static OperationStatistics of(List<Operation> operations) {
        OperationStatistics statistics = new OperationStatistics();
        operations.forEach(statistics::add);
        return statistics;
    }

    /** Every operation in every phase it was due in. */
    static List<RehearsalReport.Operation> table(Facts facts) {
        List<RehearsalReport.Operation> table = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            Map<OperationKind, OperationStatistics> byKind = new TreeMap<>(
                    java.util.Comparator.comparing(OperationKind::application).thenComparing(OperationKind::name));
            Map<OperationKind, OperationStatistics> ownByKind = new HashMap<>();
            for (Operation operation : facts.operationsDueIn(phase)) {
                OperationKind kind = facts.kind(operation);
                byKind.computeIfAbsent(kind, k -> new OperationStatistics()).add(operation);
                ownByKind
                        .computeIfAbsent(kind, k -> new OperationStatistics())
                        .add(facts.ownTimes().without(operation));
            }
            byKind.forEach((kind, s) -> table.add(new RehearsalReport.Operation(
                    kind.name(),
                    kind.application(),
                    phase.name(),
                    s.count,
                    s.errors,
                    percentiles(s.response),
                    percentiles(s.service),
                    Objects.requireNonNull(ownByKind.get(kind)).responseMillis())));
        }
        return table;
    }
}
