package dev.rehearse.cli.rehearsal;

import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.database.choice.MachineReport;
import dev.rehearse.database.choice.MachineReport.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "Says what this machine can do, and what to install for the rest.")
public final class DoctorCommand implements Callable<Integer> {

    private static final String INDENT = " ".repeat(4);

    private final Console console;

    public DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Java", true, Runtime.version() + " in " + System.getProperty("java.home"), ""));
        facts.addAll(MachineReport.look().facts());
        facts.forEach(this::show);
        return ExitCode.OK;
    }

    private void show(Fact fact) {
        console.print((fact.ok() ? "ok  " : "--  ") + fact.what() + ": " + indented(fact.detail()) + "\n");
        if (!fact.howToFix().isEmpty()) {
            console.print(INDENT + indented(fact.howToFix()) + "\n");
        }
    }

    private static String indented(String text) {
        return text.strip().replace("\n", "\n" + INDENT);
    }
}
