package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.OnceInThree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Builds and tests the projects in {@code samples} as their users would: by Maven, from the artifacts of this build, which are put into a
 * local repository of their own. Each has a careless migration that its default build leaves out; here both run, and one must fail.
 */
class SamplesIT {

    private static final Path TARGET = Path.of("target/samples").toAbsolutePath();
    private static final Path REPOSITORY = TARGET.resolve("repository");
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final long DEADLINE_MINUTES = 8;

    @BeforeAll
    static void install() throws IOException {
        Path root = Path.of("..");
        install("rehearse-parent", root);
        install("rehearse-reports", root.resolve("reports"));
        install("rehearse-datasets", root.resolve("datasets"));
        install("rehearse-core", root.resolve("harness/core"));
        install("rehearse-junit", root.resolve("harness/junit"));
        // What Maven has fetched for this build need not be fetched again.
        Files.writeString(TARGET.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <profiles>
                    <profile>
                      <id>fetched-before</id>
                      <repositories>
                        <repository><id>fetched-before</id><url>%s</url></repository>
                      </repositories>
                      <pluginRepositories>
                        <pluginRepository><id>fetched-before</id><url>%s</url></pluginRepository>
                      </pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>fetched-before</activeProfile></activeProfiles>
                </settings>
                """.formatted(REPOSITORY, fetchedBefore(), fetchedBefore()));
    }

    private static String fetchedBefore() {
        String named = System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository");
        return Path.of(named).toUri().toString();
    }

    private static void install(String artifact, Path module) throws IOException {
        Path folder = REPOSITORY.resolve("dev/rehearse").resolve(artifact).resolve(VERSION);
        Files.createDirectories(folder);
        String name = artifact + "-" + VERSION;
        copy(module.resolve("pom.xml"), folder.resolve(name + ".pom"));
        if (!artifact.equals("rehearse-parent")) {
            copy(module.resolve("target").resolve(name + ".jar"), folder.resolve(name + ".jar"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void spring_boot_with_flyway_and_jpa() throws Exception {
        OnceInThree.holds(SamplesIT::buildsSpringBoot);
    }

    private static void buildsSpringBoot() throws IOException, InterruptedException {
        String output = build("spring-boot-flyway");

        assertThat(output)
                .contains("Tests run: 2, Failures: 1, Errors: 0, Skipped: 0")
                .contains("CarelessMigrationTest.runs_without_blocking_checkout")
                .contains("Expected GO for \"V1.1 give orders a reference\", but the verdict is NO_GO.")
                .contains("[LOCK_WAIT]")
                .contains(
                        "V1_1__give_orders_a_reference.sql:1: ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT");
    }

    @Test
    void plain_jdbc_with_liquibase() throws Exception {
        OnceInThree.holds(SamplesIT::buildsPlainJdbc);
    }

    private static void buildsPlainJdbc() throws IOException, InterruptedException {
        String output = build("jdbc-liquibase");

        assertThat(output)
                .contains("Tests run: 5, Failures: 1, Errors: 0, Skipped: 0")
                .contains("CarelessIndexTest.booking_goes_on")
                .contains("Expected GO for \"index the entries carelessly\", but the verdict is NO_GO.")
                .contains("[LOCK_WAIT]")
                .contains(
                        "db/careless.sql::index::ledger: CREATE INDEX entry_by_account ON entry (account_id, booked_on)");
        assertThat(TARGET.resolve(
                        "jdbc-liquibase/target/surefire-reports/TEST-com.example.ledger.IndexTheEntriesTest.xml"))
                .content()
                .contains("db/changelog/db.changelog-master.sql::index::ledger\"")
                .contains("db/changelog/db.changelog-master.sql::memo::ledger\"")
                .contains("index the entries (all)\"");
    }

    /** Runs both tests of a sample and gives back what Maven printed. */
    private static String build(String sample) throws IOException, InterruptedException {
        Path project = TARGET.resolve(sample);
        copyFolder(Path.of("samples").resolve(sample), project);
        Path log = TARGET.resolve(sample + ".log");
        Process maven = new ProcessBuilder(List.of(
                        "mvn",
                        "-B",
                        "-ntp",
                        "-s",
                        TARGET.resolve("settings.xml").toString(),
                        "-DnotTests=",
                        "-DargLine=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "-Drehearse.workload.warmUp=1s",
                        "-Drehearse.workload.baseline=2s",
                        "-Drehearse.workload.settle=1s",
                        "test"))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(maven.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES))
                    .as("ended within %d minutes: %s", DEADLINE_MINUTES, log)
                    .isTrue();
        } finally {
            maven.descendants().forEach(ProcessHandle::destroyForcibly);
            maven.destroyForcibly().waitFor();
        }
        String output = Files.readString(log);
        assertThat(maven.exitValue()).as(output).isEqualTo(1);
        return output;
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.filter(Files::isRegularFile)
                    .filter(path -> !from.relativize(path).startsWith("target"))
                    .toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.createDirectories(copy.getParent());
                copy(path, copy);
            }
        }
    }
}
