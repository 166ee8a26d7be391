package dev.rehearse.workload.wait;

import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.workload.wait.LockMessages.Message;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Makes waits of the server's messages about one statement. The messages carry durations, not times of day: the last wait is taken to
 * have ended when the statement did, and each one before when the next began, none before the statement itself. Stateless.
 */
public final class WaitCollector {

    private static final int UNTIL_COMPILED = 300;

    private WaitCollector() {}

    /**
     * The statement that the messages came with.
     *
     * @param failure its failure
     * @param ended how a wait that its failure cut short ended
     */
    public record Context(
            int operationKind,
            String application,
            long startMicros,
            long endMicros,
            @Nullable SQLException failure,
            Ended ended) {}

    private record Finished(Message message, long micros, Ended ended) {}

    /**
     * Reads messages like those of an operation that waited until Java has learnt how to. Otherwise those who are the first to wait at once all learn it at
     * once, and what they waited for seems to have lasted some milliseconds longer.
     *
     * @return what it read the last time
     */
    public static List<ServerWait> rehearse() {
        Context context = new Context(0, "", 0, 1_000, null, Ended.GRANTED);
        List<ServerWait> read = List.of();
        for (int i = 0; i < UNTIL_COMPILED; i++) {
            PSQLWarning first = said("still waiting for");
            first.setNextWarning(said("acquired"));
            read = waits(first, context);
        }
        return read;
    }

    private static PSQLWarning said(String what) {
        String text = "process 1 " + what + " AccessShareLock on relation 1 of database 1 after 1.000 ms";
        return new PSQLWarning(new ServerErrorMessage("SLOG\0M" + text + "\0\0"));
    }

    public static List<ServerWait> waits(@Nullable SQLWarning first, Context context) {
        List<Finished> finished = new ArrayList<>();
        Message pending = null;
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            Message message = message(warning);
            if (message == null || message.event() == LockMessages.Event.REORDERED) {
                continue;
            }
            if (pending != null && !pending.isAbout(message)) {
                finished.add(cutShort(pending, finished, context));
            }
            pending = null;
            switch (message.event()) {
                case STILL_WAITING -> pending = message;
                case ACQUIRED -> finished.add(new Finished(message, message.micros(), Ended.GRANTED));
                case DEADLOCK -> finished.add(new Finished(message, message.micros(), Ended.DEADLOCK));
                case REORDERED -> throw new IllegalStateException();
            }
        }
        if (pending != null) {
            finished.add(cutShort(pending, finished, context));
        }
        return placed(finished, context);
    }

    private static @Nullable Message message(SQLWarning warning) {
        ServerErrorMessage words = warning instanceof PSQLWarning ours ? ours.getServerErrorMessage() : null;
        if (words == null || words.getMessage() == null) {
            return null;
        }
        return LockMessages.parse(words.getMessage(), words.getWhere()).orElse(null);
    }

    /** A wait without a last word lasted until the error, less the waits before it. */
    private static Finished cutShort(Message message, List<Finished> before, Context context) {
        long spent = before.stream().mapToLong(Finished::micros).sum();
        long micros = context.failure() == null
                ? message.micros()
                : Math.max(message.micros(), context.endMicros() - context.startMicros() - spent);
        return new Finished(message, micros, context.failure() == null ? Ended.LOCK_TIMEOUT : context.ended());
    }

    private static List<Integer> circle(Context context) {
        ServerErrorMessage message =
                context.failure() instanceof PSQLException failure ? failure.getServerErrorMessage() : null;
        String detail = message == null ? null : message.getDetail();
        return detail == null ? List.of() : LockMessages.circle(detail);
    }

    private static List<ServerWait> placed(List<Finished> finished, Context context) {
        List<ServerWait> waits = new ArrayList<>();
        long end = context.endMicros();
        for (int i = finished.size() - 1; i >= 0; i--) {
            Finished one = finished.get(i);
            long start = Math.max(context.startMicros(), end - one.micros());
            waits.add(
                    0,
                    new ServerWait(
                            one.message().pid(),
                            context.operationKind(),
                            context.application(),
                            one.message().lockType(),
                            one.message().relationOid(),
                            one.message().rowOf(),
                            one.message().mode(),
                            one.micros(),
                            start,
                            end,
                            one.ended(),
                            one.ended() == Ended.DEADLOCK ? circle(context) : List.of()));
            end = start;
        }
        return waits;
    }
}
