package dev.rehearse.report;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of the SQLSTATEs that a migration brings about, after the <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">error codes appendix</a>, and of
 * our own. Each is true whatever brings it about: NOWAIT as well as lock_timeout, pg_terminate_backend as well as the server's end. Stateless.
 */
public final class SqlStates {

    static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("08003", "connection does not exist"),
            Map.entry("08006", "connection failure"),
            Map.entry("0A000", "feature not supported"),
            Map.entry("22001", "string too long"),
            Map.entry("22003", "number out of range"),
            Map.entry("22012", "division by zero"),
            Map.entry("22P02", "invalid text representation"),
            Map.entry("23502", "not null violation"),
            Map.entry("23503", "foreign key violation"),
            Map.entry("23505", "unique violation"),
            Map.entry("23514", "check violation"),
            Map.entry("23P01", "exclusion violation"),
            Map.entry("25P02", "in failed transaction"),
            Map.entry("25P03", "idle-in-transaction timeout"),
            Map.entry("25P04", "transaction timeout"),
            Map.entry("28000", "invalid authorization"),
            Map.entry("2BP01", "dependent objects still exist"),
            Map.entry("40001", "serialization failure"),
            Map.entry("40P01", "deadlock detected"),
            Map.entry("42501", "insufficient privilege"),
            Map.entry("42703", "undefined column"),
            Map.entry("42704", "undefined object"),
            Map.entry("42804", "datatype mismatch"),
            Map.entry("42883", "undefined function"),
            Map.entry("428C9", "generated always"),
            Map.entry("42P01", "undefined table"),
            Map.entry("42P10", "invalid column reference"),
            Map.entry("53300", "too many connections"),
            Map.entry("55000", "object not in prerequisite state"),
            Map.entry("55P03", "lock not available"),
            Map.entry("55P04", "unsafe use of a new enum value"),
            Map.entry("57014", "query cancelled"),
            Map.entry("57P01", "ended by an administrator"),
            Map.entry("57P02", "server crashed"),
            Map.entry("57P03", "server not ready"),
            Map.entry("P0001", "raised by a function"),
            Map.entry("RH001", "another number of rows than the operation expects"),
            Map.entry("RH002", "no connection of the pool within connectionTimeout"),
            Map.entry("RH003", "a second connection of one operation"),
            Map.entry("RH004", "the application's own exception"),
            Map.entry("RH005", "no value of an expression"));

    private SqlStates() {}

    /** Null where it has none here. */
    public static @Nullable String name(String sqlState) {
        return NAMES.get(sqlState);
    }

    /** "57014 query cancelled"; the bare code where it has no name here. */
    static String inWords(String sqlState) {
        String name = name(sqlState);
        String code = PlainText.oneLine(sqlState, 20);
        return name == null ? code : code + " " + name;
    }
}
