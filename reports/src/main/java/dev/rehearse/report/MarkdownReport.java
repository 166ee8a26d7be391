package dev.rehearse.report;

import static java.util.stream.Collectors.joining;

import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Lock;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Operation;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * {@code report.md}: the report as a comment on a pull request. One screen first, the rest folded away; always shorter than
 * {@link #MOST_CHARACTERS}, and it says what it leaves out. Thread-safe.
 */
public final class MarkdownReport {

    /** A comment on GitHub may have 65,536 characters. */
    static final int MOST_CHARACTERS = 60_000;

    private static final int FINDINGS = 12;
    private static final int STATEMENTS = 12;
    private static final int OPERATIONS = 60;
    private static final int LINES = 40;

    private final RehearsalReport report;
    private final Facts facts;
    private final Map<Integer, LockWait> worstWaits;

    private MarkdownReport(RehearsalReport report) {
        this.report = report;
        this.facts = new Facts(report);
        this.worstWaits = facts.worstWaitByStatement();
    }

    /** The report as GitHub-flavoured Markdown. */
    public static String render(RehearsalReport report) {
        return new MarkdownReport(report).render();
    }

    private String render() {
        StringBuilder page = new StringBuilder();
        page.append(head());
        // Whole sections are dropped, the least important first, so that no table ends in the middle.
        List<String> sections = List.of(
                migrations(),
                findings(),
                statements(),
                rollback(),
                notMeasured(),
                evidence(),
                checklist(),
                operations(),
                environment());
        boolean dropped = false;
        for (String section : sections) {
            if (page.length() + section.length() < MOST_CHARACTERS - 200) {
                page.append(section);
            } else {
                dropped = true;
            }
        }
        if (dropped) {
            page.append("\n_This comment would be too long with every section; `report.html` has the rest._\n");
        }
        return page.toString();
    }

    private String head() {
        StringBuilder head = new StringBuilder();
        head.append("## ")
                .append(symbol(report.verdict()))
                .append(' ')
                .append(report.verdict())
                .append(": ");
        head.append(Markdown.text(PlainText.oneLine(report.plan().name(), 200))).append("\n\n");
        head.append(facts.setting().stream().map(Markdown::text).collect(joining(" · ")));
        head.append(" · ").append(Units.millis(facts.durationMillis())).append("\n");
        if (!report.summary().isEmpty()) {
            head.append('\n');
            report.summary().stream()
                    .limit(8)
                    .forEach(line -> head.append("- ")
                            .append(Markdown.text(PlainText.oneLine(line, 300)))
                            .append('\n'));
        }
        return head.toString();
    }

    private static String symbol(Verdict verdict) {
        return switch (verdict) {
            case GO -> "✅";
            case NO_GO -> "⛔";
            case INCONCLUSIVE -> "⚠️";
        };
    }

    private String migrations() {
        if (report.migrations().size() < 2) {
            return "";
        }
        StringBuilder table = new StringBuilder("\n");
        table.append(Markdown.header("migration", "verdict", "how it went"));
        report.migrations().stream()
                .limit(LINES)
                .forEach(migration -> table.append(Markdown.row(
                        Markdown.code(migration.id(), 80),
                        symbol(migration.verdict()) + " " + migration.verdict(),
                        Markdown.text(facts.migrationInWords(migration)))));
        table.append(left(report.migrations().size() - LINES, "migration"));
        return table.toString();
    }

    private String findings() {
        if (report.findings().isEmpty()) {
            return "\nNo limit was broken and no danger was seen.\n";
        }
        StringBuilder table = new StringBuilder("\n");
        table.append(Markdown.header("finding", "what", "measured:", "limit:", "statement"));
        for (Finding finding : report.findings()
                .subList(0, Math.min(FINDINGS, report.findings().size()))) {
            table.append(Markdown.row(
                    symbol(finding.severity()) + " " + Markdown.code(finding.id(), 40),
                    Markdown.text(PlainText.oneLine(finding.title(), 220)),
                    Markdown.text(PlainText.oneLine(finding.measured(), 60)),
                    Markdown.text(PlainText.oneLine(finding.limit(), 60)),
                    finding.statement() < 0 ? "" : String.valueOf(finding.statement() + 1)));
        }
        table.append(left(report.findings().size() - FINDINGS, "finding"));
        facts.findings(Severity.BREACH, Severity.VOID, Severity.DANGER).stream()
                .filter(finding -> !finding.saferWay().isBlank())
                .map(finding -> "\n**" + (finding.severity() == Severity.VOID ? "What to do" : "Safer way") + "** ("
                        + Markdown.code(finding.id(), 40) + "): "
                        + Markdown.text(PlainText.oneLine(finding.saferWay(), 500)) + '\n')
                .distinct()
                .limit(3)
                .forEach(table::append);
        return table.toString();
    }

    private static String symbol(Severity severity) {
        return switch (severity) {
            case BREACH -> "⛔";
            case VOID -> "⚠️";
            case DANGER -> "🔶";
            case NOTE -> "ℹ️";
        };
    }

    private String statements() {
        if (report.statements().isEmpty()) {
            return "\nThe migration sent no statement.\n";
        }
        boolean ownShow = report.statements().stream().anyMatch(s -> s.source() != null);
        List<Statement> shown = report.statements().stream()
                .filter(s -> !ownShow || s.source() != null || isInTheWay(s))
                .sorted(Comparator.comparingDouble(this::weight).reversed())
                .limit(STATEMENTS)
                .sorted(Comparator.comparingInt(Statement::index))
                .toList();
        StringBuilder table = new StringBuilder("\n");
        table.append(Markdown.header(
                "\\#", "statement", "took:", "strongest lock", "queued:", "worst wait:", "the server's work"));
        for (Statement statement : shown) {
            LockWait worst = worstWaits.get(statement.index());
            table.append(Markdown.row(
                    String.valueOf(statement.index() + 1),
                    (statement.phase().equals("MIGRATE") ? "" : Markdown.text(statement.phase()) + ": ")
                            + Markdown.code(statement.sql(), 90)
                            + (statement.outcome().equals("SUCCEEDED") ? "" : " **" + failure(statement) + "**"),
                    Units.millis(statement.durationMillis()),
                    Facts.strongestLock(statement).map(MarkdownReport::lock).orElse(""),
                    Units.count(statement.queued()),
                    worst == null ? "" : Units.millis(worst.millis()),
                    Markdown.text(PlainText.oneLine(String.join("; ", Facts.work(statement)), 90))));
        }
        int left = report.statements().size() - shown.size();
        if (left > 0) {
            table.append("\n_")
                    .append(Units.count(left, "further statement"))
                    .append(" that stood less in the way not shown._\n");
        }
        return table.toString();
    }

    /** Of a statement that is the tool's own: whether it is worth a line. */
    private boolean isInTheWay(Statement statement) {
        return statement.queued() > 0
                || worstWaits.containsKey(statement.index())
                || !statement.outcome().equals("SUCCEEDED")
                || !Facts.work(statement).isEmpty();
    }

    private double weight(Statement statement) {
        LockWait worst = worstWaits.get(statement.index());
        double failed = statement.outcome().equals("SUCCEEDED") ? 0 : 1e12;
        double held = Facts.strongestLock(statement)
                .filter(lock -> Facts.blocksWriters(lock.mode()))
                .map(lock -> 10 * lock.heldMillis())
                .orElse(0.0);
        double waited = worst == null ? 0 : 1e6 * worst.millis();
        return failed + waited + 1e3 * statement.queued() + held + statement.durationMillis();
    }

    private static String failure(Statement statement) {
        return Markdown.text(PlainText.oneLine(
                statement.outcome() + (statement.sqlState() == null ? "" : " " + statement.sqlState()), 60));
    }

    private static String lock(Lock lock) {
        return lock.mode() + " on " + Markdown.code(lock.relation(), 60) + " for " + Units.millis(lock.heldMillis());
    }

    private String rollback() {
        return "\n**Rollback:** " + Markdown.text(facts.rollbackInWords()) + "\n";
    }

    private String notMeasured() {
        if (report.notMeasured().isEmpty()) {
            return "";
        }
        return "\n**Not measured:**\n" + bullets(report.notMeasured(), 12, 300);
    }

    private static String bullets(List<String> lines, int most, int length) {
        return lines.stream()
                        .limit(most)
                        .map(line -> "- " + Markdown.text(PlainText.oneLine(line, length)) + "\n")
                        .collect(joining())
                + left(lines.size() - most, "line");
    }

    private static String left(int number, String what) {
        return number <= 0 ? "" : "\n_" + Units.count(number, "more " + what) + " in `report.html`._\n";
    }

    private static String folded(String title, String content) {
        return content.isEmpty() ? "" : "\n<details><summary>" + title + "</summary>\n\n" + content + "\n</details>\n";
    }

    private String evidence() {
        StringBuilder evidence = new StringBuilder();
        for (Finding finding : report.findings()
                .subList(0, Math.min(FINDINGS, report.findings().size()))) {
            evidence.append("\n**").append(Markdown.text(finding.id())).append("** ");
            evidence.append(Markdown.text(PlainText.oneLine(finding.effect(), 400)))
                    .append("\n\n");
            evidence.append(bullets(finding.evidence(), 8, 300));
        }
        return folded("Evidence", evidence.toString());
    }

    private String checklist() {
        StringBuilder table = new StringBuilder();
        for (ChecklistLine line :
                report.checklist().subList(0, Math.min(LINES, report.checklist().size()))) {
            String state = switch (line.state()) {
                case DONE -> "✅ done";
                case FAILED -> "⛔ failed";
                case NOT_MEASURED -> "➖ not measured";
            };
            table.append(Markdown.row(
                    Markdown.text(PlainText.oneLine(line.when(), 20)),
                    Markdown.text(PlainText.oneLine(line.item(), 160)),
                    state,
                    Markdown.text(PlainText.oneLine(line.evidence(), 240))));
        }
        return table.isEmpty()
                ? ""
                : folded("Go-live checklist", Markdown.header("when", "what", "state", "evidence") + table);
    }

    private String operations() {
        StringBuilder table = new StringBuilder();
        for (Operation o : report.operations()
                .subList(0, Math.min(OPERATIONS, report.operations().size()))) {
            table.append(Markdown.row(
                    Markdown.code(o.name(), 50),
                    Markdown.text(PlainText.oneLine(o.phase(), 20)),
                    Units.count(o.count()),
                    Markdown.text(Facts.errorsInWords(o.errorsBySqlState())),
                    Units.millis(o.responseMillis().p50()),
                    Units.millis(o.responseMillis().p99()),
                    Units.millis(o.responseMillis().max())));
        }
        return table.isEmpty()
                ? ""
                : folded(
                        "Operations, response time by phase",
                        Markdown.header("operation", "phase", "count:", "errors", "p50:", "p99:", "max:")
                                + table
                                + left(report.operations().size() - OPERATIONS, "row"));
    }

    private String environment() {
        RehearsalReport.Environment e = report.environment();
        List<String> lines = new ArrayList<>();
        lines.add("server: " + e.serverVersion() + ", " + e.compiledWith());
        lines.add("machine: " + e.cores() + " cores, " + Units.count(e.memoryMib()) + " MiB, " + e.operatingSystem());
        lines.add("Rehearse " + e.rehearseVersion() + " on Java " + e.javaVersion() + ", started " + e.startedAt());
        lines.add("data: randomSeed " + report.plan().randomSeed());
        e.settings().forEach((name, value) -> lines.add(name + " = " + value));
        return folded("Environment", bullets(lines, LINES, 200));
    }
}
