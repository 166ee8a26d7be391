package dev.rehearse.cli.rehearsal;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.report.Prediction;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.report.Units;
import dev.rehearse.report.Verdict;
import dev.rehearse.run.RunFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/** Runs a plan at several sizes, one after the other. */
final class RunsOfSizes {

    /** Apart from other runs, which are compared with each other. */
    private static final Path FOLDER = Path.of("reports", "sizes");

    private final Path plan;
    private final DatabaseOptions options;
    private final Console console;
    private final Engine engine;

    RunsOfSizes(Path plan, DatabaseOptions options, Console console, Engine engine) {
        this.plan = plan;
        this.options = options;
        this.console = console;
        this.engine = engine;
    }

    /**
     * The reports of all sizes. Each run has its folder under {@code reports/sizes}, so that what has ended stays when a later one is interrupted.
     *
     * @param sizes rows of the largest table, smallest first
     * @param there runs that ended before; their sizes are not run again
     */
    List<RehearsalReport> of(List<Long> sizes, List<RehearsalReport> there) throws InterruptedException {
        List<Long> missing = sizes.stream()
                .filter(size -> there.stream()
                        .noneMatch(report -> report.verdict() != Verdict.INCONCLUSIVE
                                && Math.abs(Prediction.rows(report) - size) <= size / 100))
                .toList();
        // All of them first: what is wrong with the plan is told before anything runs.
        List<Rehearsal> rehearsals = new ArrayList<>();
        for (long size : missing) {
            rehearsals.add(RehearsalFile.read(plan, options.overrides(size), new ConsoleProgress(console)));
        }
        List<RehearsalReport> reports = new ArrayList<>(there);
        long begun = System.nanoTime();
        for (int i = 0; i < missing.size(); i++) {
            console.message("Run " + (i + 1) + " of " + missing.size() + ", " + Units.count(missing.get(i)) + " rows"
                    + (i == 0 ? "" : left(System.nanoTime() - begun, missing, i)));
            RehearsalReport report = run(rehearsals.get(i));
            mustBeOfSize(report, missing.get(i));
            reports.add(report);
        }
        return reports;
    }

    /** A schema's own rows, or tables that the plan does not name, may leave the runs with other rows than they were asked for. */
    private static void mustBeOfSize(RehearsalReport report, long asked) {
        long rows = Prediction.rows(report);
        if (report.verdict() != Verdict.INCONCLUSIVE && rows < asked / 2) {
            throw new InvalidRehearsalException(
                    Units.count(asked) + " rows were asked for, but the largest table had "
                            + Units.count(rows)
                            + ". In the plan's data let rows name the largest table with its rows in production, or leave rows out.");
        }
    }

    private RehearsalReport run(Rehearsal rehearsal) throws InterruptedException {
        ConsoleProgress progress = new ConsoleProgress(console);
        try (RunFolder folder = RunFolder.under(FOLDER, rehearsal.name(), LocalDateTime.now())) {
            RehearsalReport report = engine.rehearse(rehearsal, options.database(), folder.path(), progress);
            progress.clear();
            console.message(report.verdict() + "  " + folder.path().resolve(ReportFiles.HTML));
            Path ended = folder.path().resolveSibling("*");
            console.whenInterrupted(
                    () -> "Interrupted. The runs that ended stay: to go on from them, say the same with " + ended
                            + " behind it.",
                    false);
            return report;
        }
    }

    /** At most: as if all that the runs took grew with their rows. */
    private static String left(long nanos, List<Long> sizes, int done) {
        double rows = sizes.subList(0, done).stream().mapToLong(Long::longValue).sum();
        double toGo = sizes.subList(done, sizes.size()).stream()
                .mapToLong(Long::longValue)
                .sum();
        Duration most = Duration.ofNanos((long) (nanos * toGo / rows));
        return ", at most " + Units.millis(most.toMillis()) + " left for all";
    }
}
