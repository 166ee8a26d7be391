package dev.rehearse.report;

import java.util.List;
import java.util.Map;

/** A comparison as one page. Without scripts it shows what the console shows. Thread-safe. */
final class HtmlComparison {

    private static final List<String> SCRIPTS =
            List.of("format.js", "dom.js", "parts.js", "scales.js", "trends.js", "comparison.js");

    private HtmlComparison() {}

    /**
     * What the page is made from.
     *
     * @param reports the page of each run, as seen from this one; empty where there is none
     */
    private record Data(Comparison comparison, List<String> reports) {}

    /** @param reports the page of each run, as a relative URL; empty where there is none */
    static String render(Comparison comparison, List<String> reports) {
        return new HtmlPage(
                        List.of("page.css", "trends.css"),
                        SCRIPTS,
                        comparison.outcome().words() + ": " + PlainText.oneLine(comparison.plan(), 200),
                        comparison.render(),
                        "The whole page needs scripts; rehearse compare --json writes the same facts.",
                        Map.entry("compared", "comparison"),
                        new Data(comparison, reports))
                .render();
    }
}
