package dev.rehearse.observe;

import dev.rehearse.recording.LockWait.SessionKind;
import org.jspecify.annotations.Nullable;

/**
 * Tells whose session a server process is, better than its {@code application_name} can: the load knows which operation a process
 * runs right now, the wiretap knows the processes of a migration tool that renamed itself. Called from observer threads, often;
 * implementations are thread-safe and return at once.
 */
@FunctionalInterface
public interface SessionNames {

    /** Knows nobody, so that {@code application_name} decides. */
    SessionNames NONE = (pid, micros) -> null;

    /**
     * Whose session {@code pid} is at the run's microsecond {@code micros}, or null where it is not known.
     */
    @Nullable
    Session nameOf(int pid, long micros);

    /** The first of the two that knows. */
    default SessionNames or(SessionNames other) {
        return (pid, micros) -> {
            Session known = nameOf(pid, micros);
            return known != null ? known : other.nameOf(pid, micros);
        };
    }

    /**
     * @param who an operation of the load ("place_order"), "migration", a blocker's label, "autovacuum", or "replay" on a standby
     * @param kind which of these
     */
    public record Session(String who, SessionKind kind) {}
}
