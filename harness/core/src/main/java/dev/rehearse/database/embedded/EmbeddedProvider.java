package dev.rehearse.database.embedded;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.FirstConnection;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.container.ContainerLeftovers;
import dev.rehearse.database.machine.DeadRuns;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.machine.ServerUser;
import dev.rehearse.database.server.StartedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts PostgreSQL as a child process of ours, with binaries of this machine or from Maven. */
public final class EmbeddedProvider implements DatabaseProvider {

    static final String SETTINGS_FILE = "rehearse.conf";

    private final RehearseHome home;

    public EmbeddedProvider(RehearseHome home) {
        this.home = home;
    }

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public TestDatabase start(DatabaseRequest request, Progress progress) {
        StartedDatabase.check(request);
        FirstConnection.makeAhead();
        DeadRuns.remove(home, () -> ContainerLeftovers.removeDead(home));
        Run run = Run.register(home, name());
        try {
            ServerUser user = ServerUser.current();
            user.mustReach(run.directory());
            PostgresBinaries binaries = PostgresBinaries.find(request.version(), home, run.directory(), progress);
            Path empty = ClusterCache.initialised(home, run, binaries, user, progress);
            EmbeddedDatabase database = new EmbeddedDatabase(home, run, binaries, user, request);
            database.start(empty, progress);
            return database;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    /** Writes the settings that a data directory's server starts with. */
    static void writeSettings(Path dataDirectory, String content) {
        try {
            Path file = Files.writeString(dataDirectory.resolve(SETTINGS_FILE), content);
            ServerUser.current().own(file);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot write the settings of " + dataDirectory + ": " + e.getMessage(), e);
        }
    }
}
