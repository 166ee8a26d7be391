package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Noise from either side, and connections that end anywhere, close the connection: nothing hangs and no thread is left. */
class WiretapNoiseTest {

    private static final int DEADLINE_MILLIS = 60_000;

    private final HeardStatements heard = new HeardStatements();
    private ServerSocket server;
    private Wiretap tap;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        tap = Wiretap.listen(
                new TestDatabase.Server("primary", "127.0.0.1", server.getLocalPort(), "d", "u", "p"),
                new RunClock(),
                heard);
    }

    @AfterEach
    void close() throws IOException {
        tap.close();
        server.close();
        assertThat(tap.failures()).allMatch(failure -> isOfNoise(failure) || isOfTls(failure));
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("rehearse-tap-" + tap.port()));
    }

    private static boolean isOfTls(String failure) {
        return failure.startsWith("a client began in TLS");
    }

    private static boolean isOfNoise(String failure) {
        return failure.matches("message of type 0x\\p{XDigit}{1,2} with length -?\\d+");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), tap.port());
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    private static void startup(Socket client) throws IOException {
        byte[] parameters = "user\0u\0\0".getBytes(StandardCharsets.US_ASCII);
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        out.writeInt(8 + parameters.length);
        out.writeInt(3 << 16);
        out.write(parameters);
        out.flush();
    }

    /** Reads to the end of the connection; a reset is an end as well. A timeout is not. */
    private static int drain(InputStream in) throws IOException {
        int count = 0;
        try {
            while (in.read() >= 0) {
                count++;
            }
        } catch (SocketException e) {
            return count;
        }
        return count;
    }

    @Test
    void noise_instead_of_a_startup_message_is_hung_up_on() throws IOException {
        for (int length : new int[] {0, 7, 10_001, -1, Integer.MAX_VALUE, 0x16030100}) {
            try (Socket client = connect()) {
                new DataOutputStream(client.getOutputStream()).writeInt(length);
                assertThat(drain(client.getInputStream())).isZero();
            }
        }
        // What it is that the last one began with is told.
        assertThat(tap.failures()).singleElement().matches(WiretapNoiseTest::isOfTls);
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[] {0, 0, 1});
            client.shutdownOutput();
            assertThat(drain(client.getInputStream())).isZero();
        }
    }

    @Test
    void encryption_is_declined_and_then_the_startup_message_arrives_as_sent() throws IOException {
        try (Socket client = connect()) {
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            for (int request : new int[] {80877104, 80877103}) {
                out.writeInt(8);
                out.writeInt(request);
                assertThat(client.getInputStream().read()).isEqualTo('N');
            }
            startup(client);
            try (Socket accepted = server.accept()) {
                DataInputStream in = new DataInputStream(accepted.getInputStream());
                assertThat(in.readInt()).isEqualTo(16);
                assertThat(in.readInt()).isEqualTo(3 << 16);
                assertThat(new String(in.readNBytes(8), StandardCharsets.US_ASCII))
                        .isEqualTo("user\0u\0\0");
            }
        }
    }

    @Test
    void noise_from_either_side_closes_both() throws IOException {
        int told = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                noise[0] = (byte) "QPBESXRZCNTDK123".charAt(random.nextInt(16));
            }
            try (Socket client = connect()) {
                startup(client);
                try (Socket accepted = server.accept()) {
                    accepted.setSoTimeout(DEADLINE_MILLIS);
                    accepted.getInputStream().readNBytes(16);
                    Socket noisy = random.nextBoolean() ? client : accepted;
                    try {
                        noisy.getOutputStream().write(noise);
                        noisy.shutdownOutput();
                    } catch (SocketException e) {
                        // The tap had heard enough already.
                    }
                    drain((noisy == client ? accepted : client).getInputStream());
                    (noisy == client ? accepted : client).close();
                    drain(noisy.getInputStream());
                }
            }
            told += tap.failures().size();
            // A tap keeps few failures, and none but those of the noise may hide behind these.
            close();
            listen();
        }
        assertThat(told).isPositive();
    }
}
