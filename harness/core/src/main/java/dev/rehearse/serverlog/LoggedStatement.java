package dev.rehearse.serverlog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a session ran, according to the log. Immutable.
 *
 * @param place where in the log, in words: {@code line 7}, with the file's name where there are several
 * @param startMicros when it began, on the log's own clock
 * @param session that it belongs to
 * @param sql its text
 * @param extended whether it came by the extended protocol, with values beside it
 * @param parameters their texts, null for NULL
 * @param failure SQLSTATE that it failed with; null where it did not. Its text is empty where the log does not have its parameters
 */
public record LoggedStatement(
        String place,
        long startMicros,
        String session,
        String sql,
        boolean extended,
        List<@Nullable String> parameters,
        @Nullable String failure) {

    public LoggedStatement {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    LoggedStatement at(long micros) {
        return micros == startMicros
                ? this
                : new LoggedStatement(place, micros, session, sql, extended, parameters, failure);
    }

    LoggedStatement failingWith(String sqlState) {
        return new LoggedStatement(place, startMicros, session, sql, extended, parameters, sqlState);
    }

    LoggedStatement saying(String otherSql) {
        return otherSql.equals(sql)
                ? this
                : new LoggedStatement(place, startMicros, session, otherSql, extended, parameters, failure);
    }

    /** How much of memory its texts take, roughly. */
    public long characters() {
        return 200
                + sql.length()
                + parameters.stream()
                        .mapToLong(value -> value == null ? 0 : value.length())
                        .sum();
    }
}
