package dev.rehearse.workload.wait;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's messages about waits for locks, as {@code ProcSleep} and {@code DescribeLockTag} of PostgreSQL 14 to 18 write them with
 * {@code lc_messages=C}; see
 * <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS">log_lock_waits</a>.
 */
final class LockMessages {

    private LockMessages() {}

    /** What the server says of a wait. */
    enum Event {
        STILL_WAITING,
        ACQUIRED,
        DEADLOCK,
        /** The queue was put in another order instead of cancelling anyone; the wait goes on, or is over with a message of its own. */
        REORDERED
    }

    /**
     * @param lockType as {@code pg_locks.locktype}
     * @param relationOid 0 where the lock names none
     * @param rowOf the table for whose row it waits or, where a key is inserted twice, the index that has it; without its schema. Null where the server does
     *     not say
     * @param micros how long the session had waited
     */
    record Message(
            Event event,
            int pid,
            String mode,
            String lockType,
            long relationOid,
            @Nullable String rowOf,
            long micros) {

        boolean isAbout(Message other) {
            return pid == other.pid
                    && mode.equals(other.mode)
                    && lockType.equals(other.lockType)
                    && relationOid == other.relationOid;
        }
    }

    private static final Pattern TEXT = Pattern.compile(
            "process (?<pid>\\d+) (?:(?<still>still waiting for)|(?<acquired>acquired)|(?<failed>failed to acquire)"
                    + "|(?<avoided>avoided deadlock for)|(?<deadlock>detected deadlock while waiting for)) (?<mode>\\w+) on (?<lock>.+?)"
                    + " (?:by rearranging queue order )?after (?<millis>\\d+)\\.(?<thousandths>\\d{3}) ms");
    private static final Pattern BLOCKED_BY = Pattern.compile("; blocked by process (\\d+)\\.");
    private static final Pattern ROW_OF = Pattern.compile(
            "^while [a-z ]*(?:\\([0-9,]+\\) of )?tuple (?:\\([0-9,]+\\) )?in relation \"(.+)\"$", Pattern.MULTILINE);

    private static final Pattern RELATION = Pattern.compile("relation (\\d+) of database \\d+");

    /**
     * Reads a message; empty where it is about something else.
     *
     * @param where its CONTEXT, which says for whose row it waits
     */
    static Optional<Message> parse(String text, @Nullable String where) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Event event;
        if (matcher.group("still") != null) {
            event = Event.STILL_WAITING;
        } else if (matcher.group("acquired") != null) {
            event = Event.ACQUIRED;
        } else if (matcher.group("avoided") != null) {
            event = Event.REORDERED;
        } else {
            event = Event.DEADLOCK;
        }
        String lock = matcher.group("lock");
        Matcher relation = RELATION.matcher(lock);
        return Optional.of(new Message(
                event,
                Integer.parseInt(matcher.group("pid")),
                matcher.group("mode"),
                lockType(lock),
                relation.find() ? Long.parseLong(relation.group(1)) : 0,
                rowOf(where),
                Long.parseLong(matcher.group("millis")) * 1_000 + Long.parseLong(matcher.group("thousandths"))));
    }

    /** The other processes of a deadlock, from what its victim is told: each waits for the next, and the last for the victim. */
    static List<Integer> circle(String detail) {
        List<Integer> blockers = BLOCKED_BY
                .matcher(detail)
                .results()
                .map(blocker -> Integer.valueOf(blocker.group(1)))
                .toList();
        return blockers.isEmpty() ? blockers : blockers.subList(0, blockers.size() - 1);
    }

    private static @Nullable String rowOf(@Nullable String where) {
        Matcher row = ROW_OF.matcher(where == null ? "" : where);
        return row.find() ? row.group(1) : null;
    }

    private static String lockType(String lock) {
        if (lock.startsWith("virtual transaction ")) {
            return "virtualxid";
        }
        if (lock.startsWith("transaction ")) {
            return "transactionid";
        }
        if (lock.startsWith("extension of ")) {
            return "extend";
        }
        if (lock.startsWith("speculative token ")) {
            return "spectoken";
        }
        if (lock.startsWith("advisory lock ")) {
            return "advisory";
        }
        if (lock.startsWith("user lock ")) {
            return "userlock";
        }
        if (lock.startsWith("remote transaction ")) {
            return "applytransaction";
        }
        if (lock.startsWith("pg_database.datfrozenxid ")) {
            return "frozenid";
        }
        // relation, tuple, page and object are called what pg_locks calls them.
        int space = lock.indexOf(' ');
        return space < 0 ? lock : lock.substring(0, space);
    }
}
