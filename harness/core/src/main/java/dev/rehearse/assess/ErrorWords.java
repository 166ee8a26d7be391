package dev.rehearse.assess;

import dev.rehearse.assess.Chance.Failure;
import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.report.SqlStates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Errors of operations in words: those of the standard, and the server's own. Stateless. */
final class ErrorWords {

    /** 0A000 where the server refuses a plan for another schema, and no feature. */
    private static final String STALE_PLAN = " (cached plan must not change result type)";

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
                .removeIf(each -> (meaning(each.getKey().error()) + STALE_PLAN)
                        .contains("(" + each.getValue().substring(": ".length())));
        return before;
    }

    /** What an operation failed with, and what that means. */
    static String error(Facts facts, Operation operation) {
        String name = OperationStatistics.errorName(operation);
        return name + (facts.isStalePlan(operation) ? STALE_PLAN : meaning(name));
    }

    /** What a SQLSTATE means to the reader, in parentheses; nothing where it has no name. */
    static String meaning(String sqlState) {
        String name = SqlStates.name(sqlState);
        return name == null ? "" : " (" + name + ")";
    }
}
