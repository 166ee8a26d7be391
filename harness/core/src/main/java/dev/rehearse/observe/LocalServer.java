package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of a server on this machine, in a container of its own, too. For one thread.
 *
 * <p>A session is found by its own number and the port of its client, which it shows as its title (<a
 * href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-UPDATE-PROCESS-TITLE">update_process_title</a>); its parent has
 * all the others.
 */
final class LocalServer {

    private final long postmaster;
    private final Map<Long, Integer> pids = new HashMap<>();

    private LocalServer(long postmaster) {
        this.postmaster = postmaster;
    }

    /** Nothing where the server runs elsewhere, or its processes cannot be told apart. */
    static Optional<LocalServer> of(Server server) {
        try (Connection connection = server.connect("rehearse-sampler");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid(), coalesce(inet_client_port(), 0)")) {
            row.next();
            return parentOf(row.getInt(1), "(" + row.getInt(2) + ")").map(LocalServer::new);
        } catch (SQLException | IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> parentOf(int pid, String port) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String title = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                    if (title.startsWith("postgres: ") && title.contains(port) && pidWithin(process) == pid) {
                        return Optional.of(Long.valueOf(field(process, "PPid:").get(0)));
                    }
                } catch (IOException | NumberFormatException ended) {
                    // It is not the one, which goes on.
                }
            }
        }
        return Optional.empty();
    }

    /** The first of its processes, which has all others. */
    long postmaster() {
        return postmaster;
    }

    /** Its processes now: what the machine calls each, and what the server itself does. */
    Map<Long, Integer> processes() throws IOException {
        List<Long> now = ProcessorTimes.children(postmaster);
        pids.keySet().retainAll(now);
        for (long process : now) {
            if (!pids.containsKey(process)) {
                try {
                    pids.put(process, pidWithin(Path.of("/proc", Long.toString(process))));
                } catch (IOException ended) {
                    // It had nothing to say.
                }
            }
        }
        return Map.copyOf(pids);
    }

    /** What its first process and those that have ended had of the cores: a parallel worker may live for some milliseconds. */
    long ownAndEndedNanos() throws IOException {
        return ProcessorTimes.ownAndEndedNanos(postmaster);
    }

    /** A container counts its processes anew. */
    private static int pidWithin(Path process) throws IOException {
        List<String> all = field(process, "NSpid:");
        return Integer.parseInt(all.get(all.size() - 1));
    }

    private static List<String> field(Path process, String name) throws IOException {
        return Files.readString(process.resolve("status"), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> List.of(line.substring(name.length()).strip().split("\\s+")))
                .findFirst()
                .orElseThrow(() -> new IOException(process + " says nothing of " + name));
    }
}
