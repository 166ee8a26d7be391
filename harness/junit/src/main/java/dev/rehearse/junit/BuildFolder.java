package dev.rehearse.junit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where the build that runs the tests puts what it makes: Maven's {@code target}, Gradle's {@code build}. Stateless. */
final class BuildFolder {

    private BuildFolder() {}

    static Path in(Path project) {
        return in(project, System.getProperty("java.class.path"));
    }

    /** A project that has the files of both is built by the one whose classes are on the class path; an IDE's tell nothing. */
    static Path in(Path project, String classPath) {
        Path maven = project.resolve("target");
        Path gradle = project.resolve("build");
        boolean byMaven = has(classPath, maven);
        boolean byGradle = has(classPath, gradle);
        return (byMaven == byGradle ? isGradleProject(project) : byGradle) ? gradle : maven;
    }

    private static boolean isGradleProject(Path project) {
        return (Files.exists(project.resolve("build.gradle")) || Files.exists(project.resolve("build.gradle.kts")))
                && !Files.exists(project.resolve("pom.xml"));
    }

    private static boolean has(String classPath, Path folder) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .anyMatch(entry -> Path.of(entry).toAbsolutePath().startsWith(folder.toAbsolutePath()));
    }
}
