package dev.rehearse.scenarios;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Programs of this machine that tests ask. */
final class Commands {

    private static final long DEADLINE_SECONDS = 60;

    private Commands() {}

    /** What a command printed; fails if it failed. */
    static String run(String... command) {
        Answer answer = ask(command);
        if (answer.exitCode != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " failed with " + answer.exitCode + ":\n" + answer.output);
        }
        return answer.output;
    }

    static boolean succeeds(String... command) {
        return ask(command).exitCode == 0;
    }

    private record Answer(int exitCode, String output) {}

    private static Answer ask(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " took longer than " + DEADLINE_SECONDS + " s.");
            }
            return new Answer(process.exitValue(), output);
        } catch (IOException e) {
            return new Answer(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while running " + String.join(" ", command), e);
        }
    }
}
