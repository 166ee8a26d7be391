package dev.rehearse.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProviderContract;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.Processes;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.ServerProcesses;
import dev.rehearse.database.machine.ServerUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server, with binaries from Maven and as the machine has it. */
class EmbeddedProviderIT {

    abstract static class Embedded extends DatabaseProviderContract {
        @Override
        protected String kind() {
            return "embedded";
        }

        @Override
        protected void kill(TestDatabase database) throws Exception {
            String pid = value(database.primary(), "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)");
            Processes.signal(Long.parseLong(pid), "KILL");
        }

        @Override
        protected List<String> belongingsOf(String runId) {
            List<String> found = new ArrayList<>(folderOf(runId));
            Path folder = HOME.runs().resolve(runId);
            for (String server : List.of("primary", "standby-1", "standby-2")) {
                ServerProcesses.of(folder.resolve(server)).forEach(process -> found.add("process " + process.pid()));
            }
            return found;
        }
    }

    @Nested
    class Version18 extends Embedded {
        @Override
        protected int version() {
            return 18;
        }
    }

    @Test
    void ctrl_c_reaches_the_whole_terminal_and_still_leaves_nothing() throws Exception {
        assumeTrue(Processes.onPath("setsid").isPresent(), "needs setsid to stand for a terminal");
        assumeTrue(!isInterruptIgnored(), "a build in the background hands down that SIGINT is ignored");
        Process other = DatabaseProviderContract.startElsewhere(List.of("setsid"), "embedded", 18);
        try {
            String run = DatabaseProviderContract.runIdPrintedBy(other);
            Path primary = DatabaseProviderContract.HOME.runs().resolve(run).resolve("primary");
            assertThat(ServerProcesses.of(primary)).isNotEmpty();

            // What a terminal does: the signal goes to every process of the foreground group.
            Processes.signal(-other.pid(), "INT");

            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(ServerProcesses.of(primary)).isEmpty();
            assertThat(DatabaseProviderContract.folderOf(run)).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void a_failure_of_ours_while_we_have_the_server_stopped_is_not_its_death() throws IOException {
        DatabaseRequest request =
                new DatabaseRequest(18, 0, Map.of(), null, UUID.randomUUID().toString());
        try (EmbeddedDatabase database =
                (EmbeddedDatabase) DatabaseProviders.embedded().start(request, Progress.SILENT)) {
            Files.createFile(database.run().directory().resolve("template"));

            assertThatThrownBy(() -> database.seal(Progress.SILENT))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("Cannot keep the loaded database");
            assertThat(database.isAlive()).isTrue();
        }
    }

    @Test
    void synchronous_standbys_of_other_names_are_refused() {
        DatabaseRequest request =
                new DatabaseRequest(18, 1, Map.of("synchronous_standby_names", "FIRST 1 (berlin)"), null, null);
        try (TestDatabase database = DatabaseProviders.embedded().start(request, Progress.SILENT)) {
            assertThatThrownBy(() -> database.seal(Progress.SILENT))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("FIRST 1 (berlin)")
                    .hasMessageContaining("standby_1");
        }
    }

    @Test
    void the_processes_of_a_home_behind_a_link_are_found(@TempDir Path folder) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("home"), DatabaseProviderContract.HOME.directory());
        try (TestDatabase database =
                DatabaseProviders.embedded().start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT)) {
            Path run = DatabaseProviderContract.runOf(database).directory();
            Path primary = link.resolve("runs").resolve(run.getFileName()).resolve("primary");

            assertThat(ServerProcesses.of(primary)).hasSizeGreaterThan(1);
        }
    }

    @Test
    void what_a_build_server_kept_and_unpacked_as_root_is_the_server_s_again(@TempDir Path folder) throws IOException {
        assumeTrue(ServerUser.weAreRoot(), "only root gives files away");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        RehearseHome home = new RehearseHome(folder.resolve("home"));
        EmbeddedProvider provider = new EmbeddedProvider(home);
        DatabaseRequest request = new DatabaseRequest(18, 1, Map.of(), null, "kept");
        try (TestDatabase loaded = provider.start(request, Progress.SILENT)) {
            loaded.seal(Progress.SILENT);
        }
        for (Path kept : List.of(home.templates(), home.clusters())) {
            Processes.run(Duration.ofMinutes(1), List.of("chown", "-R", "root:root", kept.toString()));
        }

        try (TestDatabase copy = provider.start(request, Progress.SILENT)) {
            assertThat(copy.isLoaded()).isTrue();
            copy.seal(Progress.SILENT);
            assertThat(copy.standbys()).hasSize(1);
        }
        try (TestDatabase empty = provider.start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT)) {
            assertThat(empty.isAlive()).isTrue();
        }
    }

    @Test
    void a_server_whose_files_somebody_removed_is_as_good_as_dead() throws IOException {
        try (TestDatabase database =
                DatabaseProviders.embedded().start(new DatabaseRequest(18, 0, Map.of(), null, null), Progress.SILENT)) {
            Path primary = DatabaseProviderContract.runOf(database).directory().resolve("primary");
            Files.move(primary, primary.resolveSibling("elsewhere"));

            assertThat(database.isAlive()).isFalse();
            assertThat(database.lastWords()).contains(primary + " was removed");
        }
    }

    private static boolean isInterruptIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @Nested
    class Version14 extends Embedded {
        @Override
        protected int version() {
            return 14;
        }
    }

    @Nested
    class InstalledVersion15 extends Embedded {
        @BeforeEach
        void only_where_it_is_installed() {
            assumeTrue(PostgresBinaries.installed(15).isPresent(), "PostgreSQL 15 is not installed on this machine");
        }

        @Override
        protected int version() {
            return 15;
        }
    }
}
