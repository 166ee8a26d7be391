package dev.rehearse.report;

import java.util.Map;

/** Names of the SQLSTATEs a migration causes; https://www.postgresql.org/docs/current/errcodes-appendix.html. */
final class SqlStates {

    static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("08003", "connection does not exist"),
            Map.entry("08006", "connection failure"),
            Map.entry("0A000", "feature not supported (cached plan)"),
            Map.entry("22001", "string too long"),
            Map.entry("22003", "number out of range"),
            Map.entry("23502", "not-null violation"),
            Map.entry("23503", "foreign key violation"),
            Map.entry("23505", "unique violation"),
            Map.entry("23514", "check violation"),
            Map.entry("25P02", "in failed transaction"),
            Map.entry("25P03", "idle-in-transaction timeout"),
            Map.entry("40001", "serialization failure"),
            Map.entry("40P01", "deadlock"),
            Map.entry("42703", "undefined column"),
            Map.entry("42704", "undefined object"),
            Map.entry("42804", "datatype mismatch"),
            Map.entry("42P01", "undefined table"),
            Map.entry("53300", "too many connections"),
            Map.entry("55P03", "lock timeout"),
            Map.entry("57014", "statement cancelled"),
            Map.entry("57P01", "server shut down"),
            Map.entry("57P02", "server crashed"),
            Map.entry("57P03", "server not ready"),
            Map.entry("RH001", "wrong number of rows"),
            Map.entry("RH002", "no connection of the pool in time"),
            Map.entry("RH003", "a second connection of one operation"),
            Map.entry("RH004", "the application's own exception"),
            Map.entry("RH005", "no value of an expression"));

    private SqlStates() {}

    /** "57014 statement cancelled"; the bare code where it has no name here. */
    static String inWords(String sqlState) {
        String name = NAMES.get(sqlState);
        String code = PlainText.oneLine(sqlState, 20);
        return name == null ? code : code + " " + name;
    }
}
