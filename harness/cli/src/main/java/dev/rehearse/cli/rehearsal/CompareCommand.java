package dev.rehearse.cli.rehearsal;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.console.TextOutput;
import dev.rehearse.report.Comparison;
import dev.rehearse.report.Comparison.NamedReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.report.ReportJson;
import dev.rehearse.report.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        description = "Compares a run with earlier runs of the same plan on the same machine, and says what got worse.",
        footer = {
            "",
            "A number is worse where it is above the earlier ones' median by more than the tolerance, by half as much"
                    + " again as the highest of them is above it, and by more than 50 ms (100 ms for the migration and"
                    + " the way back), or 1 MB. Times are without those in which other programs had the cores. Earlier runs that"
                    + " are INCONCLUSIVE are left out.",
            "What got worse is told once. The page (--html) and the JSON (--json) show since when: which runs were beyond those before them, and by how much.",
            "Exit codes: 0 no worse, 1 worse, 3 the runs cannot be compared, or the later one is INCONCLUSIVE.",
            "",
            "Try: rehearse compare reports/runs/NAME/* --html trends.html"
        })
public final class CompareCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Folders of runs, or their report.json: the earlier ones, and at last the one to judge.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            description = "By how much a number may be above the earlier ones' median; 50%% by default.")
    private @Nullable String tolerance;

    @Option(
            names = "--newest",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How many of the runs are the newest ones. Worse is what is worse in each of them, so that chance"
                            + " must have done it as often; ${DEFAULT-VALUE} by default.")
    private int newest = 1;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also writes every number of every run there as JSON; - for standard output.")
    private @Nullable Path json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Also writes a page there that shows every number over the runs, and which of them left the earlier ones; - for"
                            + " standard output.")
    private @Nullable Path html;

    private final Console console;

    public CompareCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (newest < 1 || newest > runs.size()) {
            throw new InvalidRehearsalException(
                    "--newest must be from 1 to the number of the runs that are named, which is " + runs.size()
                            + ", but is " + newest + ".");
        }
        boolean jsonAlone = TextOutput.isStandard(json);
        boolean pageAlone = TextOutput.isStandard(html);
        if (jsonAlone && pageAlone) {
            throw new InvalidRehearsalException(
                    "--json and --html cannot both go to standard output. Name a file for one of them.");
        }
        List<NamedReport> earlier = RunReports.ofWhole(runs.subList(0, runs.size() - newest), console);
        List<NamedReport> later = runs.subList(runs.size() - newest, runs.size()).stream()
                .map(RunReports::of)
                .toList();
        Comparison comparison = Comparison.of(earlier, later, tolerance());
        if (!jsonAlone && !pageAlone) {
            console.print(comparison.render());
        }
        write(comparison);
        return switch (comparison.outcome()) {
            case WORSE -> ExitCode.FAILED;
            case NO_WORSE -> ExitCode.OK;
            case INCONCLUSIVE -> Verdict.INCONCLUSIVE.exitCode();
        };
    }

    private void write(Comparison comparison) {
        if (html != null && TextOutput.isStandard(html)) {
            TextOutput.write(html, ReportFiles.page(comparison, Path.of("")), console, TextOutput.OTHER_FILE);
        } else if (html != null) {
            ReportFiles.write(comparison, html);
        }
        if (json != null) {
            TextOutput.write(json, ReportJson.render(comparison), console, TextOutput.OTHER_FILE);
        }
    }

    private double tolerance() {
        if (tolerance == null) {
            return Comparison.TOLERANCE;
        }
        if (!tolerance.matches("\\d{1,5}(\\.\\d+)?%")) {
            throw new InvalidRehearsalException(
                    "--tolerance must be a share such as 20% or 150%, but is \"" + tolerance + "\".");
        }
        return Double.parseDouble(tolerance.substring(0, tolerance.length() - 1)) / 100;
    }
}
