package dev.rehearse.database.embedded;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.container.DockerDatabase;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.machine.ServerUser;
import dev.rehearse.database.server.DataDirectories;
import dev.rehearse.database.server.ServerSettings;
import dev.rehearse.database.server.Standbys;
import dev.rehearse.database.server.StartedDatabase;
import dev.rehearse.database.server.TemplateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** An embedded primary and its standbys. */
public final class EmbeddedDatabase extends StartedDatabase<EmbeddedServer> {

    private final RehearseHome home;
    private final PostgresBinaries binaries;
    private final ServerUser user;
    private final String password;
    private final EmbeddedServer primary;

    EmbeddedDatabase(RehearseHome home, Run run, PostgresBinaries binaries, ServerUser user, DatabaseRequest request) {
        super(run, request);
        this.home = home;
        this.binaries = binaries;
        this.user = user;
        this.password = home.password();
        this.primary = server("primary", "primary");
    }

    private EmbeddedServer server(String directory, String name) {
        return new EmbeddedServer(run, binaries, user, run.directory().resolve(directory), name, password);
    }

    /** Starts the primary from the request's template, or from an empty cluster. */
    void start(Path emptyCluster, Progress progress) {
        if (request.templateKey() != null) {
            template = new TemplateStore(home).lease(templateName(), run).orElse(null);
        }
        Path source = template == null ? emptyCluster : template.directory().resolve("data");
        progress.report(template == null ? "start PostgreSQL" : "copy the loaded database", 0, -1);
        copy(source, primary.dataDirectory());
        EmbeddedProvider.writeSettings(primary.dataDirectory(), settings());
        primary.start();
        if (isLoaded()) {
            reserveSlots();
        }
        progress.report("start PostgreSQL", 1, 1);
    }

    /** A cache that was unpacked since by somebody else is no longer of the server's user. */
    private void copy(Path source, Path directory) {
        DataDirectories.copy(source, directory);
        user.ownUnlessItDoes(directory);
    }

    private String settings() {
        return ServerSettings.asFile(ServerSettings.of(request.settings()));
    }

    /** Binaries and password are part of the name: a copy must be readable by the server that gets it, and open to us. */
    public String templateName() {
        return "embedded-" + request.version() + "-"
                + TemplateStore.digest(
                        request.templateKey() + "|" + binaries.directory() + "|" + user.name() + "|" + password);
    }

    @Override
    protected EmbeddedServer primaryServer() {
        return primary;
    }

    @Override
    public String description() {
        return "PostgreSQL " + binaries.version() + " embedded (" + binaries.origin() + ")";
    }

    @Override
    public String provider() {
        return "embedded";
    }

    @Override
    protected void keepAndCopy(Progress progress) {
        if (template != null) {
            startStandbys(template.directory().resolve("data"), progress);
        } else if (request.templateKey() != null || request.standbys() > 0) {
            keep(progress);
        }
        DataDirectories.flush(run.directory());
    }

    private void keep(Progress progress) {
        progress.report("keep the loaded database", 0, -1);
        primary.stop();
        DataDirectories.trim(primary.dataDirectory());
        if (request.templateKey() != null) {
            keepTemplate();
        }
        for (int number = 1; number <= request.standbys(); number++) {
            DataDirectories.copy(primary.dataDirectory(), standbyDirectory(number));
        }
        primary.start();
        reserveSlots();
        startStandbys(primary.dataDirectory(), progress);
        progress.report("keep the loaded database", 1, 1);
    }

    private void keepTemplate() {
        Path draft = run.directory().resolve("template");
        try {
            Files.createDirectory(draft);
            DataDirectories.copy(primary.dataDirectory(), draft.resolve("data"));
            new TemplateStore(home)
                    .publish(draft, templateName(), bytesIn(draft), kept, DockerDatabase::removeVolumeOf);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot keep the loaded database in " + draft + ": " + e.getMessage(), e);
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private Path standbyDirectory(int number) {
        return run.directory().resolve("standby-" + number);
    }

    /** @param source where a standby that has no directory yet is copied from: a stopped one */
    private void startStandbys(Path source, Progress progress) {
        for (int number = 1; number <= request.standbys(); number++) {
            progress.report("start standby " + number, number - 1, request.standbys());
            Path directory = standbyDirectory(number);
            if (!Files.isDirectory(directory)) {
                copy(source, directory);
            }
            try {
                Path signal = Files.createFile(directory.resolve("standby.signal"));
                user.own(signal);
            } catch (IOException e) {
                throw new EnvironmentException("Cannot write " + directory + ": " + e.getMessage(), e);
            }
            Map<String, String> settings = ServerSettings.of(request.settings());
            Server address = primary.address();
            settings.putAll(Standbys.settings(address, address.host(), address.port(), number));
            EmbeddedProvider.writeSettings(directory, ServerSettings.asFile(settings));
            EmbeddedServer standby = server("standby-" + number, "standby " + number);
            standby.start();
            standbyServers.add(standby);
        }
        awaitStandbys();
    }
}
