package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.report.FileTrouble;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files from the user's Maven repositories: from the local one where they are there, otherwise fetched by the user's own Maven with
 * the user's own settings, mirrors and credentials. We know no address. Thread-safe.
 */
public final class MavenArtifacts {

    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Pattern COORDINATES = Pattern.compile("([\\w.-]+):([\\w.-]+):([\\w.-]+)(?::([\\w.-]+))?");
    private static final Pattern REPOSITORY_OPTION = Pattern.compile("-Dmaven\\.repo\\.local=(\\S+)");
    private static final Pattern REPOSITORY_SETTING =
            Pattern.compile("<localRepository>\\s*([^<]+?)\\s*</localRepository>");

    private MavenArtifacts() {}

    /**
     * The file of an artifact, fetched if need be.
     *
     * @param coordinates {@code group:artifact:version} or {@code group:artifact:version:extension}; the extension is jar if left out
     * @throws InvalidRehearsalException if they do not look so
     * @throws EnvironmentException if it cannot be fetched, with the command to run
     */
    public static Path fetch(String coordinates, Progress progress) {
        return fetch(coordinates, maven(), progress);
    }

    public static Path fetch(String coordinates, Optional<Path> program, Progress progress) {
        Path file = inRepository(coordinates);
        if (Files.isRegularFile(file)) {
            return file;
        }
        String wanted = coordinates.split(":").length == 3 ? coordinates + ":jar" : coordinates;
        String goal = "mvn -B -q dependency:get -Dtransitive=false -Dartifact=" + wanted;
        Path maven = program.orElseThrow(
                () -> new EnvironmentException(coordinates + " is not in the local Maven repository "
                        + localRepository()
                        + ", and there is no Maven to fetch it (neither MAVEN_HOME nor mvn on the PATH). Install Maven,"
                        + " or run this on a machine that has it and copy the file to " + file + ":\n  " + goal));
        progress.report("fetch " + coordinates + " with Maven", 0, -1);
        Processes.Result result = run(maven, goal.split(" "));
        if (!result.succeeded() || !Files.isRegularFile(file)) {
            throw new EnvironmentException("Maven could not fetch " + coordinates + " into " + localRepository()
                    + ". Once the machine is online, or its Maven settings name a mirror, run:\n  " + goal
                    + "\nMaven said:\n"
                    + lastLines(result.output(), 12));
        }
        progress.report("fetch " + coordinates + " with Maven", 1, 1);
        return file;
    }

    /**
     * The files of what a pom.xml depends on, fetched if need be.
     *
     * @param what it is for, for people
     * @param pom in a folder of ours, into which Maven writes the answer
     * @param otherwise what to do where there is no Maven, as a sentence
     * @throws EnvironmentException if there is no Maven, or it cannot fetch them
     */
    public static List<Path> classPath(String what, Path pom, String otherwise) {
        Path maven = maven().orElseThrow(() -> new EnvironmentException(
                "There is no Maven to fetch " + what + " (neither MAVEN_HOME nor mvn on the PATH). " + otherwise));
        Path answer = pom.resolveSibling("class-path.txt");
        Processes.Result result = run(
                maven,
                "mvn",
                "-B",
                "-q",
                "-f",
                pom.toString(),
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + answer);
        try {
            if (result.succeeded()) {
                return Stream.of(Files.readString(answer).strip().split(File.pathSeparator))
                        .map(Path::of)
                        .toList();
            }
        } catch (IOException e) {
            throw new EnvironmentException("Cannot read " + answer + ": " + FileTrouble.reason(e) + ".", e);
        }
        throw new EnvironmentException("Maven could not fetch " + what + " into " + localRepository()
                + ", which it can once the machine is online, or its Maven settings name a mirror. " + otherwise
                + "\nMaven said:\n" + lastLines(result.output(), 12));
    }

    private static Processes.Result run(Path maven, String... words) {
        // Away from where we are: the project of that folder, which Maven would read first, has nothing to do with
        // this.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "cd / && exec \"$@\"", "sh"));
        command.addAll(List.of(words));
        command.set(command.indexOf("mvn"), maven.toAbsolutePath().toString());
        command.add("-Dmaven.repo.local=" + localRepository().toAbsolutePath());
        return Processes.run(DEADLINE, command);
    }

    /** Whether {@link #fetch} would find it without fetching. */
    public static boolean isPresent(String coordinates) {
        return Files.isRegularFile(inRepository(coordinates));
    }

    private static Path inRepository(String coordinates) {
        Matcher parts = COORDINATES.matcher(coordinates);
        if (!parts.matches()) {
            throw new InvalidRehearsalException(
                    "\"" + coordinates
                            + "\" are no Maven coordinates. Expected group:artifact:version, for instance org.camunda.bpm:camunda-engine:7.24.0.");
        }
        String extension = parts.group(4) == null ? "jar" : parts.group(4);
        return localRepository()
                .resolve(parts.group(1).replace('.', '/'))
                .resolve(parts.group(2))
                .resolve(parts.group(3))
                .resolve(parts.group(2) + "-" + parts.group(3) + "." + extension);
    }

    /** The program, if this machine has it. */
    public static Optional<Path> maven() {
        for (String variable : List.of("MAVEN_HOME", "M2_HOME")) {
            String home = System.getenv(variable);
            if (home != null && Files.isExecutable(Path.of(home, "bin", "mvn"))) {
                return Optional.of(Path.of(home, "bin", "mvn"));
            }
        }
        return Processes.onPath("mvn");
    }

    public static Path localRepository() {
        String property = System.getProperty("maven.repo.local");
        if (property != null && !property.isBlank()) {
            return Path.of(property);
        }
        for (String variable : List.of("MAVEN_ARGS", "MAVEN_OPTS")) {
            String options = System.getenv(variable);
            Matcher option = REPOSITORY_OPTION.matcher(options == null ? "" : options);
            if (option.find()) {
                return Path.of(option.group(1));
            }
        }
        Path userHome = Path.of(System.getProperty("user.home"));
        return setting(userHome.resolve(".m2/settings.xml")).orElse(userHome.resolve(".m2/repository"));
    }

    private static Optional<Path> setting(Path settings) {
        try {
            // Comments first: the settings file that Maven ships explains this very element in one.
            String text = Files.readString(settings).replaceAll("(?s)<!--.*?-->", "");
            Matcher setting = REPOSITORY_SETTING.matcher(text);
            return setting.find()
                    ? Optional.of(Path.of(setting.group(1).replace("${user.home}", System.getProperty("user.home"))))
                    : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static String lastLines(String text, int count) {
        String plain = text.replaceAll("\u001B\\[[0-9;]*m", "");
        List<String> lines = plain.lines().filter(line -> !line.isBlank()).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
