package dev.rehearse.assess;

import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.OperationLog;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Recording;

/** What was known of a run at a moment of it. Stateless. */
final class Earlier {

    private Earlier() {}

    /**
     * The recording with the attempts, lock waits and operations that there were by then; all else is as at its end, the statements, too, to whose
     * positions in their list the waits refer.
     */
    static Recording until(long micros, Recording whole) {
        return new Recording(
                whole.format(),
                whole.plan(),
                whole.environment(),
                whole.startedAt(),
                whole.phases().stream()
                        .filter(phase -> phase.startMicros() <= micros)
                        .toList(),
                whole.statements(),
                whole.attempts().stream()
                        .filter(attempt -> attempt.endMicros() < micros)
                        .toList(),
                whole.lockWaits().stream()
                        .filter(wait -> wait.startMicros() < micros)
                        .map(wait -> wait.endMicros() <= micros ? wait : stillWaiting(wait, micros))
                        .toList(),
                whole.queues(),
                operations(whole.operations(), micros),
                whole.load(),
                whole.blockers(),
                whole.replication(),
                whole.standbyWaits(),
                whole.server(),
                whole.states(),
                whole.relations(),
                whole.schema(),
                whole.account(),
                whole.leftovers(),
                whole.invariants(),
                whole.observer(),
                whole.notMeasured(),
                whole.aborted());
    }

    private static LockWait stillWaiting(LockWait wait, long micros) {
        return new LockWait(
                wait.waiterPid(),
                wait.waiter(),
                wait.waiterKind(),
                wait.lockType(),
                wait.relation(),
                wait.mode(),
                wait.startMicros(),
                micros,
                Ended.STILL_WAITING,
                wait.chain(),
                wait.statement(),
                wait.source(),
                wait.errorMicros());
    }

    private static OperationLog operations(OperationLog whole, long micros) {
        OperationLog earlier = new OperationLog();
        whole.kinds().forEach(earlier::addKind);
        for (int i = 0; i < whole.size(); i++) {
            Operation operation = whole.get(i);
            if (operation.endMicros() < micros) {
                earlier.add(operation);
            }
        }
        return earlier;
    }
}
