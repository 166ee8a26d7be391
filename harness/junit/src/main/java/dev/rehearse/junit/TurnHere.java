package dev.rehearse.junit;

import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A turn within this process. A file's locks are the process's, and are lost as any of its threads closes the file, so that one at a time may have it open. Who waits is in a
 * security property, as text, and waits on an interned one: both are the same for the classes of every loader, as where Maven runs the tests of several modules in its own process.
 * Not in one of the system's: tests put these back to what they were, with those in it who have long been done.
 */
final class TurnHere implements AutoCloseable {

    private static final String WAITING = "dev.rehearse.turns";

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
        String names = Objects.requireNonNullElse(Security.getProperty(WAITING), "");
        return names.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(names.split(",")));
    }

    private static void write(List<String> queue) {
        Security.setProperty(WAITING, String.join(",", queue));
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
