package dev.rehearse.tool.jvm;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.machine.MavenArtifacts;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Liquibase for a project that has it only among the dependencies of its build: Liquibase alone, as the user's Maven has it,
 * at the version that the build names, or that its Spring Boot brings. The build itself is not run. Thread-safe.
 */
final class LiquibaseOfBuild {

    /** Where the build names neither, or one that is too old: the last that is under the Apache licence. */
    private static final String DEFAULT = "4.33.0";

    /** The first ones whose command line takes variables for all that we have to say to it. */
    private static final String OLDEST = "4.24";

    private static final String OLDEST_SPRING_BOOT = "3.2";

    private static final String DRIVER = "42.7.14";

    private static final List<String> BUILD_FILES =
            List.of("pom.xml", "gradle.properties", "gradle/libs.versions.toml", "build.gradle", "build.gradle.kts");

    /** Gradle's own plugins of a build. */
    private static final List<String> CONVENTIONS = List.of("buildSrc/src/main/groovy", "buildSrc/src/main/kotlin");

    /** An element, an argument, an assignment, or the next element of Maven's coordinates. */
    private static final String IS =
            "(?:</artifactId>\\s*<version>|[\"')]*\\s*(?:version\\b)?\\s*[:=>]?\\s*[\"']?|[\"'],\\s*version\\s*=\\s*[\"'])";

    private static final Pattern LIQUIBASE =
            Pattern.compile("(?i)\\bliquibase(?:[.-]?core)?(?:[._-]?version)?" + IS + "(\\d+(?:\\.\\d+){1,2})\\b");

    private static final Pattern SPRING_BOOT = Pattern.compile(
            "(?i)\\bspring[._-]?(?:framework\\.)?boot(?:-starter-parent|-dependencies|-gradle-plugin)?(?:[._-]?version)?"
                    + IS + "(\\d+\\.\\d+\\.\\d+(?:\\.RELEASE|-M\\d+|-RC\\d+)?)\\b");

    private static final String BOM = """
              <dependencyManagement><dependencies><dependency><groupId>org.springframework.boot</groupId>
                <artifactId>spring-boot-dependencies</artifactId><version>%s</version><type>pom</type><scope>import</scope>
              </dependency></dependencies></dependencyManagement>
            """;

    /** A project is asked for its migrations as they were in several commits. */
    private static final Map<Wanted, List<Path>> FOUND = new ConcurrentHashMap<>();

    /**
     * Which one.
     *
     * @param version of Liquibase; empty: Spring Boot's
     * @param springBoot its version; empty: it does not matter
     * @param tooOld what the build names in place of which it is another, in words; empty: it is what the build names
     */
    record Wanted(String version, String springBoot, String tooOld) {

        /** For a reader of the first plan. */
        Optional<String> note() {
            return tooOld.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            "the build has " + tooOld + ", whose command line is too old for this, and " + this
                                    + " runs in its place; a liquibase command on the PATH, or a test with the application's own, would be used");
        }

        @Override
        public String toString() {
            return "Liquibase " + (version.isEmpty() ? "of Spring Boot " + springBoot : version);
        }
    }

    private LiquibaseOfBuild() {}

    /**
     * Its jars, and PostgreSQL's driver.
     *
     * @throws EnvironmentException where Maven is missing or cannot fetch them
     */
    static List<Path> classPath(ToolProject project) {
        return FOUND.computeIfAbsent(wanted(project.programs()), wanted -> {
            Path pom = project.scratch("build").resolve("pom.xml");
            try {
                Files.writeString(pom, pom(wanted));
            } catch (IOException e) {
                throw new EnvironmentException("Cannot write " + pom + ": " + FileTrouble.reason(e) + ".", e);
            }
            return MavenArtifacts.classPath(
                    wanted.toString(), pom, project.tool().installation());
        });
    }

    /** By the build of the folder, else by those of the folders above it, as a module's is. */
    static Wanted wanted(Path folder) {
        return named(folder, LIQUIBASE)
                .map(version -> isOlder(version, OLDEST)
                        ? new Wanted(DEFAULT, "", "Liquibase " + version)
                        : new Wanted(version, "", ""))
                .or(() -> named(folder, SPRING_BOOT)
                        .map(version -> isOlder(version, OLDEST_SPRING_BOOT)
                                ? new Wanted(DEFAULT, "", "that of Spring Boot " + version)
                                : new Wanted("", version, "")))
                .orElse(new Wanted(DEFAULT, "", ""));
    }

    private static boolean isOlder(String version, String than) {
        return Arrays.compare(majorAndMinor(version), majorAndMinor(than)) < 0;
    }

    private static int[] majorAndMinor(String version) {
        return Stream.of(version.split("\\."))
                .limit(2)
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Optional<String> named(Path folder, Pattern version) {
        return Stream.iterate(folder.toAbsolutePath().normalize(), Objects::nonNull, Path::getParent)
                .flatMap(at -> Stream.concat(
                        BUILD_FILES.stream().map(at::resolve),
                        CONVENTIONS.stream().map(at::resolve).flatMap(plugins -> SourceFiles.list(plugins).stream())))
                .map(file -> version.matcher(SourceFiles.text(file)))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
    }

    private static String pom(Wanted wanted) {
        return """
                <project><modelVersion>4.0.0</modelVersion>
                  <groupId>dev.rehearse</groupId><artifactId>liquibase</artifactId><version>1</version><packaging>pom</packaging>
                %s  <dependencies>
                %s%s  </dependencies>
                </project>
                """.formatted(
                        wanted.version().isEmpty() ? BOM.formatted(wanted.springBoot()) : "",
                        dependency("org.liquibase", "liquibase-core", wanted.version()),
                        dependency("org.postgresql", "postgresql", DRIVER));
    }

    private static String dependency(String group, String artifact, String version) {
        return "    <dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId>"
                + (version.isEmpty() ? "" : "<version>" + version + "</version>") + "</dependency>\n";
    }
}
