package dev.rehearse.wiretap;

import dev.rehearse.wiretap.TapSettings.ServersWords;
import dev.rehearse.wiretap.protocol.FirstWords;
import dev.rehearse.wiretap.protocol.MessageFramer;
import dev.rehearse.wiretap.protocol.StartupMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection and the one to the server that belongs to it. A thread of its own logs the client in; it passes on both directions as well,
 * unless a {@link Switchboard} of the tap's does, or, where the tap encrypts what it sends to the server, one of the two.
 */
final class TapSession {

    private static final int SSL_REQUEST = 80877103;
    private static final int GSSENC_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;
    private static final int TLS_HANDSHAKE = 0x16;
    /** The server's own limit on what a client may send before it has logged in. */
    private static final int LONGEST_STARTUP = 10_000;
    /** The default of the server's authentication_timeout. */
    private static final int STARTUP_MILLIS = 60_000;
    /** How often a silent client is looked at. */
    private static final int SILENCE_MILLIS = 1_000;

    private final Wiretap tap;
    private final Socket client;
    private final int number;
    private final Thread upstream;
    private final Thread downstream;
    private volatile @Nullable Socket server;
    private volatile @Nullable SocketChannel wireToServer;
    private volatile @Nullable Conversation conversation;
    private volatile @Nullable Pump down;
    private volatile byte[] firstWords = {};
    /** Lets the relay notice that its channels have been closed. */
    private volatile Runnable wakeUp = () -> {};
    /** Whether another thread than the session's passes on what is said. */
    private volatile boolean handedOver;

    private volatile boolean cut;

    TapSession(Wiretap tap, Socket client, int number) {
        this.tap = tap;
        this.client = client;
        this.number = number;
        this.upstream = new Thread(this::converse, "rehearse-tap-" + tap.port() + "-" + number);
        this.downstream = new Thread(this::passDown, "rehearse-tap-" + tap.port() + "-" + number + "-down");
        upstream.setDaemon(true);
        downstream.setDaemon(true);
    }

    void start() {
        upstream.start();
    }

    List<Thread> threads() {
        return List.of(upstream, downstream);
    }

    /** Whether nothing is passed on any more. */
    boolean isOver() {
        return !upstream.isAlive() && !downstream.isAlive() && !handedOver;
    }

    /** Closes both connections; the threads end by themselves. */
    void cut() {
        cut = true;
        Wiretap.quietly(client);
        SocketChannel toServer = wireToServer;
        if (toServer != null) {
            Wiretap.quietly(toServer);
        }
        wakeUp.run();
    }

    private void converse() {
        boolean passing = false;
        try {
            client.setTcpNoDelay(true);
            client.setSoTimeout(STARTUP_MILLIS);
            byte[] startup = greet(new DataInputStream(client.getInputStream()));
            if (startup == null) {
                return;
            }
            StartupMessage message = StartupMessage.of(startup);
            tap.tell(l -> l.clientConnected(client.getPort(), tap.port()));
            Conversation talk = message.isConversation() ? new Conversation(tap, message) : null;
            conversation = talk;
            FirstWords first = logIn(message);
            Socket toServer = Objects.requireNonNull(server);
            client.setSoTimeout(0);
            firstWords = first.bytes();
            if (!(toServer instanceof SSLSocket)) {
                passing = true;
                relay(toServer.getChannel(), talk);
                return;
            }
            downstream.start();
            passing = true;
            passUp(toServer, talk);
        } catch (IOException | RuntimeException | Error e) {
            ended(e);
            cut();
        } finally {
            if (!passing) {
                over(conversation);
            }
        }
    }

    private void relay(SocketChannel toServer, @Nullable Conversation talk) {
        Switchboard shared = tap.sharedSwitchboard(number);
        if (shared != null) {
            handedOver = true;
            relay(shared, toServer, talk);
            return;
        }
        try (Switchboard own = openSwitchboard()) {
            relay(own, toServer, talk);
            own.takeNoMore();
            own.run();
        } catch (IOException | RuntimeException | Error e) {
            relayed(talk, e);
        }
    }

    private void relay(Switchboard on, SocketChannel toServer, @Nullable Conversation talk) {
        try {
            Relay relay = new Relay(
                    on.selector(),
                    client.getChannel(),
                    toServer,
                    talk,
                    tap.hearsLater(),
                    firstWords,
                    e -> relayed(talk, e));
            wakeUp = () -> on.call(relay);
            on.call(relay);
        } catch (IOException | RuntimeException | Error e) {
            relayed(talk, e);
        }
    }

    private void relayed(@Nullable Conversation talk, @Nullable Throwable why) {
        if (why != null) {
            ended(why);
        }
        wakeUp = () -> {};
        over(talk);
        handedOver = false;
    }

    /** It needs files of its own. Where there are none, the client, which waits for the server's first words, is told. */
    private Switchboard openSwitchboard() throws IOException {
        try {
            return new Switchboard(false);
        } catch (IOException e) {
            if (!cut) {
                tap.failed(e);
            }
            refuse(
                    "53000",
                    "rehearse: this connection cannot be passed on: " + e.getMessage()
                            + ". Let the process have more open files (ulimit -n), or connect less often at a time.");
            throw e;
        }
    }

    /** Tells a client that waits for the server's first words why there will be none. */
    private void refuse(String sqlState, String message) throws IOException {
        Conversation talk = conversation;
        if (talk != null) {
            talk.refused(sqlState, message);
        }
        client.getOutputStream().write(fatal(sqlState, message));
    }

    private void passUp(Socket toServer, @Nullable Conversation talk) throws IOException {
        Pump up = new Pump(
                client.getInputStream(),
                toServer.getOutputStream(),
                talk == null ? null : talk.fromClient(),
                this::endForsaken);
        client.setSoTimeout(SILENCE_MILLIS);
        boolean isTaken = up.run();
        client.setSoTimeout(0);
        if (isTaken) {
            // The client is gone; the server finds out as it would without us, and what it still says is of interest.
            if (talk != null) {
                talk.clientLeft();
            }
            toServer.shutdownOutput();
            return;
        }
        // The server may have said why it takes no more: that is on its way to the client, whose other words are lost.
        takeInVain(client.getInputStream());
    }

    /** As a {@link Relay} does with a client that does not read what a server said that is gone. */
    private void endForsaken() {
        Pump passing = down;
        Socket toServer = server;
        if (passing != null
                && toServer != null
                && passing.isStuckFor(Relay.HEARING_TAKES_AT_MOST_NANOS)
                && LocalSocket.isAbandoned(toServer.getPort(), toServer.getLocalPort())) {
            cut();
        }
    }

    private static void takeInVain(InputStream words) throws IOException {
        words.transferTo(OutputStream.nullOutputStream());
    }

    /** Mostly either side is gone; what that means for the statement is the conversation's to say. All else is a failure. */
    private void ended(Throwable e) {
        if (e instanceof MessageFramer.ProtocolViolationException || !(e instanceof IOException) && !cut) {
            tap.failed(e);
        }
    }

    private void over(@Nullable Conversation talk) {
        cut();
        if (talk != null) {
            talk.ended();
        }
    }

    private void passDown() {
        Socket toServer = Objects.requireNonNull(server);
        Conversation talk = conversation;
        try {
            InputStream said = new ByteArrayInputStream(firstWords);
            Pump passing = new Pump(
                    new SequenceInputStream(said, toServer.getInputStream()),
                    client.getOutputStream(),
                    talk == null ? null : talk.fromServer(),
                    () -> {});
            down = passing;
            if (passing.run()) {
                awaitClient(talk);
            }
        } catch (IOException | RuntimeException | Error e) {
            ended(e);
        } finally {
            over(talk);
        }
    }

    /** A client that finds out by an end of the whole connection, while it says something, may lose what it has not read. */
    private void awaitClient(@Nullable Conversation talk) throws IOException {
        if (talk != null) {
            talk.serverEnded();
        }
        client.shutdownOutput();
        try {
            upstream.join(TimeUnit.NANOSECONDS.toMillis(Relay.HEARING_TAKES_AT_MOST_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Answers what a client asks before it logs in.
     *
     * @return its startup message, or null if the connection served another purpose and is done
     */
    private byte @Nullable [] greet(DataInputStream in) throws IOException {
        while (true) {
            int length = in.readInt();
            if (length < 8 || length > LONGEST_STARTUP) {
                if (length >>> 24 == TLS_HANDSHAKE) {
                    tap.failed(new IOException(
                            "a client began in TLS (sslnegotiation=direct), which the tap speaks with no"
                                    + " client: let it connect with sslmode=disable"));
                }
                return null;
            }
            byte[] packet = new byte[length];
            ByteBuffer.wrap(packet).putInt(length);
            in.readFully(packet, 4, length - 4);
            switch (ByteBuffer.wrap(packet, 4, 4).getInt()) {
                case SSL_REQUEST, GSSENC_REQUEST -> client.getOutputStream().write('N');
                case CANCEL_REQUEST -> {
                    passCancelRequest(packet);
                    return null;
                }
                default -> {
                    return packet;
                }
            }
        }
    }

    /** The client waits for the server to close the connection, which tells that the request was handled. */
    private void passCancelRequest(byte[] packet) throws IOException {
        Socket toServer = reachServer(tap.serverDoor()::open);
        toServer.setSoTimeout(10_000);
        toServer.getOutputStream().write(packet);
        try {
            while (toServer.getInputStream().read() >= 0) {
                // The server answers nothing; this waits for its end of the connection.
            }
        } catch (EOFException e) {
            // The same.
        }
    }

    /** Passes the startup message on, over TLS where the server will not have it otherwise. */
    private FirstWords logIn(StartupMessage startup) throws IOException {
        boolean ask = startup.isConversation() && tap.settings().serversWords() == ServersWords.ASKED_FOR;
        byte[] packet = ask ? startup.askingForServersWords() : startup.packet();
        FirstWords first = send(packet, reachServer(tap.serverDoor()::open));
        if (first.mayDemandTls() && tap.serverDoor().encryptsOnDemand()) {
            ServerDoor.Way encrypted;
            try {
                encrypted = tap.serverDoor().openEncrypted();
            } catch (IOException e) {
                // There is no TLS either, so that the refusal stands.
                return first;
            }
            Wiretap.quietly(Objects.requireNonNull(server));
            return send(packet, reachServer(() -> encrypted));
        }
        return first;
    }

    /** Where there can be no TLS the server's words need no reading, and a client that leaves meanwhile is noticed at once. */
    private FirstWords send(byte[] startup, Socket toServer) throws IOException {
        toServer.getOutputStream().write(startup);
        if (tap.settings().serverTls().mode() == ServerTls.Mode.NEVER) {
            return FirstWords.NONE;
        }
        toServer.setSoTimeout(STARTUP_MILLIS);
        FirstWords first = FirstWords.read(toServer.getInputStream(), toServer instanceof SSLSocket);
        toServer.setSoTimeout(0);
        return first;
    }

    private interface Opening {
        ServerDoor.Way open() throws IOException;
    }

    private Socket reachServer(Opening opening) throws IOException {
        try {
            ServerDoor.Way toServer = opening.open();
            server = toServer.socket();
            wireToServer = toServer.wire();
            if (cut) {
                toServer.wire().close();
            }
            return toServer.socket();
        } catch (IOException e) {
            refuse("08006", "rehearse: the database server cannot be reached: " + e.getMessage());
            throw e;
        }
    }

    /** An ErrorResponse of our own, for a client that is not logged in yet. */
    private static byte[] fatal(String sqlState, String message) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String field : List.of("SFATAL", "VFATAL", "C" + sqlState, "M" + message)) {
            body.write(field.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        }
        body.write(0);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(whole);
        out.write('E');
        out.writeInt(body.size() + 4);
        body.writeTo(out);
        return whole.toByteArray();
    }
}
