package dev.rehearse.data.column;

import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plausible.ColumnName;
import dev.rehearse.data.plausible.MachineTexts;
import dev.rehearse.data.plausible.MachineTexts.Style;
import dev.rehearse.data.plausible.Plausibly;
import dev.rehearse.data.plausible.Words;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Timeline;
import dev.rehearse.data.value.Values;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plain texts as a column's name suggests. None has a character that COPY escapes.
 */
public final class TextValues {

    /** Characters of a UUID. */
    private static final int UUID = 36;

    /** Of a code, before its number. */
    private static final int CODE_LETTERS = 3;

    private static final int CODE_DIGITS = 4;

    private TextValues() {}

    /**
     * @param population how many different things a column that names other things by id speaks of
     * @param shared a seed that columns of the same name share, so that they name the same things
     */
    static Values plain(ColumnName name, Restriction r, long population, long shared, long seed, Plausibly plausibly) {
        @Nullable Values plausible = plausibly.values(r.maxLength(), seed);
        if (plausible != null) {
            return cut(r, plausible);
        }
        if (holdsUuids(name, r.maxLength())) {
            boolean few = name.endsWith("id");
            return cut(r, (row, out) -> {
                if (!few) {
                    writeUuid(Mix.at(seed, row), Mix.at(~seed, row), '4', out);
                    return;
                }
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
    static Keys keys(ColumnName name, Restriction r, long needed, long seed, Plausibly plausibly) {
        if (r.minLength() > r.maxLength()) {
            return new Keys(0, (index, out) -> {});
        }
        if (holdsUuids(name, r.maxLength()) && needed < 1L << 48) {
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
        Keys machine = MachineTexts.distinct(name, r.maxLength(), seed);
        if (machine.capacity() >= needed) {
            return new Keys(machine.capacity(), cut(r, machine.at()));
        }
        Keys plausible = plausibly.distinct(r.maxLength(), digits, places, seed);
        if (plausible.capacity() >= needed) {
            return new Keys(plausible.capacity(), cut(r, plausible.at()));
        }
        int decimals = String.valueOf(Math.max(1, needed) - 1).length();
        if (name.hasAny("code", "abbreviation", "prefix") && r.maxLength() >= CODE_LETTERS + decimals) {
            return codes(Math.max(CODE_DIGITS, decimals), r, seed);
        }
        @Nullable Values prefix = r.maxLength() < decimals + 24 ? null : prefix(name, seed, plausibly);
        if (prefix == null) {
            return new Keys(capacity, (index, out) -> {
                int start = out.length();
                out.putBase36(places.apply(index), digits);
                pad(out, start, r.minLength());
            });
        }
        int numbers = Math.max(2, decimals);
        long many = BigInteger.TEN.pow(Math.min(numbers, 18)).longValueExact();
        Permutation order = new Permutation(many, seed);
        return new Keys(many, (index, out) -> {
            int start = out.length();
            prefix.write(index, out);
            lower(out, start, 20);
            out.put('-');
            out.putPadded(order.apply(index), numbers);
            pad(out, start, r.minLength());
        });
    }

    /** As people make up codes: the first letters of a word and a number, by which they differ. */
    private static Keys codes(int usual, Restriction r, long seed) {
        int decimals = Math.min(usual, r.maxLength() - CODE_LETTERS);
        long capacity = BigInteger.TEN.pow(Math.min(decimals, 18)).longValueExact();
        Permutation places = new Permutation(capacity, seed);
        return new Keys(capacity, (index, out) -> {
            int start = out.length();
            out.put(Words.pick(Words.PLAIN, Mix.at(seed, index)));
            out.truncate(start + CODE_LETTERS);
            upper(out, start);
            out.putPadded(places.apply(index), decimals);
            pad(out, start, r.minLength());
        });
    }

    /** An id's column, and one that is called a UUID; a time zone's id is its name. */
    private static boolean holdsUuids(ColumnName name, int room) {
        boolean named = name.endsWith("id") || name.endsWith("uuid") || name.endsWith("guid") || name.endsWith("jti");
        return (room >= UUID && named && !name.endsWith("time", "zone", "id"))
                || (room == UUID && name.endsWith("uid"));
    }

    private static Values prefix(ColumnName name, long seed, Plausibly plausibly) {
        @Nullable Values plausible = plausibly.values(20, seed);
        if (plausible != null) {
            return plausible;
        }
        Style style = style(name, 20, seed);
        return (index, out) -> style.write(Mix.at(seed, index), out);
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

    public static void writeUuid(long high, long low, int version, CopyBuffer out) {
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
        @Nullable Style machine = MachineTexts.style(name, room);
        if (machine != null) {
            return machine;
        }
        if (name.isFlag()) {
            return (bits, out) -> out.put(Mix.below(bits, 2) == 0 ? 'Y' : 'N');
        }
        if (name.endsWith("status") || name.endsWith("state")) {
            return (bits, out) ->
                    out.put(Words.pick(Words.STATES, Mix.mix(Mix.skewedBelow(bits, Words.STATES.length))));
        }
        if (name.isOfFew()
                || name.hasAny(
                        "type", "kind", "category", "class", "group", "key", "code", "level", "source", "channel")) {
            // A few values per column, the first of them most often.
            return (bits, out) -> out.put(Words.pick(Words.PLAIN, Mix.at(shared, Mix.skewedBelow(bits, 12))));
        }
        boolean titled =
                name.endsWith("name") || name.endsWith("title") || name.endsWith("label") || name.endsWith("subject");
        return (bits, out) -> {
            int start = out.length();
            Words.write(bits, 2, ' ', out);
            if (titled) {
                capitalize(out, start);
            }
        };
    }

    /** Makes the first letter of each word, all of small ones, a capital. */
    private static void capitalize(CopyBuffer out, int start) {
        byte[] bytes = out.array();
        for (int i = start; i < out.length(); i++) {
            if (i == start || bytes[i - 1] == ' ') {
                bytes[i] -= 'a' - 'A';
            }
        }
    }

    private static void upper(CopyBuffer out, int start) {
        for (int i = start; i < out.length(); i++) {
            out.array()[i] -= 'a' - 'A';
        }
    }

    private static Values cut(Restriction r, Values inner) {
        return (row, out) -> {
            int start = out.length();
            inner.write(row, out);
            cut(out, start, r.maxLength());
            pad(out, start, r.minLength());
        };
    }

    /** Leaves so many characters, of whatever number of bytes. */
    private static void cut(CopyBuffer out, int start, int most) {
        if (out.length() - start <= most) {
            return;
        }
        int characters = 0;
        for (int i = start; i < out.length(); i++) {
            characters += beginsCharacter(out.array()[i]) ? 1 : 0;
            if (characters > most) {
                out.truncate(i);
            }
        }
    }

    private static void pad(CopyBuffer out, int start, int minLength) {
        if (minLength == 0) {
            return;
        }
        int characters = 0;
        for (int i = start; i < out.length(); i++) {
            characters += beginsCharacter(out.array()[i]) ? 1 : 0;
        }
        for (int i = characters; i < minLength; i++) {
            out.put('x');
        }
    }

    private static boolean beginsCharacter(byte utf8) {
        return (utf8 & 0xC0) != 0x80;
    }

    private static void lower(CopyBuffer out, int start, int most) {
        cut(out, start, most);
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
