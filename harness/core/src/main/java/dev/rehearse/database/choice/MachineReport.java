package dev.rehearse.database.choice;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.container.ContainerEngine;
import dev.rehearse.database.container.DockerProvider;
import dev.rehearse.database.machine.MavenArtifacts;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.ServerUser;
import dev.rehearse.database.server.TemplateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What this machine can do for rehearsals, and what to install for the rest. Looking changes nothing. */
public record MachineReport(List<Fact> facts) {

    private static final long LITTLE_DISK_BYTES = 5L << 30;

    public MachineReport {
        facts = List.copyOf(facts);
    }

    /**
     * One thing that was looked at.
     *
     * @param what in a few words
     * @param ok false if something does not work, even if it is not needed
     * @param detail what was found
     * @param howToFix empty where all is well
     */
    public record Fact(String what, boolean ok, String detail, String howToFix) {}

    /** Looks at this machine; takes up to a few seconds. */
    public static MachineReport look() {
        RehearseHome home = RehearseHome.current();
        List<Fact> facts = new ArrayList<>();
        facts.addAll(containers());
        facts.add(installed());
        facts.add(embedded());
        facts.add(serverUser());
        facts.add(maven());
        facts.addAll(of(home));
        return new MachineReport(facts);
    }

    static List<Fact> of(RehearseHome home) {
        try {
            return List.of(disk(home), kept("unpacked binaries", home.binaries()), templates(home), leftovers());
        } catch (EnvironmentException e) {
            return List.of(new Fact(
                    "folder for what is kept",
                    false,
                    home.directory() + " cannot be made or written",
                    "Set REHEARSE_HOME to a directory that can be written."));
        }
    }

    private static List<Fact> containers() {
        ContainerEngine engine;
        try {
            engine = DockerProvider.engine();
        } catch (EnvironmentException e) {
            return List.of(new Fact(
                    "container engine",
                    false,
                    String.valueOf(e.getMessage()),
                    "Install Docker or Podman, or use the embedded server."));
        }
        List<String> present = majors().mapToObj(DockerProvider::officialImage)
                .filter(engine.images()::has)
                .toList();
        return List.of(
                new Fact("container engine", true, engine.describe(), ""),
                new Fact(
                        "container images",
                        true,
                        present.isEmpty()
                                ? "none of PostgreSQL yet; pulled when first needed"
                                : String.join(", ", present),
                        ""));
    }

    private static Fact installed() {
        List<String> found = majors().mapToObj(PostgresBinaries::installed)
                .flatMap(Optional::stream)
                .map(binaries -> binaries.version() + " in " + binaries.directory())
                .toList();
        return found.isEmpty()
                ? new Fact(
                        "PostgreSQL on this machine",
                        false,
                        "none",
                        "Install the major you run in production for timings to trust: the embedded binaries are built for size.")
                : new Fact("PostgreSQL on this machine", true, String.join(", ", found), "");
    }

    private static Fact embedded() {
        try {
            List<Integer> fetched = majors().filter(
                            major -> MavenArtifacts.isPresent(PostgresBinaries.coordinates(major)))
                    .boxed()
                    .toList();
            String carried =
                    PostgresBinaries.areOnClassPath() ? "one version is carried along" : "none is carried along";
            return new Fact("embedded PostgreSQL", true, carried + "; fetched with Maven already: " + fetched, "");
        } catch (EnvironmentException e) {
            return new Fact(
                    "embedded PostgreSQL", false, String.valueOf(e.getMessage()), "Use a container or a JDBC URL.");
        }
    }

    private static Fact serverUser() {
        try {
            ServerUser user = ServerUser.current();
            return new Fact(
                    "user that runs the embedded server",
                    true,
                    user.way() == ServerUser.Way.OURSELVES
                            ? System.getProperty("user.name")
                            : user.name() + " (we are root; by "
                                    + user.way().name().toLowerCase(java.util.Locale.ROOT) + ")",
                    "");
        } catch (EnvironmentException e) {
            return new Fact(
                    "user that runs the embedded server",
                    false,
                    String.valueOf(e.getMessage()),
                    "Run Rehearse as another user.");
        }
    }

    private static Fact maven() {
        return MavenArtifacts.maven()
                .map(program ->
                        new Fact("Maven", true, program + ", local repository " + MavenArtifacts.localRepository(), ""))
                .orElse(
                        new Fact(
                                "Maven",
                                false,
                                "neither MAVEN_HOME nor mvn on the PATH",
                                "Install Maven, so that other versions of PostgreSQL and maven: files of plans can be fetched."));
    }

    private static Fact disk(RehearseHome home) {
        try {
            long free = Files.getFileStore(home.runs()).getUsableSpace();
            return new Fact(
                    "free disk under " + home.directory(),
                    free >= LITTLE_DISK_BYTES,
                    size(free),
                    free >= LITTLE_DISK_BYTES
                            ? ""
                            : "Free some, or set REHEARSE_HOME to a directory on a larger disk.");
        } catch (IOException e) {
            return new Fact(
                    "free disk",
                    false,
                    String.valueOf(e.getMessage()),
                    "Set REHEARSE_HOME to a directory that can be written.");
        }
    }

    private static Fact kept(String what, Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            return new Fact(what, true, size(bytes) + " in " + directory, "");
        } catch (IOException e) {
            return new Fact(what, false, String.valueOf(e.getMessage()), "Delete " + directory + ".");
        }
    }

    private static Fact templates(RehearseHome home) {
        List<Path> entries = new TemplateStore(home).entries();
        long bytes = entries.stream().mapToLong(TemplateStore::size).sum();
        return new Fact(
                "kept databases", true, entries.size() + ", " + size(bytes) + ", under " + home.templates(), "");
    }

    private static Fact leftovers() {
        List<String> dead = Leftovers.list();
        return dead.isEmpty()
                ? new Fact("leftovers of runs that were killed", true, "none", "")
                : new Fact(
                        "leftovers of runs that were killed",
                        false,
                        String.join("; ", dead),
                        "The next run removes them.");
    }

    private static IntStream majors() {
        return IntStream.rangeClosed(DatabaseRequest.OLDEST, DatabaseRequest.NEWEST);
    }

    private static String size(long bytes) {
        return bytes >> 30 > 0 ? (bytes >> 30) + " GiB" : (bytes >> 20) + " MiB";
    }
}
