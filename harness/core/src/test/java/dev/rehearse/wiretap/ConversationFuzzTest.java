package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.MessageFramer;
import dev.rehearse.wiretap.protocol.MessageFramer.ProtocolViolationException;
import dev.rehearse.wiretap.protocol.StartupMessage;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Hostile peers on either side of a conversation: it never fails but by refusing, passes nothing on that it did not get, forgets no statement,
 * and takes no memory for what it is told to expect.
 */
class ConversationFuzzTest {

    private static final int CASES = 4_000;
    private static final String FROM_CLIENT = "QPBECFDHSXcdfp";
    private static final String FROM_SERVER = "RSv123ADGHITVWcdnstCKZEN";
    static final StartupMessage STARTUP = StartupMessage.of(ByteBuffer.allocate(8 + 8)
            .putInt(16)
            .putInt(3 << 16)
            .put("user\0u\0\0".getBytes(StandardCharsets.US_ASCII))
            .array());

    private final HeardStatements heard = new HeardStatements();
    private final Wiretap tap = Wiretap.listen(
            new TestDatabase.Server("primary", "127.0.0.1", 1, "d", "u", "p"),
            new TapSettings(
                    0,
                    new ServerTls(ServerTls.Mode.NEVER, null),
                    true,
                    TapSettings.ServersWords.PASSED,
                    Interference.NONE),
            new RunClock(),
            heard);

    @AfterEach
    void close() {
        tap.close();
        assertThat(tap.failures()).isEmpty();
    }

    /** One direction: what went in, and what came out. */
    private static final class Direction {
        private final MessageFramer framer;
        private final ByteArrayOutputStream in = new ByteArrayOutputStream();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private boolean refused;

        private Direction(MessageFramer.Handler handler) {
            this.framer = new MessageFramer(handler);
        }

        private void feed(byte[] bytes) {
            if (refused) {
                return;
            }
            in.writeBytes(bytes);
            try {
                framer.feed(bytes, bytes.length, out);
            } catch (ProtocolViolationException e) {
                refused = true;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void assertPassedAsSent(String what) {
            byte[] passed = out.toByteArray();
            assertThat(Arrays.equals(passed, 0, passed.length, in.toByteArray(), 0, passed.length))
                    .as("%s: what was passed on is how it began", what)
                    .isTrue();
        }
    }

    private static byte[] message(Random random, String types) {
        byte type = (byte) types.charAt(random.nextInt(types.length()));
        byte[] body = switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> text(random).getBytes(StandardCharsets.UTF_8);
            case 2 -> (text(random) + '\0' + text(random) + '\0').getBytes(StandardCharsets.UTF_8);
            default -> {
                byte[] noise = new byte[random.nextInt(random.nextInt(20) == 0 ? 5_000 : 30)];
                random.nextBytes(noise);
                yield noise;
            }
        };
        return ByteBuffer.allocate(5 + body.length)
                .put(type)
                .putInt(body.length + 4)
                .put(body)
                .array();
    }

    private static String text(Random random) {
        String[] texts = {
            "",
            "I",
            "T",
            "E",
            "s1",
            "select 1",
            "set client_min_messages = debug1",
            "SFATAL\0C28000\0Mno\0",
            "VDEBUG\0Msaid\0",
            "INSERT 0 999999999999999999999999",
            "SELECT 5"
        };
        return texts[random.nextInt(texts.length)];
    }

    private static byte[] spoilt(Random random, byte[] message) {
        return switch (random.nextInt(30)) {
            case 0 -> ByteBuffer.wrap(message).putInt(1, random.nextInt()).array();
            case 1 -> Arrays.copyOf(message, random.nextInt(message.length));
            case 2 -> {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
                yield message;
            }
            default -> message;
        };
    }

    @Test
    void whatever_both_sides_say_every_statement_that_starts_ends_once() {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            heard.started.clear();
            heard.ended.clear();
            heard.sessions.clear();
            heard.sessionsEnded.clear();
            Conversation conversation = new Conversation(tap, STARTUP);
            Direction up = new Direction(conversation.fromClient());
            Direction down = new Direction(conversation.fromServer());
            boolean honest = random.nextInt(3) > 0;
            for (int i = random.nextInt(100); i > 0; i--) {
                boolean client = random.nextBoolean();
                byte[] message = message(random, client ? FROM_CLIENT : FROM_SERVER);
                (client ? up : down).feed(honest ? message : spoilt(random, message));
            }
            conversation.ended();

            up.assertPassedAsSent("seed " + seed);
            down.assertPassedAsSent("seed " + seed);
            assertThat(heard.ended).as("seed %d", seed).hasSameSizeAs(heard.started);
            assertThat(heard.ended.stream().map(TappedStatement::number))
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates();
            assertThat(heard.sessionsEnded.size()).isLessThanOrEqualTo(1);
            assertThat(!honest || !up.refused && !down.refused)
                    .as("seed %d: messages that exist are not refused", seed)
                    .isTrue();
        }
    }

    @Test
    void a_length_that_is_claimed_takes_no_memory() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] chunk = new byte[1 << 16];
        long before = threads.getCurrentThreadAllocatedBytes();
        int messages = 0;
        for (boolean client : new boolean[] {true, false}) {
            for (char type : (client ? FROM_CLIENT : FROM_SERVER).toCharArray()) {
                Conversation conversation = new Conversation(tap, STARTUP);
                MessageFramer framer =
                        new MessageFramer(client ? conversation.fromClient() : conversation.fromServer());
                framer.feed(
                        ByteBuffer.allocate(5)
                                .put((byte) type)
                                .putInt(Integer.MAX_VALUE)
                                .array(),
                        5,
                        OutputStream.nullOutputStream());
                for (int i = 0; i < 100; i++) {
                    framer.feed(chunk, chunk.length, OutputStream.nullOutputStream());
                }
                assertThat(framer.isWithinMessage()).isTrue();
                messages++;
            }
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes for %d messages of which 6.5 MB each arrived", messages)
                .isLessThan(messages * 1_000_000L);
    }

    @Test
    void a_pipeline_without_an_end_is_told_as_it_goes() throws IOException {
        Conversation conversation = new Conversation(tap, STARTUP);
        MessageFramer up = new MessageFramer(conversation.fromClient());
        MessageFramer down = new MessageFramer(conversation.fromServer());
        byte[] execute = {'E', 0, 0, 0, 9, 0, 0, 0, 0, 0};
        byte[] complete = {'C', 0, 0, 0, 13, 'S', 'E', 'L', 'E', 'C', 'T', ' ', '1', 0};
        int statements = 15_000;
        for (int i = 0; i < statements; i++) {
            up.feed(execute, execute.length, OutputStream.nullOutputStream());
            down.feed(complete, complete.length, OutputStream.nullOutputStream());
        }

        assertThat(heard.ended.size()).isBetween(statements - 10_001, statements - 9_999);
        assertThat(heard.ended).allMatch(s -> s.rows() == 1 && !s.serverStandsStill());
        conversation.ended();
        assertThat(heard.ended).hasSize(statements);
    }
}
