package dev.rehearse.cli.rehearsal;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.report.Comparison.NamedReport;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.report.ReportException;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.report.ReportJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The reports in the folders of runs. */
final class RunReports {

    private RunReports() {}

    /** Those of the runs that ended: one that was killed has a folder, and no report in it, which is said. */
    static List<NamedReport> ofWhole(List<Path> runs, Console console) {
        return runs.stream()
                .filter(run -> isWhole(run, console))
                .map(RunReports::of)
                .toList();
    }

    private static boolean isWhole(Path run, Console console) {
        if (!Files.isDirectory(run) || Files.exists(run.resolve(ReportFiles.JSON))) {
            return true;
        }
        console.message("There is no report in " + run + ": that run did not end, and is left out.");
        return false;
    }

    /**
     * @param run the folder of a run, or its report.json
     * @throws InvalidRehearsalException if there is none, or it cannot be read
     */
    static NamedReport of(Path run) {
        Path file = Files.isDirectory(run) ? run.resolve(ReportFiles.JSON) : run;
        if (!Files.exists(file)) {
            throw new InvalidRehearsalException(
                    "There is no report " + file + (Files.isDirectory(run) ? ": that run did not end, or is none" : "")
                            + ". Name the folder of a run (reports/runs/NAME/TIME, or what --out named), or its report.json.");
        }
        try {
            return new NamedReport(run.toString(), ReportJson.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new InvalidRehearsalException("The report " + file + " cannot be read: " + FileTrouble.of(e), e);
        } catch (ReportException e) {
            throw new InvalidRehearsalException(file + ": " + e.getMessage(), e);
        }
    }
}
