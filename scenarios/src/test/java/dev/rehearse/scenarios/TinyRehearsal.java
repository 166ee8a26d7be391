package dev.rehearse.scenarios;

import dev.rehearse.recording.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A plan that goes through all phases in a few seconds, in a folder with a home of its own, so that what it leaves can be told from
 * what others do on this machine. Thread-safe.
 */
final class TinyRehearsal implements AutoCloseable {

    private static final Duration PHASE_DEADLINE = Duration.ofSeconds(120);

    private final AtomicInteger runs = new AtomicInteger();
    private final Path folder;
    private volatile boolean usesContainers;

    TinyRehearsal() {
        try {
            // Whoever runs the server need not be who runs the test, so everybody may enter; JUnit's folders are
            // closed.
            folder = Files.createTempDirectory("rehearse-tiny-");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            write("schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL);");
            // The pauses leave time to be ended in: a longer one at last, after which there is no phase to be ended in.
            write("up.sql", """
                    ALTER TABLE orders ADD COLUMN note text;
                    SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM orders WHERE id = -1) THEN 8 ELSE 0.4 END);""");
            write("down.sql", """
                    ALTER TABLE orders DROP COLUMN note;
                    INSERT INTO orders VALUES (-1, 0);
                    SELECT pg_sleep(0.4);""");
            write("rehearsal.yaml", """
                    name: tiny
                    schema: schema.sql
                    data: { rows: { orders: 2000 } }
                    workload: { rate: 50/s, clients: 4, warmUp: 300ms, baseline: 1s, settle: 300ms }
                    migration: { up: up.sql, down: down.sql }
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content + "\n");
    }

    /** Starts the command line with this home. */
    RehearseProcess start(String... arguments) {
        return RehearseProcess.start(home(), temporary(runs.incrementAndGet()), arguments);
    }

    private Path temporary(int number) {
        try {
            return Files.createDirectory(folder.resolve("temporary-" + number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a run whose data no other run has, so that it finds no template. */
    Run run(String database, String... options) {
        List<String> faster = Files.exists(classes()) ? List.of("-XX:SharedArchiveFile=" + classes()) : List.of();
        return run(faster, database, options);
    }

    private Run run(List<String> jvmOptions, String database, String... options) {
        int number = runs.incrementAndGet();
        Path reports = folder.resolve("reports-" + number);
        List<String> arguments = new ArrayList<>(List.of("run", folder.toString(), "--database", database));
        arguments.addAll(List.of("--random-seed", Integer.toString(number), "--out", reports.toString()));
        arguments.addAll(Arrays.asList(options));
        usesContainers |= database.equals("docker");
        Path temporary = temporary(number);
        RehearseProcess process =
                RehearseProcess.start(jvmOptions, home(), temporary, arguments.toArray(String[]::new));
        return new Run(process, reports, temporary, database);
    }

    /**
     * A run that does no more than to prepare the home and to remove what dead runs left there. The first one keeps the classes that it has
     * loaded, from which the many after it start in less time, as they do under the launcher.
     */
    void sweep(String database) {
        try (Run first = Files.exists(classes())
                ? run(database)
                : run(
                        List.of("-XX:ArchiveClassesAtExit=" + classes(), "-Xlog:cds=off", "-Xlog:cds+dynamic=off"),
                        database)) {
            first.awaitPhase(Phase.LOAD);
            first.process().signal("TERM");
            first.process().awaitExit(PHASE_DEADLINE);
        }
    }

    private Path classes() {
        return folder.resolve("classes.jsa");
    }

    private Path home() {
        return folder.resolve("home");
    }

    /**
     * @param reports the folder of its reports
     * @param temporary where its temporary files are
     */
    record Run(RehearseProcess process, Path reports, Path temporary, String database) implements AutoCloseable {

        void awaitPhase(Phase phase) {
            process.awaitPhase(phase, PHASE_DEADLINE);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    Belongings belongings(Run run) {
        return Belongings.of(run.process(), home(), run.database().equals("docker"));
    }

    /** Kills a run's database, once it has one. */
    void killDatabase(Run run) {
        long deadline = System.nanoTime() + PHASE_DEADLINE.toNanos();
        while (!belongings(run).killDatabase()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "No database to kill appeared within " + PHASE_DEADLINE.toSeconds() + " s.\n" + run.process());
            }
        }
    }

    /** Takes the folder away, with the templates that its home keeps in the container engine. */
    @Override
    public void close() {
        if (usesContainers) {
            Commands.run(
                            "docker",
                            "volume",
                            "ls",
                            "--filter",
                            "label=dev.rehearse.template",
                            "--format",
                            "{{.Name}} {{.Label \"dev.rehearse.template\"}}")
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .filter(volume -> volume[1].startsWith(folder.toString()))
                    .forEach(volume -> Commands.run("docker", "volume", "rm", volume[0]));
        }
        Commands.run("rm", "-rf", folder.toString());
    }
}
