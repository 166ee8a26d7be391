package dev.rehearse.wiretap;

import dev.rehearse.recording.Outcome;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statement that a session's server works on, and what it has said of it. Guarded by its {@link Conversation}. */
final class RunningStatement {

    private static final int MOST_DIGITS = 18;

    final TappedStatement started;
    /** Whether a simple Query message brought it. */
    final boolean simple;

    final List<ServerNotice> notices = new ArrayList<>();
    /** The statements of its message that have ended. */
    int commands;

    /** How many rows the server had sent before. */
    final long rowsBefore;

    long firstByteMicros = -1;
    /** The server's chunk that answered the one before it, where it began with that; -1: it began when it arrived. */
    long begunByChunk = -1;
    /** Whether the answer to another statement of its pipeline arrived with its own. */
    boolean answeredWithOthers;
    /** The last command tag. */
    @Nullable
    String tag;
    /** How many rows came where it was suspended, as more are to be had; -1: it was not. */
    long suspendedRows = -1;
    /** The text of another one before it in its pipeline that failed to be prepared, so that this one was skipped; null: there is none. */
    @Nullable
    String failedInstead;
    /** The fields of the server's error report; null: none. */
    @Nullable
    Map<Character, String> error;

    RunningStatement(TappedStatement started, boolean simple, long rowsBefore) {
        this.rowsBefore = rowsBefore;
        this.started = started;
        this.simple = simple;
    }

    /** What it was in the end. */
    TappedStatement ended(long endMicros, Outcome outcome, Transaction state, long readySinceMicros) {
        // What a lost connection had answered already may have been undone with its transaction.
        boolean lost = state == Transaction.UNKNOWN && outcome == Outcome.SUCCEEDED;
        Map<Character, String> report = error;
        return new TappedStatement(
                started.number(),
                started.backendPid(),
                started.client(),
                failedInstead == null ? started.sql() : failedInstead,
                failedInstead == null ? started.parameters() : List.of(),
                started.startMicros(),
                firstByteMicros,
                endMicros,
                lost ? Outcome.UNKNOWN : outcome,
                state,
                tag,
                tag == null ? suspendedRows : rowsOf(tag),
                report == null ? null : report.get('C'),
                report == null ? null : report.get('M'),
                notices,
                Math.max(1, commands),
                answeredWithOthers,
                readySinceMicros);
    }

    /** The number that ends the tags of commands that count rows ("INSERT 0 5"); -1 for others. */
    private static long rowsOf(String tag) {
        int space = tag.lastIndexOf(' ');
        String last = tag.substring(space + 1);
        boolean number = space > 0
                && !last.isEmpty()
                && last.length() <= MOST_DIGITS
                && last.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(last) : -1;
    }
}
