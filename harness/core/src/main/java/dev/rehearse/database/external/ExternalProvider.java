package dev.rehearse.database.external;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.machine.PostgresBinaries;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A database that somebody else started. It is touched only when its owner named it, marked it as disposable with a comment that
 * nobody writes by accident, and nobody else is connected to it. Nothing but sessions of ours is added or changed here.
 */
public final class ExternalProvider implements DatabaseProvider {

    private static final Set<String> KNOWN_PARAMETERS = Set.of("user", "password", "sslmode", "ApplicationName");
    private static final Set<String> PLAIN_MODES = Set.of("disable", "allow", "prefer");
    private static final String REQUIRE = "require";

    /** What the session that stays open is called, so that another rehearsal knows it. */
    private static final String GUARD = "rehearse-guard";

    private static final String REHEARSAL =
            "A rehearsal makes roles, reads what other sessions do and has the server report its waits. Name a"
                    + " superuser in the URL. Where a managed service gives you none, leave --database out: a rehearsal on a server of"
                    + " its own takes that database's pg_dump --schema-only as the plan's schema.";

    private static final int LOOKS_FOR_THOSE_WHO_LEAVE = 50;
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TestDatabase.Server server;
    /** Sessions of this name are no foreign ones, because they work at the same task. */
    private final @Nullable String companions;

    /** Whether a server that takes plain text alone is refused. */
    private final boolean encrypted;
    /** Why the user must be a superuser, and what to do; null where the owner of the database and its tables will do. */
    private final @Nullable String superuser;

    ExternalProvider(TestDatabase.Server server, @Nullable String companions) {
        this(server, companions, false, REHEARSAL);
    }

    private ExternalProvider(
            TestDatabase.Server server, @Nullable String companions, boolean encrypted, @Nullable String superuser) {
        this.server = server;
        this.companions = companions;
        this.encrypted = encrypted;
        this.superuser = superuser;
    }

    /**
     * @param url names host, port and database; user and password come from it or from PGUSER and PGPASSWORD
     */
    public static ExternalProvider at(String url) {
        Properties read = read(url);
        if (!PLAIN_MODES.contains(sslmode(read))) {
            throw new InvalidRehearsalException("sslmode=" + sslmode(read)
                    + " cannot be kept: the migration's sessions pass a proxy on this machine, which reads what they say. Say"
                    + " sslmode=prefer: to a server that demands TLS (hostssl in its pg_hba.conf) all sessions then speak it, without a"
                    + " look at its certificate. For more than that use a tunnel.");
        }
        return new ExternalProvider(server(read), null);
    }

    /**
     * For work that goes to the server straight, so that {@code sslmode=require} can be kept.
     *
     * @param url as {@link #at} has it
     * @param companions sessions of this name are no foreign ones, because they work at the same task; null: all others are
     * @param superuser why the user must be a superuser, and what to do; null where the owner of the database and its tables will do
     */
    public static ExternalProvider straight(String url, @Nullable String companions, @Nullable String superuser) {
        Properties read = read(url);
        boolean encrypted = sslmode(read).equals(REQUIRE);
        if (!encrypted && !PLAIN_MODES.contains(sslmode(read))) {
            throw new InvalidRehearsalException(
                    "sslmode=" + sslmode(read)
                            + " cannot be kept: nobody looks at the server's certificate here. Use sslmode=require, or a tunnel.");
        }
        return new ExternalProvider(server(read), companions, encrypted, superuser);
    }

    private static Properties read(String url) {
        DatabaseUrl named = DatabaseUrl.of(url);
        Properties read = named.read();
        if (read.getProperty("PGDBNAME", "").isEmpty()
                || read.getProperty("PGHOST", "").contains(",")) {
            throw new InvalidRehearsalException("This is no URL of one PostgreSQL database: " + named
                    + ". Name one host and the database, as in postgresql://name@host:port/database.");
        }
        for (String name : named.parameters()) {
            if (!KNOWN_PARAMETERS.contains(name)) {
                throw new InvalidRehearsalException("The parameter " + name
                        + " of the database's URL would be ignored. Only user, password and sslmode are understood.");
            }
        }
        return read;
    }

    private static String sslmode(Properties read) {
        return read.getProperty("sslmode", "prefer");
    }

    private static TestDatabase.Server server(Properties read) {
        return new TestDatabase.Server(
                "primary",
                read.getProperty("PGHOST", "localhost"),
                Integer.parseInt(read.getProperty("PGPORT", "5432")),
                read.getProperty("PGDBNAME", ""),
                read.getProperty("user", DatabaseUrl.defaultUser()),
                read.getProperty("password", DatabaseUrl.defaultPassword()));
    }

    /** The server of a URL without parameters. */
    public static TestDatabase.Server server(String url, String user, String password) {
        TestDatabase.Server named = at(url).server;
        return new TestDatabase.Server(named.name(), named.host(), named.port(), named.database(), user, password);
    }

    @Override
    public String name() {
        return "external";
    }

    @Override
    public TestDatabase start(DatabaseRequest request, Progress progress) {
        if (request.standbys() != 0 || !request.settings().isEmpty()) {
            throw new InvalidRehearsalException(
                    "The database " + where() + " is not ours: its standbys and settings are its owner's."
                            + " Leave standbys and settings out of the plan.");
        }
        progress.report("check that " + where() + " may be used", 0, -1);
        Connection guard;
        try {
            guard = server.connect(companions == null ? GUARD : companions);
        } catch (SQLException e) {
            throw DatabaseUrl.cannotConnect(where() + " as " + server.user(), e);
        }
        try {
            if (encrypted && !TestDatabase.Server.encrypts(guard)) {
                throw new InvalidRehearsalException(
                        where() + " speaks no TLS, which sslmode=" + REQUIRE + " asks for.");
            }
            String version = mustBeUsable(guard);
            boolean loaded = hasTables(guard);
            return new ExternalDatabase(server, guard, version, loaded);
        } catch (SQLException e) {
            closeQuietly(guard);
            throw new EnvironmentException("Cannot ask " + where() + " whether it may be used: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeQuietly(guard);
            throw e;
        }
    }

    /** @return its version */
    private String mustBeUsable(Connection guard) throws SQLException {
        String version = value(guard, "show server_version").split(" ")[0];
        if (PostgresBinaries.majorOf(version) < DatabaseRequest.OLDEST) {
            throw new InvalidRehearsalException(where() + " is PostgreSQL " + version + "; " + DatabaseRequest.OLDEST
                    + " is the oldest supported.");
        }
        // A pooler, and some proxies, tell clients a process of their own making.
        if (!value(guard, "select pg_backend_pid()")
                .equals(String.valueOf(guard.unwrap(PGConnection.class).getBackendPID()))) {
            endServersSession(guard);
            throw new InvalidRehearsalException(where()
                    + " is reached through a pooler such as PgBouncer, or another proxy that gives sessions numbers of its own. A rehearsal must"
                    + " know whose session waits for whom: name the server's own host and port.");
        }
        if (value(guard, "select pg_is_in_recovery()").equals("t")) {
            throw new InvalidRehearsalException(where() + " is a standby. A rehearsal needs a primary.");
        }
        if (value(guard, "show default_transaction_read_only").equals("on")) {
            throw new InvalidRehearsalException(
                    where()
                            + " takes no changes: default_transaction_read_only is on. Turn it off for this database and its user, or name another.");
        }
        if (superuser != null && !value(guard, "show is_superuser").equals("on")) {
            throw new InvalidRehearsalException(
                    "The user " + server.user() + " is no superuser of " + where() + ". " + superuser);
        }
        String comment = value(
                guard,
                "select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname = current_database()");
        if (comment.equals(Mark.BEGUN.comment(server.database()))) {
            throw new InvalidRehearsalException("An earlier run began to load the database " + where()
                    + " and did not come to its end: what is in it is a part. Make it anew:\n  "
                    + String.join(";\n  ", MadeAnew.statements(guard, server.database())) + ";");
        }
        if (!comment.equals(Mark.DISPOSABLE.comment(server.database()))) {
            throw new InvalidRehearsalException("The database " + where()
                    + " is not marked as disposable, so it was not touched."
                    + " A rehearsal creates, fills, changes and drops objects in it. If nobody needs what is in it, its owner says so"
                    + " with:\n  " + Mark.DISPOSABLE.statement(server.database()));
        }
        List<String> others = otherSessionsThatStay(guard);
        if (!others.isEmpty()) {
            throw new InvalidRehearsalException("Others are connected to " + where() + ", so it was not touched:\n  "
                    + String.join("\n  ", others) + "\nEnd these sessions, or name a database that nobody uses.");
        }
        String rehearsed = value(guard, """
                        select coalesce(min(datname), '') from pg_stat_activity
                        where application_name = '%s' and pid <> pg_backend_pid()""".formatted(GUARD));
        if (!rehearsed.isEmpty()) {
            throw new InvalidRehearsalException("Another rehearsal uses the database " + rehearsed
                    + " of the server at "
                    + server.host() + ":" + server.port() + ". Two on one server would disturb each other's roles and"
                    + " measurements; wait until it has ended.");
        }
        return version;
    }

    /** A pooler keeps it, and the next rehearsal, straight to the server, would take it for somebody else's. */
    private static void endServersSession(Connection guard) {
        try {
            value(guard, "select pg_terminate_backend(pg_backend_pid())");
        } catch (SQLException ended) {
            // As asked.
        }
    }

    /** A session is listed for some moments after its client has left: for a number of looks, which a busy machine makes longer moments. */
    private List<String> otherSessionsThatStay(Connection guard) throws SQLException {
        List<String> others = otherSessions(guard, companions);
        for (int look = 1;
                !others.isEmpty()
                        && look < LOOKS_FOR_THOSE_WHO_LEAVE
                        && !Thread.currentThread().isInterrupted();
                look++) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            others = otherSessions(guard, companions);
        }
        return others;
    }

    /** Without pg_read_all_stats the kind of a foreign session is hidden; then it counts as a client. */
    private static List<String> otherSessions(Connection guard, @Nullable String companions) throws SQLException {
        List<String> sessions = new ArrayList<>();
        try (PreparedStatement statement = guard.prepareStatement("""
                        select format('pid %s: user %s, application %s, from %s, %s',
                                      pid, usename, coalesce(nullif(application_name, ''), '(unnamed)'),
                                      coalesce(host(client_addr), 'a local socket'), coalesce(state, 'state hidden'))
                        from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()
                          and coalesce(backend_type, 'client backend') in ('client backend', 'walsender')
                          and application_name is distinct from ?
                        order by pid""")) {
            statement.setString(1, companions);
            ResultSet result = statement.executeQuery();
            while (result.next()) {
                sessions.add(result.getString(1));
            }
        }
        return sessions;
    }

    private static boolean hasTables(Connection guard) throws SQLException {
        return value(guard, """
                        select exists (
                            select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                            where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
                              and not exists (select from pg_depend d
                                              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))""").equals("t");
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    private String where() {
        return server.database() + " at " + server.host() + ":" + server.port();
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // The server ends the session when it notices.
        }
    }
}
