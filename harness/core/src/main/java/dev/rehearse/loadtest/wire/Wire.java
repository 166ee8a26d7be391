package dev.rehearse.loadtest.wire;

import dev.rehearse.HarnessException;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.plan.Protocol;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.jdbc.PgConnection;

/**
 * A connection in our own hands: the driver connects, with all its kinds of authentication and TLS, and from then on messages go
 * straight to its socket. One thread sends and reads; {@link #cancel} and {@link #abort} come from others.
 */
public final class Wire implements AutoCloseable {

    private static final byte[] SYNC = {'S', 0, 0, 0, 4};
    private static final String PLAN_OUTDATED = "0A000";
    private static final String NO_SUCH_STATEMENT = "26000";
    private static final byte[] COPY_REFUSED = "A load does not copy data".getBytes(StandardCharsets.UTF_8);

    private static final int OWN_BUFFER_BYTES = 8_192;
    /** So much of a pipeline the buffers on its way take, even where the server waits for its replies to be read. */
    private static final int SURELY_TAKEN_BYTES = 32_768;

    private static final Map<String, String> SOCKETS = Map.of("socketFactory", BlockingSockets.class.getName());

    private final boolean isSimple;
    private final PgConnection connection;
    private final Socket socket;
    private final WritableByteChannel out;
    private final ReplyReader replies;
    private MessageBuffer messages = new MessageBuffer();
    private final Statement.Preparation[] preparations;
    private int status = 'I';
    private int syncsOpen;
    private boolean isUnblocked;
    /** What was put and sent since the server had answered all. */
    private int statementsOpen;

    private long bytesOpen;
    private @Nullable Sender sender;
    private ByteBuffer shared = ownBuffer();

    /** Whether what was put last is a simple query, which no Sync follows. */
    private boolean endsItself;

    private @Nullable String sqlState;
    private String errorMessage = "";

    private Wire(PgConnection connection, Socket socket, Protocol protocol, int statements) throws IOException {
        this.isSimple = protocol == Protocol.SIMPLE;
        this.connection = connection;
        this.socket = socket;
        SocketChannel channel = channel();
        ReadableByteChannel in = channel != null ? channel : Channels.newChannel(socket.getInputStream());
        this.out = channel != null ? channel : Channels.newChannel(socket.getOutputStream());
        this.replies = new ReplyReader(in, shared);
        this.preparations = new Statement.Preparation[statements];
        Arrays.fill(preparations, Statement.Preparation.NONE);
    }

    /**
     * @param statements how many the load has in all
     */
    public static Wire open(DatabaseUrl url, String applicationName, Protocol protocol, int statements)
            throws SQLException {
        Connection opened = url.connect(applicationName, SOCKETS);
        try {
            PgConnection connection = (PgConnection) opened.unwrap(PGConnection.class);
            Socket socket = socket(connection);
            socket.setSoTimeout(0);
            return new Wire(connection, socket, protocol, statements);
        } catch (IOException e) {
            opened.close();
            throw new SQLException("The connection was lost at once: " + e.getMessage(), "08006", e);
        }
    }

    /** Of memory that the system reads into and writes from without copying. */
    private static ByteBuffer ownBuffer() {
        return ByteBuffer.allocateDirect(OWN_BUFFER_BYTES);
    }

    private static Socket socket(PgConnection connection) {
        try {
            Field stream = QueryExecutorBase.class.getDeclaredField("pgStream");
            stream.setAccessible(true);
            return ((PGStream) stream.get(connection.getQueryExecutor())).getSocket();
        } catch (ReflectiveOperationException e) {
            throw new HarnessException("This version of the driver does not give its socket away", e);
        }
    }

    /** The session may not write from now on. */
    public void readOnly() throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = on");
        }
    }

    public Connection driver() {
        return connection;
    }

    /** Whether the session is in a transaction block, failed or not. */
    public boolean isInTransaction() {
        return status != 'I';
    }

    /** The server's message of the last error. */
    public String errorMessage() {
        return errorMessage;
    }

    /** Adds the statement's messages to what will be sent. */
    public void put(Statement statement, ScriptState state) {
        statementsOpen++;
        if (statement.put(messages, state, preparations[statement.number()])) {
            // It counts as stale until the server has said that it is there.
            preparations[statement.number()] = Statement.Preparation.STALE;
        }
    }

    /** The server has confirmed what was sent for the statement. */
    public void confirm(Statement statement) {
        preparations[statement.number()] = Statement.Preparation.DONE;
    }

    /** After a failure that says that a named statement is of no use any more: all are. */
    public void forgetStatements(@Nullable String failure) {
        if (PLAN_OUTDATED.equals(failure) || NO_SUCH_STATEMENT.equals(failure)) {
            forgetStatements();
        }
    }

    /** All named statements are parsed anew when they are needed next. */
    public void forgetStatements() {
        for (int i = 0; i < preparations.length; i++) {
            if (preparations[i] != Statement.Preparation.NONE) {
                preparations[i] = Statement.Preparation.STALE;
            }
        }
    }

    /** Ends the statement that was put last: the server will answer. */
    public void putEnd() {
        if (isSimple) {
            endsItself = true;
            syncsOpen++;
        } else {
            putSync();
        }
    }

    public void putSync() {
        endsItself = false;
        messages.put(SYNC);
        syncsOpen++;
    }

    /** Puts a simple query, which has an end of its own. */
    public void putQuery(String sql) {
        endsItself = true;
        messages.begin('Q');
        messages.putText(sql.getBytes(StandardCharsets.UTF_8));
        messages.end();
        syncsOpen++;
    }

    /** Puts a statement that is parsed here and now, with the texts of its values; {@link #putSync} ends it and those put before. */
    public void putParsed(String sql, List<@Nullable String> values) {
        messages.begin('P');
        messages.put(0);
        messages.putText(sql.getBytes(StandardCharsets.UTF_8));
        messages.putShort(0);
        messages.end();
        messages.begin('B');
        messages.put(0);
        messages.put(0);
        messages.putShort(0);
        messages.putShort(values.size());
        for (String value : values) {
            if (value == null) {
                messages.putInt(-1);
            } else {
                int start = messages.beginField();
                messages.put(value.getBytes(StandardCharsets.UTF_8));
                messages.endField(start);
            }
        }
        messages.putShort(0);
        messages.end();
        messages.begin('E');
        messages.put(0);
        messages.putInt(0);
        messages.end();
    }

    private void flush() throws IOException {
        if (hasUnsent()) {
            awaitSender();
            bytesOpen += messages.size();
            messages.sendTo(out, shared);
        }
    }

    /** Whether the server might wait for its first replies to be read while this waits for it to take the last statements. */
    private boolean mayBlockEachOther() {
        return !isUnblocked && statementsOpen > 1 && bytesOpen + messages.size() > SURELY_TAKEN_BYTES;
    }

    private void flushWhileReading() throws IOException {
        awaitSender();
        sender = new Sender(messages, out, ownBuffer());
        messages = new MessageBuffer();
    }

    private void awaitSender() throws IOException {
        Sender beside = sender;
        sender = null;
        if (beside != null) {
            beside.await();
        }
    }

    /** Whether messages wait, on a connection that does not wait, for the server to take them. */
    public boolean hasUnsent() {
        return !messages.isEmpty();
    }

    /** Sends what was put and waits until the server is ready for more, as often as it was asked to be. */
    @Nullable
    public String exchange(@Nullable Rows rows) throws IOException {
        send();
        if (!received(rows)) {
            throw new IllegalStateException("A connection that does not wait has no exchange.");
        }
        return sqlState;
    }

    /** Sends what was put; {@link #received} says when the answer is there. */
    public void send() throws IOException {
        sqlState = null;
        if (!mayBlockEachOther()) {
            flush();
        }
    }

    /** Whether the server is ready for more, as often as it was asked to be. Waits for it unless {@link #isUnblocked}. */
    public boolean received(@Nullable Rows rows) throws IOException {
        if (mayBlockEachOther() && hasUnsent()) {
            flushWhileReading();
        } else {
            flush();
        }
        while (syncsOpen > 0) {
            int type = replies.next(rows != null);
            if (type == ReplyReader.NOTHING) {
                return false;
            }
            take(type, rows);
        }
        awaitSender();
        statementsOpen = 0;
        bytesOpen = 0;
        return true;
    }

    /** The SQLSTATE of the first error in what was received last, or null. */
    @Nullable
    public String sqlState() {
        return sqlState;
    }

    /** The channel that can be waited for together with others; null where the connection is encrypted, so that bytes are no messages yet. */
    @Nullable
    public SocketChannel channel() {
        return socket instanceof SSLSocket ? null : socket.getChannel();
    }

    /**
     * From now on nothing here waits for the server. Only this object may use the connection meanwhile.
     *
     * @param buffer that bytes pass through; that of the one thread which uses this
     */
    public void unblock(ByteBuffer buffer) throws IOException {
        setBlocking(false, buffer);
    }

    /** Everything waits again. */
    public void block() throws IOException {
        setBlocking(true, ownBuffer());
    }

    private void setBlocking(boolean isMeant, ByteBuffer buffer) throws IOException {
        java.util.Objects.requireNonNull(channel()).configureBlocking(isMeant);
        isUnblocked = !isMeant;
        shared = buffer;
        replies.passThrough(buffer);
    }

    public boolean isUnblocked() {
        return isUnblocked;
    }

    private void take(int type, @Nullable Rows rows) throws IOException {
        switch (type) {
            case 'Z' -> {
                status = replies.firstByte();
                syncsOpen--;
            }
            case 'E' -> error();
            case 'T' -> {
                if (rows != null) {
                    rows.columns(replies.columnNames());
                }
            }
            case 'D' -> {
                if (rows != null) {
                    rows.row(replies.values());
                }
            }
            case 'C', 'I' -> {
                if (rows != null) {
                    rows.complete();
                }
            }
            case 'G', 'W' -> refuseCopy();
            default -> {
                // Acknowledgements, notices and settings change nothing here.
            }
        }
    }

    private void error() {
        if (sqlState == null) {
            sqlState = replies.field('C');
            errorMessage = replies.field('M');
        }
    }

    /** While data is awaited the server drops a Sync, so it needs another one. A simple query needs none, and takes none amiss. */
    private void refuseCopy() throws IOException {
        messages.begin('f');
        messages.putText(COPY_REFUSED);
        messages.end();
        messages.put(SYNC);
        syncsOpen += endsItself ? 1 : 0;
        flush();
    }

    /** Asks the server to end what runs. */
    public void cancel() {
        try {
            connection.cancelQuery();
        } catch (SQLException e) {
            // The server does not take the request; abort() follows.
        }
    }

    /** Gives the connection up without asking the server. */
    public void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    @Override
    public void close() {
        if (isUnblocked) {
            // The driver would wait for the socket.
            abort();
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            // It is gone already.
        }
        abort();
    }
}
