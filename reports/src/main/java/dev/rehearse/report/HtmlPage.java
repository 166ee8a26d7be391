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
 * One page that needs nothing but itself. What it shows is embedded as data, which the page's own script
 * shows as text; a content security policy names that script by its hash, so that nothing else can run and nothing can be fetched, even
 * if a name or a statement were to break out. Thread-safe.
 *
 * @param styles files of its folder, in order
 * @param scripts the same
 * @param title of the window
 * @param text what it shows without scripts
 * @param elsewhere where the same facts are for who has no scripts, as a sentence
 * @param first id of the first section, and what it holds
 * @param data what it is made from
 */
record HtmlPage(
        List<String> styles,
        List<String> scripts,
        String title,
        String text,
        String elsewhere,
        Map.Entry<String, String> first,
        Object data) {

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

    String render() {
        String style = styles.stream().map(HtmlPage::resource).collect(Collectors.joining("\n"));
        String script = scripts.stream()
                .map(HtmlPage::resource)
                .collect(Collectors.joining("\n", "(() => {\n\"use strict\";\n", "})();\n"));
        return fill(
                resource("page.html"),
                Map.of(
                        "style", style,
                        "stylehash", hash(style),
                        "script", script,
                        "scripthash", hash(script),
                        "title", escape(title),
                        "text", escape(text),
                        "elsewhere", escape(elsewhere),
                        "first", first.getKey(),
                        "firstname", first.getValue(),
                        "data", embeddable(ReportJson.compact(data))));
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
        try (InputStream in = HtmlPage.class.getResourceAsStream("page/" + name)) {
            // The browser hashes what it parsed, and it parses \r\n as \n.
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The page's " + name + " could not be read from our own jar", e);
        }
    }
}
