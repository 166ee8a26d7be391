package dev.rehearse;

import org.jspecify.annotations.Nullable;

/** The plan, or the way the command was called, is wrong; its author must act. Exit code 2. */
public final class InvalidRehearsalException extends RehearsalException {

    private final @Nullable String about;

    public InvalidRehearsalException(String message) {
        this(message, null, null);
    }

    public InvalidRehearsalException(String message, Throwable cause) {
        this(message, cause, null);
    }

    private InvalidRehearsalException(String message, @Nullable Throwable cause, @Nullable String about) {
        super(message, cause);
        this.about = about;
    }

    /** The part of the plan that it is about, as {@code Places} names it; null where it is about none or says the place itself. */
    public @Nullable String about() {
        return about;
    }

    /** The same about a part of the plan. */
    public InvalidRehearsalException about(String part) {
        return new InvalidRehearsalException(String.valueOf(getMessage()), this, part);
    }
}
