package dev.rehearse.database;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An embedded primary and its standbys. */
final class EmbeddedDatabase implements TestDatabase {

    private final RehearseHome home;
    private final Run run;
    private final PostgresBinaries binaries;
    private final ServerUser user;
    private final DatabaseRequest request;
    private final String password;
    private final EmbeddedServer primary;
    private final List<EmbeddedServer> standbys = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
    private TemplateStore.@Nullable Lease template;
    private boolean sealed;

    EmbeddedDatabase(RehearseHome home, Run run, PostgresBinaries binaries, ServerUser user, DatabaseRequest request) {
        this.home = home;
        this.run = run;
        this.binaries = binaries;
        this.user = user;
        this.request = request;
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
        DataDirectories.copy(source, primary.dataDirectory());
        EmbeddedProvider.writeSettings(primary.dataDirectory(), settings());
        primary.start();
        if (isLoaded()) {
            reserveSlots();
        }
        progress.report("start PostgreSQL", 1, 1);
    }

    private String settings() {
        return ServerSettings.asFile(ServerSettings.of(request.settings()));
    }

    /** Binaries and password are part of the name: a copy must be readable by the server that gets it, and open to us. */
    String templateName() {
        return "embedded-" + request.version() + "-"
                + ClusterCache.digest(
                        request.templateKey() + "|" + binaries.directory() + "|" + user.name() + "|" + password);
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
    public boolean isLoaded() {
        return template != null;
    }

    @Override
    public synchronized void seal(Progress progress) {
        if (sealed) {
            return;
        }
        sealed = true;
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

    private void reserveSlots() {
        Standbys.reserveSlots(primary.address(), request.standbys());
    }

    /** @param source where a standby that has no directory yet is copied from: a stopped one */
    private void startStandbys(Path source, Progress progress) {
        for (int number = 1; number <= request.standbys(); number++) {
            progress.report("start standby " + number, number - 1, request.standbys());
            Path directory = standbyDirectory(number);
            if (!Files.isDirectory(directory)) {
                DataDirectories.copy(source, directory);
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
            standbys.add(standby);
        }
        Standbys.awaitStreaming(primary.address(), request.standbys());
        Standbys.synchronise(primary.address(), request.settings());
    }

    @Override
    public void keep(String name, byte[] content) {
        kept.put(name, content.clone());
    }

    @Override
    public Optional<byte[]> kept(String name) {
        byte[] own = kept.get(name);
        return Optional.ofNullable(own == null && template != null ? template.kept(name) : own);
    }

    @Override
    public Server primary() {
        return primary.address();
    }

    @Override
    public List<Server> standbys() {
        return standbys.stream().map(EmbeddedServer::address).toList();
    }

    @Override
    public boolean isAlive() {
        return !primary.hasDied() && standbys.stream().noneMatch(EmbeddedServer::hasDied);
    }

    @Override
    public String lastWords() {
        StringBuilder words = new StringBuilder(primary.lastWords());
        for (EmbeddedServer standby : standbys) {
            if (!standby.isAlive()) {
                words.append("\n")
                        .append(standby.address().name())
                        .append(":\n")
                        .append(standby.lastWords());
            }
        }
        return words.toString();
    }

    Run run() {
        return run;
    }

    @Override
    public void close() {
        run.close();
    }
}
