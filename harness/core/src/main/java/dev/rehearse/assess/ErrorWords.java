package dev.rehearse.assess;

import dev.rehearse.assess.Chance.Failure;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Errors of operations in words: those of the standard, and the server's own. Stateless. */
final class ErrorWords {

    private ErrorWords() {}

    /** What the server said of each failure, with a colon before it: first since these operations failed so, or else last before. */
    static Map<Failure, String> said(Facts facts, List<Operation> operations) {
        Map<Failure, Long> first = operations.stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .collect(Collectors.toMap(Failure::of, Operation::startMicros, Math::min));
        Map<Failure, String> before = new HashMap<>();
        Map<Failure, String> since = new HashMap<>();
        facts.recording().load().messages().forEach(message -> {
            Failure failure = new Failure(message.kind(), message.sqlState());
            if (message.micros() < first.getOrDefault(failure, 0L)) {
                before.put(failure, ": " + message.message());
            } else {
                since.putIfAbsent(failure, ": " + message.message());
            }
        });
        before.putAll(since);
        // "deadlock detected" is what the SQLSTATE says as well.
        before.entrySet()
                .removeIf(each -> meaning(each.getKey().error())
                        .contains("(" + each.getValue().substring(": ".length())));
        return before;
    }

    /** What a SQLSTATE means to the reader, after the error codes appendix of the PostgreSQL documentation. */
    static String meaning(String sqlState) {
        return switch (sqlState) {
            case "0A000" -> " (cached plan must not change result type)";
            case "42703" -> " (undefined column)";
            case "42883" -> " (undefined function)";
            case "42P01" -> " (undefined table)";
            case "42704" -> " (undefined object)";
            case "42804" -> " (datatype mismatch)";
            case "23502" -> " (not null violation)";
            case "23503" -> " (foreign key violation)";
            case "23505" -> " (unique violation)";
            case "23514" -> " (check violation)";
            case "2BP01" -> " (dependent objects still exist)";
            case "40001" -> " (serialization failure)";
            case "40P01" -> " (deadlock detected)";
            case "25P04" -> " (transaction timeout)";
            case "428C9" -> " (generated always)";
            case "55000" -> " (object not in prerequisite state)";
            case "55P03" -> " (lock not available: lock_timeout)";
            case "55P04" -> " (unsafe use of a new enum value)";
            case "57014" -> " (query cancelled: statement_timeout)";
            case "57P01", "57P02", "57P03" -> " (server shutting down)";
            case "22001" -> " (string too long)";
            case "22003" -> " (number out of range)";
            case "22012" -> " (division by zero)";
            case "23P01" -> " (exclusion violation)";
            case "28000" -> " (invalid authorization)";
            case "53300" -> " (too many connections)";
            case "22P02" -> " (invalid text representation)";
            case "42501" -> " (insufficient privilege)";
            case "P0001" -> " (raised by a function)";
            case Operation.OWN_FAILURE -> " (the application's own exception)";
            case Operation.NO_CONNECTION -> " (no connection of the pool within connectionTimeout)";
            case ErrorFindings.WRONG_ROWS -> " (a checked read gave another number of rows)";
            default -> "";
        };
    }
}
