package dev.rehearse;

/** A bug of ours. Exit code 70. */
public final class HarnessException extends RehearsalException {

    public HarnessException(String message) {
        super(message, null);
    }

    public HarnessException(String message, Throwable cause) {
        super(message, cause);
    }
}
