package dev.rehearse.wiretap;

import dev.rehearse.recording.Outcome;
import dev.rehearse.wiretap.PendingMessages.Kind;
import dev.rehearse.wiretap.PendingMessages.Message;
import dev.rehearse.wiretap.lock.LockEventTrigger;
import dev.rehearse.wiretap.protocol.AskedMessages;
import dev.rehearse.wiretap.protocol.ClientEncoding;
import dev.rehearse.wiretap.protocol.Fields;
import dev.rehearse.wiretap.protocol.MessageFramer;
import dev.rehearse.wiretap.protocol.Parameter;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.StartupMessage;
import dev.rehearse.wiretap.protocol.TappedStatement;
import dev.rehearse.wiretap.protocol.TappedStatement.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows one session's conversation and makes statements of it. The client's messages queue up ({@link PendingMessages}); the server's answers
 * take them off again, up to the next ReadyForQuery for each Sync, as
 * <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING">Pipelining</a> has it. Both directions enter
 * through the same monitor, so the listener hears one thing at a time.
 */
final class Conversation {

    private static final int NOTICES_KEPT = 10_000;
    /** Statements that are answered and whose transaction's state is not known yet. */
    private static final int MOST_UNSETTLED = 10_000;

    private final Wiretap tap;
    private final ClientConnection connection;
    private final AskedMessages asked;
    private final ClientSide fromClient;
    private final ServerSide fromServer;
    private final StatementNames names = new StatementNames();
    private final PendingMessages pending = new PendingMessages();
    private final AnsweredStatements answered = new AnsweredStatements();
    private final List<ServerNotice> unclaimed = new ArrayList<>();

    /** Of what both sides say, as the server calls it. */
    private Charset charset = StandardCharsets.UTF_8;

    private boolean over;

    private @Nullable RunningStatement running;
    private Transaction transaction = Transaction.IDLE;
    /** After an error the server skips what it gets, up to the next Sync. */
    private boolean skippingToSync;
    /** During COPY FROM STDIN the server ignores Sync. */
    private boolean copyingIn;
    /** Whether the answer to the running statement has yet to begin; read without the monitor, to be quick about rows. */
    private volatile boolean awaitingFirstByte;

    Conversation(Wiretap tap, StartupMessage startup) {
        this.tap = tap;
        this.connection = new ClientConnection(tap, startup.client());
        this.asked = new AskedMessages(startup.asksForServersWords());
        this.fromClient = new ClientSide(this, tap);
        this.fromServer = new ServerSide(this, tap);
    }

    MessageFramer.Handler fromClient() {
        return fromClient;
    }

    MessageFramer.Handler fromServer() {
        return fromServer;
    }

    /** The client is not let in. */
    synchronized void refused(@Nullable String sqlState, String message) {
        connection.refuse(sqlState, message, fromServer.heardMicros());
    }

    /** The client has gone. What the server does from then on it does by itself. */
    synchronized void clientLeft() {
        connection.leave();
    }

    /** The server has closed its end of the connection; to a client that has not left and waits for no statement's end it does so unasked. */
    synchronized void serverEnded() {
        long now = tap.clock().micros();
        boolean isIdle = running == null && answered.size() == 0 && pending.first() == null;
        if (!over && isIdle) {
            connection.closeIdle(now);
        }
        ended();
    }

    /** The connection is over: what was under way has an unknown outcome. */
    synchronized void ended() {
        if (over) {
            return;
        }
        over = true;
        long now = tap.clock().micros();
        if (connection.isServerAsked()) {
            refused(null, "the connection ended before the server was ready for a statement");
        }
        RunningStatement last = running;
        if (last != null) {
            answer(last.error == null ? Outcome.UNKNOWN : Outcome.FAILED, now);
        }
        boolean wasOpen = transaction != Transaction.IDLE;
        settle(Transaction.UNKNOWN, now);
        if (wasOpen) {
            tap.tell(l -> l.transactionEnded(connection.backendPid(), now));
        }
        if (connection.isLoggedIn()) {
            tap.tell(l -> l.sessionEnded(connection.backendPid(), now));
        }
    }

    synchronized void clientSent(byte type, ByteBuffer body) throws IOException {
        RunningStatement before = running;
        hear(type, body);
        RunningStatement now = running;
        if (now != null && now != before) {
            tap.interfere(i -> i.before(now.started));
        }
    }

    private void hear(byte type, ByteBuffer body) {
        if (over || skippingToSync && type != 'S') {
            return;
        }
        switch (type) {
            case 'Q' -> expect(Kind.QUERY, Fields.cString(body, charset));
            case 'F' -> expect(Kind.QUERY, "(function call, oid " + (body.remaining() < 4 ? 0 : body.getInt()) + ")");
            case 'P' -> {
                String name = Fields.cString(body);
                String sql = Fields.cString(body, charset);
                expect(Kind.PARSE, sql, List.of(), names.prepare(name, sql));
            }
            case 'B' -> {
                boolean cut = body.remaining() >= Wiretap.LONGEST_SQL;
                String portal = Fields.cString(body);
                String statement = Fields.cString(body);
                boolean keeps = tap.settings().parameters();
                expect(
                        Kind.BIND,
                        names.bind(portal, statement, keeps ? Parameter.ofBind(body, charset, cut) : List.of()));
            }
            case 'D' -> {
                boolean ofStatement = body.hasRemaining() && body.get() == 'S';
                String name = Fields.cString(body);
                expect(Kind.DESCRIBE, ofStatement ? names.ofStatement(name) : names.ofPortal(name));
            }
            case 'E' -> {
                String portal = Fields.cString(body);
                expect(Kind.EXECUTE, names.ofPortal(portal), names.parameters(portal), () -> {});
            }
            case 'C' -> {
                boolean isStatement = body.hasRemaining() && body.get() == 'S';
                expect(Kind.CLOSE, "", List.of(), names.close(isStatement, Fields.cString(body)));
            }
            case 'S' -> {
                if (!copyingIn) {
                    skippingToSync = false;
                    expect(Kind.SYNC, "");
                }
            }
            case 'c', 'f' -> copyingIn = false;
            case 'X' -> clientLeft();
            case 'p' -> connection.askServer();
            default -> {
                // Flush and CopyData neither begin nor end a statement.
            }
        }
    }

    /** Whether it is to be passed on. */
    boolean serverSent(byte type, ByteBuffer body, int bodyLength) throws IOException {
        long now = fromServer.heardMicros();
        synchronized (this) {
            switch (type) {
                case 'R' -> connection.authenticates(body);
                case 'K' -> connection.logIn(body.remaining() < 4 ? 0 : body.getInt(), now);
                case 'T', 'n' -> described();
                case 'S' -> parameterIs(Fields.cString(body), Fields.cString(body));
                case 'Z' -> readyForQuery(body, now);
                case '1' -> prepared(Kind.PARSE);
                case '2' -> prepared(Kind.BIND);
                case '3' -> pending.takeOff(Kind.CLOSE);
                case 'C' -> commandDone(Fields.cString(body), now);
                case 'I' -> commandDone(null, now);
                case 's' -> suspended(now);
                case 'E' -> {
                    Map<Character, String> error = Fields.ofReport(body, charset);
                    if (connection.isLetIn()) {
                        failed(error, now);
                    } else {
                        refused(error.get('C'), error.getOrDefault('M', ""));
                    }
                }
                case 'G' -> copyInBegins();
                case 'N' -> {
                    return bodyLength > ServerSide.LONGEST_HELD_NOTICE
                            || !withheld(Fields.ofReport(body, charset), now);
                }
                default -> {
                    // Rows, parameters, notifications and the like concern the client alone.
                }
            }
            return true;
        }
    }

    /** Whether the answer to the running statement has yet to begin. */
    boolean awaitsFirstByte() {
        return awaitingFirstByte;
    }

    synchronized void answerBegins() {
        awaitingFirstByte = false;
        if (running != null) {
            running.firstByteMicros = fromServer.heardMicros();
        }
    }

    private void parameterIs(String name, String value) {
        if (name.equals("application_name")) {
            connection.rename(value);
        } else if (name.equals("client_encoding")) {
            charset = ClientEncoding.charset(value);
        }
    }

    /** A simple query's rows are described unasked. */
    private void described() {
        if (running == null || !running.simple) {
            prepared(Kind.DESCRIBE);
        }
    }

    /** A simple query that waits for what the client has sent before it, without a Sync between them, may begin now. */
    private void prepared(Kind kind) {
        pending.takeOff(kind);
        startNext(0);
    }

    private void expect(Kind kind, String sql) {
        expect(kind, sql, List.of(), () -> {});
    }

    private void expect(Kind kind, String sql, List<Parameter> parameters, Runnable undo) {
        pending.add(new Message(kind, sql, parameters, fromClient.heardMicros(), undo));
        if (kind == Kind.QUERY || kind == Kind.EXECUTE) {
            startNext(0);
        }
    }

    /** Makes the first pending statement the running one, unless something else must be answered first. */
    private void startNext(long notBeforeMicros) {
        if (running != null) {
            return;
        }
        Message next = pending.nextStatement();
        if (next != null) {
            begin(next, Math.max(next.arrivedMicros(), notBeforeMicros));
        }
    }

    private RunningStatement begin(Message message, long startMicros) {
        TappedStatement started = TappedStatement.begun(
                tap.nextStatementNumber(),
                connection.backendPid(),
                connection.client(),
                message.sql(),
                message.parameters(),
                startMicros);
        RunningStatement statement = new RunningStatement(started, message.kind() == Kind.QUERY, fromServer.rows());
        statement.error = connection.farewell();
        statement.notices.addAll(unclaimed);
        unclaimed.clear();
        running = statement;
        awaitingFirstByte = true;
        asked.begins(message.sql());
        tap.tell(l -> l.statementStarted(started));
        return statement;
    }

    /** There may be more rows, for which the client executes the portal again. */
    private void suspended(long now) {
        if (running != null) {
            running.suspendedRows = fromServer.rows() - running.rowsBefore;
        }
        commandDone(null, now);
    }

    private void commandDone(@Nullable String tag, long now) {
        RunningStatement statement = running;
        if (statement == null) {
            return;
        }
        statement.commands++;
        if (tag != null) {
            statement.tag = tag;
        }
        copyingIn = false;
        if (!statement.simple) {
            pending.takeOff(Kind.EXECUTE);
            answer(Outcome.SUCCEEDED, now);
            startNext(now);
            if (running != null) {
                running.begunByChunk = fromServer.chunk();
            }
        }
    }

    private void failed(Map<Character, String> error, long now) {
        copyingIn = false;
        RunningStatement statement = running;
        Message first = pending.first();
        if (statement == null) {
            if (first == null || first.kind() == Kind.SYNC) {
                if (ServerNotice.isFatal(error) && (first == null || answered.size() == 0)) {
                    connection.terminate(error, now);
                } else {
                    answered.failToCommit(error, now);
                }
                return;
            }
            // It failed to parse, to bind or to be described, and the client had not asked to execute it yet.
            statement = begin(first, first.arrivedMicros());
            statement.firstByteMicros = now;
            awaitingFirstByte = false;
        } else if (first != null && !first.sql().equals(statement.started.sql())) {
            statement.failedInstead = first.sql();
        }
        statement.error = error;
        statement.commands++;
        if (!statement.simple) {
            answer(Outcome.FAILED, now);
            skippingToSync = !pending.skipToSync();
        }
    }

    private void copyInBegins() {
        RunningStatement statement = running;
        if (statement != null && !statement.simple) {
            copyingIn = true;
            pending.forgetSyncs();
        }
    }

    private void readyForQuery(ByteBuffer body, long now) throws IOException {
        connection.letIn();
        RunningStatement statement = running;
        if (statement != null && statement.simple) {
            pending.takeOff(Kind.QUERY);
            answer(statement.error == null ? Outcome.SUCCEEDED : Outcome.FAILED, now);
        } else {
            pending.takeOff(Kind.SYNC);
        }
        boolean wasOpen = transaction != Transaction.IDLE;
        List<TappedStatement> ended = settle(
                switch (body.hasRemaining() ? body.get() : 0) {
                    case 'I' -> Transaction.IDLE;
                    case 'T' -> Transaction.OPEN;
                    case 'E' -> Transaction.FAILED;
                    default -> Transaction.UNKNOWN;
                },
                now);
        if (wasOpen && transaction == Transaction.IDLE) {
            tap.tell(l -> l.transactionEnded(connection.backendPid(), now));
        }
        for (TappedStatement one : ended) {
            tap.interfere(i -> i.after(one));
        }
        startNext(now);
    }

    private void answer(Outcome outcome, long now) {
        answered.add(Objects.requireNonNull(running), outcome, now, fromServer.chunk());
        running = null;
        if (answered.size() > MOST_UNSETTLED) {
            // So long a pipeline without a Sync is one transaction, which goes on.
            tell(answered.settleFirst(Transaction.OPEN, -1));
        }
    }

    private void tell(TappedStatement ended) {
        asked.ended(ended.outcome() == Outcome.SUCCEEDED, ended.tag(), ended.transaction());
        tap.tell(l -> l.statementEnded(ended));
    }

    private List<TappedStatement> settle(Transaction state, long now) {
        transaction = state;
        List<TappedStatement> told = new ArrayList<>(answered.size());
        // What the client has sent already, the server works on already. What it has not is held by the monitor.
        boolean more = pending.include(Kind.QUERY) || pending.include(Kind.EXECUTE);
        while (answered.size() > 0) {
            TappedStatement ended = answered.settleFirst(state, answered.size() == 1 && !more ? now : -1);
            tell(ended);
            told.add(ended);
        }
        return told;
    }

    private boolean withheld(Map<Character, String> fields, long now) {
        if (ServerNotice.isFarewell(fields) && connection.isLoggedIn() && running == null && pending.first() == null) {
            connection.terminate(fields, now);
        }
        String severity = ServerNotice.severity(fields);
        boolean stops = tap.settings().serversWords().stopAtTheTap() && !asked.include(severity);
        if (!AskedMessages.isServersWord(severity)) {
            return stops;
        }
        ServerNotice notice = new ServerNotice(
                severity, fields.getOrDefault('C', ""), fields.getOrDefault('M', ""), fields.get('D'), now);
        RunningStatement statement = running != null ? running : committing();
        List<ServerNotice> kept = statement == null ? unclaimed : statement.notices;
        if (kept.size() < NOTICES_KEPT) {
            kept.add(notice);
        }
        if (statement != null) {
            tap.tell(l -> l.noticed(statement.started, notice));
        }
        // No client can have asked for what our own trigger reports.
        return stops || tap.settings().serversWords().stopAtTheTap() && LockEventTrigger.isReport(notice);
    }

    /** The statement that a Sync commits: it has been answered, and nothing else is to be done before the Sync. */
    private @Nullable RunningStatement committing() {
        return pending.areAtSync() ? answered.last() : null;
    }
}
