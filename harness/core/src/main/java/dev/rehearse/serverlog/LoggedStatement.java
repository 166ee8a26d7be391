package dev.rehearse.serverlog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a session ran, according to the log. Immutable.
 *
 * @param line of the file, from 1
 * @param startMicros when it began, on the log's own clock
 * @param session that it belongs to
 * @param sql its text
 * @param extended whether it came by the extended protocol, with values beside it
 * @param parameters their texts, null for NULL
 */
public record LoggedStatement(
        long line, long startMicros, String session, String sql, boolean extended, List<@Nullable String> parameters) {

    public LoggedStatement {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }
}
