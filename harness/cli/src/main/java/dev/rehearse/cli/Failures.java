package dev.rehearse.cli;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.cli.console.Console;
import dev.rehearse.cli.console.ExitCode;
import dev.rehearse.report.ReportException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Says what went wrong to the person who can act on it, and with which exit code. */
final class Failures {

    private static final Duration UNTIL_A_SIGNAL_IS_HEARD = Duration.ofMillis(300);

    private final Console console;
    private final Duration untilASignalIsHeard;

    Failures(Console console) {
        this(console, UNTIL_A_SIGNAL_IS_HEARD);
    }

    /** @param untilASignalIsHeard how long a signal that brought a failure about may take to reach us */
    Failures(Console console, Duration untilASignalIsHeard) {
        this.console = console;
        this.untilASignalIsHeard = untilASignalIsHeard;
    }

    int tell(Throwable failure, List<String> arguments) {
        if (!(failure instanceof InvalidRehearsalException)) {
            console.awaitInterruption(untilASignalIsHeard);
        }
        if (console.isMuted()) {
            // The process is being ended: whatever fails now fails because of that, and its code is the signal's.
            return ExitCode.BUG;
        }
        if (failure instanceof InvalidRehearsalException) {
            console.message(String.valueOf(failure.getMessage()));
            return ExitCode.USAGE;
        }
        if (failure instanceof EnvironmentException || failure instanceof ReportException) {
            console.message(String.valueOf(failure.getMessage()));
            return ExitCode.ENVIRONMENT;
        }
        console.message("This is a bug in Rehearse, not in your migration: " + failure);
        console.message(
                "No verdict was reached. Please report it to the project with " + trace(failure, arguments) + ".");
        return ExitCode.BUG;
    }

    /** The file is made to be passed on. */
    private static String withoutPasswords(String commandLine) {
        return commandLine.replaceAll("(?i)(password=)[^&\\s]*", "$1***").replaceAll("(://[^:/@\\s]*:)\\S*@", "$1***@");
    }

    /** Where the stack trace is. */
    private static String trace(Throwable failure, List<String> arguments) {
        try {
            Path file = Files.createTempFile("rehearse-bug-", ".txt");
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
                writer.println("Rehearse " + Version.number() + ", Java " + Runtime.version() + ", "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", " + Instant.now());
                writer.println("rehearse " + withoutPasswords(String.join(" ", arguments)));
                writer.println();
                failure.printStackTrace(writer);
            }
            return "the file " + file;
        } catch (IOException e) {
            return "this text (its stack trace could not be written to a file: " + e.getMessage() + ")";
        }
    }
}
