package dev.rehearse.serverlog;

/**
 * One message of the server.
 *
 * @param place where it begins, in words: {@code line 7}, with the file's name where there are several
 * @param micros when it was written, on the log's own clock
 * @param zone of that time, as the log writes it
 * @param database of the session; empty where the log does not say
 * @param severity LOG, ERROR and so on
 * @param sqlState empty where the log does not say
 * @param detail empty where there is none
 * @param context of an error; empty where there is none
 * @param statement that ran, where the message is an error; empty where there was none or the log does not say
 */
record LogEntry(
        String place,
        long micros,
        String zone,
        String session,
        String database,
        String severity,
        String sqlState,
        String message,
        String detail,
        String context,
        String statement) {

    LogEntry withDetail(String more) {
        return new LogEntry(
                place, micros, zone, session, database, severity, sqlState, message, more, context, statement);
    }

    LogEntry withContext(String more) {
        return new LogEntry(
                place, micros, zone, session, database, severity, sqlState, message, detail, more, statement);
    }

    LogEntry withStatement(String sql) {
        return new LogEntry(place, micros, zone, session, database, severity, sqlState, message, detail, context, sql);
    }

    LogEntry withZone(String otherZone) {
        return new LogEntry(
                place, micros, otherZone, session, database, severity, sqlState, message, detail, context, statement);
    }

    LogEntry at(long otherMicros) {
        return otherMicros == micros
                ? this
                : new LogEntry(
                        place,
                        otherMicros,
                        zone,
                        session,
                        database,
                        severity,
                        sqlState,
                        message,
                        detail,
                        context,
                        statement);
    }
}
