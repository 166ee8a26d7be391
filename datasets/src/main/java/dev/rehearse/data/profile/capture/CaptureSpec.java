package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.ProfileException;
import java.time.Duration;
import java.util.Set;

/**
 * How to capture.
 *
 * @param harmless columns whose values may leave, as {@code schema.table.column}
 * @param exact whether to count the rows of every table, which reads all of them
 * @param statementTimeout the most that one statement may take
 */
public record CaptureSpec(Set<String> harmless, boolean exact, Duration statementTimeout) {

    /** What a statement may take when nobody said otherwise: 10 s. */
    public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(10);

    public CaptureSpec {
        harmless = Set.copyOf(harmless);
        if (statementTimeout.toMillis() < 1) {
            throw ProfileException.input(
                    "The statement timeout must be at least 1 ms, but was " + statementTimeout.toMillis() + " ms.");
        }
    }
}
