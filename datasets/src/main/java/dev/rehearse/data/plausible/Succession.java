package dev.rehearse.data.plausible;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which words name what comes after, or is larger than, what others name. */
final class Succession {

    /** What comes after what, by what comes later: the nearest before it first. */
    private static final Map<String, List<String>> BEFORE = Stream.of(
                    "end/stop/finish start begin",
                    "ends/stops starts begins",
                    "ended/stopped/finished started began performed executed opened scheduled",
                    "started scheduled queued enqueued",
                    "completed started began executed performed scheduled ordered requested",
                    "executed/performed started scheduled queued",
                    "ending starting",
                    "to from",
                    "until/till from since",
                    "thru from",
                    "close open",
                    "closes opens",
                    "closed opened started",
                    "resolved opened reported",
                    "cleared/acknowledged raised triggered opened",
                    "expires issued",
                    "expired issued",
                    "out in",
                    "last first",
                    "due issue issued invoice order trans transaction",
                    "paid issue issued invoice ordered placed order",
                    "shipped/dispatched paid ordered placed order",
                    "shipping/dispatch order",
                    "delivered shipped dispatched sent paid ordered placed order",
                    "opened delivered sent",
                    "clicked opened delivered sent",
                    "delivery shipping dispatch order",
                    "returned delivered shipped borrowed loaned rented",
                    "refunded paid ordered",
                    "approved/rejected/reviewed submitted requested",
                    "confirmed/verified/activated requested sent",
                    "submitted started",
                    "published written",
                    "answered asked",
                    "discharged admitted",
                    "discharge admission",
                    "disch admit",
                    "left/terminated hired joined",
                    "termination hire",
                    "received sent",
                    "read delivered sent received",
                    "max min",
                    "maximum minimum",
                    "high/upper low lower")
            .flatMap(line -> {
                String[] words = line.split(" ");
                List<String> earlier = List.of(words).subList(1, words.length);
                return Arrays.stream(words[0].split("/")).map(later -> Map.entry(later, earlier));
            })
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** Guests arrive before they depart, all that travels does so the other way round. */
    private static final List<String> STAYS = List.of(
            "stay",
            "stays",
            "guest",
            "guests",
            "room",
            "rooms",
            "hotel",
            "visit",
            "visits",
            "visitor",
            "visitors",
            "booking",
            "bookings",
            "reservation",
            "reservations");

    private Succession() {}

    /** How near before the one word stands what the other names, from 0 on; -1 where it does not come before that. */
    static int distance(String later, String earlier, ColumnName table) {
        if (later.startsWith("arriv") || later.startsWith("depart")) {
            String first = table.hasAny(STAYS) ? "arriv" : "depart";
            return earlier.startsWith(first) && !later.startsWith(first) ? 0 : -1;
        }
        return BEFORE.getOrDefault(later, List.of()).indexOf(earlier);
    }

    /** Whether the one word names what comes after what the other names, be it with more between them. */
    static boolean isAfter(String later, String earlier) {
        List<String> before = BEFORE.getOrDefault(later, List.of());
        return before.contains(earlier)
                || before.stream().anyMatch(each -> !each.equals(later) && isAfter(each, earlier));
    }

    /** Whether a word names what comes after something else. */
    static boolean isLater(String event) {
        return BEFORE.containsKey(event);
    }
}
