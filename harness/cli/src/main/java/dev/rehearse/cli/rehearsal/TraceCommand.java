package dev.rehearse.cli.rehearsal;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.cli.option.DatabaseOptions;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "trace",
        description = {
            "The quick look: runs scripts statement by statement on loaded data, without load, and says what each one locks,"
                    + " rewrites, scans and builds.",
            "A trace gives no verdict: who would have waited, and for how long, only a run can tell."
        })
public final class TraceCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "FILE.sql", description = "The scripts to trace, in order.")
    private List<Path> scripts = List.of();

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "A script that builds the schema first; may be given several times.")
    private List<Path> schema = List.of();

    @Mixin
    private DatabaseOptions options = new DatabaseOptions();

    private final Console console;
    private final Engine engine;

    public TraceCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() throws InterruptedException {
        ConsoleProgress progress = new ConsoleProgress(console);
        Recording recording = engine.trace(plan(), options.database(), progress);
        progress.clear();
        console.print("\n" + TraceText.render(recording, console.width()));
        return failed(recording) ? ExitCode.FAILED : ExitCode.OK;
    }

    private static boolean failed(Recording recording) {
        return recording.aborted() != null
                || recording.attempts().stream().anyMatch(a -> a.outcome() != Outcome.SUCCEEDED);
    }

    private Rehearsal plan() {
        RehearsalBuilder plan = RehearsalBuilder.in(Path.of(""))
                .name("trace of " + scripts.get(0).getFileName())
                .schema(names(schema))
                .up(names(scripts));
        return options.overrides().applyTo(plan.build());
    }

    private static String[] names(List<Path> files) {
        return files.stream().map(Path::toString).toArray(String[]::new);
    }
}
