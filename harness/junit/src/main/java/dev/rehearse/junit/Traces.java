package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;

/** Stack traces of failures. Stateless. */
final class Traces {

    private static final StackTraceElement[] NOWHERE = {};

    private Traces() {}

    /**
     * The failure itself. One that the author of the test or of its machine has to mend says what to do, and where in Rehearse it was found
     * would only push that out of sight; of any other the trace is what tells.
     */
    static <T extends RuntimeException> T cut(T failure) {
        if (failure instanceof InvalidRehearsalException || failure instanceof EnvironmentException) {
            for (Throwable at = failure; at != null; at = at.getCause()) {
                at.setStackTrace(NOWHERE);
            }
        }
        return failure;
    }
}
