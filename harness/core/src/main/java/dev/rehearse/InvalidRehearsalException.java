package dev.rehearse;

/** The plan, or the way the command was called, is wrong; its author must act. Exit code 2. */
public final class InvalidRehearsalException extends RehearsalException {

    public InvalidRehearsalException(String message) {
        super(message, null);
    }

    public InvalidRehearsalException(String message, Throwable cause) {
        super(message, cause);
    }
}
