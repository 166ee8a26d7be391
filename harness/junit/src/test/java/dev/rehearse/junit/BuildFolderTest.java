package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildFolderTest {

    @TempDir
    Path project;

    @Test
    void the_classes_say_who_builds_and_where_they_do_not_the_project_does() throws IOException {
        String maven = project.resolve("target/test-classes") + File.pathSeparator + "/somewhere/else.jar";
        String gradle = "/somewhere/else.jar" + File.pathSeparator + project.resolve("build/classes/java/test");
        String ide = project.resolve("bin/test").toString();
        assertThat(BuildFolder.in(project, ide)).isEqualTo(project.resolve("target"));

        Files.createFile(project.resolve("build.gradle.kts"));
        assertThat(BuildFolder.in(project, ide)).isEqualTo(project.resolve("build"));
        assertThat(BuildFolder.in(project, maven)).isEqualTo(project.resolve("target"));

        Files.createFile(project.resolve("pom.xml"));
        assertThat(BuildFolder.in(project, ide)).isEqualTo(project.resolve("target"));
        assertThat(BuildFolder.in(project, gradle)).isEqualTo(project.resolve("build"));
    }
}
