package dev.rehearse.data.column;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.value.CopyBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values that break programs, of each type, as far as the column can hold them; of composites, {@link ValueMaker#edgeCases}. */
final class EdgeCases {

    private static final int LONGEST = 4_000;

    private static final List<EdgeCase> ASCII_TEXTS = List.of(
            EdgeCase.of("empty", ""),
            EdgeCase.of("blank", " "),
            EdgeCase.of("padded", "  padded  "),
            EdgeCase.of("single quote", "O'Brien"),
            EdgeCase.of("double quote", "a\"b"),
            EdgeCase.of("backslash", "back\\slash"),
            EdgeCase.of("tab", "tab\there"),
            EdgeCase.of("line break", "two\nlines"),
            EdgeCase.of("the word NULL", "NULL"),
            EdgeCase.of("backslash N", "\\N"),
            EdgeCase.of("markup", "<b>&amp;</b>"),
            EdgeCase.of("wildcards", "%_%"),
            EdgeCase.of("negative number", "-1"),
            EdgeCase.of("number out of range", "1e309"));

    private static final List<EdgeCase> UNICODE_TEXTS = List.of(
            EdgeCase.of("combining marks", "e\u0301a\u0308"),
            EdgeCase.of("precomposed letters", "\u00e9\u00e4"),
            EdgeCase.of("not normalised", "\u0041\u030a\u212b\u1e9b\u0323"),
            EdgeCase.of("letters that change length with case", "\u0130stanbul \u00df \ufb00"),
            EdgeCase.of("Hebrew and Arabic", "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627"),
            EdgeCase.of("right-to-left override", "\u202eright to left\u202c"),
            EdgeCase.of("Chinese and Japanese", "\u4f60\u597d \u3053\u3093\u306b\u3061\u306f"),
            EdgeCase.of("emoji sequence", "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66"),
            EdgeCase.of("flag and emoji", "\ud83c\udde9\ud83c\uddea\ud83d\ude00"),
            EdgeCase.of("zero-width and no-break spaces", "zero\u200bwidth\ufeff\u00a0"),
            EdgeCase.of(
                    "stacked combining marks", "Z\u0351\u036b\u0343a\u0346\u0302l\u0357\u030eg\u0304\u0308o\u030a"));

    private static final List<EdgeCase> DAYS = Stream.of(
                    "infinity", "-infinity", "1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31", "4713-01-01 BC")
            .map(EdgeCase::of)
            .toList();

    /** Levels of a deep document; parsers of the time give up after 500 or 1,000. */
    private static final int DEPTH = 200;

    private EdgeCases() {}

    /** Edge cases besides NULL; empty where the column can hold none. Each call gives its own, with counts at 0. */
    static List<EdgeCase> of(Column column, Restriction r, boolean unicode) {
        if (r.allowed() != null || r.pattern() != null || column.computedFrom()) {
            return List.of();
        }
        SqlType type = column.type();
        Stream<EdgeCase> cases = switch (type.kind()) {
            // "char" holds one byte, not one character.
            case TEXT, CHAR -> texts(r, column.indexed(), unicode && type.maxLength() > 1);
            case INT2, INT4, INT8, NUMERIC, MONEY ->
                r.narrows(column) ? numbers(type, r) : Stream.concat(numbers(type, r), beyondRange(type));
            // Not the ends of a float's range: sums, means and products of those leave it, and so a materialized view
            // could not be refreshed.
            case FLOAT4 ->
                r.narrows(column)
                        ? numbers(type, r)
                        : literals("0", "-0", "NaN", "Infinity", "-Infinity", "1e-15", "1e+15");
            case FLOAT8 ->
                r.narrows(column)
                        ? numbers(type, r)
                        : literals("0", "-0", "NaN", "Infinity", "-Infinity", "1e-140", "1e+140");
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                r.narrows(column) ? Stream.of() : Stream.concat(DAYS.stream(), clockChanges(type));
            case TIME -> literals("00:00:00", "24:00:00", "23:59:59.999999");
            case INTERVAL -> literals("0", "-1 day 25:00:00", "100 years", "1 month -30 days");
            case JSON ->
                Stream.concat(
                        literals("{}", "[]", "null", "\"\"", "{\"a\": {\"b\": [[[{\"c\": null}]]]}}", "{\"n\": 1e300}"),
                        Stream.of(
                                EdgeCase.of(DEPTH + " levels", "{\"a\":[".repeat(DEPTH / 2) + "]}".repeat(DEPTH / 2)),
                                EdgeCase.of("escapes", "{\"\\\"\": \"\\\\ \\n " + escaped(unicode) + "\"}"),
                                EdgeCase.of("a key twice", "{\"a\": 1, \"a\": 2}")));
            case BYTEA ->
                Stream.of(
                                EdgeCase.of("empty", "\\x"),
                                EdgeCase.of("a zero byte", "\\x00"),
                                EdgeCase.of("3000 bytes", "\\x" + "ff".repeat(3000)))
                        .filter(edge -> !r.narrows(column));
            case ARRAY -> Stream.of(EdgeCase.of("empty", "{}"), EdgeCase.of("only NULL", "{NULL}"));
            case UUID -> literals("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff");
            case VARBIT, TSVECTOR -> Stream.of(EdgeCase.of("empty", ""));
            case INET -> literals("::1", "0.0.0.0/0", "2001:db8::ffff/64");
            case RANGE -> RangeEdges.ranges(type);
            case MULTIRANGE -> RangeEdges.multiranges(type);
            default -> Stream.of();
        };
        boolean inside = type.element() != null || type.kind() == SqlType.Kind.COMPOSITE;
        if (inside && !type.domainChecks().isEmpty()) {
            return List.of();
        }
        return cases.map(each -> new EdgeCase(each.name(), each.escaped(), new LongAdder()))
                .toList();
    }

    /**
     * Rows of a composite type in which one field has an edge case, or is NULL.
     *
     * @param plain the usual texts of the fields, NULL as null
     * @param edges the edge cases of each field
     */
    static List<EdgeCase> composites(SqlType type, List<@Nullable String> plain, List<List<EdgeCase>> edges) {
        List<EdgeCase> rows = new ArrayList<>();
        if (type.fields().stream().noneMatch(SqlType::notNull)) {
            rows.add(EdgeCase.of("NULL in every field", LiteralValues.row(Collections.nCopies(plain.size(), null))));
        }
        for (int i = 0; i < plain.size(); i++) {
            List<@Nullable String> row = new ArrayList<>(plain);
            if (!type.fields().get(i).notNull()) {
                row.set(i, null);
                rows.add(EdgeCase.of("NULL in field " + (i + 1), LiteralValues.row(row)));
            }
            for (EdgeCase edge : edges.get(i)) {
                row.set(i, edge.text());
                rows.add(EdgeCase.of(edge.name() + " in field " + (i + 1), LiteralValues.row(row)));
            }
        }
        return rows;
    }

    /**
     * What a type holds besides what {@link NumberValues} counts with. No NaN and no infinity in numeric, which are for amounts: a sum over
     * one of them is NaN for ever, and an invariant on the sum blind.
     */
    private static Stream<EdgeCase> beyondRange(SqlType type) {
        return switch (type.kind()) {
            case INT2 -> literals("-32768");
            case INT4 -> type.sqlName().equals("oid") ? Stream.of() : literals("-2147483648");
            case INT8 -> literals("-9223372036854775808");
            default -> Stream.of();
        };
    }

    /** Times of day that there were not or twice where clocks were changed, and the moments of the change. */
    private static Stream<EdgeCase> clockChanges(SqlType type) {
        return switch (type.kind()) {
            case TIMESTAMP ->
                Stream.of(
                        EdgeCase.of("no such hour in Berlin", "2024-03-31 02:30:00"),
                        EdgeCase.of("no such hour in New York", "2024-03-10 02:30:00"),
                        EdgeCase.of("an hour twice in Berlin", "2024-10-27 02:30:00"),
                        EdgeCase.of("the last microsecond of a year", "2024-12-31 23:59:59.999999"));
            case TIMESTAMPTZ ->
                Stream.of(
                        EdgeCase.of("clocks go forward in Berlin", "2024-03-31 01:00:00+00"),
                        EdgeCase.of("clocks go forward in New York", "2024-03-10 07:00:00+00"),
                        EdgeCase.of("an hour twice in Berlin, first", "2024-10-27 00:30:00+00"),
                        EdgeCase.of("an hour twice in Berlin, second", "2024-10-27 01:30:00+00"),
                        EdgeCase.of("the last microsecond of a year", "2024-12-31 23:59:59.999999+00"));
            default -> Stream.of();
        };
    }

    /** jsonb keeps the characters that are meant, and refuses those that the database's encoding lacks. */
    private static String escaped(boolean unicode) {
        return unicode ? "\\u00e9 \\ud83d\\ude00" : "\\u0041";
    }

    private static Stream<EdgeCase> literals(String... values) {
        return Stream.of(values).map(EdgeCase::of);
    }

    private static Stream<EdgeCase> texts(Restriction r, boolean indexed, boolean unicode) {
        int longest = Math.min(r.maxLength(), indexed ? ValueMaker.LONGEST_INDEXED : LONGEST);
        List<EdgeCase> texts = new ArrayList<>(ASCII_TEXTS);
        texts.add(EdgeCase.of(longest + " characters", "x".repeat(longest)));
        if (unicode) {
            int emojis = Math.min(longest, ValueMaker.LONGEST_INDEXED / 4);
            texts.addAll(UNICODE_TEXTS);
            texts.add(EdgeCase.of(emojis + " characters of 4 bytes", "\ud83d\ude00".repeat(emojis)));
        }
        return texts.stream().filter(edge -> {
            String text = edge.text();
            int length = text.codePointCount(0, text.length());
            // A restricted text is seldom meant to be blank, and the restriction may say so in a way that no length
            // shows.
            return length <= r.maxLength() && length >= r.minLength() && (r.minLength() == 0 || !text.isBlank());
        });
    }

    private static Stream<EdgeCase> numbers(SqlType type, Restriction r) {
        NumberValues.Range range = NumberValues.Range.of(type, r);
        return Stream.of(0L, -1L, range.low(), range.high())
                .filter(value -> value >= range.low() && value <= range.high())
                .map(value -> {
                    CopyBuffer out = new CopyBuffer(32);
                    NumberValues.writeUnscaled(value, range.scale(), out);
                    return EdgeCase.of(String.valueOf(out.textFrom(0)));
                });
    }
}
