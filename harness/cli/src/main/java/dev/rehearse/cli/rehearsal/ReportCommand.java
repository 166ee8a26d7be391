package dev.rehearse.cli.rehearsal;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.NoStandardOutput;
import dev.rehearse.report.RehearsalReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = "Judges the recording of a run again and writes its report, without a database.")
public final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RECORDING", description = "The recording of a run, or the run's folder.")
    private Path recording = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            converter = NoStandardOutput.class,
            description = "Where the report goes; beside the recording by default.")
    private @Nullable Path out;

    private final Console console;
    private final Engine engine;

    public ReportCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        Path beside = Files.isDirectory(recording)
                ? recording
                : recording.toAbsolutePath().getParent();
        Path folder = out != null ? out : beside == null ? Path.of("") : beside;
        RehearsalReport report = engine.judge(recording, folder);
        RunCommand.show(console, report, folder);
        return report.verdict().exitCode();
    }
}
