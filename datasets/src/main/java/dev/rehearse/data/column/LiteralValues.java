package dev.rehearse.data.column;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.Words;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of the types that are rare enough to be built as strings. */
final class LiteralValues {

    /** What points on earth are called. */
    private static final List<String> PLACES =
            List.of("coordinates", "coordinate", "coords", "location", "position", "latlng", "gps", "geo");

    /** As many as a latitude and a longitude may have, whichever comes first. */
    private static final int DEGREES = 80;

    private static final int SMALLEST_CONTENT = 64;
    private static final int DOUBLINGS_OF_CONTENT = 5;

    private LiteralValues() {}

    /** Values of a type that stands alone, or null when the type is not known here. */
    static @Nullable Values plain(ColumnName name, SqlType type, long seed) {
        LongFunction<String> literal = switch (type.kind()) {
            case TIME -> bits -> time(bits);
            case TIMETZ -> bits -> time(bits) + "+00";
            case INTERVAL -> bits -> Mix.below(bits, 400) + " days " + time(Mix.mix(bits));
            case XML -> bits -> "<item id=\"" + Mix.below(bits, 100_000) + "\"><name>" + word(bits) + "</name></item>";
            case INET -> bits -> "10." + octets(bits, 3);
            case CIDR -> bits -> "10." + octets(bits, 2) + ".0/24";
            case MACADDR -> bits -> "02" + pairs(bits, 5);
            case MACADDR8 -> bits -> "02" + pairs(bits, 7);
            case BIT, VARBIT ->
                bits -> bits(bits, type.kind() == Kind.BIT && type.modifier() < 0 ? 1 : type.maxLength());
            case TSVECTOR -> bits -> word(bits) + " " + word(Mix.mix(bits));
            case TSQUERY -> bits -> word(bits) + " & " + word(Mix.mix(bits));
            case PG_LSN -> bits -> lsn(bits >>> 16);
            case JSONPATH -> bits -> "$." + word(bits);
            case SYSTEM -> bits -> system(type.sqlName(), Mix.below(bits, 30_000));
            case GEOMETRIC ->
                type.sqlName().equals("point") && name.hasAny(PLACES)
                        ? bits -> "(" + degrees(bits) + "," + degrees(Mix.mix(bits)) + ")"
                        : bits -> geometry(type.sqlName(), bits);
            case OTHER -> ofExtension(type);
            default -> null;
        };
        return literal == null ? null : (row, out) -> out.putText(literal.apply(Mix.at(seed, row)));
    }

    /** Values that all differ, of the types that have such a form here; no capacity for the others. */
    static Keys keys(SqlType type, long seed) {
        return switch (type.kind()) {
            case INET -> shuffled(24, seed, i -> "10." + octets(i, 3));
            case CIDR -> shuffled(16, seed, i -> "10." + octets(i, 2) + ".0/24");
            case MACADDR -> shuffled(40, seed, i -> "02" + pairs(i << 24, 5));
            case MACADDR8 -> shuffled(56, seed, i -> "02" + pairs(i << 8, 7));
            case BIT, VARBIT -> {
                int width = Math.min(62, type.kind() == Kind.BIT && type.modifier() < 0 ? 1 : type.maxLength());
                yield new Keys(
                        1L << width,
                        (i, out) -> out.putText(bits(
                                Long.reverse(i), type.kind() == Kind.BIT ? Math.max(width, type.modifier()) : width)));
            }
            case TIME -> new Keys(86_400_000_000L, (i, out) -> Timeline.writeTime(i, out));
            case INTERVAL -> new Keys(1L << 40, (i, out) -> out.putText(i + " seconds"));
            case TIMETZ ->
                new Keys(86_400_000_000L, (i, out) -> {
                    Timeline.writeTime(i, out);
                    out.put("+00".getBytes(StandardCharsets.US_ASCII));
                });
            case TSVECTOR, TSQUERY -> new Keys(Keys.UNLIMITED, (i, out) -> out.putText("w" + i));
            case XML -> new Keys(Keys.UNLIMITED, (i, out) -> out.putText("<item id=\"" + (i + 1) + "\"/>"));
            case PG_LSN -> new Keys(1L << 48, (i, out) -> out.putText(lsn(i + 1)));
            case SYSTEM ->
                type.sqlName().equals("xid8")
                        ? new Keys(1L << 40, (i, out) -> out.putText(system("xid8", i + 1)))
                        : new Keys(30_000, (i, out) -> out.putText(system(type.sqlName(), i + 1)));
            case GEOMETRIC -> new Keys(1L << 40, (i, out) -> out.putText(apart(type.sqlName(), i * 10)));
            case OTHER -> keysOfExtension(type);
            default -> new Keys(0, (i, out) -> {});
        };
    }

    /** The texts of all numbers of so many bits, in no order. */
    private static Keys shuffled(int bits, long seed, LongFunction<String> text) {
        Permutation order = new Permutation(1L << bits, seed);
        return new Keys(1L << bits, (i, out) -> out.putText(text.apply(order.apply(i))));
    }

    /**
     * Bytes of random lengths as far as the bounds allow; null where there is no such length.
     *
     * @param content whether they are what somebody stored, of up to 2 kB, and not a few that a program made
     */
    static @Nullable Values bytes(int least, int most, boolean content, long seed) {
        if (least > most) {
            return null;
        }
        return (row, out) -> {
            long bits = Mix.at(seed, row);
            writeBytes("", bits, fitted(content ? sizeOfContent(bits) : fewBytes(bits), least, most), out);
        };
    }

    private static int fewBytes(long bits) {
        return 8 * (1 + (int) Mix.below(Mix.mix(bits), 8));
    }

    /** Each doubling as often as the one before. */
    private static int sizeOfContent(long bits) {
        long size = Mix.mix(bits);
        int least = SMALLEST_CONTENT << (int) Mix.below(size, DOUBLINGS_OF_CONTENT);
        return least + (int) Mix.below(Mix.mix(size), least);
    }

    /** Bytes that all differ in the first eight of them, or in fewer where they may have no more; eight where that is a length that they may have. */
    static Keys differentBytes(int least, int most, long seed) {
        if (least > most) {
            return new Keys(0, (i, out) -> {});
        }
        int apart = Math.min(most, 8);
        long capacity = most < 8 ? 1L << (8 * most) : Keys.UNLIMITED;
        Permutation places = new Permutation(capacity, seed);
        return new Keys(capacity, (i, out) -> {
            long place = most < 8 ? places.apply(i) : places.apply(i) | Long.MIN_VALUE;
            writeBytes(HexFormat.of().toHexDigits(place, 2 * apart), Mix.at(seed, i), fitted(8, least, most), out);
        });
    }

    /** Bytes that begin so, in hexadecimal digits, and go on at random. */
    private static void writeBytes(String begin, long bits, int length, CopyBuffer out) {
        StringBuilder digits = new StringBuilder("\\x").append(begin);
        int end = 2 + 2 * length;
        for (int i = 0; digits.length() < end; i++) {
            digits.append(HexFormat.of().toHexDigits(Mix.at(bits, i)));
        }
        out.putText(digits.substring(0, end));
    }

    /** So many bytes as far as the bounds allow; up to 1 MiB. */
    private static int fitted(int usual, int least, int most) {
        return Math.min(Math.min(most, 1 << 20), Math.max(least, usual));
    }

    /** Arrays of up to three elements. */
    static Values arrays(SqlType type, Values element, long seed) {
        // The only built-in type whose arrays have another delimiter than a comma.
        String delimiter = type.sqlName().equals("box") ? ";" : ",";
        return (row, out) -> {
            long bits = Mix.at(seed, row);
            StringBuilder literal = new StringBuilder("{");
            long size = Mix.below(bits, 4);
            for (int i = 0; i < size; i++) {
                literal.append(i == 0 ? "" : delimiter).append(quoted(text(element, row * 4 + i), "NULL"));
            }
            out.putText(literal.append('}').toString());
        };
    }

    /** Arrays of one element. */
    static Values single(Values element) {
        return (index, out) -> out.putText("{" + quoted(text(element, index), "NULL") + "}");
    }

    /** Rows of a composite type. */
    static Values composites(List<Values> fields) {
        return (row, out) -> {
            List<@Nullable String> parts = new ArrayList<>();
            for (Values field : fields) {
                parts.add(text(field, row));
            }
            out.putText(row(parts));
        };
    }

    /** A row of a composite type. */
    static String row(List<@Nullable String> fields) {
        return fields.stream().map(field -> quoted(field, "")).collect(Collectors.joining(",", "(", ")"));
    }

    /**
     * Ranges that never overlap, so that an exclusion constraint over them holds as well.
     *
     * @param bounds keys of the subtype in ascending order, two for each range; null for a subtype that has none
     */
    static Keys ranges(SqlType type, @Nullable Keys bounds) {
        boolean many = type.kind() == Kind.MULTIRANGE;
        if (bounds == null) {
            return new Keys(1, (row, out) -> out.putText(many ? "{}" : "empty"));
        }
        return new Keys(bounds.capacity() / 2, (row, out) -> {
            String range = "[" + quoted(text(bounds.at(), row * 2), "") + ","
                    + quoted(text(bounds.at(), row * 2 + 1), "") + ")";
            out.putText(many ? "{" + range + "}" : range);
        });
    }

    /** The value of a row; null for NULL. */
    static @Nullable String text(Values values, long row) {
        CopyBuffer scratch = new CopyBuffer(64);
        values.write(row, scratch);
        return scratch.textFrom(0);
    }

    private static String quoted(@Nullable String text, String absent) {
        return text == null
                ? absent
                : "\"" + Objects.requireNonNull(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String word(long bits) {
        return new String(Words.pick(Words.PLAIN, bits), StandardCharsets.US_ASCII);
    }

    /** Of the types that come with PostgreSQL's own extensions. */
    private static @Nullable LongFunction<String> ofExtension(SqlType type) {
        return switch (unqualified(type)) {
            case "hstore" ->
                bits -> "\"name\"=>\"" + word(bits) + "\", \"" + word(Mix.mix(bits)) + "\"=>\"" + Mix.below(bits, 1000)
                        + "\"";
            case "ltree" -> bits -> "top." + word(bits) + ((bits & 1) == 0 ? "" : "." + word(Mix.mix(bits)));
            case "cube" ->
                bits -> "(" + Mix.below(bits, 1000) + ", " + Mix.below(Mix.mix(bits), 1000) + ", "
                        + Mix.below(Mix.mix(bits + 1), 1000) + ")";
            default -> null;
        };
    }

    private static String unqualified(SqlType type) {
        return type.sqlName().substring(type.sqlName().lastIndexOf('.') + 1);
    }

    private static Keys keysOfExtension(SqlType type) {
        return switch (unqualified(type)) {
            case "hstore" -> new Keys(Keys.UNLIMITED, (i, out) -> out.putText("\"id\"=>\"" + (i + 1) + "\""));
            case "ltree" ->
                new Keys(Keys.UNLIMITED, (i, out) -> out.putText("top." + word(Mix.at(i, 0)) + ".n" + (i + 1)));
            case "cube" -> new Keys(1L << 50, (i, out) -> out.putText("(" + i + ")"));
            default -> new Keys(0, (i, out) -> {});
        };
    }

    private static String degrees(long bits) {
        return Mix.below(bits, 2 * DEGREES) - DEGREES + "." + (1_000 + Mix.below(Mix.mix(bits + 3), 9_000));
    }

    private static String time(long bits) {
        CopyBuffer out = new CopyBuffer(16);
        Timeline.writeTime(Mix.below(bits, 86_400) * 1_000_000, out);
        return Objects.requireNonNull(out.textFrom(0));
    }

    private static String octets(long bits, int count) {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < count; i++) {
            octets.append(i == 0 ? "" : ".").append((bits >>> (8 * i)) & 255);
        }
        return octets.toString();
    }

    private static String pairs(long bits, int count) {
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < count; i++) {
            pairs.append(String.format(":%02x", (bits >>> (56 - 8 * i)) & 255));
        }
        return pairs.toString();
    }

    private static String bits(long bits, int width) {
        StringBuilder digits = new StringBuilder(width);
        for (int i = 0; i < width; i++) {
            digits.append(i < 64 && (bits << i) < 0 ? '1' : '0');
        }
        return digits.toString();
    }

    private static String lsn(long position) {
        return Long.toHexString(position >>> 32).toUpperCase(Locale.ROOT) + "/"
                + Long.toHexString(position & 0xFFFFFFFFL).toUpperCase(Locale.ROOT);
    }

    /** Types of which the server itself makes the values. */
    private static String system(String type, long number) {
        return switch (type) {
            case "tid" -> "(" + number + ",1)";
            case "pg_snapshot", "txid_snapshot" -> (number + 1) + ":" + (number + 2) + ":";
            case "int2vector", "oidvector" -> number + " 1";
            default -> String.valueOf(number);
        };
    }

    /** Figures that do not touch each other. */
    private static String apart(String type, long at) {
        String a = "(" + at + ",0)";
        String b = "(" + (at + 4) + ",5)";
        return switch (type) {
            case "point" -> a;
            case "circle" -> "<" + a + ",4>";
            case "box" -> b + "," + a;
            case "polygon" -> "(" + a + "," + b + ",(" + (at + 4) + ",0))";
            case "line" -> "{1,0," + at + "}";
            default -> "[" + a + "," + b + "]";
        };
    }

    private static String geometry(String type, long bits) {
        String a = "(" + Mix.below(bits, 1000) + "," + Mix.below(Mix.mix(bits), 1000) + ")";
        String b = "(" + (1001 + Mix.below(Mix.mix(bits + 1), 1000)) + "," + (1001 + Mix.below(Mix.mix(bits + 2), 1000))
                + ")";
        return switch (type) {
            case "point" -> a;
            case "circle" -> "<" + a + "," + (1 + Mix.below(bits, 50)) + ">";
            case "box" -> a + "," + b;
            case "polygon" -> "(" + a + "," + b + ",(5000,0))";
            default -> "[" + a + "," + b + "]";
        };
    }
}
