package dev.rehearse.workload.ledger;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rehearse.HarnessException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row at one moment: each column's value as a 64-bit hash of its text; 0 stands for NULL. A value that only changed its type hashes
 * alike: numbers whatever their scale, dates and timestamps with or without a time zone, json and jsonb.
 *
 * @param columns shared by the rows that have the same ones
 * @param hashes in the order of {@code columns}; not to be changed
 */
public record RowImage(List<String> columns, long[] hashes) {

    /** The row is not there. */
    static final RowImage ABSENT = new RowImage(List.of(), new long[0]);

    private static final Map<List<String>, List<String>> LAYOUTS = new ConcurrentHashMap<>();
    /** A timestamp, less the offset of the session's time zone. */
    private static final Pattern MOMENT = Pattern.compile(
            "(\\d{4,}-\\d\\d-\\d\\d)(T\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?)(?:[+-]\\d\\d(?::\\d\\d)*)?( BC)?");

    private static final int SHORTEST_MOMENT = "2026-01-01T00:00:00".length();
    /** With a sign any number of fewer digits fits. */
    private static final int DIGITS_OF_A_LONG = 19;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNumberLength(200_000)
                        .build());
    }

    /** Takes apart what {@code to_json} made of a row: each column's text, null for NULL. */
    public static Map<String, @Nullable String> texts(String json) {
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        try (JsonParser row = JSON.createParser(json)) {
            row.nextToken();
            for (String column = row.nextFieldName(); column != null; column = row.nextFieldName()) {
                texts.put(column, text(row, row.nextToken()));
            }
        } catch (IOException e) {
            throw new HarnessException("Could not read a row that the server gave as JSON: " + e.getMessage(), e);
        }
        return texts;
    }

    private static @Nullable String text(JsonParser row, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> text(row.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                value == JsonToken.VALUE_NUMBER_INT && row.getTextLength() < DIGITS_OF_A_LONG
                        ? Long.toString(row.getLongValue())
                        : text(row.getDecimalValue());
            case START_ARRAY, START_OBJECT -> ordered(row.readValueAsTree());
            default -> row.getText();
        };
    }

    private static String text(String value) {
        boolean mayBeMoment = value.length() >= SHORTEST_MOMENT && Character.isDigit(value.charAt(0));
        Matcher moment = mayBeMoment ? MOMENT.matcher(value) : null;
        if (moment == null || !moment.matches()) {
            return value;
        }
        String era = moment.group(3) == null ? "" : moment.group(3);
        return moment.group(1) + moment.group(2).replace("T00:00:00", "") + era;
    }

    private static String text(BigDecimal value) {
        BigDecimal number = value.stripTrailingZeros();
        return Math.abs((long) number.scale()) < 1_000 ? number.toPlainString() : number.toString();
    }

    /** As {@code jsonb} would have it: keys in one order whatever order they were written in. */
    private static String ordered(JsonNode container) {
        StringJoiner parts = new StringJoiner(",", container.isArray() ? "[" : "{", container.isArray() ? "]" : "}");
        if (container.isArray()) {
            container.forEach(element -> parts.add(nested(element)));
        } else {
            Map<String, JsonNode> fields = new TreeMap<>();
            container.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            fields.forEach((name, value) -> parts.add('"' + name + "\":" + nested(value)));
        }
        return parts.toString();
    }

    private static String nested(JsonNode value) {
        if (value.isNumber()) {
            return text(value.decimalValue());
        }
        return value.isContainerNode() ? ordered(value) : value.toString();
    }

    static RowImage of(Map<String, @Nullable String> texts) {
        List<String> names = List.copyOf(texts.keySet());
        long[] hashes = new long[names.size()];
        int i = 0;
        for (String text : texts.values()) {
            hashes[i++] = hash(text);
        }
        List<String> known = LAYOUTS.putIfAbsent(names, names);
        return new RowImage(known == null ? names : known, hashes);
    }

    /** Whether it has the same columns with the same values. */
    boolean isAs(RowImage other) {
        return columns.equals(other.columns) && Arrays.equals(hashes, other.hashes);
    }

    boolean isAbsent() {
        return this == ABSENT;
    }

    /** The hash of a column; 0 where the row has no such column, as for NULL. */
    long hashOf(String column) {
        int index = columns.indexOf(column);
        return index < 0 ? 0 : hashes[index];
    }

    static long hash(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        long h = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001B3L;
        }
        h = (h ^ h >>> 32) * 0x9E3779B97F4A7C15L;
        h ^= h >>> 29;
        return h == 0 ? 1 : h;
    }

    /** One number for the values of several columns. */
    static long combine(long[] hashes) {
        long h = hashes.length;
        for (long one : hashes) {
            h = (h ^ one) * 0xBF58476D1CE4E5B9L;
            h ^= h >>> 31;
        }
        return h;
    }
}
