package dev.rehearse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command in a process of its own, for signals. Stateless. */
final class CommandProcess {

    private CommandProcess() {}

    static ProcessBuilder of(List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (Files.isDirectory(Path.of("/proc"))) {
            // A build in the background ignores SIGINT, and so would its children.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It starts in less time, and runs for a short one.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-cp",
                System.getProperty("java.class.path"),
                RehearseCommand.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** Sends INT or TERM. */
    static void send(String signal, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
