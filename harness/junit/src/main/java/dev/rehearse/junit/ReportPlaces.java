package dev.rehearse.junit;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Environment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the page of a report is that a test holds, so that a failed assertion can name it. A run is known by its environment, which what its
 * report says of one migration has, too. Thread-safe.
 */
final class ReportPlaces {

    private static final Map<Environment, Path> PAGES = Collections.synchronizedMap(new IdentityHashMap<>());

    private ReportPlaces() {}

    static void put(RehearsalReport report, Path page) {
        PAGES.put(report.environment(), page);
    }

    static Optional<Path> of(RehearsalReport report) {
        return Optional.ofNullable(PAGES.get(report.environment()));
    }

    static void forget(RehearsalReport report) {
        PAGES.remove(report.environment());
    }
}
