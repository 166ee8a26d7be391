package dev.rehearse.serverlog;

/**
 * One message of the server.
 *
 * @param line at which it begins, from 1
 * @param micros when it was written, on the log's own clock
 * @param zone of that time, as the log writes it
 * @param database of the session; empty where the log does not say
 * @param severity LOG, ERROR and so on
 * @param detail empty where there is none
 */
record LogEntry(
        long line,
        long micros,
        String zone,
        String session,
        String database,
        String severity,
        String message,
        String detail) {

    LogEntry withDetail(String more) {
        return new LogEntry(line, micros, zone, session, database, severity, message, more);
    }
}
