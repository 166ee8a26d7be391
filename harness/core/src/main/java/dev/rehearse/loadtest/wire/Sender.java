package dev.rehearse.loadtest.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Sends messages in a thread of its own, while the one that made it reads what the server answers to the first of them. */
final class Sender {

    private final Thread thread;

    /** Begins. Nobody else uses these until {@link #await} has returned. */
    Sender(MessageBuffer messages, WritableByteChannel out, ByteBuffer buffer) {
        thread = new Thread(
                () -> {
                    try {
                        messages.sendTo(out, buffer);
                    } catch (IOException e) {
                        // Then there is nothing to read either, which says why.
                    }
                },
                Thread.currentThread().getName() + "-sends");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until all is sent, or the connection is gone. */
    void await() throws InterruptedIOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while statements were sent");
        }
    }
}
