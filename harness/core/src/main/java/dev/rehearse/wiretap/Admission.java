package dev.rehearse.wiretap;

import java.nio.ByteBuffer;

/** Whether a session's client is let in. Guarded by its {@link Conversation}. */
final class Admission {

    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_SASL_FINAL = 12;

    /** Whether the server was ready for a first statement. */
    private boolean letIn;
    /** Whether it was told that the client is not let in. */
    private boolean refused;
    /** Whether the client, which is not let in yet, waits for the server. */
    private boolean serverIsAsked = true;

    boolean isLetIn() {
        return letIn;
    }

    void letIn() {
        letIn = true;
    }

    /** Whether the client is refused by this, and was not before. */
    boolean refuses() {
        boolean now = !letIn && !refused;
        refused |= now;
        return now;
    }

    boolean isServerAsked() {
        return serverIsAsked;
    }

    /** The client has answered. */
    void askServer() {
        serverIsAsked = true;
    }

    /** An Authentication message: all but AuthenticationOk, after which the server makes ready, and what comes right before it, want an answer. */
    void hear(ByteBuffer body) {
        int kind = body.remaining() < 4 ? AUTHENTICATION_OK : body.getInt();
        serverIsAsked = kind == AUTHENTICATION_OK || kind == AUTHENTICATION_SASL_FINAL;
    }
}
