package dev.rehearse.report;

import java.util.List;
import java.util.Map;

/** {@code report.html}: the report as one page. Without scripts it shows what the console shows. Thread-safe. */
public final class HtmlReport {

    private static final List<String> SCRIPTS = List.of(
            "format.js",
            "dom.js",
            "parts.js",
            "header.js",
            "migrations.js",
            "findings.js",
            "scales.js",
            "panels.js",
            "holds.js",
            "timeline.js",
            "blocking.js",
            "statements.js",
            "operations.js",
            "rollback.js",
            "appendix.js",
            "main.js");

    private HtmlReport() {}

    /** The page. */
    public static String render(RehearsalReport report) {
        return new HtmlPage(
                        List.of("page.css"),
                        SCRIPTS,
                        report.verdict() + ": "
                                + PlainText.oneLine(report.plan().name(), 200),
                        ConsoleReport.render(report),
                        "The whole report needs scripts; report.json and report.md beside this file hold the same facts.",
                        Map.entry("findings", "findings"),
                        PageData.of(report))
                .render();
    }
}
