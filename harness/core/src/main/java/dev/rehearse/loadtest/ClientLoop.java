package dev.rehearse.loadtest;

import dev.rehearse.HarnessException;
import dev.rehearse.loadtest.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One thread for several clients of the closed model. Where there are many, several have their replies by the time that it runs again, and it is
 * woken once for all of them. A client that loses its connection goes on in a thread of its own, as connecting is waiting.
 */
final class ClientLoop implements Runnable {

    static final int BUFFER_BYTES = 1 << 16;
    /** How long a client's connection may have been closed, by another thread, before that shows. */
    private static final long LONGEST_SELECT_MILLIS = 50;

    /**
     * How often the thread lets others of its core go first before it asks who is ready. Where sessions of the server wait for the core, they answer
     * meanwhile, and find nobody asleep whom they would have to wake; where none does, it costs a system call.
     */
    private static final int TURNS_GIVEN = 2;

    private final Load load;
    private final Set<Client> clients;
    private final List<SelectionKey> leaving = new ArrayList<>();
    private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);

    ClientLoop(Load load, List<Client> clients) {
        this.load = load;
        this.clients = new HashSet<>(clients);
    }

    /** Whether a script may be run so: nothing in it waits but for the server. */
    static boolean isFitFor(Program program, List<Client> clients) {
        for (int i = 0; i < program.count(); i++) {
            for (dev.rehearse.pgbench.Command command : program.part(i).steps()) {
                if (command instanceof dev.rehearse.pgbench.Command.Sleep) {
                    return false;
                }
            }
        }
        return clients.stream().allMatch(client -> {
            Wire wire = client.wire();
            return wire != null && wire.channel() != null;
        });
    }

    @Override
    public void run() {
        try (Selector selector = Selector.open()) {
            load.awaitStart();
            for (Client client : List.copyOf(clients)) {
                enter(selector, client);
            }
            while (!clients.isEmpty()) {
                turn(selector);
            }
        } catch (IOException e) {
            load.fail(new HarnessException("The connections of the load cannot be waited for: " + e.getMessage(), e));
        } catch (RuntimeException | Error e) {
            load.fail(e);
        } finally {
            clients.forEach(client -> load.ended());
            clients.clear();
        }
    }

    /** Serves those that have their answers. A method of its own, as Java compiles what is called often sooner than what loops for long. */
    private void turn(Selector selector) throws IOException {
        leave(selector);
        for (int i = 0; i < TURNS_GIVEN; i++) {
            Thread.yield();
        }
        selector.select(this::advance, LONGEST_SELECT_MILLIS);
        if (load.isAbandoned()) {
            selector.keys().stream().filter(key -> !key.channel().isOpen()).forEach(this::advance);
            dropClosed();
        }
    }

    private void enter(Selector selector, Client client) {
        Wire wire = java.util.Objects.requireNonNull(client.wire());
        SocketChannel channel = java.util.Objects.requireNonNull(wire.channel());
        SelectionKey key;
        try {
            wire.unblock(shared);
            key = channel.register(selector, SelectionKey.OP_READ, client);
        } catch (IOException e) {
            // It was closed before it began.
            client.lose(wire);
            clients.remove(client);
            goOnAlone(client);
            return;
        }
        client.enters();
        advance(key);
    }

    private static void goOnAlone(Client client) {
        LoadThreads.of(client).start();
    }

    /** Connections that were given up from outside have no key any more. */
    private void dropClosed() {
        clients.removeIf(client -> {
            Wire wire = client.wire();
            boolean isClosed = wire == null
                    || wire.channel() == null
                    || !java.util.Objects.requireNonNull(wire.channel()).isOpen();
            if (isClosed && leaving.stream().noneMatch(key -> key.attachment() == client)) {
                load.ended();
                return true;
            }
            return false;
        });
    }

    private void advance(SelectionKey key) {
        Client client = (Client) key.attachment();
        try {
            if (client.advances()) {
                awaitServer(key, client);
            } else {
                leaving.add(key);
            }
        } catch (RuntimeException | Error e) {
            load.fail(e);
            leaving.add(key);
        }
    }

    /** For its answer, and where it has not taken all that was sent, for that too. */
    private static void awaitServer(SelectionKey key, Client client) {
        Wire wire = client.wire();
        int awaited = SelectionKey.OP_READ | (wire != null && wire.hasUnsent() ? SelectionKey.OP_WRITE : 0);
        try {
            if (key.interestOps() != awaited) {
                key.interestOps(awaited);
            }
        } catch (CancelledKeyException e) {
            // It was closed from outside, which shows elsewhere.
        }
    }

    /** Lets clients go that are done, or go on by themselves. */
    private void leave(Selector selector) throws IOException {
        if (leaving.isEmpty()) {
            return;
        }
        List<SelectionKey> left = List.copyOf(leaving);
        leaving.clear();
        left.forEach(SelectionKey::cancel);
        // Until then the channels belong to the selector.
        selector.selectNow();
        for (SelectionKey key : left) {
            Client client = (Client) key.attachment();
            if (!clients.remove(client)) {
                continue;
            }
            Wire wire = client.wire();
            if (wire != null) {
                try {
                    wire.block();
                } catch (IOException e) {
                    // It was given up from outside, and needs nothing any more.
                } finally {
                    load.ended();
                }
            } else {
                goOnAlone(client);
            }
        }
    }
}
