package dev.rehearse.database.embedded;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.machine.Archives;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.Processes;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.machine.ServerUser;
import dev.rehearse.database.server.StartedServer;
import dev.rehearse.database.server.TemplateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Freshly initialised data directories: initdb takes a second, a copy of its result hundredths of one. */
final class ClusterCache {

    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private ClusterCache() {}

    /** The initialised, never started data directory of these binaries. Whoever uses it copies it. */
    static Path initialised(RehearseHome home, Run run, PostgresBinaries binaries, ServerUser user, Progress progress) {
        String key = TemplateStore.digest(
                binaries.directory() + "|" + binaries.version() + "|" + user.name() + "|" + home.password());
        Path cluster = home.clusters().resolve(binaries.version() + "-" + key);
        if (Files.isDirectory(cluster)) {
            return cluster;
        }
        progress.report("initialise a PostgreSQL " + binaries.version() + " data directory", 0, -1);
        Path draft = run.directory().resolve("initialised");
        try {
            Files.createDirectory(draft);
            Path password = Files.createFile(
                    run.directory().resolve("initial-password"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(password, home.password());
            user.own(draft);
            user.own(password);
            // Debian's glibc has C.UTF-8 and so has musl; macOS and old glibc have not.
            if (!initdb(binaries, user, draft, password, "C.UTF-8").succeeded()) {
                Processes.Result second = initdb(binaries, user, draft, password, "C");
                if (!second.succeeded()) {
                    throw new EnvironmentException(
                            "initdb of PostgreSQL " + binaries.version() + " failed:\n" + second.output());
                }
            }
            Files.delete(password);
            Files.writeString(
                    draft.resolve("postgresql.conf"),
                    "\ninclude_if_exists = '" + EmbeddedProvider.SETTINGS_FILE + "'\n",
                    StandardOpenOption.APPEND);
            createDatabase(binaries, user, draft);
            Archives.publish(draft, cluster);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot initialise a data directory in " + cluster + ": " + e.getMessage(), e);
        }
        return cluster;
    }

    private static Processes.Result initdb(
            PostgresBinaries binaries, ServerUser user, Path directory, Path password, String locale) {
        return Processes.run(
                DEADLINE,
                user.command(List.of(
                        binaries.program("initdb").toString(),
                        "--pgdata=" + directory,
                        "--username=" + StartedServer.SUPERUSER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=" + locale,
                        "--no-sync")));
    }

    private static void createDatabase(PostgresBinaries binaries, ServerUser user, Path directory) {
        Processes.Result result = Processes.run(
                DEADLINE,
                user.command(List.of(
                        binaries.program("postgres").toString(),
                        "--single",
                        "-j",
                        "-D",
                        directory.toString(),
                        "postgres")),
                "CREATE DATABASE " + StartedServer.DATABASE + ";\n\n");
        if (!result.succeeded() || result.output().contains("ERROR")) {
            throw new EnvironmentException(
                    "Cannot create the database " + StartedServer.DATABASE + ":\n" + result.output());
        }
    }
}
