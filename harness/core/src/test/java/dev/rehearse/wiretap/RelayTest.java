package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.MessageFramer;
import dev.rehearse.wiretap.protocol.StatementListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTest {

    private static final int BUFFER = 64 * 1024;

    /** Two ends of a connection on loopback. */
    private record Line(SocketChannel near, SocketChannel far) implements AutoCloseable {

        static Line open() throws IOException {
            return open(BUFFER);
        }

        /** @param arriving how many bytes, at least, the near end's system takes before they are read */
        static Line open(int arriving) throws IOException {
            try (ServerSocketChannel door =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                door.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
                SocketChannel near = SocketChannel.open()
                        .setOption(StandardSocketOptions.SO_RCVBUF, arriving)
                        .setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
                near.connect(door.getLocalAddress());
                return new Line(near, door.accept().setOption(StandardSocketOptions.SO_SNDBUF, BUFFER));
            }
        }

        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    private static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] readAll(SocketChannel from) throws IOException {
        return Channels.newInputStream(from).readAllBytes();
    }

    /** Passes on what the two ends say to each other, and closes the client's with the server's. */
    private static Future<?> relay(
            ExecutorService threads, Switchboard switchboard, Line client, Line server, byte[] firstWords)
            throws IOException {
        call(switchboard, client, server, firstWords);
        switchboard.takeNoMore();
        return threads.submit(() -> {
            switchboard.run();
            return null;
        });
    }

    private static void call(Switchboard switchboard, Line client, Line server, byte[] firstWords) throws IOException {
        switchboard.call(new Relay(
                switchboard.selector(),
                client.far(),
                server.near(),
                null,
                false,
                firstWords,
                why -> Wiretap.quietly(client.far())));
    }

    @Test
    void two_sides_that_talk_at_once_and_listen_only_afterwards_both_come_through() throws Exception {
        // More than the buffers of four sockets take, so that each direction stands still until its reader comes.
        byte[] fromClient = noise(1, 8 << 20);
        byte[] fromServer = noise(2, 1 << 20);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Line client = Line.open();
                Line server = Line.open();
                Switchboard switchboard = new Switchboard(false)) {
            Future<?> relaying = relay(threads, switchboard, client, server, new byte[] {7});
            Future<?> sending = threads.submit(() -> {
                client.near().write(ByteBuffer.wrap(fromClient));
                client.near().shutdownOutput();
                return null;
            });
            // The client's words are stuck, and the server's must come through all the same.
            Future<?> answering = threads.submit(() -> server.far().write(ByteBuffer.wrap(fromServer)));
            ByteBuffer heard = ByteBuffer.allocate(1 + fromServer.length);
            while (heard.hasRemaining()) {
                assertThat(client.near().read(heard)).isPositive();
            }
            assertThat(heard.get(0)).isEqualTo((byte) 7);
            assertThat(Arrays.equals(heard.array(), 1, heard.capacity(), fromServer, 0, fromServer.length))
                    .isTrue();
            answering.get(60, TimeUnit.SECONDS);
            assertThat(sending.isDone()).isFalse();

            assertThat(Arrays.equals(readAll(server.far()), fromClient)).isTrue();
            sending.get(60, TimeUnit.SECONDS);
            // The client has ended its side; what the server still says arrives, and then its end.
            threads.submit(() -> {
                server.far().write(ByteBuffer.wrap(fromServer));
                server.far().close();
                return null;
            });
            assertThat(Arrays.equals(readAll(client.near()), fromServer)).isTrue();
            relaying.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(120)
    void a_switchboard_that_watches_hears_who_calls_and_that_no_more_will() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Line client = Line.open();
                Line server = Line.open();
                Line late = Line.open();
                Line latesServer = Line.open();
                Switchboard switchboard = new Switchboard(true)) {
            call(switchboard, client, server, new byte[0]);
            Future<?> running = threads.submit(() -> {
                switchboard.run();
                return null;
            });
            // Turn by turn, so that each way of waiting is tried.
            for (int i = 0; i < 2_000; i++) {
                exchange(client.near(), server.far(), (byte) i);
                exchange(server.far(), client.near(), (byte) -i);
            }
            call(switchboard, late, latesServer, new byte[] {7});
            ByteBuffer heard = ByteBuffer.allocate(1);
            assertThat(late.near().read(heard)).isOne();
            assertThat(heard.get(0)).isEqualTo((byte) 7);
            client.near().close();
            server.far().close();
            late.near().close();
            latesServer.far().close();
            switchboard.takeNoMore();
            running.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void exchange(SocketChannel from, SocketChannel to, byte word) throws IOException {
        from.write(ByteBuffer.wrap(new byte[] {word}));
        ByteBuffer heard = ByteBuffer.allocate(1);
        assertThat(to.read(heard)).isOne();
        assertThat(heard.get(0)).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 150_000})
    void the_last_words_of_a_server_that_takes_no_more_reach_the_client(int length) throws Exception {
        byte[] lastWords = noise(5, length);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Line client = Line.open();
                Line server = Line.open(200_000);
                Switchboard switchboard = new Switchboard(false)) {
            // With something unread when it goes, the server's end resets the connection.
            server.near().write(ByteBuffer.wrap(new byte[] {1}));
            server.far().write(ByteBuffer.wrap(lastWords));
            long began = System.nanoTime();
            server.far().close();
            client.near().write(ByteBuffer.wrap(noise(6, 100)));
            Future<?> relaying = relay(threads, switchboard, client, server, new byte[0]);

            assertThat(Arrays.equals(readAll(client.near()), lastWords)).isTrue();
            // It ends when the client knows, or has had its time to.
            if (relaying.isDone()) {
                assertThat(System.nanoTime() - began).isGreaterThan(Relay.HEARING_TAKES_AT_MOST_NANOS);
            }
            client.near().close();
            relaying.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void no_client_that_only_talks_is_silent_or_does_not_listen_keeps_its_connection_to_a_server_that_is_gone()
            throws Exception {
        byte[] words = noise(9, 1_000);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Line talker = Line.open();
                Line talkersServer = Line.open();
                Line silent = Line.open();
                Line silentsServer = Line.open();
                Line deaf = Line.open();
                Line deafsServer = Line.open();
                Switchboard switchboard = new Switchboard(false)) {
            call(switchboard, silent, silentsServer, new byte[0]);
            // Elsewhere nobody says that the server is gone while the system keeps words of it that are in front of its
            // end.
            if (OS.LINUX.isCurrentOs()) {
                call(switchboard, deaf, deafsServer, new byte[0]);
            }
            Future<?> relaying = relay(threads, switchboard, talker, talkersServer, new byte[0]);
            talkUntilNobodyTakesMore(deafsServer.far());
            talkersServer.far().close();
            silentsServer.far().close();
            deafsServer.far().close();

            assertThatThrownBy(() -> {
                        while (true) {
                            talker.near().write(ByteBuffer.wrap(words));
                        }
                    })
                    .isInstanceOf(IOException.class);
            relaying.get(60, TimeUnit.SECONDS);
            assertThat(silent.far().isOpen()).isFalse();
            assertThat(deaf.far().isOpen()).isNotEqualTo(OS.LINUX.isCurrentOs());
        } finally {
            threads.shutdownNow();
        }
    }

    private static void talkUntilNobodyTakesMore(SocketChannel to) throws IOException {
        byte[] words = noise(10, BUFFER);
        to.configureBlocking(false);
        long taken = System.nanoTime();
        while (System.nanoTime() - taken < TimeUnit.MILLISECONDS.toNanos(500)) {
            if (to.write(ByteBuffer.wrap(words)) > 0) {
                taken = System.nanoTime();
            }
        }
    }

    @Test
    void a_client_that_does_not_listen_keeps_no_other_waiting_on_the_same_switchboard() throws Exception {
        byte[] much = noise(7, 8 << 20);
        byte[] little = noise(8, 100);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Line deaf = Line.open();
                Line talker = Line.open();
                Line client = Line.open();
                Line server = Line.open();
                Switchboard switchboard = new Switchboard(false)) {
            call(switchboard, deaf, talker, new byte[0]);
            Future<?> relaying = relay(threads, switchboard, client, server, new byte[0]);
            Future<?> stuck = threads.submit(() -> talker.far().write(ByteBuffer.wrap(much)));
            // The talker has got rid of what the buffers take, and waits.
            ByteBuffer first = ByteBuffer.allocate(1);
            assertThat(deaf.near().read(first)).isEqualTo(1);

            for (int i = 0; i < 100; i++) {
                client.near().write(ByteBuffer.wrap(little));
                assertThat(read(server.far(), little.length)).isEqualTo(little);
                server.far().write(ByteBuffer.wrap(little));
                assertThat(read(client.near(), little.length)).isEqualTo(little);
            }
            assertThat(stuck.isDone()).isFalse();
            assertThat(read(deaf.near(), much.length - 1)).isEqualTo(Arrays.copyOfRange(much, 1, much.length));
            stuck.get(60, TimeUnit.SECONDS);
            // One that ends leaves the other alone.
            talker.far().close();
            assertThat(readAll(deaf.near())).isEmpty();
            deaf.near().close();
            assertThat(relaying.isDone()).isFalse();
            server.far().close();
            assertThat(readAll(client.near())).isEmpty();
            client.near().close();
            relaying.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] read(SocketChannel from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            assertThat(from.read(bytes)).isPositive();
        }
        return bytes.array();
    }

    @Test
    void an_answer_that_cannot_be_passed_on_is_told_all_the_same() throws Exception {
        byte[] complete = {'C', 0, 0, 0, 11, 'U', 'P', 'D', ' ', '1', '2', 0};
        List<String> told = new ArrayList<>();
        MessageFramer.Handler handler = new MessageFramer.Handler() {
            @Override
            public MessageFramer.Interest interest(byte type, int bodyLength) {
                return MessageFramer.Interest.NONE;
            }

            @Override
            public boolean message(byte type, ByteBuffer head, int bodyLength) {
                told.add(String.valueOf((char) type));
                return true;
            }

            @Override
            public boolean mayHold(byte type) {
                return false;
            }

            @Override
            public void caughtUp() {
                told.add("caught up");
            }
        };
        try (Line client = Line.open();
                Line server = Line.open()) {
            client.far().close();
            Passage down = new Passage(server.near(), client.far(), handler, true);

            assertThatThrownBy(() -> down.take(complete, complete.length)).isInstanceOf(ClosedChannelException.class);
        }
        assertThat(told).containsExactly("C", "caught up");
    }

    /** Takes a few bytes at a time. */
    private static final class Narrow implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final Random random = new Random(3);

        @Override
        public int write(ByteBuffer from) {
            byte[] some = new byte[Math.min(from.remaining(), random.nextInt(900))];
            from.get(some);
            taken.writeBytes(some);
            return some.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void an_outbox_sends_what_was_written_in_its_order_whoever_owns_the_bytes() throws IOException {
        Random random = new Random(4);
        byte[] lent = new byte[2_000];
        Outbox outbox = new Outbox(lent);
        Narrow channel = new Narrow();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int round = 0; round < 2_000; round++) {
            random.nextBytes(lent);
            int at = 0;
            while (at < lent.length) {
                int length = Math.min(lent.length - at, random.nextInt(1_500));
                switch (random.nextInt(4)) {
                    case 0 -> {
                        // A header of the framer's own, which it soon uses for the next.
                        byte[] own = noise(round, length);
                        outbox.write(own, 0, length);
                        expected.write(own, 0, length);
                        Arrays.fill(own, (byte) 0);
                    }
                    case 1 -> {
                        // Withheld.
                    }
                    default -> {
                        outbox.write(lent, at, length);
                        expected.write(lent, at, length);
                    }
                }
                at += length;
            }
            while (!outbox.isEmpty()) {
                outbox.send(channel);
            }
        }
        assertThat(channel.taken.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void a_server_that_says_what_cannot_be_ends_the_connection_and_is_told_of() throws Exception {
        byte[] startup = {0, 0, 0, 16, 0, 3, 0, 0, 'u', 's', 'e', 'r', 0, 'u', 0, 0};
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Wiretap tap = Wiretap.listen(
                        new TestDatabase.Server("primary", "127.0.0.1", server.getLocalPort(), "d", "u", "p"),
                        new RunClock(),
                        new HeardStatements());
                Socket client = new Socket("127.0.0.1", tap.port())) {
            client.setSoTimeout(60_000);
            client.getOutputStream().write(startup);
            try (Socket answering = server.accept()) {
                answering.getOutputStream().write(new byte[] {'~', -1, -1, -1, -1});

                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(tap.failures()).singleElement().asString().contains("message of type 0x7e");
        }
    }

    /** With as many sessions as there are cores, one more shares its thread with the first. */
    @Test
    void an_error_over_one_connection_leaves_those_that_share_its_thread_alone() throws Exception {
        byte[] startup = {0, 0, 0, 16, 0, 3, 0, 0, 'u', 's', 'e', 'r', 0, 'u', 0, 0};
        byte[] key = {'K', 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 2};
        AtomicInteger sessions = new AtomicInteger();
        StatementListener listener = new StatementListener() {
            @Override
            public boolean mayHearLater() {
                return true;
            }

            @Override
            public void sessionStarted(int backendPid, long micros) {
                if (sessions.getAndIncrement() == 0) {
                    throw new StackOverflowError("too deep");
                }
            }
        };
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Wiretap tap = Wiretap.listen(
                        new TestDatabase.Server("primary", "127.0.0.1", server.getLocalPort(), "d", "u", "p"),
                        new RunClock(),
                        listener)) {
            for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
                try (Socket client = new Socket("127.0.0.1", tap.port())) {
                    client.setSoTimeout(60_000);
                    client.getOutputStream().write(startup);
                    try (Socket answering = server.accept()) {
                        answering.getInputStream().readNBytes(startup.length);
                        answering.getOutputStream().write(key);
                        assertThat(client.getInputStream().readNBytes(key.length))
                                .isEqualTo(key);
                        if (i > 0) {
                            client.getOutputStream().write(new byte[] {'X', 0, 0, 0, 4});
                            assertThat(answering.getInputStream().readNBytes(5)).hasSize(5);
                        } else {
                            assertThat(client.getInputStream().read()).isEqualTo(-1);
                        }
                    }
                }
            }
            assertThat(tap.failures()).singleElement().asString().contains("too deep");
        }
    }
}
