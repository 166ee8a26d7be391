package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.EnvironmentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

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

    abstract static class Docker extends DatabaseProviderContract {
        @Override
        String kind() {
            return "docker";
        }

        @Override
        void kill(TestDatabase database) {
            ContainerEngine engine = DockerProvider.engine();
            engine.containers().stream()
                    .filter(item -> isOf(item, runOf(database).id()))
                    .forEach(item -> engine.signal(item.id(), "KILL"));
        }

        @Override
        List<String> belongingsOf(String runId) {
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
        int version() {
            return 18;
        }
    }

    @Nested
    class Version14 extends Docker {
        @Override
        int version() {
            return 14;
        }
    }
}
