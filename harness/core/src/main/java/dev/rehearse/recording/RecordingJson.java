package dev.rehearse.recording;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.rehearse.recording.OperationLog.OperationKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** How a recording is written as JSON: record by record; of the operations only their kinds. */
final class RecordingJson {

    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new InstantReader())
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addDeserializer(Duration.class, new DurationReader())
                    .addSerializer(new KindsWriter())
                    .addDeserializer(OperationLog.class, new KindsReader()))
            .build();

    private RecordingJson() {}

    /** What was wrong, without the parser's account of where in memory it read. */
    static String reason(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static final class InstantReader extends FromStringDeserializer<Instant> {
        InstantReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new IOException("\"" + text + "\" is not a time", e);
            }
        }
    }

    private static final class DurationReader extends FromStringDeserializer<Duration> {
        DurationReader() {
            super(Duration.class);
        }

        @Override
        protected Duration _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw new IOException("\"" + text + "\" is not a duration", e);
            }
        }
    }

    private static final class KindsWriter extends StdSerializer<OperationLog> {
        KindsWriter() {
            super(OperationLog.class);
        }

        @Override
        public void serialize(OperationLog log, JsonGenerator out, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(log.kinds(), out);
        }
    }

    private static final class KindsReader extends StdDeserializer<OperationLog> {
        KindsReader() {
            super(OperationLog.class);
        }

        @Override
        public OperationLog deserialize(JsonParser in, DeserializationContext context) throws IOException {
            OperationLog log = new OperationLog();
            for (OperationKind kind : context.readValue(in, OperationKind[].class)) {
                log.addKind(kind);
            }
            return log;
        }
    }
}
