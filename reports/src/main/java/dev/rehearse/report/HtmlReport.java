package dev.rehearse.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code report.html}: the report as one page that needs nothing but itself. The report is embedded as data, which the page's own script
 * shows as text; a content security policy names that script by its hash, so that nothing else can run and nothing can be fetched, even
 * if a name or a statement were to break out. Without scripts the page shows what the console shows. Thread-safe.
 */
public final class HtmlReport {

    private static final List<String> SCRIPTS = List.of(
            "format.js",
            "dom.js",
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

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

    private HtmlReport() {}

    /** The page. */
    public static String render(RehearsalReport report) {
        String style = resource("page.css");
        String script = SCRIPTS.stream()
                .map(HtmlReport::resource)
                .collect(Collectors.joining("\n", "(() => {\n\"use strict\";\n", "})();\n"));
        return fill(
                resource("page.html"),
                Map.of(
                        "style", style,
                        "stylehash", hash(style),
                        "script", script,
                        "scripthash", hash(script),
                        "title",
                                escape(report.verdict() + ": "
                                        + PlainText.oneLine(report.plan().name(), 200)),
                        "text", escape(ConsoleReport.render(report)),
                        "data", embeddable(ReportJson.compact(PageData.of(report)))));
    }

    /** JSON that can stand inside a script element: it holds nothing that HTML or an old JavaScript parser would act on. */
    private static String embeddable(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** In one pass, so that what is filled in is never read as a place itself. */
    private static String fill(String template, Map<String, String> content) {
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(content.get(place.group(1)))));
    }

    private static String hash(String inline) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream("page/" + name)) {
            // The browser hashes what it parsed, and it parses \r\n as \n.
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The page's " + name + " could not be read from our own jar", e);
        }
    }
}
