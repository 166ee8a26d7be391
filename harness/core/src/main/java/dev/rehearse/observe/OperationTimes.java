package dev.rehearse.observe;

import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.OperationLog.OperationKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the operation of the load that a server process carried out at a time. Immutable. */
public final class OperationTimes {

    private final List<OperationKind> kinds;
    private final Map<Integer, List<Span>> byPid = new HashMap<>();

    private record Span(long startMicros, long endMicros, int kind) {}

    /**
     * @param pids the processes that will be asked for
     */
    public OperationTimes(OperationLog operations, Set<Integer> pids) {
        kinds = operations.kinds();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            if (pids.contains(operation.pid())) {
                byPid.computeIfAbsent(operation.pid(), p -> new ArrayList<>())
                        .add(new Span(operation.startMicros(), operation.endMicros(), operation.kind()));
            }
        }
    }

    /** Whether one operation of the process lasted from the one moment to the other, give or take the slack. */
    public boolean isWithinOne(int pid, long fromMicros, long toMicros, long slackMicros) {
        List<Span> spans = byPid.getOrDefault(pid, List.of());
        int first = firstThatEnds(spans, toMicros - slackMicros);
        return first < spans.size() && spans.get(first).startMicros() <= fromMicros + slackMicros;
    }

    /** The name of the operation that shares the most time with the given one, or null where none shares any. */
    @Nullable
    public String nameOf(int pid, long startMicros, long endMicros) {
        List<Span> spans = byPid.getOrDefault(pid, List.of());
        String best = null;
        long mostShared = -1;
        for (int i = firstThatEnds(spans, startMicros);
                i < spans.size() && spans.get(i).startMicros() <= endMicros;
                i++) {
            Span span = spans.get(i);
            long shared = Math.min(span.endMicros(), endMicros) - Math.max(span.startMicros(), startMicros);
            if (shared > mostShared) {
                best = kinds.get(span.kind()).name();
                mostShared = shared;
            }
        }
        return best;
    }

    /** One process carries out one operation after the other, in the order that the log has them. */
    private static int firstThatEnds(List<Span> spans, long notBeforeMicros) {
        int low = 0;
        int high = spans.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (spans.get(middle).endMicros() < notBeforeMicros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
