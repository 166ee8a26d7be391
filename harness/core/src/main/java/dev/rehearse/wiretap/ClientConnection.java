package dev.rehearse.wiretap;

import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.protocol.EndedConnection.How;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: whose it is, whether the server lets it in, and how it ends where the client does not end it. Guarded by its
 * {@link Conversation}.
 */
final class ClientConnection {

    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_SASL_FINAL = 12;

    private final Wiretap tap;
    private final long startMicros;

    private TappedStatement.Client client;
    /** Whether the client, which is not let in yet, waits for the server. */
    private boolean serverIsAsked = true;
    /** Whether it was told that the client is not let in. */
    private boolean refused;

    private int backendPid;
    private boolean loggedIn;
    /** Whether the server was ready for a first statement. */
    private boolean letIn;
    /** Whether the client has said goodbye, or is gone. */
    private boolean hasLeft;
    /** The server's report of why it ends the session, which runs nothing then; null: it has not said so. */
    private @Nullable Map<Character, String> farewell;

    ClientConnection(Wiretap tap, TappedStatement.Client client) {
        this.tap = tap;
        this.startMicros = tap.clock().micros();
        this.client = client;
    }

    TappedStatement.Client client() {
        return client;
    }

    /** The client calls itself so from now on. */
    void rename(String applicationName) {
        client = client.named(applicationName);
    }

    /** The client has answered. */
    void askServer() {
        serverIsAsked = true;
    }

    boolean isServerAsked() {
        return serverIsAsked;
    }

    /** An Authentication message: all but AuthenticationOk, after which the server makes ready, and what comes right before it, want an answer. */
    void authenticates(ByteBuffer body) {
        int kind = body.remaining() < 4 ? AUTHENTICATION_OK : body.getInt();
        serverIsAsked = kind == AUTHENTICATION_OK || kind == AUTHENTICATION_SASL_FINAL;
    }

    /** The server has a process for it. */
    void logIn(int pid, long now) {
        backendPid = pid;
        loggedIn = true;
        tap.tell(l -> l.sessionStarted(pid, now));
    }

    boolean isLoggedIn() {
        return loggedIn;
    }

    /** Of the server's process; 0 until it has told. */
    int backendPid() {
        return backendPid;
    }

    void letIn() {
        letIn = true;
    }

    boolean isLetIn() {
        return letIn;
    }

    /** The client is not let in; nothing where it was before, or where this was told already. */
    void refuse(@Nullable String sqlState, String message, long now) {
        if (!letIn && !refused) {
            refused = true;
            tellEnd(How.REFUSED, sqlState, message, now);
        }
    }

    void leave() {
        hasLeft = true;
    }

    /** The server ends the session, and runs nothing of what it gets from now on. */
    void terminate(Map<Character, String> report, long now) {
        if (farewell == null) {
            farewell = report;
            tellEnd(How.TERMINATED, report.get('C'), report.getOrDefault('M', ""), now);
        }
    }

    @Nullable
    Map<Character, String> farewell() {
        return farewell;
    }

    /** The server has closed its end while the client waited for nothing: to one that has not left it does so unasked. */
    void closeIdle(long now) {
        if (letIn && !hasLeft && farewell == null) {
            tellEnd(
                    How.TERMINATED,
                    null,
                    "the server ended the connection without a word, as where its process is killed or the network is lost",
                    now);
        }
    }

    private void tellEnd(How how, @Nullable String sqlState, String message, long endMicros) {
        EndedConnection ended = new EndedConnection(
                tap.nextStatementNumber(), how, backendPid, client, startMicros, endMicros, sqlState, message);
        tap.tell(l -> l.connectionEnded(ended));
    }
}
