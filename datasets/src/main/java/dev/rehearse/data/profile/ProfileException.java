package dev.rehearse.data.profile;

import org.jspecify.annotations.Nullable;

/** A profile could not be captured, written or read. The message says what happened, where, and what to do. */
public final class ProfileException extends RuntimeException {

    private final boolean input;

    private ProfileException(boolean input, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.input = input;
    }

    /** Whether the user's input is wrong; otherwise the database or the machine did not do its part. */
    public boolean isInput() {
        return input;
    }

    public static ProfileException input(String message) {
        return new ProfileException(true, message, null);
    }

    public static ProfileException machine(String message, Throwable cause) {
        return new ProfileException(false, message, cause);
    }
}
