package dev.rehearse;

/** The machine lacks something the rehearsal needs (an engine, a binary, disk, a reachable server). Exit code 4. */
public final class EnvironmentException extends RehearsalException {

    public EnvironmentException(String message) {
        super(message, null);
    }

    public EnvironmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
