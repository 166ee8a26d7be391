package dev.rehearse.loadtest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageBufferTest {

    /** Takes a few bytes each time that it is asked, as a connection does whose other side is busy. */
    private static final class NarrowChannel implements WritableByteChannel {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int room;

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(room, source.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(source.get());
            }
            room -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void what_a_connection_does_not_take_at_once_goes_later_and_in_order() throws IOException {
        NarrowChannel channel = new NarrowChannel();
        ByteBuffer shared = ByteBuffer.allocate(4);
        MessageBuffer buffer = new MessageBuffer();
        String first = "the first message";
        String second = ", and the second";

        buffer.put(first.getBytes(StandardCharsets.UTF_8));
        buffer.sendTo(channel, shared);
        assertThat(channel.taken.size()).isZero();
        channel.room = 6;
        buffer.sendTo(channel, shared);
        assertThat(channel.taken.size()).isEqualTo(6);
        assertThat(buffer.isEmpty()).isFalse();
        buffer.put(second.getBytes(StandardCharsets.UTF_8));
        channel.room = 1_000;
        buffer.sendTo(channel, shared);

        assertThat(channel.taken.toString(StandardCharsets.UTF_8)).isEqualTo(first + second);
        assertThat(buffer.isEmpty()).isTrue();
    }
}
