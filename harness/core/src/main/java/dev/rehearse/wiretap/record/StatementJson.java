package dev.rehearse.wiretap.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.HeldLock;
import dev.rehearse.wiretap.lock.LockProbe;
import dev.rehearse.wiretap.lock.Relation;
import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.protocol.Parameter;
import dev.rehearse.wiretap.protocol.ServerNotice;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of JSON that {@link StatementLines} writes. For one thread. */
final class StatementJson {

    private final JsonGenerator json;
    private final long startEpochMicros;
    private final boolean parameters;
    private long lastSecond = Long.MIN_VALUE;
    private String lastSecondText = "";

    /**
     * @param clock the tap's
     * @param parameters whether the tap keeps them
     */
    StatementJson(Writer out, RunClock clock, boolean parameters) {
        this.startEpochMicros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.startedAt());
        this.parameters = parameters;
        try {
            json = new JsonFactory().createGenerator(out);
            json.setRootValueSeparator(null);
        } catch (IOException e) {
            throw new IllegalStateException("a generator on a writer reads and writes nothing", e);
        }
    }

    void flush() throws IOException {
        json.flush();
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

    void write(TappedStatement s, LockProbe.@Nullable Reading reading) throws IOException {
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

    void write(EndedConnection c) throws IOException {
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
