package dev.rehearse.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A turn within this process. A file's locks are the process's, and are lost as any of its threads closes the file, so that one at a time may have it open. Who waits is in a
 * system property, as text, and waits on an interned one: both are the same for the classes of every loader, as where Maven runs the tests of several modules in its own process.
 */
final class TurnHere implements AutoCloseable {

    private static final String WAITING =
            ("dev.rehearse.turns." + ProcessHandle.current().pid()).intern();

    private final String name = UUID.randomUUID().toString();

    private TurnHere() {}

    /** Waits until all that have asked before are done. */
    static TurnHere await() throws InterruptedException {
        TurnHere turn = new TurnHere();
        synchronized (WAITING) {
            List<String> queue = queue();
            queue.add(turn.name);
            write(queue);
            try {
                // Not at all where a test has put the system's properties back.
                while (queue().indexOf(turn.name) > 0) {
                    WAITING.wait();
                }
            } catch (InterruptedException e) {
                turn.close();
                throw e;
            }
        }
        return turn;
    }

    private static List<String> queue() {
        String names = System.getProperty(WAITING, "");
        return names.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(names.split(",")));
    }

    private static void write(List<String> queue) {
        if (queue.isEmpty()) {
            System.clearProperty(WAITING);
        } else {
            System.setProperty(WAITING, String.join(",", queue));
        }
    }

    @Override
    public void close() {
        synchronized (WAITING) {
            List<String> queue = queue();
            queue.remove(name);
            write(queue);
            WAITING.notifyAll();
        }
    }
}
