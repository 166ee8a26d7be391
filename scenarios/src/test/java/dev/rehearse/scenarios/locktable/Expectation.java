package dev.rehearse.scenarios.locktable;

import dev.rehearse.recording.LockMode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was known of a case before it was measured, as {@code expected.yaml} writes it.
 *
 * @param text as it is written
 * @param locks by relation; null where not known
 * @param work kinds of work
 * @param outcome errors, waits and what is left behind
 */
record Expectation(String text, @Nullable Map<String, LockMode> locks, Set<String> work, Set<String> outcome) {

    private static final Map<String, LockMode> MODES = Map.of(
            "AS", LockMode.ACCESS_SHARE,
            "RS", LockMode.ROW_SHARE,
            "RE", LockMode.ROW_EXCLUSIVE,
            "SUE", LockMode.SHARE_UPDATE_EXCLUSIVE,
            "S", LockMode.SHARE,
            "SRE", LockMode.SHARE_ROW_EXCLUSIVE,
            "E", LockMode.EXCLUSIVE,
            "AE", LockMode.ACCESS_EXCLUSIVE);

    private static final Map<String, String> KINDS = Map.of(
            "rewrite ", "REWRITE",
            "scan ", "SCAN",
            "check ", "FKSCAN",
            "build ", "BUILD",
            "write ", "WRITE",
            "plan: ", "PLAN");

    /** @throws IllegalArgumentException if it is not written as the file's first lines say */
    static Expectation read(String text) {
        List<String> parts =
                Arrays.stream(text.split(" \\| ")).map(String::strip).toList();
        if (parts.size() > 3) {
            throw new IllegalArgumentException("expected.yaml: more than three parts in \"" + text + "\".");
        }
        Map<String, LockMode> locks = new HashMap<>();
        for (String lock : entries(parts, 0)) {
            String[] words = lock.split(" ");
            LockMode mode = words.length == 2 ? MODES.get(words[1]) : null;
            if (mode == null && !lock.equals("?")) {
                throw new IllegalArgumentException("expected.yaml: \"" + lock + "\" is no relation with its lock.");
            } else if (mode != null) {
                locks.put(words[0], mode);
            }
        }
        Set<String> work = entries(parts, 1);
        if (!Set.copyOf(KINDS.values()).containsAll(work)) {
            throw new IllegalArgumentException(
                    "expected.yaml: " + work + " is no work; there are " + KINDS.values() + ".");
        }
        return new Expectation(text, parts.get(0).equals("?") ? null : locks, work, entries(parts, 2));
    }

    private static Set<String> entries(List<String> parts, int index) {
        if (index >= parts.size() || parts.get(index).equals("-")) {
            return Set.of();
        }
        return Arrays.stream(parts.get(index).split(", ")).collect(Collectors.toSet());
    }

    boolean agreesWith(Facts facts) {
        return agreesOnLocks(facts.locks())
                && withoutFollowers(work).equals(withoutFollowers(kinds(facts.work())))
                && outcome.equals(Set.copyOf(facts.outcome()));
    }

    private boolean agreesOnLocks(List<Facts.Lock> measured) {
        Map<String, LockMode> known = locks;
        if (known == null) {
            return true;
        }
        boolean namesIndexes = measured.stream().anyMatch(lock -> lock.isIndex() && known.containsKey(lock.relation()));
        return known.equals(measured.stream()
                .filter(lock -> namesIndexes || !lock.isIndex())
                .collect(Collectors.toMap(Facts.Lock::relation, Facts.Lock::mode)));
    }

    private static Set<String> kinds(List<String> work) {
        return work.stream()
                .map(done -> KINDS.entrySet().stream()
                        .filter(kind -> done.startsWith(kind.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("No kind of work: " + done)))
                .collect(Collectors.toSet());
    }

    /** Whoever rewrites a table builds its indexes. */
    private static Set<String> withoutFollowers(Set<String> kinds) {
        Set<String> left = new HashSet<>(kinds);
        if (kinds.contains("REWRITE")) {
            left.remove("BUILD");
        }
        return left;
    }
}
