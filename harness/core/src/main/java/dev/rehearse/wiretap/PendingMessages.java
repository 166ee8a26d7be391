package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.Parameter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of one session's client that the server has still to answer, in order. Guarded by its {@link Conversation}. */
final class PendingMessages {

    enum Kind {
        QUERY,
        PARSE,
        BIND,
        DESCRIBE,
        CLOSE,
        EXECUTE,
        SYNC;

        /** Whether it is work for a statement that runs later. */
        private boolean prepares() {
            return this == PARSE || this == BIND || this == DESCRIBE;
        }
    }

    /**
     * @param arrivedMicros when it had arrived from the client
     * @param undo takes back what was made of it, where the server does nothing with it
     */
    record Message(Kind kind, String sql, List<Parameter> parameters, long arrivedMicros, Runnable undo) {

        private Message withArrivalOf(long micros) {
            return new Message(kind, sql, parameters, micros, undo);
        }
    }

    private final Deque<Message> messages = new ArrayDeque<>();

    void add(Message message) {
        messages.add(message);
    }

    /** The first that may fail, which a Close cannot; null: there is none. */
    @Nullable
    Message first() {
        for (Message one : messages) {
            if (one.kind() != Kind.CLOSE) {
                return one;
            }
        }
        return null;
    }

    /** Whether there is nothing that may fail before the next Sync. */
    boolean areAtSync() {
        Message first = first();
        return first == null || first.kind() == Kind.SYNC;
    }

    boolean include(Kind kind) {
        for (Message one : messages) {
            if (one.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /**
     * The next statement to run, which arrived when the first message that is work for it did; null where there is none, or where a Sync stands before it, or before
     * a simple query something else that may fail.
     */
    @Nullable
    Message nextStatement() {
        long arrived = Long.MAX_VALUE;
        boolean prepares = false;
        for (Message next : messages) {
            Kind kind = next.kind();
            if (kind == Kind.CLOSE) {
                continue;
            }
            arrived = Math.min(arrived, next.arrivedMicros());
            if (kind == Kind.SYNC || kind == Kind.QUERY && prepares) {
                return null;
            }
            if (!kind.prepares()) {
                return next.withArrivalOf(arrived);
            }
            prepares = true;
        }
        return null;
    }

    /** Takes off the first of a kind, with what stands before it, which has been answered without words of its own; nothing if there is none. */
    void takeOff(Kind kind) {
        if (include(kind)) {
            while (messages.removeFirst().kind() != kind) {
                // It was answered together with what comes after it.
            }
        }
    }

    /**
     * Takes off what stands before the next Sync, as the server does after an error.
     *
     * @return whether there was a Sync
     */
    boolean skipToSync() {
        Deque<Message> skipped = new ArrayDeque<>();
        while (!messages.isEmpty() && messages.getFirst().kind() != Kind.SYNC) {
            skipped.push(messages.removeFirst());
        }
        skipped.forEach(message -> message.undo().run());
        return !messages.isEmpty();
    }

    /** During COPY FROM STDIN the server ignores them. */
    void forgetSyncs() {
        messages.removeIf(message -> message.kind() == Kind.SYNC);
    }
}
