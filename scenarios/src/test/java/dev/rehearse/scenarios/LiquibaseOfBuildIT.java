package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample whose Liquibase is a dependency of its build, on a machine without the command, from {@code init} to the report. */
class LiquibaseOfBuildIT {

    /** Maven may have to fetch it. */
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private static final String LOAD =
            "workload: { rate: 50/s, clients: 4, warmUp: 300ms, baseline: 1s, settle: 300ms }";

    @TempDir
    private Path folder;

    private Path project;

    @BeforeEach
    void copy() throws IOException {
        // The user who runs the server enters, too.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        project = Files.createDirectory(folder.resolve("ledger"));
        Path sample = Path.of("samples/jdbc-liquibase");
        try (Stream<Path> files = Files.walk(sample)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.startsWith(sample.resolve("src")) || file.endsWith("pom.xml"))
                    .toList()) {
                Path copy = project.resolve(sample.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private RehearseProcess ended(String... arguments) {
        try (RehearseProcess process = RehearseProcess.start(folder, folder, arguments)) {
            process.awaitExit(DEADLINE);
            process.assertNoBug();
            return process;
        }
    }

    @Test
    void a_project_is_rehearsed_with_the_liquibase_that_its_build_names() throws IOException {
        assertThat(ended("init", project.toString()).console())
                .anyMatch(line ->
                        line.contains("rehearsal.yaml: Liquibase, from ") && line.endsWith("::accounts::ledger"))
                .anyMatch(line -> line.contains("pending") && line.endsWith("::index::ledger"))
                .anyMatch(line -> line.contains("pending") && line.endsWith("::memo::ledger"));
        Path plan = project.resolve("rehearsal.yaml");
        Files.writeString(
                plan,
                Files.readString(plan)
                        .replaceFirst("workload: .*", LOAD)
                        .replaceFirst("scale: 100_000", "scale: 2_000"));

        RehearseProcess run = ended(
                "run",
                project.toString(),
                "--database",
                "embedded",
                "--out",
                folder.resolve("out").toString());

        assertThat(folder.resolve("out/report.json"))
                .as("%s", run)
                .content()
                .contains("Liquibase 4.33.0")
                .contains("\"schemaRestored\" : true");
    }
}
