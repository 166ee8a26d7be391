package dev.rehearse.database.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DatabaseProvidersTest {

    @Test
    void names_and_urls_choose_a_provider() {
        assertThat(DatabaseProviders.of("embedded").provider().name()).isEqualTo("embedded");
        assertThat(DatabaseProviders.of("docker").provider().name()).isEqualTo("docker");
        for (String url : new String[] {"jdbc:postgresql://localhost:5432/shop", "postgresql://localhost:5432/shop"}) {
            assertThat(DatabaseProviders.of(url).provider().name()).isEqualTo("external");
        }
    }

    @Test
    void a_wrong_name_is_answered_with_the_nearest_right_one() {
        assertThatThrownBy(() -> DatabaseProviders.of("Dokcer"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"docker\"?");
        assertThatThrownBy(() -> DatabaseProviders.of("mysql-cluster")).hasMessageNotContaining("Did you mean");
    }

    @Test
    void a_url_of_another_kind_is_answered_with_the_right_kind_and_without_its_password() {
        assertThatThrownBy(() -> DatabaseProviders.of("mysql://me:secret@db/shop"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Expected jdbc:postgresql:")
                .hasMessageNotContaining("secret");
    }

    @Test
    void parameters_that_could_not_be_kept_are_refused() {
        assertThatThrownBy(() ->
                        DatabaseProviders.of("jdbc:postgresql://db/shop?user=me&password=secret&sslmode=verify-full"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("sslmode=verify-full")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseProviders.of("postgresql://db/shop?sslmode=require"))
                .hasMessageContaining("Say sslmode=prefer");
        assertThat(DatabaseProviders.external("postgresql://db/shop?sslmode=require", null, null)
                        .name())
                .isEqualTo("external");
        assertThatThrownBy(() -> DatabaseProviders.external("postgresql://db/shop?sslmode=verify-full", null, null))
                .hasMessageContaining("certificate");
        assertThatThrownBy(() -> DatabaseProviders.of("jdbc:postgresql://db/shop?currentSchema=app"))
                .hasMessageContaining("currentSchema");
        assertThatThrownBy(() -> DatabaseProviders.of("jdbc:postgresql://me:secret@db:5432/shop"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("jdbc:postgresql://db:5432/shop. Expected")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseProviders.of("jdbc:postgresql://one,two/shop?password=secret"))
                .hasMessageContaining("no URL of one PostgreSQL database")
                .hasMessageNotContaining("secret");
    }

    @Test
    void where_no_program_may_be_run_from_the_temporary_folder_the_embedded_server_is_used() throws Exception {
        assertThat(engineSearch("/proc/none", jar -> true))
                .contains(
                        "embedded: No container engine can be looked for: nothing can be run from /proc/none, or it is"
                                + " full, so the embedded server is used");
    }

    @Test
    void libraries_that_do_not_fit_testcontainers_are_told_as_what_they_are() throws Exception {
        for (String missing : List.of("jna", "docker-java-api")) {
            assertThat(engineSearch("/tmp", jar -> !jar.startsWith(missing + "-")))
                    .contains(
                            "embedded: No container engine can be looked for: Testcontainers does not fit what else is on the"
                                    + " class path (java.lang.NoClassDefFoundError: ")
                    .endsWith("), so the embedded server is used\n");
        }
    }

    /** What another process, in which one looks for an engine, says is taken, and why. */
    private static String engineSearch(String temporary, Predicate<String> onClassPath) throws Exception {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> onClassPath.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder other = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djna.tmpdir=" + temporary,
                "-cp",
                classPath,
                EngineSearch.class.getName());
        // The one that needs such a program, as where no socket answers.
        other.environment()
                .put(
                        "TESTCONTAINERS_DOCKER_CLIENT_STRATEGY",
                        "org.testcontainers.dockerclient.RootlessDockerClientProviderStrategy");
        Process search = other.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(search.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(search.waitFor()).isZero();
        return said;
    }
}
