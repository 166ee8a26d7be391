package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Many connections at once whose ends do as they like: talk at the same time, read slowly or late, end one side, vanish within a message. What arrives is
 * what was sent, all of it where both ends stay to the end; nobody hangs, and nothing is left over. {@code -Drehearse.soakConversations} makes it longer.
 */
class WiretapSoakTest {

    private static final int CONVERSATIONS = Integer.getInteger("rehearse.soakConversations", 100);
    private static final int AT_ONCE = 24;
    private static final int MOST_NAP_MICROS = 3_000;
    private static final int DEADLINE_SECONDS = 60;
    private static final String FROM_CLIENT = "QPBECFDHSXcdfp";
    private static final String FROM_SERVER = "RSv123ADGHITVWcdnstCKZEN";

    private final Counts counts = new Counts();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** The connections that have arrived at the server, by the user's name. */
    private final Map<String, BlockingQueue<Socket>> arrived = new ConcurrentHashMap<>();

    /** Counts, so that a long run needs no memory. */
    private static final class Counts implements StatementListener {
        private final AtomicLong started = new AtomicLong();
        private final AtomicLong ended = new AtomicLong();
        private volatile boolean later;

        @Override
        public boolean mayHearLater() {
            return later;
        }

        @Override
        public void statementStarted(TappedStatement statement) {
            started.incrementAndGet();
        }

        @Override
        public void statementEnded(TappedStatement statement) {
            ended.incrementAndGet();
        }
    }

    /** How a conversation ends. */
    private enum End {
        /** The client ends its side when it has said all, and the server then its own. */
        IN_ORDER,
        /** The server has said all, and ends the connection when it has heard all. */
        BY_THE_SERVER,
        CLIENT_VANISHES,
        SERVER_VANISHES,
        /** It has said all, and goes with much unread. */
        SERVER_DIES
    }

    @AfterEach
    void end_threads() {
        threads.shutdownNow();
    }

    @Test
    void where_connections_share_threads_all_that_is_said_arrives_and_nothing_is_left() throws Exception {
        soak(true);
    }

    @Test
    void where_each_has_a_thread_all_that_is_said_arrives_and_nothing_is_left() throws Exception {
        soak(false);
    }

    private void soak(boolean shared) throws Exception {
        counts.later = shared;
        int port;
        try (ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
                Wiretap tap = Wiretap.listen(
                        new TestDatabase.Server("primary", "127.0.0.1", server.getLocalPort(), "d", "u", "p"),
                        new TapSettings(
                                0,
                                new ServerTls(ServerTls.Mode.NEVER, null),
                                true,
                                TapSettings.ServersWords.PASSED,
                                Interference.NONE),
                        new RunClock(),
                        counts)) {
            threads.submit(() -> accept(server));
            List<Future<?>> running = new ArrayList<>();
            for (int first = 0; first < AT_ONCE; first++) {
                int from = first;
                running.add(threads.submit(() -> {
                    for (int seed = from; seed < CONVERSATIONS; seed += AT_ONCE) {
                        converse(seed, tap.port());
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
            assertThat(tap.failures()).isEmpty();
            // A session is over a moment after its ends have noticed.
            Until.holds("every statement that began to end", () -> counts.ended.get() == counts.started.get());
            assertThat(counts.started.get()).isPositive();
            port = tap.port();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("rehearse-tap-" + port));
    }

    private Void accept(ServerSocket server) throws IOException {
        while (true) {
            Socket socket = server.accept();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] startup = in.readNBytes(in.readInt() - 4);
            String user = new String(startup, 9, startup.length - 11, StandardCharsets.US_ASCII);
            arrivals(user).add(socket);
        }
    }

    private BlockingQueue<Socket> arrivals(String user) {
        return arrived.computeIfAbsent(user, u -> new LinkedBlockingQueue<>());
    }

    private void converse(int seed, int port) throws Exception {
        Random random = new Random(seed);
        End end = End.values()[random.nextInt(End.values().length)];
        byte[] fromClient = messages(random, FROM_CLIENT);
        byte[] fromServer = messages(random, FROM_SERVER);
        if (end == End.CLIENT_VANISHES) {
            fromClient = Arrays.copyOf(fromClient, random.nextInt(fromClient.length));
        } else if (end == End.SERVER_VANISHES) {
            fromServer = Arrays.copyOf(fromServer, random.nextInt(fromServer.length));
        }
        String what = "conversation " + seed + ", " + end;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String user = "user\0" + (char) ('a' + seed % 26) + seed + "\0\0";
            byte[] startup = user.getBytes(StandardCharsets.US_ASCII);
            client.getOutputStream()
                    .write(ByteBuffer.allocate(8 + startup.length)
                            .putInt(8 + startup.length)
                            .putInt(3 << 16)
                            .put(startup)
                            .array());
            try (Socket server =
                    arrivals(user.substring(5, user.length() - 2)).poll(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                assertThat(server).as(what).isNotNull();
                converse(random, end, what, client, server, fromClient, fromServer);
            } finally {
                arrived.remove(user.substring(5, user.length() - 2));
            }
        }
    }

    private void converse(
            Random random, End end, String what, Socket client, Socket server, byte[] fromClient, byte[] fromServer)
            throws Exception {
        long[] seeds = random.longs(4).toArray();
        Future<byte[]> heardByServer = end == End.SERVER_DIES || end == End.SERVER_VANISHES
                ? threads.submit(() -> new byte[0])
                : threads.submit(() -> read(server, new Random(seeds[0])));
        Future<byte[]> heardByClient = end == End.CLIENT_VANISHES
                ? threads.submit(() -> new byte[0])
                : threads.submit(() -> read(client, new Random(seeds[1])));
        Future<Boolean> saidByClient = threads.submit(() -> {
            boolean all = write(client, fromClient, new Random(seeds[2]));
            if (all && end == End.IN_ORDER) {
                client.shutdownOutput();
            } else if (end == End.CLIENT_VANISHES) {
                client.setSoLinger(true, 0);
                client.close();
            }
            return all;
        });
        Future<Boolean> saidByServer = threads.submit(() -> {
            boolean all = write(server, fromServer, new Random(seeds[3]));
            if (end == End.SERVER_VANISHES) {
                server.setSoLinger(true, 0);
                server.close();
            } else if (end == End.SERVER_DIES) {
                server.close();
            } else if (end == End.BY_THE_SERVER) {
                server.shutdownOutput();
            }
            return all;
        });
        switch (end) {
            case IN_ORDER -> {
                assertSame(get(what, heardByServer), fromClient, what);
                assertThat(get(what, saidByServer)).as(what).isTrue();
                server.close();
                assertSame(get(what, heardByClient), fromServer, what);
                assertThat(get(what, saidByClient)).as(what).isTrue();
            }
            case BY_THE_SERVER -> {
                // With the server's side the connection has ended, and what the client says then is lost.
                assertSame(get(what, heardByClient), fromServer, what);
                client.close();
                assertBegins(get(what, heardByServer), fromClient, what);
                get(what, saidByClient);
            }
            default -> {
                byte[] up = get(what, heardByServer);
                byte[] down = get(what, heardByClient);
                assertBegins(up, fromClient, what);
                assertBegins(down, fromServer, what);
                get(what, saidByClient);
                get(what, saidByServer);
            }
        }
    }

    private static <T> T get(String what, Future<T> future) throws Exception {
        try {
            return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(what + " hangs", e);
        }
    }

    private static void assertSame(byte[] heard, byte[] said, String what) {
        assertThat(heard.length).as(what).isEqualTo(said.length);
        assertBegins(heard, said, what);
    }

    private static void assertBegins(byte[] heard, byte[] said, String what) {
        assertThat(Arrays.mismatch(heard, 0, heard.length, said, 0, Math.min(heard.length, said.length)))
                .as(what)
                .isEqualTo(-1);
    }

    /** Up to some hundred messages, some of them large. */
    private static byte[] messages(Random random, String types) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 1 + random.nextInt(100); i > 0; i--) {
            byte[] body = new byte[random.nextInt(20) == 0 ? random.nextInt(400_000) : random.nextInt(300)];
            random.nextBytes(body);
            all.write(types.charAt(random.nextInt(types.length())));
            all.writeBytes(ByteBuffer.allocate(4).putInt(body.length + 4).array());
            all.writeBytes(body);
        }
        return all.toByteArray();
    }

    /** Whether all of it could be said. */
    private static boolean write(Socket to, byte[] bytes, Random random) {
        try {
            OutputStream out = to.getOutputStream();
            int largest = 1 << (4 + random.nextInt(15));
            for (int at = 0; at < bytes.length; ) {
                int piece = Math.min(bytes.length - at, 1 + random.nextInt(largest));
                out.write(bytes, at, piece);
                at += piece;
                nap(random);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** To the end of the connection; a reset is an end as well. */
    private static byte[] read(Socket from, Random random) {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        if (random.nextInt(4) == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(200)));
        }
        try {
            InputStream in = from.getInputStream();
            byte[] chunk = new byte[1 << (6 + random.nextInt(11))];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                heard.write(chunk, 0, read);
                nap(random);
            }
        } catch (IOException e) {
            // What was heard until then counts.
        }
        return heard.toByteArray();
    }

    private static void nap(Random random) {
        if (random.nextInt(50) == 0) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MOST_NAP_MICROS)));
        }
    }
}
