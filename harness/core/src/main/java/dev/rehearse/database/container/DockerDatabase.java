package dev.rehearse.database.container;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.container.ContainerEngine.Container;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.server.DataDirectories;
import dev.rehearse.database.server.ServerSettings;
import dev.rehearse.database.server.Standbys;
import dev.rehearse.database.server.StartedDatabase;
import dev.rehearse.database.server.TemplateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A primary and its standbys in containers. Templates are volumes; what is kept beside them is in the home's template folder. */
public final class DockerDatabase extends StartedDatabase<DockerServer> {

    static final String VOLUME_FILE = "volume";
    private static final String EMPTY = "empty";

    /** Images let other hosts in, but not as standbys. */
    private static final String ALLOW_STANDBYS = " line='host replication all all scram-sha-256'; hba="
            + DockerServer.DATA + "/pg_hba.conf; grep -qxF \"$line\" $hba || echo \"$line\" >> $hba;";

    private static final Duration COPY_DEADLINE = Duration.ofMinutes(30);

    private final ContainerEngine engine;
    private final RehearseHome home;
    private final String image;
    private final String imageId;
    private final String password;
    private final @Nullable String network;
    private final DockerServer primary;
    private String version = "";

    DockerDatabase(
            ContainerEngine engine, RehearseHome home, Run run, String image, String imageId, DatabaseRequest request) {
        super(run, request);
        this.engine = engine;
        this.home = home;
        this.image = image;
        this.imageId = imageId;
        this.password = home.password();
        this.network = request.standbys() == 0 ? null : "rehearse-" + run.id();
        if (network != null) {
            run.own(() -> engine.removeNetwork(network));
            engine.createNetwork(network, ContainerLabels.of(run));
        }
        this.primary = server("primary");
    }

    private DockerServer server(String name) {
        return new DockerServer(engine, run, image, name, password);
    }

    /** Starts the primary from the request's template, from an initialised one, or as the image initialises it. */
    void start(Progress progress) {
        progress.report("start PostgreSQL in a container", 0, -1);
        if (request.templateKey() != null) {
            template = lease(request.templateKey());
        }
        TemplateStore.Lease source = template == null ? lease(EMPTY) : template;
        Map<String, String> settings = ServerSettings.of(request.settings());
        primary.create(settings, source == null ? null : volumeOf(source), network, false, isLoaded());
        if (source == null) {
            primary.stop();
            copyStopped(EMPTY, Map.of(), List.of());
            primary.start();
        }
        identify();
        if (isLoaded()) {
            reserveSlots();
        }
        progress.report("start PostgreSQL in a container", 1, 1);
    }

    private void identify() {
        version = primary.version().split(" ")[0];
        if (PostgresBinaries.majorOf(version) != request.version()) {
            throw new InvalidRehearsalException("The image " + image + " is PostgreSQL " + version
                    + ", but the rehearsal asks for " + request.version() + ". Name another image or another version.");
        }
    }

    private String entryName(String key) {
        return "docker-" + request.version() + "-" + TemplateStore.digest(key + "|" + imageId + "|" + password);
    }

    private TemplateStore.@Nullable Lease lease(String key) {
        TemplateStore store = new TemplateStore(home);
        TemplateStore.Lease lease = store.lease(entryName(key), run).orElse(null);
        if (lease != null && !engine.hasVolume(volumeOf(lease))) {
            // Somebody pruned the engine's volumes.
            store.discard(entryName(key), gone -> {});
            return null;
        }
        return lease;
    }

    private static String volumeOf(TemplateStore.Lease lease) {
        return volumeOf(lease.directory());
    }

    /** Whether a template's folder is there and names that volume. */
    static boolean isVolumeOf(Path entry, String volume) {
        try {
            return Files.readString(entry.resolve(VOLUME_FILE)).strip().equals(volume);
        } catch (IOException gone) {
            return false;
        }
    }

    private static String volumeOf(Path entry) {
        try {
            return Files.readString(entry.resolve(VOLUME_FILE)).strip();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot read " + entry + ": " + e.getMessage() + ". Delete that folder.", e);
        }
    }

    @Override
    protected void keepAndCopy(Progress progress) {
        List<DockerServer> copies = new ArrayList<>();
        for (int number = 1; number <= request.standbys(); number++) {
            copies.add(server("standby " + number));
        }
        if (template == null && (request.templateKey() != null || !copies.isEmpty())) {
            progress.report("keep the loaded database", 0, -1);
            primary.stop();
            copyStopped(request.templateKey(), kept, copies);
            primary.start();
            reserveSlots();
            progress.report("keep the loaded database", 1, 1);
        }
        for (int number = 1; number <= request.standbys(); number++) {
            progress.report("start standby " + number, number - 1, request.standbys());

            DockerServer standby = copies.get(number - 1);

            Map<String, String> settings = ServerSettings.of(request.settings());
            settings.putAll(Standbys.settings(primary.address(), primary.alias(), 5432, number));
            standby.create(settings, template == null ? null : volumeOf(template), network, true, isLoaded());
            standbyServers.add(standby);
        }
        awaitStandbys();
    }

    /**
     * Copies the stopped primary's data in one container: into a new template and into the standbys' volumes.
     *
     * @param key key of the template to make, or null for none
     */
    private void copyStopped(@Nullable String key, Map<String, byte[]> content, List<DockerServer> copies) {
        Map<String, String> mounts = new LinkedHashMap<>();
        mounts.put(primary.volume(), DockerServer.MOUNT);
        StringBuilder script = new StringBuilder(
                "set -e; " + DataDirectories.FUNCTIONS + " trim " + DockerServer.DATA + ";" + ALLOW_STANDBYS);
        String volume = "rehearse-template-" + run.id() + (EMPTY.equals(key) ? "-empty" : "");
        if (key != null) {
            engine.createVolume(
                    volume,
                    ContainerLabels.ofTemplate(
                            run, home.templates().resolve(entryName(key)).toString()));
            mounts.put(volume, DockerServer.TEMPLATE);
            script.append(" copy " + DockerServer.DATA + " " + DockerServer.TEMPLATE + "/data;");
        }
        for (DockerServer standby : copies) {
            String mount = "/" + standby.alias();
            mounts.put(standby.volume(), mount);
            script.append(" copy " + DockerServer.DATA + " " + mount + "/data;");
        }
        script.append(" flush " + DockerServer.DATA + "; du -sk " + DockerServer.DATA);
        String output = runToEnd(new Container(
                image, List.of(), script.toString(), Map.of(), mounts, null, null, "copy", ContainerLabels.of(run)));
        if (key != null) {
            publish(entryName(key), volume, kilobytes(output) << 10, content);
        }
    }

    private static long kilobytes(String output) {
        String last = output.strip().substring(output.strip().lastIndexOf('\n') + 1);
        String digits = last.split("\\s")[0];
        return digits.matches("\\d{1,15}") ? Long.parseLong(digits) : 0;
    }

    private String runToEnd(Container container) {
        String id = engine.create(container);
        run.own(() -> engine.removeContainer(id));
        engine.start(id);
        int exitCode = engine.awaitExit(id, COPY_DEADLINE);
        String output = engine.log(id, 20);
        engine.removeContainer(id);
        if (exitCode != 0) {
            throw new EnvironmentException("Cannot copy the data directory inside a container of " + image
                    + " (exit code " + exitCode + "): " + output + "\nIs the engine's disk full?");
        }
        return output;
    }

    private void publish(String entry, String volume, long bytes, Map<String, byte[]> content) {
        try {
            Path draft = Files.createDirectory(run.directory().resolve("template-" + entry));
            Files.writeString(draft.resolve(VOLUME_FILE), volume);
            new TemplateStore(home).publish(draft, entry, bytes, content, DockerDatabase::removeVolumeOf);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot keep the loaded database: " + e.getMessage(), e);
        }
    }

    /** Where a template goes, its volume goes too, if it has one and an engine answers. */
    public static void removeVolumeOf(Path entry) {
        if (Files.exists(entry.resolve(VOLUME_FILE))) {
            try {
                DockerProvider.engine().removeVolume(volumeOf(entry));
            } catch (EnvironmentException noEngine) {
                // A volume without its folder is removed when an engine answers again.
            }
        }
    }

    @Override
    protected DockerServer primaryServer() {
        return primary;
    }

    @Override
    public String description() {
        return "PostgreSQL " + version + " in a container (" + image + ")";
    }

    @Override
    public String provider() {
        return "docker";
    }

    /** Where its template is kept, if the request has a key. */
    public String templateName() {
        return entryName(String.valueOf(request.templateKey()));
    }
}
