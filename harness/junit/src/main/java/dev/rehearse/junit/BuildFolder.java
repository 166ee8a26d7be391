package dev.rehearse.junit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build that runs the tests puts what it makes: Maven's {@code target}, Gradle's {@code build}. Stateless. */
final class BuildFolder {

    private BuildFolder() {}

    static Path in(Path project) {
        boolean gradle =
                Files.exists(project.resolve("build.gradle")) || Files.exists(project.resolve("build.gradle.kts"));
        return project.resolve(gradle && !Files.exists(project.resolve("pom.xml")) ? "build" : "target");
    }
}
