package dev.rehearse.serverlog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What of a log is not replayed: how often for each reason, and where first. For one thread. */
final class Findings {

    private static final int MOST_PLACES = 3;
    private static final int MOST_CLOCK_NOTES = 10;

    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final Map<String, List<String>> places = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private long clockNotes;

    /** Something that is no statement, and of which nobody needs to know where. */
    void count(String reason) {
        counts.merge(reason, 1L, Long::sum);
    }

    /** Something that somebody may miss. */
    void leaveOut(String reason, String place, String detail) {
        count(reason);
        List<String> known = places.computeIfAbsent(reason, r -> new ArrayList<>());
        if (known.size() < MOST_PLACES) {
            known.add(place + (detail.isEmpty() ? "" : " (" + detail + ")"));
        }
    }

    void note(String sentence) {
        notes.add(sentence);
    }

    /** Something about the log's clock, which may be so again and again. */
    void noteClock(String sentence) {
        if (clockNotes++ < MOST_CLOCK_NOTES) {
            notes.add(sentence);
        }
    }

    Map<String, Long> counts() {
        return counts;
    }

    /** What is not replayed, as a sentence with a blank before it; empty where that is nothing. */
    String inBrief() {
        return counts.entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), all -> all.isEmpty() ? "" : " Not replayed: " + all + "."));
    }

    /** In sentences. */
    List<String> sentences() {
        List<String> all = new ArrayList<>(notes);
        if (clockNotes > MOST_CLOCK_NOTES) {
            all.add("The log's clock changes " + (clockNotes - MOST_CLOCK_NOTES) + " more times.");
        }
        places.forEach((reason, lines) -> {
            long count = counts.getOrDefault(reason, 0L);
            all.add("Left out: " + reason + ", " + count + (count > lines.size() ? ", first in " : ", in ")
                    + String.join(", ", lines) + ".");
        });
        return all;
    }
}
