package dev.rehearse.cli.rehearsal;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.cli.option.NoStandardOutput;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.recording.Phase;
import dev.rehearse.report.ConsoleReport;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
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
            converter = NoStandardOutput.class,
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
        if (DatabaseUrl.isMeant(options.database())) {
            console.whenInterrupted(() -> interruptedOnNamed(progress.phase()), false);
        }
        try (RunFolder folder = RunFolder.make(out, rehearsal.name(), LocalDateTime.now())) {
            RehearsalReport report = engine.rehearse(rehearsal, options.database(), folder.path(), progress);
            progress.clear();
            show(console, report, folder.path());
            List<String> phases = report.phases().stream()
                    .map(RehearsalReport.PhaseSpan::phase)
                    .toList();
            keptOnNamed(options.database(), phases).ifPresent(kept -> console.message("note: " + kept));
            return report.verdict().exitCode();
        }
    }

    /** @param phase that was under way; null before the first */
    private static String interruptedOnNamed(@Nullable Phase phase) {
        String left = "";
        if (phase != null && phase.compareTo(Phase.MIGRATE) >= 0) {
            left =
                    " The database that you named stays as it is: it may have all of the migration, a part or none. Take it back or make the"
                            + " database anew before the next run.";
        } else if (phase == Phase.LOAD) {
            left =
                    " Where the database that you named was empty it may have a part of what was to be loaded; then its comment says so, and no run"
                            + " takes it before you make it anew. One that had tables has what it had.";
        } else if (phase == null || phase == Phase.PROVISION) {
            left = " The database that you named is as it was.";
        } else {
            left =
                    " The migration had not begun: the database that you named has its schema and rows, some of them the load's.";
        }
        return "Interrupted: there is no verdict. Stopping and cleaning up." + left;
    }

    /** What a run leaves in a database that is not ours; empty where it is, or the migration never began. */
    static Optional<String> keptOnNamed(String database, List<String> phases) {
        return DatabaseUrl.isMeant(database) && phases.contains(Phase.MIGRATE.name())
                ? Optional.of(
                        "the database that you named keeps what the migration and the load did to it: take the migration back or"
                                + " make the database anew before the next run")
                : Optional.empty();
    }

    static void show(Console console, RehearsalReport report, Path folder) {
        String where = folder.resolve(ReportFiles.HTML).toString();
        String migrations = ConsoleReport.migrations(report);
        console.print("\n" + migrations + (migrations.isEmpty() ? "" : "\n")
                + ConsoleReport.render(report, console.hasColours(), where));
    }
}
