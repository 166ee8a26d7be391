package dev.rehearse.cli.rehearsal;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.report.ConsoleReport;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Rehearses a migration under load and gives a verdict with its evidence.",
        footer = {
            "",
            "PLAN needs no more than a schema and a migration:",
            "  schema: schema.sql",
            "  migration: V2__add_column.sql"
        })
public final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLAN", description = "A rehearsal.yaml, or the folder that has one.")
    private Path plan = Path.of("");

    @Mixin
    private DatabaseOptions options = new DatabaseOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the report goes; reports/runs/NAME/TIME by default.")
    private @Nullable Path out;

    private final Console console;
    private final Engine engine;

    public RunCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() throws InterruptedException {
        ConsoleProgress progress = new ConsoleProgress(console);
        Rehearsal rehearsal = RehearsalFile.read(plan, options.overrides(), progress);
        try (RunFolder folder = RunFolder.make(out, rehearsal.name(), LocalDateTime.now())) {
            RehearsalReport report = engine.rehearse(rehearsal, options.database(), folder.path(), progress);
            progress.clear();
            show(console, report, folder.path());
            return report.verdict().exitCode();
        }
    }

    static void show(Console console, RehearsalReport report, Path folder) {
        String where = folder.resolve(ReportFiles.HTML).toString();
        String migrations = ConsoleReport.migrations(report);
        console.print("\n" + migrations + (migrations.isEmpty() ? "" : "\n")
                + ConsoleReport.render(report, console.hasColours(), where));
    }
}
