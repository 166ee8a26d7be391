package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.RehearsalException;
import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.AnonymizeSpec;
import dev.rehearse.data.anonymize.AnonymizedSnapshot;
import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.anonymize.copy.Anonymizer;
import dev.rehearse.data.anonymize.dump.DumpFile;
import dev.rehearse.data.anonymize.dump.SchemaTools;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes anonymized snapshots of databases and of dumps, into databases and into dumps. */
public final class DataAnonymizing {

    private static final String SESSION = "rehearse-anonymize";

    private DataAnonymizing() {}

    /**
     * Makes a snapshot. Blocks until that is done; an interrupt ends it with an exception, after which the target is not whole.
     *
     * @param from the URL of a database, which is only read, or a file of pg_dump, which an embedded server takes for the time being
     * @param to the URL of an empty database that its owner marked as disposable, or the file that an archive is written to
     * @return what was made; where {@link AnonymizedSnapshot#isWhole} is false what was copied was taken out of the target, and no file was written
     * @throws InvalidRehearsalException if the target may not be touched, or something that was asked for is wrong
     * @throws EnvironmentException if a server does not answer or something is missing
     */
    public static AnonymizedSnapshot run(String from, String to, AnonymizeSpec spec, Progress progress) {
        try (Place source = source(from, progress)) {
            try (Place target = target(to, source, progress)) {
                AnonymizedSnapshot made = Anonymizer.run(source.endpoint(), target.endpoint(), spec, progress::report);
                if (made.isWhole() && !DatabaseUrl.isMeant(to)) {
                    progress.report("writing " + to, 0, -1);
                    SchemaTools.find(target.major()).dump(target.endpoint(), Path.of(to));
                }
                return made;
            }
        } catch (AnonymizeException e) {
            throw explained(e);
        }
    }

    /** The rules that a snapshot would be made by, as text to be reviewed. */
    public static String suggest(String from, AnonymizeSpec spec, Progress progress) {
        try (Place source = source(from, progress)) {
            return Anonymizer.suggest(source.endpoint(), spec);
        } catch (AnonymizeException e) {
            throw explained(e);
        }
    }

    /**
     * A database to read or to write.
     *
     * @param held what is closed at the end, if anything
     */
    private record Place(
            Endpoint endpoint, int major, @Nullable TestDatabase held) implements AutoCloseable {

        @Override
        public void close() {
            if (held != null) {
                held.close();
            }
        }
    }

    private static Place source(String from, Progress progress) {
        if (DatabaseUrl.isMeant(from)) {
            DatabaseUrl url = DatabaseUrl.of(from);
            try (Connection connection = url.connect(SESSION)) {
                return new Place(
                        new Endpoint(() -> url.connect(SESSION), url.libpq(), false),
                        connection.getMetaData().getDatabaseMajorVersion(),
                        null);
            } catch (SQLException e) {
                throw url.cannotConnect(e);
            }
        }
        if (from.contains("://")) {
            throw invalidUrl(from);
        }
        progress.report("reading " + from, 0, -1);
        DumpFile dump = DumpFile.at(Path.of(from));
        SchemaTools tools = SchemaTools.find(dump.major());
        Place place = ours(dump.major(), progress);
        try {
            progress.report("restoring " + from, 0, -1);
            tools.restore(dump, place.endpoint());
            return place;
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
    }

    private static InvalidRehearsalException invalidUrl(String url) {
        // Says what a URL looks like.
        DatabaseUrl.of(url);
        return new InvalidRehearsalException("This is no URL of a PostgreSQL database: " + url + ".");
    }

    private static Place target(String to, Place source, Progress progress) {
        if (!DatabaseUrl.isMeant(to)) {
            if (to.contains("://")) {
                throw invalidUrl(to);
            }
            DumpFile.mustBeWritable(Path.of(to));
            return ours(source.major(), progress);
        }
        DatabaseProvider provider = DatabaseProviders.external(
                to,
                SESSION,
                "A copy gets the source's owners and event triggers, which only a superuser can give it. Name one in the URL, or"
                        + " a new file.");
        TestDatabase database =
                provider.start(new DatabaseRequest(DatabaseRequest.NEWEST, 0, Map.of(), null, null), progress);
        return new Place(endpoint(to, database.primary()), source.major(), database);
    }

    /** A database that was named: the programs of PostgreSQL's own reach it as its URL says, over TLS where that asks for it. */
    static Endpoint endpoint(String url, TestDatabase.Server server) {
        return new Endpoint(() -> server.connect(SESSION), DatabaseUrl.of(url).libpq(), false);
    }

    private static Place ours(int major, Progress progress) {
        TestDatabase database =
                DatabaseProviders.embedded().start(new DatabaseRequest(major, 0, Map.of(), null, null), progress);
        TestDatabase.Server server = database.primary();
        return new Place(
                new Endpoint(
                        () -> server.connect(SESSION),
                        Map.of(
                                "PGHOST", server.host(),
                                "PGPORT", Integer.toString(server.port()),
                                "PGDATABASE", server.database(),
                                "PGUSER", server.user(),
                                "PGPASSWORD", server.password()),
                        true),
                major,
                database);
    }

    /** By who must act. */
    public static RehearsalException explained(AnonymizeException e) {
        String message = String.valueOf(e.getMessage());
        return e.isInput() ? new InvalidRehearsalException(message, e) : new EnvironmentException(message, e);
    }
}
