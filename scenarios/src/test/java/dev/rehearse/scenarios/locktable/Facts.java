package dev.rehearse.scenarios.locktable;

import dev.rehearse.recording.LockMode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a server says of a case.
 *
 * @param locks relations that were there before, with the strongest lock that the migration took on each; strongest first
 * @param work what the migration did to tables: {@code rewrite t}, {@code scan t}, {@code check foreign key f}, {@code build i on t}
 * @param outcome errors by SQLSTATE, waits, and what was left behind
 */
record Facts(List<Lock> locks, List<String> work, List<String> outcome) {

    Facts {
        locks = List.copyOf(locks);
        work = List.copyOf(work);
        outcome = List.copyOf(outcome);
    }

    /**
     * @param relation its name
     * @param isIndex whether it is an index, which follows its table
     * @param mode the strongest mode
     */
    record Lock(String relation, boolean isIndex, LockMode mode) {}

    /** As three cells of the table. */
    List<String> cells() {
        return List.of(
                cell(locks.stream()
                        .map(lock -> "`" + lock.relation() + "` " + lock.mode().sqlName())
                        .toList()),
                cell(work),
                cell(outcome));
    }

    private static String cell(List<String> entries) {
        return entries.isEmpty() ? "none" : entries.stream().collect(Collectors.joining(", "));
    }
}
