package dev.rehearse.junit;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import java.io.IOException;
import java.sql.SQLException;

/** Stack traces of failures. Stateless. */
final class Traces {

    private static final StackTraceElement[] NOWHERE = {};

    private Traces() {}

    /**
     * The failure itself. One that the author of the test or of its machine has to mend says what to do, and where in Rehearse it was found
     * would only push that out of sight; of any other, be it the cause of such a one, the trace is what tells.
     */
    static <T extends RuntimeException> T cut(T failure) {
        if (saysWhatToDo(failure)) {
            for (Throwable at = failure; at != null; at = at.getCause()) {
                if (saysWhatToDo(at) || at instanceof IOException || at instanceof SQLException) {
                    at.setStackTrace(NOWHERE);
                }
            }
        }
        return failure;
    }

    private static boolean saysWhatToDo(Throwable failure) {
        return failure instanceof InvalidRehearsalException || failure instanceof EnvironmentException;
    }
}
