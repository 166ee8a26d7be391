package dev.rehearse.observe;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many sessions of the other databases of a server were at work there while one of them was observed, which takes of what it has for this one. Thread-safe.
 */
final class OtherDatabases {

    /** Fewer at a time, or in fewer looks, are autovacuum's and chance. */
    private static final double LEAST_AT_A_TIME = 0.1;

    private static final int LEAST_SEEN = 10;
    private static final int SHOWN = 3;

    private final Map<String, Long> seen = new TreeMap<>();
    private long looks;
    private int most;

    /** @param atWork how many sessions, by database, in one look */
    synchronized void add(Map<String, Integer> atWork) {
        looks++;
        atWork.forEach((database, sessions) -> seen.merge(database, sessions.longValue(), Long::sum));
        most = Math.max(
                most, atWork.values().stream().mapToInt(Integer::intValue).sum());
    }

    /** For what was not measured; empty where they did next to nothing. */
    synchronized Optional<String> inWords() {
        long all = seen.values().stream().mapToLong(Long::longValue).sum();
        if (all < LEAST_SEEN || all < LEAST_AT_A_TIME * looks) {
            return Optional.empty();
        }
        String worst = seen.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .map(database -> database.getKey() + " " + atATime(database.getValue()))
                .collect(Collectors.joining(", "));
        return Optional.of("times without the work of the server's other databases: " + atATime(all)
                + " of their sessions were at it at a time, " + most + " at most (" + worst
                + (seen.size() > SHOWN ? " and " + (seen.size() - SHOWN) + " more" : "") + ")");
    }

    private String atATime(long sessions) {
        return String.format(Locale.ROOT, "%.1f", (double) sessions / looks);
    }
}
