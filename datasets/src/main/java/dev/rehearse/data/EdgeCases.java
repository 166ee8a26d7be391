package dev.rehearse.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The values that break programs, of each type, as far as the column can hold them. */
final class EdgeCases {

    /** Longest text of a column in an index: an entry of a B-tree holds at most 2704 bytes, shared by all its columns. */
    private static final int LONGEST_INDEXED = 400;

    private static final int LONGEST = 4_000;

    private static final List<String> ASCII_TEXTS = List.of(
            "",
            " ",
            "  padded  ",
            "O'Brien",
            "a\"b",
            "back\\slash",
            "tab\there",
            "two\nlines",
            "NULL",
            "\\N",
            "<b>&amp;</b>",
            "%_%",
            "-1",
            "1e309");

    private static final List<String> UNICODE_TEXTS = List.of(
            "e\u0301a\u0308",
            "\u00e9\u00e4",
            "\u0130stanbul \u00df \ufb00",
            "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
            "\u202eright to left\u202c",
            "\u4f60\u597d \u3053\u3093\u306b\u3061\u306f",
            "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66",
            "\ud83c\udde9\ud83c\uddea\ud83d\ude00",
            "zero\u200bwidth\ufeff\u00a0",
            "Z\u0351\u036b\u0343a\u0346\u0302l\u0357\u030eg\u0304\u0308o\u030a");

    private EdgeCases() {}

    /** Escaped edge cases besides NULL; empty where the column can hold none. */
    static byte[][] of(Column column, Restriction r, boolean unicode) {
        if (r.allowed() != null || column.computedFrom()) {
            return new byte[0][];
        }
        SqlType type = column.type();
        Stream<String> cases = switch (type.kind()) {
            // "char" holds one byte, not one character.
            case TEXT, CHAR -> texts(r, column.indexed(), unicode && type.maxLength() > 1);
            case INT2, INT4, INT8, NUMERIC, MONEY -> numbers(type, r);
            case FLOAT4, FLOAT8 ->
                r.narrows(column) ? numbers(type, r) : Stream.of("0", "-0", "NaN", "Infinity", "-Infinity", "1e-30");
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                r.narrows(column)
                        ? Stream.of()
                        : Stream.of(
                                "infinity",
                                "-infinity",
                                "1970-01-01",
                                "2024-02-29",
                                "0001-01-01",
                                "9999-12-31",
                                "4713-01-01 BC");
            case TIME -> Stream.of("00:00:00", "24:00:00", "23:59:59.999999");
            case INTERVAL -> Stream.of("0", "-1 day 25:00:00", "100 years", "1 month -30 days");
            case JSON ->
                Stream.of("{}", "[]", "null", "\"\"", "{\"a\": {\"b\": [[[{\"c\": null}]]]}}", "{\"n\": 1e300}");
            case BYTEA -> Stream.of("\\x", "\\x00", "\\x" + "ff".repeat(3000));
            case ARRAY -> Stream.of("{}", "{NULL}");
            case UUID -> Stream.of("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff");
            case VARBIT -> Stream.of("");
            case INET -> Stream.of("::1", "0.0.0.0/0", "2001:db8::ffff/64");
            case TSVECTOR -> Stream.of("");
            default -> Stream.of();
        };
        if (type.kind() == SqlType.Kind.ARRAY && !column.type().domainChecks().isEmpty()) {
            return new byte[0][];
        }
        return cases.map(CopyBuffer::escape).toArray(byte[][]::new);
    }

    private static Stream<String> texts(Restriction r, boolean indexed, boolean unicode) {
        int longest = Math.min(r.maxLength(), indexed ? LONGEST_INDEXED : LONGEST);
        List<String> texts = new ArrayList<>(ASCII_TEXTS);
        texts.add("x".repeat(longest));
        if (unicode) {
            texts.addAll(UNICODE_TEXTS);
            texts.add("\ud83d\ude00".repeat(Math.min(longest, LONGEST_INDEXED / 4)));
        }
        return texts.stream().filter(text -> {
            int length = text.codePointCount(0, text.length());
            // A restricted text is seldom meant to be blank, and the restriction may say so in a way that no length
            // shows.
            return length <= r.maxLength() && length >= r.minLength() && (r.minLength() == 0 || !text.isBlank());
        });
    }

    private static Stream<String> numbers(SqlType type, Restriction r) {
        NumberValues.Range range = NumberValues.Range.of(type, r);
        return Stream.of(0L, -1L, range.low(), range.high())
                .filter(value -> value >= range.low() && value <= range.high())
                .map(value -> {
                    CopyBuffer out = new CopyBuffer(32);
                    NumberValues.writeUnscaled(value, range.scale(), out);
                    return String.valueOf(out.textFrom(0));
                });
    }
}
