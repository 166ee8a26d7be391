package dev.rehearse.report;

/** {@code report.html}: the report as one page that needs nothing but itself. Thread-safe. */
public final class HtmlReport {

    private HtmlReport() {}

    /** The page. */
    public static String render(RehearsalReport report) {
        String text = ConsoleReport.render(report)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
        return "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Rehearsal</title><pre>" + text
                + "</pre></html>\n";
    }
}
