package dev.rehearse.assess.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a table is from now on, and was not before, that whoever uses it may come to feel. Stateless. */
final class TableStates {

    private static final Pattern ROW_SECURITY = Pattern.compile("(?<!forced )row level security");

    /** What {@link dev.rehearse.observe.SchemaFingerprint} says of such a table, and what that means. */
    private static final List<Map.Entry<Pattern, String>> STATES = List.of(
            Map.entry(
                    ROW_SECURITY,
                    " has row level security now: who is not its owner reads and writes what policies allow"),
            Map.entry(
                    Pattern.compile("forced row level security"),
                    " has forced row level security now: its owner, too, reads and writes what policies allow"),
            Map.entry(
                    Pattern.compile("published without replica identity"),
                    " is published and has no replica identity: UPDATE and DELETE of it fail (55000)"),
            Map.entry(
                    Pattern.compile("\\bunlogged\\b"),
                    " is unlogged now: a crash empties it, and no standby has its rows"),
            Map.entry(
                    Pattern.compile("\\bautovacuum_enabled=(f|of|n|0)"),
                    " is left alone by autovacuum now: its dead rows stay, and its statistics grow old"));

    static final String IDENTITY_WAY =
            "Give a new table that is published a primary key, or ALTER TABLE ... REPLICA IDENTITY FULL, in the transaction that makes it.";

    private TableStates() {}

    /** What the new application meets in a table that it has to itself. */
    static List<String> ofNew(@Nullable String after) {
        return after != null && after.contains("published without replica identity")
                ? List.of(" is new, published, and has no replica identity: UPDATE and DELETE of it fail (55000)")
                : List.of();
    }

    /** In words that follow the table's name. */
    static List<String> since(String before, @Nullable String after) {
        if (after == null) {
            return List.of();
        }
        List<String> states = new ArrayList<>();
        for (Map.Entry<Pattern, String> state : STATES) {
            if (comes(state.getKey(), before, after)) {
                states.add(state.getValue());
            }
        }
        if (comes(ROW_SECURITY, after, before)) {
            states.add(" has no row level security any more: its policies keep no row from anybody");
        }
        return states;
    }

    private static boolean comes(Pattern state, String before, String after) {
        return state.matcher(after).find() && !state.matcher(before).find();
    }
}
