package dev.rehearse.database;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rehearse.EnvironmentException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

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
