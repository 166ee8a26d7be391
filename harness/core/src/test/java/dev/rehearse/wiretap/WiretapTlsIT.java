package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestCertificate;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that lets nobody in but over TLS, with SCRAM. */
class WiretapTlsIT {

    private static final int CLIENTS = 200;

    @TempDir
    private static Path folder;

    private static KeyStore own;
    private static Path ownCertificate;
    private static Path otherCertificate;
    private static TestDatabase database;

    private final HeardStatements heard = new HeardStatements();
    private Wiretap tap;

    @BeforeAll
    static void start() throws Exception {
        own = TestCertificate.make(folder, "own");
        ownCertificate = Files.writeString(folder.resolve("own.pem"), TestCertificate.certificatePem(own));
        otherCertificate = Files.writeString(
                folder.resolve("other.pem"), TestCertificate.certificatePem(TestCertificate.make(folder, "other")));
        database = TestServers.provider()
                .start(
                        new DatabaseRequest(
                                18, 0, Map.of("max_connections", Integer.toString(CLIENTS + 20)), null, null),
                        Progress.SILENT);
        Servers.execute(
                database.primary(),
                "create role client login password 'secret'",
                "create role outcast login password 'secret'",
                TestCertificate.write("server.crt", TestCertificate.certificatePem(own)),
                TestCertificate.write("server.key", TestCertificate.keyPem(own)),
                TestCertificate.write(
                        "pg_hba.conf",
                        "local all all trust\nhostssl all outcast all reject\nhostssl all all all scram-sha-256\n"),
                "alter system set ssl = on",
                "select pg_reload_conf()");
        Until.holds("the server to demand TLS", () -> "28000".equals(refusal("disable")));
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
    }

    @AfterEach
    void close() {
        if (tap != null) {
            tap.close();
            assertThat(tap.failures()).isEmpty();
        }
    }

    /** SQLSTATE with which the server itself answers. */
    private static String refusal(String sslMode) {
        try {
            connect(database.primary().port(), "client", "sslmode", sslMode).close();
            return "";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private static Connection connect(int port, String user, String... more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", "secret");
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.primary().host() + ":" + port + "/"
                        + database.primary().database(),
                properties);
    }

    private Connection through(ServerTls.Mode mode, Path rootCertificate, String user, String... more)
            throws SQLException {
        tap = Wiretap.listen(
                database.primary(),
                new TapSettings(
                        0,
                        new ServerTls(mode, rootCertificate),
                        false,
                        TapSettings.ServersWords.PASSED,
                        Interference.NONE),
                new RunClock(),
                heard);
        return connect(tap.port(), user, more);
    }

    private static boolean isEncrypted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Test
    void the_tap_speaks_tls_where_the_server_demands_it_and_the_client_logs_in_with_scram() throws SQLException {
        try (Connection connection = through(ServerTls.Mode.DEMANDED, null, "client")) {
            assertThat(isEncrypted(connection)).isTrue();
        }

        assertThat(heard.startingWith("select ssl").rows()).isEqualTo(1);
    }

    @Test
    void a_cancel_request_arrives_all_the_same() throws Exception {
        for (ServerTls.Mode mode : List.of(ServerTls.Mode.DEMANDED, ServerTls.Mode.ALWAYS)) {
            try (Connection connection = through(mode, null, "client");
                    Statement statement = connection.createStatement()) {
                ExecutorService thread = Executors.newSingleThreadExecutor();
                Future<?> sleep = thread.submit(() -> statement.execute("select pg_sleep(60)"));
                Until.holds("the server to sleep", WiretapTlsIT::isAnybodySleeping);
                statement.cancel();
                assertThatThrownBy(() -> sleep.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
                thread.shutdown();
            }
            assertThat(heard.startingWith("select pg_sleep").sqlState()).isEqualTo("57014");
            tap.close();
        }
    }

    private static boolean isAnybodySleeping() {
        try (Connection connection = database.primary().connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select from pg_stat_activity where wait_event = 'PgSleep'")) {
            return rows.next();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_certificate_is_checked_where_a_root_is_named() throws SQLException {
        try (Connection connection = through(ServerTls.Mode.ALWAYS, ownCertificate, "client")) {
            assertThat(isEncrypted(connection)).isTrue();
        }
        tap.close();

        assertThatThrownBy(() -> through(ServerTls.Mode.ALWAYS, otherCertificate, "client"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void a_root_certificate_that_is_none_is_refused() throws IOException {
        Path noise = Files.writeString(folder.resolve("noise.pem"), "noise");
        for (Path file : List.of(noise, folder.resolve("missing.pem"))) {
            assertThatThrownBy(() -> through(ServerTls.Mode.ALWAYS, file, "client"))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("Cannot read the root certificate " + file + ": ")
                    .hasMessageNotContaining(file + ": " + file);
        }
    }

    @Test
    void the_servers_refusal_stands_where_tls_is_not_to_be_spoken_or_does_not_help() {
        assertThatThrownBy(() -> through(ServerTls.Mode.NEVER, null, "client"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        tap.close();
        assertThatThrownBy(() -> through(ServerTls.Mode.DEMANDED, null, "outcast"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        assertThat(heard.sessions).isEmpty();
    }

    @Test
    void a_client_that_insists_on_tls_or_gssapi_is_told_no() {
        assertThatThrownBy(() -> through(ServerTls.Mode.DEMANDED, null, "client", "sslmode", "require"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
        tap.close();
        assertThatThrownBy(() -> through(ServerTls.Mode.DEMANDED, null, "client", "gssEncMode", "require"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
    }

    /** A server in this process says what it says when it chooses to, which one of PostgreSQL's cannot be brought to. */
    @Test
    void the_last_words_of_a_server_that_takes_no_more_reach_the_client() throws Exception {
        byte[] ok = message('R', "\0\0\0\0");
        byte[] question = message('Q', "select 1\0");
        byte[] complete = message('C', "SELECT 1\0");
        byte[] ready = message('Z', "I");
        byte[] lastWords = message('E', "SFATAL\0VFATAL\0C57P01\0Mterminated\0\0");
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Interference hold = new Interference() {
            @Override
            public Fault after(TappedStatement statement) {
                return () -> {
                    answered.countDown();
                    letGo.await();
                    return Fault.Then.GO_ON;
                };
            }
        };
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            tap = Wiretap.listen(
                    new TestDatabase.Server("primary", "127.0.0.1", door.getLocalPort(), "d", "u", "p"),
                    new TapSettings(
                            0,
                            new ServerTls(ServerTls.Mode.ALWAYS, null),
                            false,
                            TapSettings.ServersWords.PASSED,
                            hold),
                    new RunClock(),
                    heard);
            try (Socket client = new Socket("127.0.0.1", tap.port())) {
                client.setSoTimeout(60_000);
                client.getOutputStream().write(new byte[] {0, 0, 0, 16, 0, 3, 0, 0, 'u', 's', 'e', 'r', 0, 'u', 0, 0});
                try (Socket server = encrypted(door.accept())) {
                    server.getOutputStream().write(ok);
                    server.getOutputStream().write(ready);
                    client.getOutputStream().write(question);
                    // An answer before the question would be nobody's.
                    assertThat(server.getInputStream().readNBytes(question.length))
                            .isEqualTo(question);
                    server.getOutputStream().write(complete);
                    server.getOutputStream().write(ready);
                    assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
                    server.getOutputStream().write(lastWords);
                }
                client.getOutputStream().write(new byte[] {'d', 100, 0, 0, 0});
                Until.holds("the tap to find that the server takes no more", () -> {
                    try {
                        client.getOutputStream().write(0);
                    } catch (IOException e) {
                        return true;
                    }
                    return takesTheClientsWordsInVain();
                });
                letGo.countDown();

                InputStream said = client.getInputStream();
                said.readNBytes(ok.length + ready.length + complete.length + ready.length);
                // After them comes a reset or an end: what the client said in vain was not read.
                assertThat(said.readNBytes(lastWords.length)).isEqualTo(lastWords);
            }
        } finally {
            letGo.countDown();
        }
    }

    private boolean takesTheClientsWordsInVain() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("rehearse-tap-" + tap.port() + "-0"))
                .flatMap(t -> Arrays.stream(t.getStackTrace()))
                .anyMatch(frame -> frame.getMethodName().equals("takeInVain"));
    }

    private static byte[] message(char type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) type)
                .putInt(4 + bytes.length)
                .put(bytes)
                .array();
    }

    /** The server's end of a connection whose other end asks for TLS, and says its startup message then. */
    private static Socket encrypted(Socket plain) throws Exception {
        plain.getInputStream().readNBytes(8);
        plain.getOutputStream().write('S');
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, TestCertificate.STORE_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.startHandshake();
        socket.getInputStream().readNBytes(16);
        return socket;
    }

    @Test
    void two_hundred_clients_come_at_once() throws Exception {
        through(ServerTls.Mode.DEMANDED, null, "client").close();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            CyclicBarrier allConnected = new CyclicBarrier(CLIENTS);
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(threads.submit(() -> {
                    try (Connection connection = connect(tap.port(), "client");
                            Statement statement = connection.createStatement()) {
                        allConnected.await(60, TimeUnit.SECONDS);
                        try (ResultSet row = statement.executeQuery("select " + number)) {
                            row.next();
                            return row.getInt(1);
                        }
                    }
                }));
            }
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(clients.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(heard.ended.stream()
                        .filter(s -> s.sql().matches("select \\d+"))
                        .filter(s -> s.outcome() == Outcome.SUCCEEDED))
                .hasSize(CLIENTS);
    }
}
