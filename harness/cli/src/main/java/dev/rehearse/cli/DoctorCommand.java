package dev.rehearse.cli;

import dev.rehearse.database.Leftovers;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "Says what this machine can do, and what to install for the rest.")
final class DoctorCommand implements Callable<Integer> {

    private final Console console;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        line("Java", Runtime.version() + " in " + System.getProperty("java.home"));
        line("machine", Runtime.getRuntime().availableProcessors() + " cores, " + memory());
        List<String> leftovers = Leftovers.list();
        line("leftovers", leftovers.isEmpty() ? "none" : String.join("; ", leftovers) + " (the next run removes them)");
        return ExitCode.OK;
    }

    private static String memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? String.format(Locale.ROOT, "%,d MiB of memory", system.getTotalMemorySize() >> 20)
                : "memory unknown";
    }

    private void line(String what, String says) {
        console.print(String.format(Locale.ROOT, "%-12s %s%n", what, says));
    }
}
