package dev.rehearse.data.plausible;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What the status of a row says of whether something has happened to it: what is {@code delivered} was shipped, what is {@code new} was not. */
public enum Progress {
    HAPPENED,
    NOT_YET,
    UNKNOWN;

    private static final Set<String> ENDED =
            Set.of("completed", "complete", "finished", "ended", "done", "succeeded", "success", "successful");

    /** What comes to all that has been tried, whether it succeeded or not. */
    private static final Set<String> OVER = Set.of("finished", "ended", "stopped");

    private static final Set<String> WAITING = Set.of(
            "new",
            "pending",
            "draft",
            "queued",
            "enqueued",
            "created",
            "placed",
            "scheduled",
            "planned",
            "waiting",
            "todo",
            "ready",
            "requested",
            "unpaid");

    private static final Set<String> GOING_ON = Set.of(
            "open", "opened", "started", "running", "processing", "active", "in progress", "in transit", "underway");

    private static final Set<String> FAILED =
            Set.of("failed", "failure", "error", "errored", "rejected", "lost", "returned", "refunded", "expired");

    /** What came to an end before it was done. */
    private static final Set<String> BROKEN_OFF =
            Set.of("canceled", "cancelled", "withdrawn", "abandoned", "voided", "declined", "rejected");

    /** What is done at the end of something that was not broken off, beside what is in {@link #ENDED}. */
    private static final Set<String> CARRIED_OUT =
            Set.of("shipped", "dispatched", "delivered", "fulfilled", "returned", "published");

    /** Letters that two words for the same have in common at their beginning, unless one is shorter. */
    private static final int ALIKE = 5;

    private static final Set<String> LAST_OF_ALL = Set.of("closed", "resolved");

    private static final Set<String> BEGINNINGS = Set.of("started", "begun");

    /**
     * @param status what the row has
     * @param event what may have happened, as {@link ColumnName#event()} has it
     * @param statuses what rows have, the given one among them
     */
    public static Progress of(String status, String event, Collection<String> statuses) {
        String now = phrase(status);
        if (isSame(now, event)
                || isAfter(now, event)
                || GOING_ON.contains(now) && BEGINNINGS.contains(event)
                || FAILED.contains(now) && OVER.contains(event)
                || WAITING.contains(event) && !WAITING.contains(now) && !FAILED.contains(now)) {
            return HAPPENED;
        }
        boolean exception = new ColumnName(List.of(event)).isException();
        boolean waiting = WAITING.contains(now);
        if (isAfter(event, now)
                || statuses.stream().anyMatch(other -> isSame(phrase(other), event)) && (exception || !isEnd(now))
                || waiting && (BEGINNINGS.contains(event) || ENDED.contains(event) || Succession.isLater(event))
                || BROKEN_OFF.contains(now)
                        && (CARRIED_OUT.contains(event) || ENDED.contains(event) && !OVER.contains(event))
                || GOING_ON.contains(now) && (ENDED.contains(event) || LAST_OF_ALL.contains(event))) {
            return NOT_YET;
        }
        return UNKNOWN;
    }

    /** Whether it says that something went wrong. */
    public static boolean isFailure(String status) {
        return FAILED.contains(phrase(status));
    }

    /** Whether a word that something is called by, such as cancellation, and a status or an event, such as cancelled, are of the same. */
    public static boolean isNamed(String happening, String event) {
        String now = phrase(event);
        int alike = Math.min(ALIKE, Math.min(happening.length(), now.length()));
        return alike > 2 && happening.regionMatches(0, now, 0, alike);
    }

    /** Whether no more is to be expected, so that what has happened before is open. */
    private static boolean isEnd(String status) {
        return FAILED.contains(status)
                || LAST_OF_ALL.contains(status)
                || ENDED.contains(status)
                || ColumnName.of(status).isException();
    }

    private static boolean isSame(String status, String event) {
        return stem(status).equals(stem(event)) || ENDED.contains(status) && ENDED.contains(event);
    }

    private static boolean isAfter(String later, String earlier) {
        return ENDED.contains(later)
                ? !ENDED.contains(earlier) && Succession.isAfter("completed", earlier)
                : Succession.isAfter(later, earlier);
    }

    /** Shipped, as ship; both spellings of cancelled. */
    private static String stem(String word) {
        return word.replaceAll("(ed|e)$", "").replace("ll", "l");
    }

    private static String phrase(String status) {
        return String.join(" ", ColumnName.of(status).words());
    }
}
