package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.ChecklistLine;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Severity;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * {@code junit.xml}: the report as one test suite, for what shows test results in a build. A test case for the verdict, one for each
 * migration, one for each limit of the budget, one for each kind of finding that no limit names, one for each line of the go-live checklist. A broken limit is a
 * failure with its evidence; what voids the run is an error; what was not measured or cannot be told is skipped with the reason. Thread-safe.
 */
public final class JUnitXmlReport {

    private enum Result {
        PASSED,
        FAILURE,
        ERROR,
        SKIPPED
    }

    /** The finding that a limit on response times was passed, but perhaps by chance. */
    private static final String TOO_FEW_TO_TELL = "TOO_FEW_TO_TELL";

    private static final String FEW_ERRORS = "FEW_ERRORS";

    private record TestCase(String group, String name, Result result, String message, String details) {}

    private final RehearsalReport report;
    private final Facts facts;

    private JUnitXmlReport(RehearsalReport report) {
        this.report = report;
        this.facts = new Facts(report);
    }

    /** The report in the XML format that Ant's JUnit task began and Jenkins, GitLab and others read. */
    public static String render(RehearsalReport report) {
        return new JUnitXmlReport(report).render();
    }

    private String render() {
        List<TestCase> cases = new ArrayList<>();
        cases.add(verdict());
        report.migrations().forEach(migration -> cases.add(migration(migration)));
        Set<String> told = new LinkedHashSet<>();
        report.plan().budget().forEach((name, limit) -> cases.add(limit(name, limit, told)));
        facts.findings(Severity.BREACH, Severity.VOID, Severity.DANGER).stream()
                .map(Finding::id)
                .distinct()
                .filter(id -> !told.contains(id))
                .forEach(id -> cases.add(finding(id)));
        report.checklist().forEach(line -> cases.add(checklist(line)));
        return write(cases);
    }

    private TestCase verdict() {
        String summary = String.join("\n", report.summary());
        return switch (report.verdict()) {
            case GO -> new TestCase("verdict", "GO", Result.PASSED, "", "");
            case NO_GO -> new TestCase("verdict", "GO", Result.FAILURE, "NO_GO", summary);
            case INCONCLUSIVE -> new TestCase("verdict", "GO", Result.ERROR, "INCONCLUSIVE", summary);
        };
    }

    private TestCase migration(Migration migration) {
        List<Finding> findings = ReportOfOne.findings(report, migration).stream()
                .filter(f -> f.severity() == Severity.BREACH || f.severity() == Severity.VOID)
                .toList();
        String words = facts.migrationInWords(migration);
        return switch (migration.verdict()) {
            case GO -> new TestCase("migration", migration.id(), Result.PASSED, "", "");
            case NO_GO -> new TestCase("migration", migration.id(), Result.FAILURE, words, details(findings));
            case INCONCLUSIVE ->
                migration.outcome().equals("NOT_RUN")
                        ? new TestCase("migration", migration.id(), Result.SKIPPED, words, "")
                        : new TestCase(
                                "migration",
                                migration.id(),
                                Result.SKIPPED,
                                "the run proves too little to judge it",
                                "");
        };
    }

    private TestCase limit(String name, String limit, Set<String> told) {
        List<Finding> findings =
                report.findings().stream().filter(f -> isAbout(name, f.id())).toList();
        findings.forEach(f -> told.add(f.id()));
        String title = name + ": " + limit;
        if (findings.stream().anyMatch(f -> f.severity() == Severity.BREACH)) {
            return judged("budget", title, findings);
        }
        if (report.verdict() == Verdict.INCONCLUSIVE
                || !facts.findings(Severity.VOID).isEmpty()) {
            return new TestCase("budget", title, Result.SKIPPED, "the run proves too little to judge this limit", "");
        }
        return findings.stream()
                .filter(f -> f.id().equals(TOO_FEW_TO_TELL) || f.id().equals(FEW_ERRORS))
                .findFirst()
                .map(f -> new TestCase("budget", title, Result.SKIPPED, f.title(), ""))
                .orElseGet(() -> judged("budget", title, findings));
    }

    private TestCase finding(String id) {
        List<Finding> findings =
                report.findings().stream().filter(f -> f.id().equals(id)).toList();
        return judged("finding", id + ": " + findings.get(0).title(), findings);
    }

    private TestCase judged(String group, String title, List<Finding> findings) {
        Result result = findings.stream()
                .map(f -> switch (f.severity()) {
                    case BREACH -> Result.FAILURE;
                    case VOID -> Result.ERROR;
                    case DANGER, NOTE -> Result.PASSED;
                })
                .filter(r -> r != Result.PASSED)
                .findFirst()
                .orElse(Result.PASSED);
        String message = findings.isEmpty() ? "" : findings.get(0).title();
        return new TestCase(group, title, result, message, details(findings));
    }

    private String details(List<Finding> findings) {
        StringBuilder details = new StringBuilder();
        for (Finding finding : findings) {
            details.append(finding.title()).append('\n');
            line(details, "measured", finding.measured());
            line(details, "limit", finding.limit());
            if (finding.statement() >= 0) {
                line(details, "by", facts.statementName(finding.statement()));
                facts.statement(finding.statement())
                        .ifPresent(s -> line(details, "SQL", PlainText.oneLine(s.sql(), 2_000)));
            }
            finding.evidence().forEach(evidence -> line(details, "evidence", evidence));
            line(details, "effect", finding.effect());
            line(details, "safer way", finding.saferWay());
        }
        return details.toString();
    }

    private static void line(StringBuilder details, String label, String text) {
        if (!text.isBlank()) {
            details.append(String.format("  %-10s %s%n", label, text).replace("\r\n", "\n"));
        }
    }

    private static TestCase checklist(ChecklistLine line) {
        String group = "checklist." + line.when().toLowerCase(Locale.ROOT);
        return switch (line.state()) {
            case DONE -> new TestCase(group, line.item(), Result.PASSED, "", line.evidence());
            case FAILED -> new TestCase(group, line.item(), Result.FAILURE, line.evidence(), line.evidence());
            case NOT_MEASURED ->
                new TestCase(group, line.item(), Result.SKIPPED, "not measured: " + line.evidence(), "");
        };
    }

    /** Whether a kind of finding tells of a limit: "LOCK_WAIT" of "longestLockWait", "RESPONSE_TIME" of "responseP99". */
    private static boolean isAbout(String limit, String findingId) {
        String id = letters(findingId);
        String name = letters(limit);
        return name.contains(id)
                || id.startsWith("rollback") && name.contains("rollback")
                || (id.equals("responsetime") || findingId.equals(TOO_FEW_TO_TELL)) && name.startsWith("response")
                || (id.equals("errors") || findingId.equals(FEW_ERRORS)) && name.startsWith("error");
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private String write(List<TestCase> cases) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            attribute(xml, "name", "rehearse: " + report.plan().name());
            attribute(xml, "tests", String.valueOf(cases.size()));
            attribute(xml, "failures", number(cases, Result.FAILURE));
            attribute(xml, "errors", number(cases, Result.ERROR));
            attribute(xml, "skipped", number(cases, Result.SKIPPED));
            attribute(xml, "time", seconds(facts.durationMillis()));
            String timestamp = timestamp();
            if (timestamp != null) {
                attribute(xml, "timestamp", timestamp);
            }
            attribute(xml, "hostname", "localhost");
            properties(xml);
            for (TestCase testCase : cases) {
                write(xml, testCase);
            }
            xml.writeCharacters("\n  ");
            xml.writeStartElement("system-out");
            xml.writeCharacters(PlainText.visible(ConsoleReport.render(report)));
            xml.writeEndElement();
            xml.writeCharacters("\n  ");
            xml.writeEmptyElement("system-err");
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new ReportException("The report could not be written as JUnit XML: " + e.getMessage(), e);
        }
        return text + "\n";
    }

    private void properties(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("properties");
        for (Map.Entry<String, String> property : Map.of(
                        "verdict", report.verdict().name(),
                        "database", report.environment().database(),
                        "schemaVersion", report.schemaVersion())
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            xml.writeCharacters("\n    ");
            xml.writeEmptyElement("property");
            attribute(xml, "name", property.getKey());
            attribute(xml, "value", property.getValue());
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private static void write(XMLStreamWriter xml, TestCase testCase) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "rehearse." + testCase.group());
        attribute(xml, "name", PlainText.oneLine(testCase.name(), 300));
        attribute(xml, "time", "0");
        if (testCase.result() != Result.PASSED) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement(testCase.result().name().toLowerCase(Locale.ROOT));
            attribute(xml, "message", PlainText.oneLine(testCase.message(), 1_000));
            if (testCase.result() != Result.SKIPPED) {
                attribute(xml, "type", testCase.group());
                xml.writeCharacters(PlainText.visible(testCase.details()));
            }
            xml.writeEndElement();
            xml.writeCharacters("\n  ");
        }
        xml.writeEndElement();
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, PlainText.visible(value));
    }

    private static String number(List<TestCase> cases, Result result) {
        return String.valueOf(cases.stream().filter(c -> c.result() == result).count());
    }

    private static String seconds(double millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1_000);
    }

    /** The format knows no zone and no fraction: 2026-11-22T10:15:00. */
    private @Nullable String timestamp() {
        String started = report.environment().startedAt();
        return started.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*") ? started.substring(0, 19) : null;
    }
}
