package dev.rehearse.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plain texts as a column's name suggests. All are ASCII without a character that COPY escapes, so that a byte is a character and a cut
 * is a cut.
 */
final class TextValues {

    /** Appends one text made of 64 random bits. */
    private interface Style {
        void write(long bits, CopyBuffer out);
    }

    private TextValues() {}

    /**
     * @param population how many different things a column that names other things by id speaks of
     * @param shared a seed that columns of the same name share, so that they name the same things
     */
    static Values plain(ColumnName name, Restriction r, long population, long shared, long seed) {
        if (name.endsWith("id") && r.maxLength() >= 36) {
            return cut(r, (row, out) -> {
                long bits = Mix.at(seed, row);
                long index = (bits & 1) == 0
                        ? Mix.below(Mix.mix(bits), population)
                        : Mix.skewedBelow(Mix.mix(bits), population);
                writeUuid(Mix.at(shared, index), Mix.at(~shared, index), '4', out);
            });
        }
        Style style = style(name, r.maxLength(), shared);
        return cut(r, (row, out) -> style.write(Mix.at(seed, row), out));
    }

    /** Texts that all differ, in lower case, so that they differ for an index over lower(...) too. */
    static Keys keys(ColumnName name, Restriction r, long needed, long seed) {
        if (r.minLength() > r.maxLength()) {
            return new Keys(0, (index, out) -> {});
        }
        if (name.endsWith("id") && r.maxLength() >= 36 && needed < 1L << 48) {
            return new Keys(1L << 48, timeOrderedUuid(needed, seed)::write);
        }
        int width = 1;
        long capacity = 36;
        while (capacity < needed && width < Math.min(12, r.maxLength())) {
            width++;
            capacity *= 36;
        }
        if (r.maxLength() == 0) {
            return new Keys(1, (index, out) -> {});
        }
        int digits = width;
        Permutation places = new Permutation(capacity, seed);
        @Nullable Style prefix = r.maxLength() >= digits + 24 ? style(name, 20, seed) : null;
        boolean email = prefix != null && r.maxLength() >= digits + 40 && name.hasAny("email", "mail");
        return new Keys(capacity, (index, out) -> {
            int start = out.length();
            if (email) {
                out.put(lower(Words.pick(Words.FIRST_NAMES, Mix.at(seed, index))));
                out.put('.');
            } else if (prefix != null) {
                prefix.write(Mix.at(seed, index), out);
                lower(out, start, 20);
                out.put('-');
            }
            out.putBase36(places.apply(index), digits);
            if (email) {
                out.put("@example.com".getBytes(StandardCharsets.US_ASCII));
            }
            pad(out, start, r.minLength());
        });
    }

    /** Random-looking UUIDs of version 4 that all differ. */
    static Keys uuids(long seed) {
        Permutation places = new Permutation(Keys.UNLIMITED, seed);
        return new Keys(Keys.UNLIMITED, (index, out) -> writeUuid(Mix.at(seed, index), places.apply(index), '4', out));
    }

    /** UUIDs of version 7: in the order of the index, which is dated over the timeline. */
    static Values timeOrderedUuid(long count, long seed) {
        long startMillis = Timeline.START / 1000;
        long spanMillis = (Timeline.END - Timeline.START) / 1000;
        Permutation places = new Permutation(1L << 48, seed);
        return (index, out) -> {
            double share = (double) index / Math.max(1, count);
            long millis = startMillis + (long) (spanMillis * share);
            // The lower 12 bits of the upper half keep the order within a millisecond as far as they reach.
            writeUuid((millis << 16) | (index & 0xFFF), places.apply(index), '7', out);
        };
    }

    static void writeUuid(long high, long low, int version, CopyBuffer out) {
        out.putHex(high >>> 32, 8);
        out.put('-');
        out.putHex(high >>> 16, 4);
        out.put('-');
        out.put(version);
        out.putHex(high, 3);
        out.put('-');
        out.putHex(0x8000L | ((low >>> 48) & 0x3FFF), 4);
        out.put('-');
        out.putHex(low, 12);
    }

    private static Style style(ColumnName name, int room, long shared) {
        if (name.hasAny("email", "mail")) {
            return (bits, out) -> {
                out.put(lower(Words.pick(Words.FIRST_NAMES, bits)));
                out.put('.');
                out.put(lower(Words.pick(Words.LAST_NAMES, Mix.mix(bits))));
                out.putLong(Mix.below(Mix.mix(bits + 1), 1000));
                out.put("@example.com".getBytes(StandardCharsets.US_ASCII));
            };
        }
        if (name.hasAny("phone", "mobile", "fax", "tel", "telephone")) {
            return (bits, out) -> {
                out.put('+');
                out.putPadded(10_000_000_000L + Mix.below(bits, 89_999_999_999L), 11);
            };
        }
        if (name.hasAny("url", "uri", "link", "website", "href")) {
            return (bits, out) -> {
                out.put("https://example.com/".getBytes(StandardCharsets.US_ASCII));
                words(bits, 2, '/', out);
            };
        }
        if (name.hasAny("country")) {
            return room <= 3 || name.hasAny("code", "iso")
                    ? (bits, out) -> out.put(Words.pick(Words.COUNTRY_CODES, bits))
                    : (bits, out) -> out.put(Words.pick(Words.COUNTRIES, bits));
        }
        if (name.hasAny("currency")) {
            return (bits, out) -> out.put(Words.pick(Words.CURRENCIES, bits));
        }
        if (name.hasAny("locale", "language", "lang")) {
            return (bits, out) -> out.put(Words.pick(Words.LOCALES, bits));
        }
        if (name.hasAny("city", "town")) {
            return (bits, out) -> out.put(Words.pick(Words.CITIES, bits));
        }
        if (name.hasAny("street", "address", "addr")) {
            return (bits, out) -> {
                out.putLong(1 + Mix.below(Mix.mix(bits), 199));
                out.put(' ');
                out.put(Words.pick(Words.STREETS, bits));
                out.put(" Street".getBytes(StandardCharsets.US_ASCII));
            };
        }
        if (name.hasAny("zip", "postcode", "postal")) {
            return (bits, out) -> out.putPadded(Mix.below(bits, 100_000), 5);
        }
        if (name.hasAny("hash", "digest", "password", "token", "secret", "checksum", "signature")) {
            return (bits, out) -> {
                for (int part = 0; part < Math.min(4, Math.max(1, room / 16)); part++) {
                    out.putHex(Mix.at(bits, part), 16);
                }
            };
        }
        if (name.hasAny("first", "given", "firstname")
                || (name.hasAny("user", "owner", "assignee") && !name.hasAny("agent"))) {
            return (bits, out) -> out.put(Words.pick(Words.FIRST_NAMES, bits));
        }
        if (name.hasAny("last", "family", "surname", "lastname")) {
            return (bits, out) -> out.put(Words.pick(Words.LAST_NAMES, bits));
        }
        if (name.hasAny("status", "state")) {
            return (bits, out) ->
                    out.put(Words.pick(Words.STATES, Mix.mix(Mix.skewedBelow(bits, Words.STATES.length))));
        }
        if (name.hasAny("type", "kind", "category", "class", "group", "key", "code", "level", "source", "channel")) {
            // A few values per column, the first of them most often.
            return (bits, out) -> out.put(Words.pick(Words.PLAIN, Mix.at(shared, Mix.skewedBelow(bits, 12))));
        }
        if (name.hasAny(
                "description",
                "comment",
                "note",
                "notes",
                "message",
                "msg",
                "text",
                "body",
                "content",
                "details",
                "remark")) {
            return (bits, out) -> words(bits, 4 + (int) Mix.below(Mix.mix(bits), 9), ' ', out);
        }
        return (bits, out) -> words(bits, 2, ' ', out);
    }

    private static void words(long bits, int count, int separator, CopyBuffer out) {
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.put(separator);
            }
            out.put(Words.pick(Words.PLAIN, Mix.at(bits, i)));
        }
    }

    private static Values cut(Restriction r, Values inner) {
        return (row, out) -> {
            int start = out.length();
            inner.write(row, out);
            if (out.length() - start > r.maxLength()) {
                out.truncate(start + r.maxLength());
            }
            pad(out, start, r.minLength());
        };
    }

    private static void pad(CopyBuffer out, int start, int minLength) {
        while (out.length() - start < minLength) {
            out.put('x');
        }
    }

    private static byte[] lower(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII)
                .toLowerCase(java.util.Locale.ROOT)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void lower(CopyBuffer out, int start, int most) {
        if (out.length() - start > most) {
            out.truncate(start + most);
        }
        for (int i = start; i < out.length(); i++) {
            byte b = out.array()[i];
            if (b >= 'A' && b <= 'Z') {
                out.array()[i] = (byte) (b + ('a' - 'A'));
            }
        }
    }

    /** Lists of allowed texts, the first most often. */
    static Keys options(List<String> allowed) {
        byte[][] escaped = allowed.stream().distinct().map(CopyBuffer::escape).toArray(byte[][]::new);
        return new Keys(escaped.length, (index, out) -> out.put(escaped[(int) index]));
    }
}
