package dev.rehearse.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes the sample reports and comparisons, and pictures of them where a browser is installed, for people to look at: the first argument is the folder,
 * further ones the samples to take pictures of (all). To be
 * run by hand after a change to the page.
 */
final class WriteSamples {

    private WriteSamples() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Map<String, RehearsalReport> samples = SampleReports.all();
        samples.forEach((name, report) -> ReportFiles.write(report, folder.resolve(name)));
        Map<String, Comparison> comparisons = SampleComparisons.all();
        for (Map.Entry<String, Comparison> each : comparisons.entrySet()) {
            Path beside = Files.createDirectories(folder.resolve("compared-" + each.getKey()));
            ReportFiles.write(each.getValue(), beside.resolve(ReportFiles.HTML));
            Files.writeString(beside.resolve("comparison.json"), ReportJson.render(each.getValue()));
        }
        if (Chromium.installed().isEmpty()) {
            return;
        }
        try (Chromium browser = new Chromium(Chromium.installed().get())) {
            List<String> all = Stream.concat(
                            samples.keySet().stream(),
                            comparisons.keySet().stream().map("compared-"::concat))
                    .toList();
            for (String name : arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : all) {
                Path page = folder.resolve(name).resolve(ReportFiles.HTML);
                picture(browser, page, "desktop-light", 1280, 900, false);
                picture(browser, page, "desktop-dark", 1280, 900, true);
                picture(browser, page, "phone", 390, 780, false);
                picture(browser, page, "phone-dark", 390, 780, true);
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
