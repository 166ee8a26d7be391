package dev.rehearse.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The files of a report in a run's folder, and the page of a comparison. Each is written beside its place and then moved there, so that a reader never sees half a
 * file. Thread-safe for different folders.
 */
public final class ReportFiles {

    public static final String JSON = "report.json";
    public static final String HTML = "report.html";
    public static final String MARKDOWN = "report.md";
    public static final String JUNIT_XML = "junit.xml";

    private ReportFiles() {}

    /**
     * Writes {@code report.json}, {@code report.html}, {@code report.md} and {@code junit.xml}; makes the folder where it is missing,
     * replaces files that are there.
     *
     * @return the path of {@code report.html}, the one for people
     * @throws ReportException if a file cannot be written
     */
    public static Path write(RehearsalReport report, Path folder) {
        try {
            Files.createDirectories(folder);
            replace(folder.resolve(JSON), ReportJson.render(report));
            replace(folder.resolve(MARKDOWN), MarkdownReport.render(report));
            replace(folder.resolve(JUNIT_XML), JUnitXmlReport.render(report));
            Path html = folder.resolve(HTML);
            replace(html, HtmlReport.render(report));
            return html;
        } catch (IOException e) {
            throw new ReportException(
                    "The verdict is " + report.verdict() + ", but the report could not be written to " + folder + ": "
                            + FileTrouble.of(e)
                            + ". Check that the folder may be written to and that the disk is not full, or name another with --out.",
                    e);
        }
    }

    /**
     * Writes a comparison as a page, which leads to the pages of its runs where those are.
     *
     * @throws ReportException if the file cannot be written
     */
    public static void write(Comparison comparison, Path page) {
        Path file = page.toAbsolutePath().normalize();
        Path folder = Objects.requireNonNullElse(file.getParent(), file);
        try {
            Files.createDirectories(folder);
            String html = page(comparison, folder);
            if (Files.exists(file, NOFOLLOW_LINKS) && !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
                // No file is to take the place of a pipe or a device, /dev/stdout among them; of a folder the error
                // says that it is one.
                Files.writeString(file, html);
            } else {
                replace(file, html);
            }
        } catch (IOException e) {
            throw new ReportException(
                    "The comparison could not be written to " + page + ": " + FileTrouble.of(e)
                            + ". Name a file in a folder that may be written to.",
                    e);
        }
    }

    /** A comparison as a page of a folder, which leads from there to the pages of its runs where those are. */
    public static String page(Comparison comparison, Path folder) {
        Path from = folder.toAbsolutePath().normalize();
        return HtmlComparison.render(
                comparison,
                comparison.runs().stream().map(run -> reportOf(run, from)).toList());
    }

    /** Where a run's page is, as seen from a folder; empty where there is none. */
    private static String reportOf(Comparison.Run run, Path folder) {
        Path named = Path.of(run.folder()).toAbsolutePath().normalize();
        Path report = Files.isDirectory(named) ? named.resolve(HTML) : named.resolveSibling(HTML);
        if (!Files.exists(report) || !Objects.equals(folder.getRoot(), report.getRoot())) {
            return "";
        }
        StringBuilder url = new StringBuilder(".");
        folder.relativize(report)
                .forEach(part -> url.append('/')
                        .append(URLEncoder.encode(part.toString(), UTF_8).replace("+", "%20")));
        return url.toString();
    }

    /**
     * Reads a {@code report.json}.
     *
     * @throws ReportException if it cannot be read or is no report
     */
    public static RehearsalReport read(Path reportJson) {
        String json;
        try {
            json = Files.readString(reportJson);
        } catch (IOException e) {
            throw new ReportException("The report " + reportJson + " could not be read: " + FileTrouble.of(e), e);
        }
        try {
            return ReportJson.parse(json);
        } catch (ReportException e) {
            throw new ReportException(reportJson + ": " + e.getMessage(), e);
        }
    }

    private static void replace(Path file, String content) throws IOException {
        Path temporary = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".part");
        try {
            Files.write(temporary, content.getBytes(UTF_8));
            // A temporary file is private to its owner; a report is to be read by whoever may read the folder.
            if (Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(
                        temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            }
            try {
                Files.move(temporary, file, ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, file, REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
