package dev.rehearse;

/**
 * A rehearsal could not be carried out. An outcome of a rehearsal (a failed migration, a deadlock, a lost connection) is data and
 * never an exception. The three subclasses say who must act: the author of the plan, the owner of the machine, or we.
 *
 * <p>Messages say what happened with its values, what it means, and what to do.
 */
public abstract sealed class RehearsalException extends RuntimeException
        permits InvalidRehearsalException, EnvironmentException, HarnessException {

    RehearsalException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }
}
