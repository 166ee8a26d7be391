package dev.rehearse.pgbench;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** pgbench's own scripts, over the tables that {@code pgbench -i} makes. */
public enum BuiltInScript {
    TPCB_LIKE("tpcb-like", """
            %s\\set delta random(-5000, 5000)
            BEGIN;
            UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
            SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
            UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
            UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
            INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
            END;
            """.formatted(BuiltInScript.KEYS)),
    SIMPLE_UPDATE("simple-update", """
            %s\\set delta random(-5000, 5000)
            BEGIN;
            UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
            SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
            INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
            END;
            """.formatted(BuiltInScript.KEYS)),
    SELECT_ONLY("select-only", """
            \\set aid random(1, 100000 * :scale)
            SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
            """);

    private static final String KEYS = """
            \\set aid random(1, 100000 * :scale)
            \\set bid random(1, 1 * :scale)
            \\set tid random(1, 10 * :scale)
            """;

    private final String label;
    private final String text;

    BuiltInScript(String label, String text) {
        this.label = label;
        this.text = text;
    }

    /**
     * The script of this name; the beginning of one that no other has is enough, as for pgbench.
     *
     * @throws InvalidRehearsalException where there is none
     */
    public static BuiltInScript named(String name) {
        List<BuiltInScript> matching = Arrays.stream(values())
                .filter(s -> !name.isEmpty() && s.label.startsWith(name))
                .toList();
        if (matching.size() != 1) {
            List<String> labels = Arrays.stream(values()).map(s -> s.label).toList();
            throw new InvalidRehearsalException("No built-in script is called \"" + name + "\"."
                    + Suggestions.nearest(name, labels) + " There are "
                    + labels.stream().collect(Collectors.joining(", ")) + ".");
        }
        return matching.get(0);
    }

    /** As it is called on the command line. */
    public String label() {
        return label;
    }

    /** Reads it. */
    public Script script(Symbols symbols) {
        return Script.parse("<built-in " + label + ">", text, symbols);
    }
}
