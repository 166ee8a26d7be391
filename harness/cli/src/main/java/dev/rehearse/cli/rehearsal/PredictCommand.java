package dev.rehearse.cli.rehearsal;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.report.Comparison.NamedReport;
import dev.rehearse.report.Prediction;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "predict",
        description =
                "Predicts from runs of one plan at several sizes what the migration takes at production's: its time, how long it"
                        + " locks each table, WAL, disk.",
        footer = {
            "",
            "It takes runs of three sizes or more, the largest with four times the rows of the smallest and a twentieth of --rows"
                    + " or more; those that are INCONCLUSIVE are left out. The other tables are expected to grow with the largest one.",
            "A lock is held against the limit of lock waits: who comes as it is taken waits until it is let go.",
            "Exit codes: 0 within the plan's limits, 1 over one of them, 3 the runs cannot tell.",
            "",
            "With --plan it makes the runs itself: four, each with twice the rows of the one before, the largest with a sixteenth of"
                    + " --rows or 400,000. Where they were interrupted, name those that ended (reports/sizes/NAME/*) as RUN: their sizes are not run again.",
            "",
            "Try: rehearse predict --plan PLAN --rows 20_000_000",
            "or, from runs of your own: rehearse run PLAN --scale 100_000 --out sizes/1, the same with 400_000 and 1_600_000, then",
            "     rehearse predict --rows 20_000_000 sizes/*"
        })
public final class PredictCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..*",
            paramLabel = "RUN",
            description = "Folders of runs, or their report.json, in any order.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--rows",
            required = true,
            paramLabel = "ROWS",
            converter = DatabaseOptions.ScaleConverter.class,
            description = "How many rows the largest table has in production.")
    private long rows;

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            description = "A rehearsal.yaml, or the folder that has one, to run at several sizes first.")
    private @Nullable Path plan;

    @Mixin
    private DatabaseOptions options = new DatabaseOptions();

    private final Console console;
    private final Engine engine;

    public PredictCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (plan == null && runs.isEmpty()) {
            throw new InvalidRehearsalException(
                    "Name runs to predict from, or with --plan the plan to run at several sizes.");
        }
        List<RehearsalReport> there = RunReports.ofWhole(runs, console).stream()
                .map(NamedReport::report)
                .toList();
        List<RehearsalReport> reports = plan == null
                ? there
                : new RunsOfSizes(plan, options, console, engine).of(Prediction.sizes(rows), there);
        if (reports.isEmpty()) {
            throw new InvalidRehearsalException("None of these runs ended, so there is nothing to predict from.");
        }
        Prediction prediction = Prediction.of(reports, rows);
        console.print(prediction.render());
        return switch (prediction.outcome()) {
            case BROKEN -> ExitCode.FAILED;
            case UNCERTAIN -> Verdict.INCONCLUSIVE.exitCode();
            case WITHIN, NO_LIMIT -> ExitCode.OK;
        };
    }
}
