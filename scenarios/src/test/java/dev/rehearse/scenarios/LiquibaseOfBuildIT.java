package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.Progress;
import dev.rehearse.database.machine.MavenArtifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
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
                .anyMatch(line -> line.contains("rehearsal.yaml: Liquibase, from ")
                        && line.endsWith("::accounts::ledger (1 migration)"))
                .anyMatch(line -> line.contains("pending") && line.endsWith("::index::ledger"))
                .anyMatch(line -> line.contains("pending") && line.endsWith("::memo::ledger"));
        Path plan = project.resolve("rehearsal.yaml");
        Files.writeString(
                plan,
                Files.readString(plan)
                        .replaceFirst("workload: .*", LOAD)
                        .replaceFirst("scale: 100_000", "scale: 2_000"));

        RehearseProcess run = rehearsed(project);

        assertThat(folder.resolve("out/report.json"))
                .as("%s", run)
                .content()
                .contains("Liquibase 4.33.0")
                .contains("\"schemaRestored\" : true");
    }

    @Test
    void changes_that_are_classes_of_the_application_run_where_liquibase_s_own_variable_says_that_they_are()
            throws IOException {
        Path shop = Files.createDirectory(folder.resolve("shop"));
        Path logs = Files.createDirectories(shop.resolve("src/main/resources/db/changelog"));
        Files.writeString(logs.resolve("db.changelog-master.yaml"), """
                databaseChangeLog:
                - changeSet: { id: tables, author: shop, changes: [ sql: { sql: "CREATE TABLE orders (id int PRIMARY KEY, note text)" } ] }
                - include: { file: "classpath:/db/changelog/notes.yaml" }
                """);
        Files.writeString(logs.resolve("notes.yaml"), """
                databaseChangeLog:
                - changeSet: { id: notes, author: shop, changes: [ customChange: { class: com.example.shop.Notes } ] }
                """);
        compile(shop.resolve("target/classes"), Files.writeString(shop.resolve("Notes.java"), """
                package com.example.shop;
                public final class Notes implements liquibase.change.custom.CustomSqlChange {
                    public liquibase.statement.SqlStatement[] generateStatements(liquibase.database.Database database) {
                        return new liquibase.statement.SqlStatement[] {
                            new liquibase.statement.core.RawSqlStatement("UPDATE orders SET note = 'by a class'")
                        };
                    }
                    public String getConfirmationMessage() { return "noted"; }
                    public void setUp() {}
                    public void setFileOpener(liquibase.resource.ResourceAccessor resources) {}
                    public liquibase.exception.ValidationErrors validate(liquibase.database.Database database) { return null; }
                }
                """));

        assertThat(ended("init", shop.toString()).console())
                .anyMatch(line -> line.contains("com.example.shop.Notes"))
                .anyMatch(line -> line.contains("as LIQUIBASE_CLASSPATH, such as target/classes"));

        Files.writeString(shop.resolve("rehearsal.yaml"), """
                migration: { tool: liquibase, from: tables, environment: { LIQUIBASE_CLASSPATH: target/classes } }
                data: { scale: 1_000 }
                """ + LOAD + "\n");
        RehearseProcess run = rehearsed(shop);
        assertThat(folder.resolve("out/report.json"))
                .as("%s", run)
                .content()
                .contains("UPDATE orders SET note = 'by a class'");
    }

    private RehearseProcess rehearsed(Path project) {
        return ended(
                "run",
                project.toString(),
                "--database",
                "embedded",
                "--out",
                folder.resolve("out").toString());
    }

    private static void compile(Path classes, Path source) throws IOException {
        Path liquibase = MavenArtifacts.fetch("org.liquibase:liquibase-core:4.33.0", Progress.SILENT);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", liquibase.toString(), "-d", classes.toString(), source.toString());
        assertThat(status).isZero();
    }
}
