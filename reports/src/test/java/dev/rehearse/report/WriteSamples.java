package dev.rehearse.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes the sample reports, and pictures of them where a browser is installed, for people to look at: the first argument is the folder,
 * further ones the samples to take pictures of (all). To be
 * run by hand after a change to the page.
 */
final class WriteSamples {

    private WriteSamples() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Map<String, RehearsalReport> samples = SampleReports.all();
        samples.forEach((name, report) -> ReportFiles.write(report, folder.resolve(name)));
        if (Chromium.installed().isEmpty()) {
            return;
        }
        try (Chromium browser = new Chromium(Chromium.installed().get())) {
            for (String name :
                    arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : samples.keySet()) {
                Path page = folder.resolve(name).resolve(ReportFiles.HTML);
                picture(browser, page, "desktop-light", 1280, 900, false);
                picture(browser, page, "desktop-dark", 1280, 900, true);
                picture(browser, page, "phone", 360, 780, false);
                Files.write(page.resolveSibling("print.pdf"), browser.pdf());
            }
        }
    }

    private static void picture(Chromium browser, Path page, String name, int width, int height, boolean dark)
            throws Exception {
        browser.size(width, height, width < 600);
        browser.dark(dark);
        browser.open(page);
        Files.write(page.resolveSibling(name + ".png"), browser.screenshot(9_000));
        browser.complaints().stream()
                .distinct()
                .limit(3)
                .forEach(complaint -> System.err.println(page + ": " + complaint));
    }
}
