package dev.rehearse.wiretap.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockProbe;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.protocol.Parameter;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line of JSON for each statement that a {@code Wiretap} hears, as it ends, and for each connection that the server refuses or ends. Lines are written in the background; where that cannot keep
 * up the tap's clients wait, so that no line is lost and memory is bounded.
 *
 * <p>Thread-safe. Owns one thread ({@code rehearse-tap-lines}) until it is closed. The writer is flushed whenever no more lines are at
 * hand, and not closed.
 */
public final class StatementLines implements StatementListener, AutoCloseable {

    /** Of at most {@code Wiretap.LONGEST_SQL} bytes each. */
    private static final int WAITING_LINES = 1_000;
    /** So many are written at once. */
    private static final int MANY_LINES = WAITING_LINES / 4;

    /** How long fewer are gathered: to be woken for each of them would cost the clients more than the lines themselves. */
    private static final long GATHERING_NANOS = 10_000_000;

    private static final long CLOSING_TAKES_AT_MOST_MILLIS = 5_000;

    private final Writer out;
    private final long startEpochMicros;
    private final @Nullable LockProbe locks;
    private final boolean parameters;
    private final JsonGenerator json;
    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(WAITING_LINES);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicLong statements = new AtomicLong();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread thread = new Thread(this::write, "rehearse-tap-lines");
    private volatile @Nullable EndedConnection lastRefused;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    /** These two are its thread's. */
    private long lastSecond = Long.MIN_VALUE;

    private String lastSecondText = "";

    /** Writes a line. */
    private interface Line {
        void write() throws IOException;
    }

    private StatementLines(Writer out, RunClock clock, @Nullable LockProbe locks, boolean parameters) {
        this.out = out;
        this.startEpochMicros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.startedAt());
        this.locks = locks;
        this.parameters = parameters;
        try {
            json = new JsonFactory().createGenerator(out);
            json.setRootValueSeparator(null);
        } catch (IOException e) {
            throw new IllegalStateException("a generator on a writer reads and writes nothing", e);
        }
        thread.setDaemon(true);
    }

    /**
     * @param clock the tap's
     * @param locks where to read them; null: nowhere, and each line says that they were not measured
     * @param parameters whether the tap keeps them
     */
    public static StatementLines to(Writer out, RunClock clock, @Nullable LockProbe locks, boolean parameters) {
        StatementLines lines = new StatementLines(out, clock, locks, parameters);
        lines.thread.start();
        return lines;
    }

    /**
     * Waits until lines cannot be written any more, and throws why.
     *
     * @throws IOException if it is the file's or the reader's fault; what else is thrown is a fault of ours, or there is no memory left
     */
    public void awaitFailure() throws IOException, InterruptedException {
        over.await();
        throwFailure();
    }

    /** Of how many statements the lines were written. */
    public long statements() {
        return statements.get();
    }

    /** How many clients have logged in. */
    public int sessions() {
        return sessions.get();
    }

    /** How many clients were not let in. */
    public int refused() {
        return refused.get();
    }

    /** The last of them; null where there was none. */
    public @Nullable EndedConnection lastRefused() {
        return lastRefused;
    }

    /** Locks must be read while the client waits; all else can be told later. */
    @Override
    public boolean mayHearLater() {
        return locks == null;
    }

    @Override
    public void sessionStarted(int backendPid, long micros) {
        sessions.incrementAndGet();
    }

    @Override
    public void statementEnded(TappedStatement statement) {
        LockProbe.Reading reading = locks == null ? null : locks.after(statement);
        add(() -> {
            write(statement, reading);
            statements.incrementAndGet();
        });
    }

    @Override
    public void connectionEnded(EndedConnection connection) {
        if (connection.how() == EndedConnection.How.REFUSED) {
            refused.incrementAndGet();
            lastRefused = connection;
        }
        add(() -> write(connection));
    }

    private void add(Line line) {
        try {
            while (over.getCount() > 0 && !waiting.offer(line, 100, TimeUnit.MILLISECONDS)) {
                // The writer is slower than the clients.
            }
            if (waiting.size() >= MANY_LINES) {
                LockSupport.unpark(thread);
            }
        } catch (InterruptedException e) {
            // The tap is being closed, and does not wait any longer.
            failure = tooSlow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void sessionEnded(int backendPid, long micros) {
        if (locks != null) {
            locks.forget(backendPid);
        }
    }

    /**
     * Writes what is waiting; call it after the tap has been closed. Takes 5 seconds at most.
     *
     * @throws IOException if lines could not be written
     */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            if (!over.await(CLOSING_TAKES_AT_MOST_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.interrupt();
                throw tooSlow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throwFailure();
    }

    private static IOException tooSlow() {
        return new IOException("the last lines could not be written within " + CLOSING_TAKES_AT_MOST_MILLIS
                + " ms; nobody reads them");
    }

    private void throwFailure() throws IOException {
        Throwable failed = failure;
        if (failed instanceof IOException e) {
            throw new IOException(e.getMessage(), e);
        } else if (failed instanceof OutOfMemoryError) {
            throw new EnvironmentException(
                    "No memory is left to write lines (" + failed.getMessage()
                            + "). Give Java more of it (JAVA_TOOL_OPTIONS=-Xmx1g).",
                    failed);
        } else if (failed != null) {
            throw new HarnessException("Lines could not be written: " + failed, failed);
        }
    }

    private void write() {
        try {
            List<Line> lines = new ArrayList<>();
            while (true) {
                boolean last = closed;
                waiting.drainTo(lines);
                if (!lines.isEmpty()) {
                    for (Line line : lines) {
                        line.write();
                    }
                    json.flush();
                    lines.clear();
                } else if (last) {
                    return;
                }
                if (!last) {
                    LockSupport.parkNanos(this, GATHERING_NANOS);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            over.countDown();
        }
    }

    /** What lines have over and over: its name is encoded once. */
    private enum Field {
        NUMBER("number"),
        AT("at"),
        START_MICROS("startMicros"),
        FIRST_BYTE_MICROS("firstByteMicros"),
        END_MICROS("endMicros"),
        BACKEND_PID("backendPid"),
        USER("user"),
        DATABASE("database"),
        APPLICATION_NAME("applicationName"),
        SQL("sql"),
        PARAMETERS("parameters"),
        OUTCOME("outcome"),
        TAG("tag"),
        ROWS("rows"),
        SQL_STATE("sqlState"),
        MESSAGE("message"),
        TRANSACTION("transaction"),
        MESSAGE_STATEMENTS("messageStatements"),
        NOTICES("notices"),
        LOCKS("locks"),
        NOT_MEASURED("notMeasured");

        private final SerializedString name;

        Field(String name) {
            this.name = new SerializedString(name);
        }
    }

    private void write(TappedStatement s, LockProbe.@Nullable Reading reading) throws IOException {
        begin(s.number(), s.startMicros(), s.firstByteMicros(), s.endMicros(), s.backendPid(), s.client(), s.sql());
        if (parameters) {
            writeParameters(s.parameters());
        }
        write(Field.OUTCOME, String.valueOf(s.outcome()));
        write(Field.TAG, s.tag());
        writeKnown(Field.ROWS, s.rows());
        write(Field.SQL_STATE, s.sqlState());
        write(Field.MESSAGE, s.message());
        write(Field.TRANSACTION, s.transaction().name());
        write(Field.MESSAGE_STATEMENTS, s.messageStatements());
        writeNotices(s.notices());
        LockProbe.Reading locksRead = reading == null
                ? LockProbe.Reading.notMeasured("there is no second connection to read them over")
                : reading;
        writeLocks(locksRead);
        beginArray(Field.NOT_MEASURED);
        if (s.answeredWithOthers()) {
            json.writeString("times: the server answered it together with others of its pipeline");
        }
        if (!locksRead.isMeasured()) {
            json.writeString(locksRead.notMeasured());
        }
        json.writeEndArray();
        end();
    }

    private void write(EndedConnection c) throws IOException {
        begin(c.number(), c.startMicros(), -1, c.endMicros(), c.backendPid(), c.client(), null);
        write(Field.OUTCOME, c.how().name());
        write(Field.SQL_STATE, c.sqlState());
        write(Field.MESSAGE, c.message());
        end();
    }

    private void begin(
            long number,
            long startMicros,
            long firstByteMicros,
            long endMicros,
            int backendPid,
            TappedStatement.Client client,
            @Nullable String sql)
            throws IOException {
        json.writeStartObject();
        write(Field.NUMBER, number);
        write(Field.AT, at(startMicros));
        write(Field.START_MICROS, startMicros);
        writeKnown(Field.FIRST_BYTE_MICROS, firstByteMicros);
        write(Field.END_MICROS, endMicros);
        write(Field.BACKEND_PID, backendPid);
        write(Field.USER, client.user());
        write(Field.DATABASE, client.database());
        write(Field.APPLICATION_NAME, client.applicationName());
        write(Field.SQL, sql);
    }

    /** A moment in the form of ISO 8601, of which most lines have the second in common. */
    private String at(long micros) {
        long epochMicros = startEpochMicros + micros;
        long second = Math.floorDiv(epochMicros, 1_000_000L);
        if (second != lastSecond) {
            lastSecond = second;
            String text = Instant.ofEpochSecond(second).toString();
            lastSecondText = text.substring(0, text.length() - 1);
        }
        int ofSecond = (int) Math.floorMod(epochMicros, 1_000_000L);
        return lastSecondText + "." + Integer.toString(1_000_000 + ofSecond).substring(1) + "Z";
    }

    private void end() throws IOException {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void write(Field field, @Nullable String value) throws IOException {
        json.writeFieldName(field.name);
        json.writeString(value);
    }

    private void write(Field field, long value) throws IOException {
        json.writeFieldName(field.name);
        json.writeNumber(value);
    }

    private void writeKnown(Field field, long value) throws IOException {
        if (value < 0) {
            json.writeFieldName(field.name);
            json.writeNull();
        } else {
            write(field, value);
        }
    }

    private void beginArray(Field field) throws IOException {
        json.writeFieldName(field.name);
        json.writeStartArray();
    }

    private void writeParameters(List<Parameter> values) throws IOException {
        beginArray(Field.PARAMETERS);
        for (Parameter parameter : values) {
            if (parameter.value() == null || !parameter.binary() && !parameter.cut()) {
                json.writeString(parameter.value());
                continue;
            }
            json.writeStartObject();
            json.writeStringField(parameter.binary() ? "hex" : "text", parameter.value());
            json.writeBooleanField("cut", parameter.cut());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeNotices(List<ServerNotice> notices) throws IOException {
        beginArray(Field.NOTICES);
        for (ServerNotice notice : notices) {
            json.writeStartObject();
            json.writeStringField("severity", notice.severity());
            json.writeStringField("text", notice.text());
            json.writeNumberField("atMicros", notice.micros());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeLocks(LockProbe.Reading read) throws IOException {
        if (!read.isMeasured()) {
            write(Field.LOCKS, null);
            return;
        }
        beginArray(Field.LOCKS);
        for (HeldLock lock : read.locks()) {
            Relation relation = lock.relation();
            json.writeStartObject();
            json.writeStringField("relation", relation == null ? null : relation.name());
            json.writeStringField("kind", relation == null ? null : relation.kind());
            json.writeNumberField("oid", lock.oid());
            json.writeStringField("mode", lock.mode().sqlName());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
