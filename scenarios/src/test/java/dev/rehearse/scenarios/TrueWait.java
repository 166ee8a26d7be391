package dev.rehearse.scenarios;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wait for a lock in the words of the server ({@code log_lock_waits}), to the waiter itself and in its log: its length is exact to the
 * microsecond, by the waiter's own account, from the moment that {@code pg_locks.waitstart} shows to the one at which the waiter had a core
 * again and saw that it had been granted the lock.
 *
 * @param object what the lock is on, in the server's words, such as "transaction 755"
 * @param endEpochMillis when it ended, as the log says; 0 where that is not known
 * @param grantedEpochMillis when it had been granted the lock at the latest, though it may not have had a core to know; 0 where that is not known
 * @param rootPid who held the lock, 0 where the stage does not know
 */
record TrueWait(
        int pid,
        String lockType,
        String mode,
        String object,
        double millis,
        long endEpochMillis,
        double grantedEpochMillis,
        int rootPid) {

    private static final Pattern RELATION = Pattern.compile("relation (\\d+) of database");
    private static final int FIRST_OID_OF_A_USER = 16_384;

    private static final Pattern ACQUIRED =
            Pattern.compile("process (\\d+) acquired (\\w+)Lock on ((\\w+ ?\\w*).*) after ([0-9.]+) ms");

    static Optional<TrueWait> parse(String message, long endEpochMillis) {
        Matcher matcher = ACQUIRED.matcher(message);
        if (!matcher.find() || isOfSystem(message)) {
            return Optional.empty();
        }
        String mode = matcher.group(2).replaceAll("([a-z])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
        return Optional.of(new TrueWait(
                Integer.parseInt(matcher.group(1)),
                lockType(matcher.group(4)),
                mode,
                matcher.group(3),
                Double.parseDouble(matcher.group(5)),
                endEpochMillis,
                0,
                0));
    }

    /** What belongs to the system is nobody's concern. */
    private static boolean isOfSystem(String message) {
        Matcher relation = RELATION.matcher(message);
        return relation.find() && Long.parseLong(relation.group(1)) < FIRST_OID_OF_A_USER;
    }

    TrueWait behind(int holderPid) {
        return new TrueWait(pid, lockType, mode, object, millis, endEpochMillis, grantedEpochMillis, holderPid);
    }

    TrueWait grantedAt(double epochMillis) {
        return new TrueWait(pid, lockType, mode, object, millis, endEpochMillis, epochMillis, rootPid);
    }

    /** How long the waiter slept on with its lock, for want of a core; 0 where that is not known. */
    double wokenLateMillis() {
        return grantedEpochMillis == 0 ? 0 : Math.max(0, endEpochMillis - grantedEpochMillis);
    }

    double startEpochMillis() {
        return endEpochMillis - millis;
    }

    /** Whether both are the account of one wait, whoever it was given to. */
    boolean isSameAs(TrueWait other) {
        return pid == other.pid && lockType.equals(other.lockType) && mode.equals(other.mode) && millis == other.millis;
    }

    private static String lockType(String words) {
        if (words.startsWith("virtual transaction")) {
            return "virtualxid";
        }
        if (words.startsWith("transaction")) {
            return "transactionid";
        }
        return words.startsWith("extension") ? "extend" : words.split(" ")[0];
    }

    /** How far another account of it may be off: 2 ms or 1 %. */
    double toleranceMillis() {
        return Math.max(2, millis / 100);
    }
}
