package dev.rehearse.assess;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the tool adds to the migrations: its lock, where it draws the limits of transactions, where it keeps its history, and what several
 * instances at once do to each other. Read off the statements that it sent.
 */
final class ToolFindings {

    private static final Pattern ADVISORY_LOCK = Pattern.compile("\\bpg_(try_)?advisory_(xact_)?lock(_shared)?\\s*\\(");
    private static final Pattern WRITES = Pattern.compile("^(insert|update|delete|merge|with)\\b");
    private static final Pattern WORK = Pattern.compile(
            "^(create|alter|drop|truncate|insert|update|delete|merge|with|do|call|reindex|vacuum|cluster|refresh|comment|grant|revoke|copy)\\b");
    private static final long SELF_BLOCK_MICROS = 1_000_000;

    private final Recording recording;
    private final ToolFacts tool;
    private final List<String> history;
    private final List<Finding> findings = new ArrayList<>();

    private ToolFindings(Recording recording, ToolFacts tool) {
        this.recording = recording;
        this.tool = tool;
        this.history = tool.historyTables().stream()
                .map(t -> t.toLowerCase(Locale.ROOT))
                .toList();
    }

    static List<Finding> of(Facts facts) {
        ToolFacts tool = facts.recording().plan().project();
        if (tool == null) {
            return List.of();
        }
        ToolFindings found = new ToolFindings(facts.recording(), tool);
        found.blocksItself();
        found.oneTransaction();
        found.ranTwice();
        found.lock();
        found.historyApart();
        return found.findings;
    }

    /** One instance, and yet one of its sessions waits for another of its own: that never ends by itself. */
    private void blocksItself() {
        Map<Integer, Integer> migrators = new HashMap<>();
        recording.statements().forEach(s -> migrators.put(s.backendPid(), s.migrator()));
        for (LockWait wait : recording.lockWaits()) {
            LockWait.Blocking root = wait.rootBlocker();
            if (root == null
                    || wait.waiterKind() != SessionKind.MIGRATION
                    || root.kind() != SessionKind.MIGRATION
                    || root.pid() == wait.waiterPid()) {
                continue;
            }
            Integer migrator = migrators.get(root.pid());
            boolean own = migrator != null && migrator.equals(migrators.get(wait.waiterPid()));
            if (own && wait.ended() != Ended.GRANTED && wait.micros() >= SELF_BLOCK_MICROS) {
                StatementFact statement =
                        wait.statement() < 0 ? null : recording.statements().get(wait.statement());
                findings.add(new Finding(
                        "TOOL_BLOCKS_ITSELF",
                        Severity.BREACH,
                        tool.title() + " waits for itself, and would for ever",
                        wait.statement(),
                        Words.time(wait.micros()) + " until it was ended",
                        "none",
                        List.of(
                                statement == null
                                        ? "a session of " + tool.title() + " waited"
                                        : "statement " + (statement.index() + 1) + " waited: "
                                                + Words.oneLine(statement.sql()),
                                "for a " + wait.lockType() + " lock of another session of its own"
                                        + (root.query() == null ? "" : ": " + Words.oneLine(root.query()))),
                        "The release hangs until somebody ends it, and leaves an INVALID index behind.",
                        tool.outsideTransaction() == null
                                ? "Run the statement without the tool's lock, or outside the tool."
                                : tool.outsideTransaction(),
                        null));
                return;
            }
        }
    }

    /** Whether one transaction wrote several rows of history: every lock of the first migration is then kept to the end of the last. */
    private void oneTransaction() {
        for (List<StatementFact> transaction : transactions(Phase.MIGRATE, Phase.REAPPLY)) {
            List<StatementFact> work = transaction.stream().filter(this::isWork).toList();
            long rows = transaction.stream()
                    .filter(s -> writesHistory(s) && lowered(s).startsWith("insert"))
                    .count();
            if (rows > 1 && work.size() > 1 && !isOfOneMigration(work)) {
                long took = transaction.get(transaction.size() - 1).endMicros()
                        - transaction.get(0).startMicros();
                findings.add(new Finding(
                        "ONE_TRANSACTION",
                        Severity.DANGER,
                        tool.title() + " runs " + Units.count(rows, "migration") + " in one transaction",
                        work.get(0).index(),
                        Words.time(took) + " in one transaction",
                        "not judged",
                        List.of(
                                "seen in " + transaction.get(0).phase() + ": "
                                        + Units.count(transaction.size(), "statement")
                                        + " between one BEGIN and its COMMIT",
                                "run one by one, each had a transaction of its own"),
                        "The locks of the first migration are kept until the last has ended, and a failure undoes all of them.",
                        "Release them one at a time, or tell the tool to use a transaction for each.",
                        "TX-02"));
                return;
            }
        }
    }

    /**
     * A tool may write its history several times for a migration: Atlas does after each statement. Of what ran at once, the migrations are told
     * apart by what they sent when they ran one by one: of one is what it sent then, each statement as often at least.
     */
    private boolean isOfOneMigration(List<StatementFact> work) {
        if (work.get(0).phase() == Phase.MIGRATE) {
            return work.stream()
                            .map(StatementFact::migration)
                            .filter(Objects::nonNull)
                            .distinct()
                            .count()
                    == 1;
        }
        Map<String, List<String>> sentByMigration = recording.statements().stream()
                .filter(s -> s.phase() == Phase.MIGRATE && s.migration() != null)
                .collect(Collectors.groupingBy(
                        StatementFact::migration, Collectors.mapping(StatementFact::sql, Collectors.toList())));
        return sentByMigration.values().stream().anyMatch(sent -> {
            List<String> left = new ArrayList<>(sent);
            return work.stream().allMatch(s -> left.remove(s.sql()));
        });
    }

    /** Several instances that ran the same change, and nothing stopped the second. */
    private void ranTwice() {
        Map<String, Set<Integer>> migratorsBySql = new LinkedHashMap<>();
        for (StatementFact statement : recording.statements()) {
            if (statement.phase() != Phase.MIGRATE || !isWork(statement) || statement.outcome() != Outcome.SUCCEEDED) {
                continue;
            }
            Set<Integer> migrators = migratorsBySql.computeIfAbsent(
                    statement.migration() + "\n" + statement.sql(), sql -> new LinkedHashSet<>());
            migrators.add(statement.migrator());
            if (migrators.size() > 1) {
                findings.add(new Finding(
                        "RAN_TWICE",
                        Severity.DANGER,
                        "Several instances of " + tool.title() + " ran the same migration",
                        statement.index(),
                        "2 instances",
                        "1 instance",
                        List.of(Words.oneLine(statement.sql())),
                        "A change of data is made twice; a change of the schema makes the second instance fail.",
                        "Let one job migrate before the instances start, or take an advisory lock around the tool.",
                        null));
                return;
            }
        }
    }

    private void lock() {
        List<StatementFact> locks = recording.statements().stream()
                .filter(s -> s.phase() == Phase.MIGRATE)
                .filter(s -> ADVISORY_LOCK.matcher(lowered(s)).find() || isLockTable(s))
                .toList();
        String words = tool.lock();
        if (words == null && locks.isEmpty()) {
            findings.add(new Finding(
                    "NO_TOOL_LOCK",
                    recording.plan().migrators() > 1 ? Severity.DANGER : Severity.NOTE,
                    tool.title() + " takes no lock: two instances at once run the same migrations",
                    -1,
                    "no lock among " + Units.count(recording.statements().size(), "statement"),
                    "not judged",
                    List.of(
                            recording.plan().migrators() > 1
                                    ? recording.plan().migrators() + " instances were run at once"
                                    : "one instance was run; migrators: 2 in the plan shows what two do"),
                    "Where instances migrate as they start, all but one fail, or data is changed twice.",
                    "Let one job migrate before the instances start, or take an advisory lock around the tool.",
                    null));
            return;
        }
        StatementFact first = locks.isEmpty() ? null : locks.get(0);
        findings.add(new Finding(
                "TOOL_LOCK",
                Severity.NOTE,
                tool.title() + " keeps a second instance out" + (words == null ? "" : ": " + words),
                first == null ? -1 : first.index(),
                first == null ? "its statement was not seen" : Units.count(locks.size(), "statement") + " to lock",
                "not judged",
                first == null ? List.of() : List.of(Words.oneLine(first.sql())),
                "Instances that start meanwhile wait or give up, as the tool has it.",
                "Let one job migrate before the instances start.",
                null));
    }

    private boolean isLockTable(StatementFact statement) {
        return writesHistory(statement)
                && history.stream()
                        .filter(table -> table.contains("lock"))
                        .anyMatch(table -> lowered(statement).contains(table));
    }

    /** Whether a kill between the change and its row in the history leaves the one without the other. */
    private void historyApart() {
        Set<String> apart = new LinkedHashSet<>();
        Map<String, Boolean> together = new HashMap<>();
        for (List<StatementFact> transaction : transactions(Phase.MIGRATE)) {
            for (StatementFact work : transaction) {
                if (work.migration() != null && isWork(work) && work.outcome() == Outcome.SUCCEEDED) {
                    together.merge(
                            work.migration(), transaction.stream().anyMatch(this::writesHistory), Boolean::logicalOr);
                }
            }
        }
        together.forEach((id, isTogether) -> {
            boolean written = recording.statements().stream()
                    .anyMatch(s -> s.phase() == Phase.MIGRATE && id.equals(s.migration()) && writesHistory(s));
            if (!isTogether && written) {
                apart.add(id);
            }
        });
        if (!apart.isEmpty()) {
            findings.add(new Finding(
                    "HISTORY_APART",
                    Severity.NOTE,
                    tool.title() + " writes down " + Units.count(apart.size(), "migration")
                            + " in another transaction than it runs",
                    -1,
                    apart.size() + " of "
                            + Units.count(recording.plan().migrations().size(), "migration"),
                    "not judged",
                    apart.stream().sorted().limit(10).toList(),
                    "A kill between the two leaves the change without its row, and the next run does it again.",
                    "Write such a migration so that it can run twice: IF [NOT] EXISTS, and a look for an INVALID index first.",
                    null));
        }
    }

    /** Statements of one session from BEGIN to its end, or one alone. */
    private List<List<StatementFact>> transactions(Phase... phases) {
        List<List<StatementFact>> transactions = new ArrayList<>();
        Map<Integer, List<StatementFact>> open = new HashMap<>();
        for (StatementFact statement : recording.statements()) {
            if (!List.of(phases).contains(statement.phase())) {
                continue;
            }
            List<StatementFact> transaction = open.computeIfAbsent(statement.backendPid(), pid -> {
                List<StatementFact> begun = new ArrayList<>();
                transactions.add(begun);
                return begun;
            });
            transaction.add(statement);
            if (!statement.inTransaction()) {
                open.remove(statement.backendPid());
            }
        }
        return transactions;
    }

    private boolean isWork(StatementFact statement) {
        return WORK.matcher(lowered(statement)).find() && !mentionsHistory(statement);
    }

    private boolean writesHistory(StatementFact statement) {
        return WRITES.matcher(lowered(statement)).find() && mentionsHistory(statement);
    }

    private boolean mentionsHistory(StatementFact statement) {
        return history.stream().anyMatch(lowered(statement)::contains);
    }

    private static String lowered(StatementFact statement) {
        return Words.withoutLeadingComments(statement.sql()).strip().toLowerCase(Locale.ROOT);
    }
}
