package dev.rehearse.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a container of the official image, or of what stands in for it. */
record ScratchContainer(String id, int port) implements ScratchServer.Host {

    private static final String IMAGE = System.getenv().getOrDefault("REHEARSE_TEST_IMAGE", "postgres:18");
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    static ScratchContainer start(String... settings) {
        List<String> run = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--publish=127.0.0.1::5432",
                "--env=POSTGRES_HOST_AUTH_METHOD=trust",
                "--env=POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=C",
                IMAGE,
                "-c",
                "max_wal_size=4GB"));
        Stream.of(settings).forEach(setting -> run.addAll(List.of("-c", setting)));
        String id = docker(run.toArray(String[]::new));
        String published = docker("port", id, "5432/tcp").lines().findFirst().orElseThrow();
        int port = Integer.parseInt(published.substring(published.lastIndexOf(':') + 1));
        ScratchContainer container = new ScratchContainer(id, port);
        container.awaitReady();
        return container;
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            try {
                ScratchServer.open(port, "postgres").close();
                return;
            } catch (SQLException notYet) {
                if (System.nanoTime() > deadline) {
                    String log = docker("logs", id);
                    close();
                    throw new IllegalStateException("The container did not get ready:\n" + log, notYet);
                }
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        docker("rm", "--force", "--volumes", id);
    }

    private static String docker(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "docker";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(Arrays.toString(command) + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(Arrays.toString(command) + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
