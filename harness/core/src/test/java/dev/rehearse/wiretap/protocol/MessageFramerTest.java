package dev.rehearse.wiretap.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.wiretap.protocol.MessageFramer.Interest;
import dev.rehearse.wiretap.protocol.MessageFramer.ProtocolViolationException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageFramerTest {

    /** Keeps 10 bytes of each message; holds those of type H and drops every second of them. */
    private static final class Remembering implements MessageFramer.Handler {
        final List<String> seen = new ArrayList<>();
        private int held;

        @Override
        public Interest interest(byte type, int bodyLength) throws ProtocolViolationException {
            if (type == '!') {
                throw new ProtocolViolationException(type, bodyLength);
            }
            return type == 'H' ? new Interest(bodyLength, true) : Interest.first(10);
        }

        @Override
        public boolean message(byte type, ByteBuffer head, int bodyLength) {
            byte[] bytes = new byte[head.remaining()];
            head.get(bytes);
            seen.add((char) type + " " + bodyLength + " " + Arrays.toString(bytes));
            return type != 'H' || held++ % 2 == 0;
        }

        @Override
        public boolean mayHold(byte type) {
            return type == 'H';
        }
    }

    private static void write(DataOutputStream out, char type, byte[] body) throws IOException {
        out.write(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    @Test
    void however_a_stream_is_cut_the_same_messages_come_out() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream in = new ByteArrayOutputStream();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            int messages = 1 + random.nextInt(39);
            int held = 0;
            for (int i = 0; i < messages; i++) {
                char type = random.nextInt(4) == 0 ? 'H' : 'A';
                byte[] body = new byte[random.nextInt(5) == 0 ? random.nextInt(5_000) : random.nextInt(20)];
                random.nextBytes(body);
                write(new DataOutputStream(in), type, body);
                if (type != 'H' || held++ % 2 == 0) {
                    write(new DataOutputStream(expected), type, body);
                }
            }
            byte[] stream = in.toByteArray();
            assertThat(new MessageFramer(new Remembering()).passesWhole(stream, stream.length))
                    .isEqualTo(held == 0);
            assertThat(new MessageFramer(new Remembering()).passesWhole(stream, stream.length - 1))
                    .isFalse();
            Remembering whole = new Remembering();
            new MessageFramer(whole).feed(stream, stream.length, OutputStream.nullOutputStream());
            Remembering cut = new Remembering();
            MessageFramer framer = new MessageFramer(cut);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int at = 0; at < stream.length; ) {
                int piece = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 4_000));
                byte[] chunk = Arrays.copyOfRange(stream, at, at + piece);
                boolean passesWhole = framer.passesWhole(chunk, piece);
                int before = out.size();
                framer.feed(chunk, piece, out);
                if (passesWhole) {
                    assertThat(Arrays.copyOfRange(out.toByteArray(), before, out.size()))
                            .isEqualTo(chunk);
                    assertThat(framer.isWithinMessage()).isFalse();
                }
                at += piece;
            }

            assertThat(cut.seen).as("seed %d", seed).hasSize(messages).isEqualTo(whole.seen);
            assertThat(out.toByteArray()).as("seed %d", seed).isEqualTo(expected.toByteArray());
            assertThat(framer.isWithinMessage()).isFalse();
        }
    }

    @Test
    void a_message_is_passed_on_only_after_the_handler_has_seen_it() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> passedBefore = new ArrayList<>();
        MessageFramer framer = new MessageFramer(new MessageFramer.Handler() {
            @Override
            public Interest interest(byte type, int bodyLength) {
                return Interest.NONE;
            }

            @Override
            public boolean message(byte type, ByteBuffer head, int bodyLength) {
                passedBefore.add(out.size());
                return true;
            }
        });

        framer.feed(new byte[] {'Q', 0, 0, 0, 8, 1, 2}, 7, out);
        framer.feed(new byte[] {3, 4}, 2, out);

        assertThat(passedBefore).containsExactly(7);
        assertThat(out.size()).isEqualTo(9);
    }

    @Test
    void impossible_lengths_are_refused_and_large_ones_take_no_memory() throws IOException {
        for (int length : new int[] {3, 0, -1, Integer.MIN_VALUE}) {
            byte[] message =
                    ByteBuffer.allocate(5).put((byte) 'Q').putInt(length).array();
            assertThatThrownBy(() ->
                            new MessageFramer(new Remembering()).feed(message, 5, OutputStream.nullOutputStream()))
                    .isInstanceOf(ProtocolViolationException.class);
        }
        MessageFramer framer = new MessageFramer(new Remembering());
        framer.feed(
                ByteBuffer.allocate(5).put((byte) 'Q').putInt(Integer.MAX_VALUE).array(),
                5,
                OutputStream.nullOutputStream());
        byte[] chunk = new byte[1 << 16];
        for (int i = 0; i < 1_000; i++) {
            framer.feed(chunk, chunk.length, OutputStream.nullOutputStream());
        }
        assertThat(framer.isWithinMessage()).isTrue();
    }

    @Test
    void noise_ends_in_a_refusal_or_in_nothing_and_never_in_another_failure() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            MessageFramer framer = new MessageFramer(new Remembering());
            try {
                framer.feed(noise, noise.length, OutputStream.nullOutputStream());
            } catch (IOException e) {
                assertThat(e).isInstanceOf(ProtocolViolationException.class);
            }
        }
    }
}
