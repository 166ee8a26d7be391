package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** In what runs differ that their numbers depend on, the rows aside: where they do, numbers cannot be held against each other. */
final class Comparability {

    private Comparability() {}

    /** "cores: 8, was 2", a line for each of them; empty where the runs are of one plan, load and kind of machine. */
    static List<String> differences(List<RehearsalReport> earlier, RehearsalReport later) {
        List<String> differences = new ArrayList<>();
        differs(
                differences,
                "the plan's name",
                earlier,
                later,
                report -> report.plan().name());
        differs(differences, "PostgreSQL", earlier, later, ofEnvironment(Comparability::majorVersion));
        differs(differences, "rate", earlier, later, report -> report.load().rate());
        differs(differences, "clients", earlier, later, report -> report.load().clients());
        differs(differences, "standbys", earlier, later, ofEnvironment(Environment::standbys));
        differs(differences, "settings", earlier, later, ofEnvironment(Environment::settings));
        differs(differences, "where the server comes from", earlier, later, ofEnvironment(Environment::provider));
        differs(differences, "cores", earlier, later, ofEnvironment(Environment::cores));
        return differences;
    }

    private static String majorVersion(Environment environment) {
        return environment.serverVersion().split("\\D", 2)[0];
    }

    private static Function<RehearsalReport, Object> ofEnvironment(Function<Environment, Object> value) {
        return report -> value.apply(report.environment());
    }

    static void differs(
            List<String> differences,
            String what,
            List<RehearsalReport> earlier,
            RehearsalReport later,
            Function<RehearsalReport, Object> value) {
        Object now = value.apply(later);
        earlier.stream()
                .map(value)
                .filter(before -> !before.equals(now))
                .findFirst()
                .ifPresent(before -> differences.add(what + ": " + PlainText.oneLine(now + ", was " + before, 90)));
    }
}
