package dev.rehearse.database.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.Alone;
import dev.rehearse.database.DatabaseProviderContract;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.database.machine.Owner;
import dev.rehearse.database.machine.Processes;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.machine.ServerUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers. Skipped where no engine answers, unless REHEARSE_TEST_CONTAINERS=required. */
class DockerProviderIT {

    @BeforeAll
    static void an_engine_answers() {
        try {
            DockerProvider.engine();
        } catch (EnvironmentException e) {
            if ("required".equals(System.getenv("REHEARSE_TEST_CONTAINERS"))) {
                throw e;
            }
            assumeTrue(false, e.getMessage());
        }
    }

    @Test
    void a_leftover_that_somebody_else_still_holds_waits_for_a_later_run() {
        ContainerEngine engine = DockerProvider.engine();
        Owner we = Owner.current();
        String dead = new Owner(we.pid(), we.started() + "0", we.machine(), we.boot(), we.namespace()).toString();
        String volume = "rehearse-test-" + UUID.randomUUID();
        engine.createVolume(volume, Map.of(ContainerLabels.RUN, volume, ContainerLabels.OWNER, dead));
        String holder = engine.create(new ContainerEngine.Container(
                "postgres:18",
                List.of(),
                "true",
                Map.of(),
                Map.of(volume, "/held"),
                null,
                null,
                "holder",
                Map.of(ContainerLabels.RUN, volume, ContainerLabels.OWNER, we.toString())));
        try {
            assertThat(ContainerLeftovers.removeDead(engine, DatabaseProviderContract.HOME))
                    .doesNotContain("volume " + volume);
            assertThat(engine.hasVolume(volume)).isTrue();
        } finally {
            engine.removeContainer(holder);
        }

        ContainerLeftovers.removeDead(engine, DatabaseProviderContract.HOME);

        assertThat(engine.hasVolume(volume)).isFalse();
    }

    /** Docker's socket stands where Podman's would, and is hidden where it is, for one process only. */
    @Test
    void an_engine_at_podmans_socket_is_used_where_docker_has_none(@TempDir Path folder) throws Exception {
        Path docker = Path.of("/var/run/docker.sock");
        assumeTrue(ServerUser.weAreRoot() && Processes.onPath("unshare").isPresent(), "only root can hide a file");
        assumeTrue(Files.exists(docker), "the engine is elsewhere");
        Path socket =
                Files.createFile(Files.createDirectory(folder.resolve("podman")).resolve("podman.sock"));
        Process other = DatabaseProviderContract.startElsewhere(
                List.of(
                        "unshare",
                        "--mount",
                        "env",
                        "--unset=DOCKER_HOST",
                        "XDG_RUNTIME_DIR=" + folder,
                        "sh",
                        "-c",
                        "mount --bind " + docker + " " + socket + " && mount --bind /dev/null " + docker
                                + " && exec \"$@\"",
                        "sh"),
                "docker",
                18);
        try {
            String run = DatabaseProviderContract.runIdPrintedBy(other);

            assertThat(DockerProvider.engine().containers())
                    .anyMatch(item -> run.equals(item.labels().get(ContainerLabels.RUN)));
        } finally {
            other.destroy();
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Whoever keeps a template meanwhile finds that this one is not whole. */
    @Test
    @Alone
    void the_volume_of_a_template_that_another_process_made_first_is_a_leftover() throws IOException {
        ContainerEngine engine = DockerProvider.engine();
        Owner we = Owner.current();
        String dead = new Owner(we.pid(), we.started() + "0", we.machine(), we.boot(), we.namespace()).toString();
        Path entry = DatabaseProviderContract.HOME.templates().resolve("test-" + UUID.randomUUID());
        String published = "rehearse-test-" + UUID.randomUUID();
        String late = "rehearse-test-" + UUID.randomUUID();
        Files.createDirectory(entry);
        Files.writeString(entry.resolve(DockerDatabase.VOLUME_FILE), published);
        for (String volume : List.of(published, late)) {
            engine.createVolume(
                    volume,
                    Map.of(
                            ContainerLabels.RUN,
                            volume,
                            ContainerLabels.OWNER,
                            dead,
                            ContainerLabels.TEMPLATE,
                            entry.toString()));
        }
        try {
            ContainerLeftovers.removeDead(engine, DatabaseProviderContract.HOME);

            assertThat(engine.hasVolume(late)).isFalse();
            assertThat(engine.hasVolume(published)).isTrue();
        } finally {
            Run.delete(entry);
            engine.removeVolume(published);
            engine.removeVolume(late);
        }
    }

    @Test
    void an_image_that_cannot_be_had_is_the_machines_fault_and_nothing_else_is_taken_in_its_place() {
        DatabaseRequest request = new DatabaseRequest(18, 0, Map.of(), "rehearse.invalid/no-such-image:1", null);

        for (String choice : List.of("docker", "auto")) {
            assertThatThrownBy(() -> DatabaseProviders.of(choice).provider().start(request, Progress.SILENT))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining(
                            "rehearse.invalid/no-such-image:1 is not on this machine and cannot be pulled")
                    .hasMessageContaining("database.image");
        }
    }

    abstract static class Docker extends DatabaseProviderContract {
        @Override
        protected String kind() {
            return "docker";
        }

        @Override
        protected void kill(TestDatabase database) {
            ContainerEngine engine = DockerProvider.engine();
            engine.containers().stream()
                    .filter(item -> isOf(item, runOf(database).id()))
                    .forEach(item -> engine.signal(item.id(), "KILL"));
        }

        @Override
        protected List<String> belongingsOf(String runId) {
            ContainerEngine engine = DockerProvider.engine();
            List<String> found = new ArrayList<>(folderOf(runId));
            engine.containers().stream()
                    .filter(item -> isOf(item, runId))
                    .forEach(item -> found.add("container " + item.id()));
            engine.volumes().stream()
                    .filter(item -> isOf(item, runId) && !item.labels().containsKey(ContainerLabels.TEMPLATE))
                    .forEach(item -> found.add("volume " + item.id()));
            engine.networks().stream()
                    .filter(item -> isOf(item, runId))
                    .forEach(item -> found.add("network " + item.id()));
            return found;
        }

        private static boolean isOf(ContainerEngine.Item item, String runId) {
            return runId.equals(item.labels().get(ContainerLabels.RUN));
        }
    }

    @Nested
    class Version18 extends Docker {
        @Override
        protected int version() {
            return 18;
        }
    }

    @Nested
    class Version14 extends Docker {
        @Override
        protected int version() {
            return 14;
        }
    }
}
