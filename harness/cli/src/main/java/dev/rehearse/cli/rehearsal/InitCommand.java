package dev.rehearse.cli.rehearsal;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ConsoleProgress;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.init.ProjectInit;
import dev.rehearse.report.Units;
import dev.rehearse.run.Lasting;
import dev.rehearse.tool.ShellCommand;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        description = "Writes the first rehearsal.yaml of a project: finds its migration tool and what is pending.",
        footer = {
            "",
            "The tool is recognised by the project's files; --from says what production has. Then: rehearse run FOLDER"
        })
public final class InitCommand implements Callable<Integer> {

    private static final int SHOWN = 12;

    @Parameters(
            paramLabel = "FOLDER",
            arity = "0..1",
            defaultValue = ".",
            description = "Where the project's users call the tool; this folder by default.")
    private Path folder = Path.of(".");

    @Option(
            names = "--from",
            paramLabel = "BASELINE",
            description =
                    "What production has: a git ref, a migration or version, or the URL of a database, whose history is only read."
                            + " By default git tells: what origin's main branch has, else what was there before the newest migrations were added.")
    private @Nullable String from;

    @Option(names = "--tool", paramLabel = "KEY", description = "Which tool, where the folder has files of several.")
    private @Nullable String tool;

    @Option(
            names = "--migrations",
            paramLabel = "FOLDER",
            description =
                    "Where Flyway's migrations or numbered scripts are, where they are not found: relative to the project's folder."
                            + " Or which of the databases of a Rails application.")
    private @Nullable String migrations;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "The name of the plan, in that folder; rehearsal.yaml by default. For a folder with several.")
    private @Nullable String plan;

    @Option(names = "--force", description = "Replaces a plan that is there.")
    private boolean force;

    private final Console console;

    public InitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ProjectInit.Written written = written();
        StringBuilder text = new StringBuilder();
        text.append(written.file()).append(": ").append(written.tool());
        String baseline = written.baseline();
        text.append(
                baseline == null
                        ? ", from an empty schema\n"
                        : ", from " + baseline + " (" + Units.count(written.there(), "migration") + ")\n");
        written.pending().stream()
                .limit(SHOWN)
                .forEach(id -> text.append("  pending  ").append(id).append('\n'));
        if (written.pending().size() > SHOWN) {
            text.append("  and ").append(written.pending().size() - SHOWN).append(" more\n");
        }
        text.append("  next     rehearse run ")
                .append(ShellCommand.word(written.toRun().toString()))
                .append('\n');
        console.print(text.toString());
        written.notes().forEach(note -> console.message("note: " + note));
        return ExitCode.OK;
    }

    /** Tools may have to start, or to be fetched. */
    private ProjectInit.Written written() {
        ConsoleProgress progress = new ConsoleProgress(console);
        Lasting lasting = new Lasting("look for migrations", progress);
        try {
            return ProjectInit.write(folder, from, tool, migrations, plan, force);
        } finally {
            lasting.close();
            progress.clear();
        }
    }
}
