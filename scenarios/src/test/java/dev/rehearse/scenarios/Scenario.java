package dev.rehearse.scenarios;

import dev.rehearse.database.OnceInThree;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A folder of {@code scenarios/} with a plan and what its rehearsal must conclude.
 *
 * @param folder the folder
 * @param verdict the verdict it expects
 * @param findings ids of findings it must have; without any it must have no breach
 * @param scaleInTests rows of its largest table when it is tested, null for as many as the plan says
 * @param databaseInTests the only kind of server that it is tested on, null for each
 */
record Scenario(
        Path folder,
        Verdict verdict,
        List<String> findings,
        @Nullable Long scaleInTests,
        @Nullable String databaseInTests) {

    static List<Scenario> all() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("").toAbsolutePath())) {
            return folders.filter(folder -> Files.exists(folder.resolve("rehearsal.yaml")))
                    .sorted()
                    .map(Scenario::read)
                    .toList();
        }
    }

    static Scenario named(String name) {
        return read(Path.of(name).toAbsolutePath());
    }

    private static Scenario read(Path folder) {
        try {
            Map<?, ?> expected = (Map<?, ?>) new Load(LoadSettings.builder().build())
                    .loadFromString(Files.readString(folder.resolve("expected.yaml")));
            return new Scenario(
                    folder,
                    Verdict.valueOf(String.valueOf(expected.get("verdict"))),
                    ((List<?>) expected.get("findings"))
                            .stream().map(String::valueOf).toList(),
                    expected.get("scaleInTests") instanceof Number scale ? scale.longValue() : null,
                    (String) expected.get("databaseInTests"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(folder + " does not say what it expects", e);
        }
    }

    boolean isTestedOn(String database) {
        return databaseInTests == null || databaseInTests.equals(database);
    }

    /** A machine that stalls can spoil a GO, but bring none about: all else is to hold the first time. */
    void holds(OnceInThree.Trial trial) throws Exception {
        if (verdict == Verdict.GO) {
            OnceInThree.holds(trial);
        } else {
            trial.run();
        }
    }

    /** What in the report is not as expected; empty where all is. */
    String surprise(RehearsalReport report) {
        List<String> seen = report.findings().stream()
                .filter(f -> f.severity() == Severity.BREACH || f.severity() == Severity.VOID)
                .map(Finding::id)
                .distinct()
                .toList();
        boolean asExpected = report.verdict() == verdict && seen.containsAll(findings);
        return asExpected
                ? ""
                : "expected " + verdict + " with " + findings + ", got " + report.verdict() + " with " + seen + "\n"
                        + String.join("\n", report.summary()) + "\n" + report.findings();
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
