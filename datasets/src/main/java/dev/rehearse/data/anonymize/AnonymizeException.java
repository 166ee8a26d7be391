package dev.rehearse.data.anonymize;

import org.jspecify.annotations.Nullable;

/** The snapshot could not be made. The message says what happened, where, and what to do; the target is then not whole. */
public final class AnonymizeException extends RuntimeException {

    private final boolean input;

    private AnonymizeException(boolean input, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.input = input;
    }

    /** Whether the user's input is wrong (rules, options, schema); otherwise a database or the machine did not do its part. */
    public boolean isInput() {
        return input;
    }

    public static AnonymizeException input(String message) {
        return new AnonymizeException(true, message, null);
    }

    public static AnonymizeException input(String message, Throwable cause) {
        return new AnonymizeException(true, message, cause);
    }

    public static AnonymizeException machine(String message, @Nullable Throwable cause) {
        return new AnonymizeException(false, message, cause);
    }
}
