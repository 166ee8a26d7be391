package dev.rehearse.assess.server;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.ReplicationSample;
import dev.rehearse.report.RehearsalReport.TableLag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * When the application wrote which tables, by which is known how far a standby was behind with each: replay goes by the order of writing, so
 * that of what was written after the oldest WAL that is not replayed nothing is. Immutable.
 */
final class WrittenTables {

    /** Of each table, when the operations that wrote it were done, in order. */
    private final Map<String, long[]> writes = new TreeMap<>();

    WrittenTables(OperationLog operations) {
        Map<String, LongStream.Builder> ends = new TreeMap<>();
        List<OperationKind> kinds = operations.kinds();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            if (operation.outcome() == Outcome.SUCCEEDED) {
                for (String table : kinds.get(operation.kind()).written()) {
                    ends.computeIfAbsent(table, t -> LongStream.builder()).add(operation.endMicros());
                }
            }
        }
        ends.forEach((table, all) -> writes.put(table, all.build().sorted().toArray()));
    }

    /** How far each table was behind at worst, in samples of one standby; furthest behind first. */
    List<TableLag> behind(List<ReplicationSample> samples) {
        List<TableLag> lags = new ArrayList<>();
        writes.forEach((table, ends) -> {
            long worst = 0;
            long at = samples.get(0).micros();
            for (ReplicationSample sample : samples) {
                long lag = lag(ends, sample);
                if (lag > worst) {
                    worst = lag;
                    at = sample.micros();
                }
            }
            lags.add(new TableLag(table, Words.millis(worst), Words.millis(at)));
        });
        lags.sort(Comparator.comparingDouble(TableLag::maxLagMillis).reversed());
        return lags;
    }

    private static long lag(long[] ends, ReplicationSample sample) {
        if (sample.replayLagMicros() == 0) {
            return 0;
        }
        int found = Arrays.binarySearch(ends, sample.micros() - sample.replayLagMicros());
        int oldest = found >= 0 ? found : -found - 1;
        return oldest == ends.length ? 0 : Math.max(0, sample.micros() - ends[oldest]);
    }
}
