package dev.rehearse.database.server;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.RehearsalException;
import dev.rehearse.database.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** What every start of a server needs: a port nobody has, and patience; and what is said where one ends. */
public final class Startup {

    /** Not there yet: 57P03 is "the database system is starting up", the others are refused or dropped connections. */
    private static final Set<String> NOT_YET = Set.of("57P03", "08001", "08006", "08004");

    /** Of a parameter, as the server's log says it in English: it has no SQLSTATE there. */
    private static final Pattern REFUSAL = Pattern.compile("(?m)(?:FATAL|LOG): +(.*\\bparameter \"[^\"]+\".*)$");

    private static final int PAUSE_MILLIS = 15;

    private Startup() {}

    /**
     * Returns once a server accepts connections, with the version that it tells to who connects.
     *
     * @param what the server, for people
     * @throws InvalidRehearsalException if it ends because of a setting, with what it says of it
     * @throws EnvironmentException if it ends otherwise, refuses us or takes too long, with its last words
     */
    public static String await(
            TestDatabase.Server server,
            String what,
            Duration limit,
            BooleanSupplier alive,
            Supplier<String> lastWords) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try (Connection connection = server.connect("rehearse-startup", server.user(), server.password())) {
                return String.valueOf(connection.unwrap(PGConnection.class).getParameterStatus("server_version"));
            } catch (SQLException e) {
                if (!alive.getAsBoolean()) {
                    throw ended(what, lastWords.get());
                }
                if (!NOT_YET.contains(String.valueOf(e.getSQLState())) || System.nanoTime() > deadline) {
                    throw new EnvironmentException(
                            what + " did not accept a connection on " + server.host() + ":" + server.port() + " within "
                                    + limit.toSeconds() + " s: " + e.getMessage() + "\nThe end of its log:\n"
                                    + lastWords.get(),
                            e);
                }
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EnvironmentException("Interrupted while " + what + " was starting.", e);
            }
        }
    }

    /** Settings are the plan's: what the server says of them is for its author, who needs the rest of the log for nothing. */
    static RehearsalException ended(String what, String lastWords) {
        List<String> refusals = REFUSAL.matcher(lastWords)
                .results()
                .map(said -> said.group(1).strip())
                .distinct()
                .toList();
        if (!refusals.isEmpty()) {
            return new InvalidRehearsalException(what + " refuses its settings: " + String.join("; ", refusals)
                    + ". Mend that in the plan, under database: settings.");
        }
        return new EnvironmentException(what + " ended while it started. The end of its log:\n" + lastWords);
    }

    /** Of a server that was to shut down cleanly and ended in another way: whoever killed it, or its own trouble with the last checkpoint. */
    public static EnvironmentException died(String name, int exitCode, String lastWords) {
        return new EnvironmentException("PostgreSQL (" + name + ") died while it was being shut down (exit code "
                + exitCode + "). The end of its log:\n" + lastWords);
    }

    /** A free port on loopback, below the range that outgoing connections are given, so that a restart finds it free again. */
    public static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(18_000, 32_000);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new EnvironmentException("No free port found between 18000 and 32000 on 127.0.0.1 in 100 attempts.");
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
