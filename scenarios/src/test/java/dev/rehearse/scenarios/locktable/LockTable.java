package dev.rehearse.scenarios.locktable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table as Markdown: a row for each case and each run of versions that say the same. */
final class LockTable {

    static final String REGENERATE =
            "mvn -pl scenarios -am verify -Dtest=none -Dit.test=LockTableIT -DlockTable=write -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false";

    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Z]+-\\d\\d) \\| (.+?) \\| (\\d\\d)(?: to (\\d\\d))? \\| (.+) \\|");

    private static final String HEADER = """
            # What PostgreSQL locks and does

            Generated: each row is an operation that ran on the servers named below, on small tables of a database of its own, and what Rehearse's own
            recorder saw of it. It is what `rehearse trace` shows of your migrations. The operations are in `scenarios/lock-table`, one file for each id;
            `LockTableIT` fails where this file is not what the servers say. To write it anew:

            ```sh
            %s
            ```

            **How to read it.** *Locks*: the strongest mode on each table, view, sequence or type that was there before; indexes where their lock stops
            maintenance or queries; locks on TOAST tables and catalogs are left out. Who holds ACCESS EXCLUSIVE stops everybody; EXCLUSIVE, SHARE ROW
            EXCLUSIVE and SHARE stop writers; SHARE UPDATE EXCLUSIVE stops other maintenance. However short a lock is held: it has to be waited
            for, and all that come later queue behind it. *Work*: what takes longer the larger the table is; `rewrite` and `scan` are of tables, `check` reads the
            tables of a foreign key, `build` makes an index. *Errors and waits*: SQLSTATE of what fails, for the migration where nobody else is named. The locks of a
            statement that fails at once are not shown.

            Servers: PostgreSQL %s.

            | id | operation | PostgreSQL | locks | work | errors and waits |
            |---|---|---|---|---|---|
            """;

    private final SortedMap<Integer, String> servers;
    private final Map<LockCase, SortedMap<Integer, Facts>> measured = new LinkedHashMap<>();

    /** @param servers the version that each server says it has, by major */
    LockTable(SortedMap<Integer, String> servers) {
        this.servers = new TreeMap<>(servers);
    }

    void add(LockCase lockCase, int version, Facts facts) {
        measured.computeIfAbsent(lockCase, c -> new TreeMap<>()).put(version, facts);
    }

    String render(Expectations expectations) {
        StringBuilder text = new StringBuilder(String.format(HEADER, REGENERATE, String.join(", ", servers.values())));
        measured.forEach((lockCase, byVersion) -> rows(lockCase, byVersion, text));
        List<String> notes = new ArrayList<>();
        measured.forEach((lockCase, byVersion) -> notes.addAll(notes(lockCase, byVersion, expectations)));
        text.append("\n## Notes\n\n");
        if (notes.isEmpty()) {
            text.append(
                    "Every server says what was known of the operations before (`scenarios/lock-table/expected.yaml`).\n");
        } else {
            text.append(
                    "Where the servers prove wrong what was known before (`scenarios/lock-table/expected.yaml`, with its abbreviations):\n\n");
            notes.forEach(note -> text.append("- ").append(note).append('\n'));
        }
        return text.toString();
    }

    private static void rows(LockCase lockCase, SortedMap<Integer, Facts> byVersion, StringBuilder text) {
        for (List<Integer> versions : runs(byVersion)) {
            List<String> cells = byVersion.get(versions.get(0)).cells();
            text.append(String.format(
                    "| %s | %s: %s | %s | %s |%n",
                    lockCase.id(), lockCase.operation(), lockCase.name(), range(versions), String.join(" | ", cells)));
        }
    }

    /** Neighbouring versions with the same cells. */
    private static List<List<Integer>> runs(SortedMap<Integer, Facts> byVersion) {
        List<List<Integer>> runs = new ArrayList<>();
        List<String> last = List.of();
        for (Map.Entry<Integer, Facts> entry : byVersion.entrySet()) {
            if (!entry.getValue().cells().equals(last)) {
                runs.add(new ArrayList<>());
                last = entry.getValue().cells();
            }
            runs.get(runs.size() - 1).add(entry.getKey());
        }
        return runs;
    }

    private static String range(List<Integer> versions) {
        int first = versions.get(0);
        int last = versions.get(versions.size() - 1);
        return first == last ? String.valueOf(first) : first + " to " + last;
    }

    private List<String> notes(LockCase lockCase, SortedMap<Integer, Facts> byVersion, Expectations expectations) {
        Map<String, List<String>> refuted = new LinkedHashMap<>();
        byVersion.forEach((version, facts) -> {
            Expectation expected = expectations.of(lockCase, version);
            if (!expected.agreesWith(facts)) {
                String note = "known as `" + expected.text() + "`; the servers say: "
                        + facts.cells().stream().collect(Collectors.joining("; "));
                refuted.computeIfAbsent(note, n -> new ArrayList<>()).add(servers.get(version));
            }
        });
        return refuted.entrySet().stream()
                .map(note -> "**" + lockCase.id() + "** " + lockCase.name() + ", " + note.getKey() + " (PostgreSQL "
                        + String.join(", ", note.getValue()) + ").")
                .toList();
    }

    /** What {@link #rows} calls the row of a case. */
    static String row(LockCase lockCase, int version) {
        return row(lockCase.id(), lockCase.operation() + ": " + lockCase.name(), version);
    }

    private static String row(String id, String operation, int version) {
        return id + " " + operation + " on " + version;
    }

    /**
     * The rows of a table by operation and version, for the given versions only: so a table of all versions can be compared with what some of them
     * say.
     */
    static SortedMap<String, String> rows(String markdown, Iterable<Integer> versions) {
        SortedMap<String, String> rows = new TreeMap<>();
        markdown.lines().map(ROW::matcher).filter(Matcher::matches).forEach(row -> {
            int first = Integer.parseInt(row.group(3));
            int last = row.group(4) == null ? first : Integer.parseInt(row.group(4));
            for (int version : versions) {
                if (first <= version && version <= last) {
                    rows.put(row(row.group(1), row.group(2), version), row.group(5));
                }
            }
        });
        return rows;
    }
}
