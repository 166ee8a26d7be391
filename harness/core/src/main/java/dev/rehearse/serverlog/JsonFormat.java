package dev.rehearse.serverlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** {@code jsonlog}: one object a line, with <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG">these keys</a>. */
final class JsonFormat implements EntryFormat {

    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public boolean begins(String line, boolean inQuotes) {
        return line.startsWith("{");
    }

    @Override
    public boolean goesOn(String line, boolean inQuotes) {
        return false;
    }

    @Override
    public LogEntry read(String place, String text, Entries before) throws UnreadableEntryException {
        JsonNode object;
        try {
            object = mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UnreadableEntryException("it is no whole JSON object");
        }
        String time = object.path("timestamp").asText();
        return new LogEntry(
                place,
                Timestamps.micros(time),
                Timestamps.zone(time),
                object.path("session_id").asText(),
                object.path("dbname").asText(),
                object.path("error_severity").asText(),
                object.path("state_code").asText(),
                object.path("message").asText(),
                object.path("detail").asText(),
                object.path("context").asText(),
                object.path("statement").asText());
    }
}
