package dev.rehearse.tool.jvm;

import dev.rehearse.tool.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a project has its change logs, and where their paths begin, as far as no properties file says so. Stateless. */
final class LiquibaseHome {

    /** Where Spring Boot looks, from which a project's paths begin that has no properties file. */
    private static final String RESOURCES = "src/main/resources";

    /** Spring Boot's, then JHipster's and what others call it; at last Quarkus' and Micronaut's. */
    private static final List<String> MASTERS = List.of(
            "db/changelog/db.changelog-master.",
            "config/liquibase/master.",
            "db/changelog-master.",
            "db/changelog/changelog-master.",
            "db/changelog/master.",
            "db/changelog.",
            "db/master.",
            "db.changelog-master.",
            "changelog-master.",
            "liquibase/changelog-master.",
            "liquibase/changelog/changelog-master.",
            "liquibase/db.changelog-master.",
            "liquibase/master.",
            "liquibase/changelog.",
            "META-INF/liquibase/changelog-master.",
            "db/changeLog.",
            "db/liquibase-changelog.");

    /** Where the only change log is the one for all, whatever it is called. */
    private static final List<String> PLACES =
            List.of("db/changelog", "db/liquibase", "liquibase", "liquibase/changelog");

    private static final List<String> BUILD_FILES =
            List.of("pom.xml", "settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts");

    private static final List<String> FORMATS = List.of("yaml", "yml", "xml", "json", "sql");

    private LiquibaseHome() {}

    /** The change log that has all others, by its path from {@link #roots the first root}; empty where none is found. */
    static Optional<String> master(Path folder) {
        return masterBelow(home(folder));
    }

    /** Where its paths begin: an application's resources, or the folder itself where that has the change log. */
    private static Path home(Path folder) {
        Path resources = folder.resolve(RESOURCES);
        return masterBelow(resources).isPresent()
                        || ApplicationLiquibase.variables(folder).containsKey(ApplicationLiquibase.CHANGE_LOG)
                        || masterBelow(folder).isEmpty()
                ? resources
                : folder;
    }

    private static Optional<String> masterBelow(Path root) {
        return calledSo(root)
                .or(() -> PLACES.stream().flatMap(place -> only(root, place)).findFirst());
    }

    private static Optional<String> calledSo(Path root) {
        return MASTERS.stream()
                .flatMap(master -> FORMATS.stream().map(master::concat))
                .filter(file -> Files.isRegularFile(root.resolve(file)))
                .findFirst();
    }

    private static Stream<String> only(Path root, String place) {
        List<String> logs = SourceFiles.list(root.resolve(place)).stream()
                .filter(file -> FORMATS.stream()
                        .anyMatch(format -> SourceFiles.nameOf(file).endsWith("." + format)))
                .filter(file -> SourceFiles.text(file).contains("databaseChangeLog"))
                .map(file -> place + "/" + SourceFiles.nameOf(file))
                .toList();
        return logs.size() == 1 ? logs.stream() : Stream.empty();
    }

    /**
     * The resources of a project, and those of the modules beside it in one build, which are on its class path when it runs. One that has a
     * change log of its own for all is another application.
     */
    static List<Path> roots(Path folder) {
        List<Path> roots = new ArrayList<>(List.of(home(folder)));
        Path build = folder.toAbsolutePath().normalize().getParent();
        if (build == null || BUILD_FILES.stream().noneMatch(file -> Files.isRegularFile(build.resolve(file)))) {
            return roots;
        }
        try (Stream<Path> modules = Files.list(build)) {
            modules.filter(module -> !module.equals(folder.toAbsolutePath().normalize()))
                    .map(module -> module.resolve(RESOURCES))
                    .filter(Files::isDirectory)
                    .filter(resources -> calledSo(resources).isEmpty())
                    .sorted()
                    .forEach(roots::add);
        } catch (IOException | UncheckedIOException unreadable) {
            return roots;
        }
        return roots;
    }
}
