package dev.rehearse.report;

import static java.util.stream.Collectors.joining;

import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Replication;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines that matter, for a terminal: at most 100 columns wide, about a dozen lines, colours only where asked for. Thread-safe. */
public final class ConsoleReport {

    private static final int WIDTH = 100;
    private static final int LABEL = 15;
    private static final int OTHER_FINDINGS = 3;

    /** What nobody may overlook, so that it comes before what is left out. */
    private static final Set<String> LOSSES = Set.of("ROWS_LOST", "VALUES_LOST");

    /** Notes that say why errors did not break a limit. */
    private static final Set<String> WHY_ERRORS_ARE_BORNE = Set.of("CACHED_PLAN", "FEW_ERRORS");

    private static final int MIGRATIONS = 20;

    private final RehearsalReport report;
    private final Facts facts;
    private final boolean colours;
    private final List<String> lines = new ArrayList<>();

    private ConsoleReport(RehearsalReport report, boolean colours) {
        this.report = report;
        this.facts = new Facts(report);
        this.colours = colours;
    }

    /** Without colours, without the last line that says where the report is. */
    public static String render(RehearsalReport report) {
        return render(report, false, null);
    }

    /**
     * @param colours whether to use ANSI colours
     * @param where what the last line names: the path of the report; null for no such line
     */
    public static String render(RehearsalReport report, boolean colours, @Nullable String where) {
        return new ConsoleReport(report, colours).render(where);
    }

    private String render(@Nullable String where) {
        header();
        lines.add("");
        migrations();
        lockWait();
        otherFindings();
        errors();
        replication();
        dangers();
        saferWay(false);
        wrapped("rollback", facts.rollbackInWords());
        rollbackWait();
        saferWay(true);
        notMeasured();
        if (where != null) {
            lines.add("");
            lines.add("report  " + where); // not cut: it is to be copied
        }
        return String.join("\n", lines) + "\n";
    }

    private void header() {
        String verdict = report.verdict().name();
        String name = PlainText.oneLine(report.plan().name(), WIDTH - verdict.length() - 2);
        String setting = String.join(", ", facts.setting());
        if (verdict.length() + 2 + setting.length() > WIDTH) {
            setting = setting.replaceFirst(" \\([^)]*\\)", "");
        }
        String first = verdict + "  " + name;
        String shown = coloured(verdict) + "  " + name;
        if (first.length() + 4 + setting.length() <= WIDTH) {
            lines.add(shown + "    " + setting);
        } else {
            lines.add(shown);
            lines.add(" ".repeat(verdict.length() + 2) + PlainText.oneLine(setting, WIDTH - verdict.length() - 2));
        }
    }

    private String coloured(String verdict) {
        if (!colours) {
            return verdict;
        }
        int colour = switch (report.verdict()) {
            case GO -> 32;
            case NO_GO -> 31;
            case INCONCLUSIVE -> 33;
        };
        return "\u001B[1;" + colour + "m" + verdict + "\u001B[0m";
    }

    /**
     * A line for each migration with its verdict, for a terminal; empty where there is but one. Where there are too many, the bad ones have
     * precedence.
     */
    public static String migrations(RehearsalReport report) {
        List<Migration> all = report.migrations();
        if (all.size() < 2) {
            return "";
        }
        Facts facts = new Facts(report);
        List<Migration> shown = all.stream()
                .sorted(Comparator.comparing(migration -> migration.verdict() == Verdict.GO))
                .limit(MIGRATIONS)
                .sorted(Comparator.comparingInt(all::indexOf))
                .toList();
        StringBuilder text = new StringBuilder();
        for (Migration migration : shown) {
            String verdict = String.format("  %-13s", migration.verdict());
            text.append(verdict)
                    .append(PlainText.oneLine(
                            PlainText.oneLine(migration.id(), 50) + ": " + facts.migrationInWords(migration),
                            WIDTH - verdict.length()))
                    .append('\n');
        }
        if (shown.size() < all.size()) {
            text.append(" ".repeat(LABEL))
                    .append("and ")
                    .append(Units.count(all.size() - shown.size(), "more migration"))
                    .append('\n');
        }
        return text.toString();
    }

    private void migrations() {
        List<Migration> all = report.migrations();
        if (all.size() < 2) {
            return;
        }
        List<String> bad = all.stream()
                .filter(migration -> migration.verdict() == Verdict.NO_GO)
                .map(migration -> PlainText.oneLine(migration.id(), 40))
                .toList();
        long go = all.stream().filter(m -> m.verdict() == Verdict.GO).count();
        line(
                "migrations",
                go + " of " + all.size() + " GO" + (bad.isEmpty() ? "" : "; NO_GO: " + String.join(", ", bad)));
    }

    private void lockWait() {
        List<LockWait> waits = facts.applicationWaits();
        Optional<Finding> finding = report.findings().stream()
                .filter(f -> f.id().equals("LOCK_WAIT"))
                .findFirst(); // The migration's come before the rollback's.
        String limit = finding.map(Finding::limit).filter(l -> !l.isBlank()).orElse(budget("lockWait"));
        String limitWords = limit.isBlank() ? "" : " (limit " + limit + ")";
        if (waits.isEmpty()) {
            line("lock wait", "no operation was seen waiting for a lock" + limitWords);
            return;
        }
        Comparator<LockWait> byWhatCounts = Comparator.comparingDouble(Facts::counted);
        LockWait worst = finding.flatMap(f -> waits.stream()
                        .filter(w -> w.statement() == f.statement())
                        .max(byWhatCounts))
                .orElse(Collections.max(waits, byWhatCounts));
        // Over the limit it is told what was felt, as the finding does; within it only what counts can be held against
        // it.
        double millis = finding.isPresent() ? worst.millis() : Facts.counted(worst);
        if (millis <= 0) {
            line("lock wait", "no operation waited behind the migration" + limitWords);
            return;
        }
        Optional<Statement> statement = facts.statement(worst.statement());
        String behind = statement
                .map(s -> " behind" + (s.phase().equals("ROLL_BACK") ? " the rollback's" : ""))
                .orElse("");
        line(
                "lock wait",
                PlainText.oneLine(worst.waiter(), 32) + " waited up to " + Units.millis(millis) + limitWords + behind);
        List<String> queue = new ArrayList<>();
        statement.ifPresent(s -> {
            continuation(PlainText.oneLine(place(s) + ": " + s.sql(), WIDTH - LABEL));
            queue.add(lockAndWork(s));
            queue.addAll(queue(s, worst.relation()));
        });
        String root = worst.rootBlocker();
        if (root != null && !BlockingTree.isMigration(root)) {
            queue.add("at the root: " + PlainText.oneLine(root, 40));
        }
        queue.removeIf(String::isEmpty);
        if (!queue.isEmpty()) {
            continuation(PlainText.oneLine(String.join("; ", queue), WIDTH - LABEL));
        }
    }

    /** "V7__widen.sql:9"; of a statement whose script is not known, its number in the report. */
    private static String place(Statement statement) {
        return statement.source() == null ? "statement " + (statement.index() + 1) : statement.source();
    }

    private static String lockAndWork(Statement statement) {
        String lock = Facts.strongestLock(statement)
                .map(l -> l.mode() + " for " + Units.millis(l.heldMillis()))
                .orElse("");
        return Stream.of(
                        lock,
                        statement.rewrites().isEmpty() ? "" : "table rewritten",
                        statement.scans().isEmpty() ? "" : "table scanned",
                        // A rewrite builds every index anew; that need not be said.
                        statement.indexBuilds().isEmpty()
                                        || !statement.rewrites().isEmpty()
                                ? ""
                                : "index built")
                .filter(said -> !said.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static List<String> queue(Statement statement, String relation) {
        List<String> queue = new ArrayList<>();
        if (statement.queued() > 0) {
            queue.add(Units.count(statement.queued(), "operation") + " queued on " + PlainText.oneLine(relation, 40));
        }
        long failed =
                statement.errors().values().stream().mapToLong(Long::longValue).sum();
        if (failed > 0) {
            queue.add(Units.count(failed) + " failed (" + String.join(", ", states(statement.errors())) + ")");
        }
        return queue;
    }

    private static List<String> states(Map<String, Long> errors) {
        return List.copyOf(Facts.mostFrequentFirst(errors).keySet());
    }

    private void otherFindings() {
        List<Finding> others = facts.findings(Severity.BREACH, Severity.VOID).stream()
                .filter(f -> !f.id().equals("LOCK_WAIT"))
                .sorted(Comparator.comparing(f -> !LOSSES.contains(f.id())))
                .toList();
        Map<String, Finding> firstOfEach = new LinkedHashMap<>();
        others.forEach(f -> firstOfEach.putIfAbsent(f.id(), f));
        List<Finding> shown =
                firstOfEach.values().stream().limit(OTHER_FINDINGS).toList();
        shown.forEach(f -> line(label(f.id()), f.title()));
        if (others.size() > shown.size()) {
            continuation("and " + Units.count(others.size() - shown.size(), "more finding"));
        }
    }

    /** What no limit forbids and somebody should know, where no worse is told; of lost data, always. That there is no way back has its own line. */
    private void dangers() {
        List<Finding> dangers = facts.findings(Severity.DANGER).stream()
                .filter(f -> !f.id().equals("ROLLBACK_MISSING"))
                .toList();
        List<Finding> losses =
                dangers.stream().filter(f -> LOSSES.contains(f.id())).toList();
        List<Finding> told = losses.isEmpty() && report.verdict() != Verdict.NO_GO
                ? dangers.stream().limit(1).toList()
                : losses;
        if (!told.isEmpty()) {
            String more = dangers.size() == told.size() ? "" : " (and " + (dangers.size() - told.size()) + " more)";
            String titles = told.stream().map(Finding::title).collect(joining(", "));
            line("danger", PlainText.oneLine(titles, WIDTH - LABEL - more.length()) + more);
        }
    }

    private static String label(String id) {
        String words = PlainText.oneLine(id.toLowerCase(Locale.ROOT).replace('_', ' '));
        int end = words.length() < LABEL - 2 ? words.length() : words.lastIndexOf(' ', LABEL - 3);
        return PlainText.oneLine(end > 0 ? words.substring(0, end) : words, LABEL - 3);
    }

    private void errors() {
        if (hasFinding("ERRORS")) {
            return;
        }
        Map<String, Long> errors = facts.errors();
        long operations = facts.operations();
        if (operations == 0) {
            line("errors", "no operation ran during the migration");
        } else if (errors.isEmpty()) {
            line("errors", "none of " + Units.count(operations, "operation"));
        } else {
            line("errors", Facts.errorsInWords(errors) + " of " + Units.count(operations, "operation"));
            if (report.verdict() == Verdict.GO) {
                facts.findings(Severity.NOTE).stream()
                        .filter(note -> WHY_ERRORS_ARE_BORNE.contains(note.id()))
                        .forEach(note -> continuation(PlainText.oneLine(note.title(), WIDTH - LABEL)));
            }
        }
    }

    private void replication() {
        if (report.replication().isEmpty() || hasFinding("REPLAY_LAG")) {
            return;
        }
        Replication worst = report.replication().stream()
                .max(Comparator.comparingDouble(Replication::maxLagMillis))
                .orElseThrow();
        line(
                "replication",
                PlainText.oneLine(worst.standby(), 30) + " fell " + Units.millis(worst.maxLagMillis()) + " behind"
                        + (worst.conflicts() == 0
                                ? ""
                                : "; " + Units.count(worst.conflicts(), "query").replace("querys", "queries")
                                        + " cancelled"));
    }

    /** Behind what it is about, which is the line of the rollback where that is missing. */
    private void saferWay(boolean isOfRollback) {
        facts.findings(Severity.BREACH, Severity.VOID, Severity.DANGER).stream()
                .filter(finding -> !finding.saferWay().isBlank())
                .findFirst()
                .filter(finding -> finding.id().equals("ROLLBACK_MISSING") == isOfRollback)
                .ifPresent(finding -> wrapped("safer way", PlainText.oneLine(finding.saferWay())));
    }

    /** Where the wait that was told above was not the rollback's own. */
    private void rollbackWait() {
        report.findings().stream()
                .filter(finding -> finding.id().equals("LOCK_WAIT"))
                .skip(1)
                .filter(finding -> facts.statement(finding.statement())
                        .filter(statement -> statement.phase().equals("ROLL_BACK"))
                        .isPresent())
                .findFirst()
                .ifPresent(finding -> continuation("an operation waited up to " + finding.measured()
                        + " behind statement " + (finding.statement() + 1) + " of it (limit " + finding.limit() + ")"));
    }

    private void notMeasured() {
        List<String> missing = report.notMeasured();
        if (missing.isEmpty()) {
            return;
        }
        String more = missing.size() == 1 ? "" : " (and " + (missing.size() - 1) + " more)";
        line("not measured", PlainText.oneLine(missing.get(0), WIDTH - LABEL - more.length()) + more);
    }

    private boolean hasFinding(String id) {
        return facts.findings(Severity.BREACH, Severity.VOID).stream().anyMatch(f -> f.id().equals(id));
    }

    private String budget(String part) {
        return report.plan().budget().entrySet().stream()
                .filter(e -> e.getKey().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** On two lines at most. */
    private void wrapped(String label, String text) {
        int room = WIDTH - LABEL;
        int end = text.length() <= room ? text.length() : text.lastIndexOf(' ', room);
        if (end <= 0) {
            line(label, text);
            return;
        }
        line(label, text.substring(0, end));
        if (end < text.length()) {
            continuation(PlainText.oneLine(text.substring(end), room));
        }
    }

    private void line(String label, String text) {
        String padded = label + " ".repeat(Math.max(1, LABEL - 2 - label.length()));
        lines.add("  " + padded + PlainText.oneLine(text, WIDTH - 2 - padded.length()));
    }

    private void continuation(String text) {
        lines.add(" ".repeat(LABEL) + text.substring(0, Math.min(text.length(), WIDTH - LABEL)));
    }
}
