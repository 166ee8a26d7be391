package dev.rehearse.wiretap;

import dev.rehearse.recording.Outcome;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements of one session that its server has answered and of whose transaction it has still to say the state, in order. Guarded by its {@link Conversation}. */
final class AnsweredStatements {

    private final Deque<Answered> statements = new ArrayDeque<>();

    private record Answered(RunningStatement statement, long endMicros, Outcome outcome) {}

    /** @param chunk the number of the server's that the answer ended in */
    void add(RunningStatement statement, Outcome outcome, long endMicros, long chunk) {
        Answered before = statements.peekLast();
        if (before != null && outcome != Outcome.UNKNOWN && statement.begunByChunk == chunk) {
            before.statement().answeredWithOthers = true;
            statement.answeredWithOthers = true;
        }
        statements.add(new Answered(statement, endMicros, outcome));
    }

    int size() {
        return statements.size();
    }

    /** Null where there is none. */
    @Nullable
    RunningStatement last() {
        Answered last = statements.peekLast();
        return last == null ? null : last.statement();
    }

    /** Outside a transaction block a Sync commits what was answered before it, and deferred constraints are checked only then. */
    void failToCommit(Map<Character, String> error, long endMicros) {
        Answered last = statements.pollLast();
        if (last != null) {
            last.statement().error = error;
            statements.add(new Answered(last.statement(), endMicros, Outcome.FAILED));
        }
    }

    /** Takes the first off, as it was in the end. */
    TappedStatement settleFirst(Transaction state, long readySinceMicros) {
        Answered first = statements.removeFirst();
        return first.statement().ended(first.endMicros(), first.outcome(), state, readySinceMicros);
    }
}
