package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the numbered values of a {@link ProfiledColumn} look like that are as wide as one likes: texts, documents, words, bytes. */
final class TextualValues {

    /** Of a small document that is not empty. */
    private static final int FEW_BYTES = 24;
    /** Wider values are compressed or moved out of the row. */
    private static final int MOST_INSIDE = 1_900;

    private static final int WORD_LETTERS = 8;
    private static final byte[] JSON_BEFORE = CopyBuffer.escape("{\"v\": \"");
    private static final byte[] JSON_AFTER = CopyBuffer.escape("\"}");
    private static final byte[] JSON_EMPTY = CopyBuffer.escape("{}");
    private static final byte[] XML_BEFORE = CopyBuffer.escape("<d>");
    private static final byte[] XML_AFTER = CopyBuffer.escape("</d>");
    private static final byte[] QUOTE = CopyBuffer.escape("\"");
    private static final byte[] HEX = CopyBuffer.escape("\\x");

    private final ProfiledColumn profiled;
    private final Statistics statistics;
    private final long seed;

    TextualValues(ProfiledColumn profiled) {
        this.profiled = profiled;
        this.statistics = profiled.statistics();
        this.seed = profiled.seed();
    }

    @Nullable
    Values texts(Restriction r, double outsideBytes) {
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        if (isWide() && r.maxLength() > 1_000_000) {
            return profiled.written(frequencies, WideText.of(statistics.widthBytes(), outsideBytes, seed));
        }
        TextShape shape = shape(statistics.widthBytes(), frequencies, r.minLength(), r.maxLength());
        return shape.fits() ? profiled.written(frequencies, shape) : null;
    }

    /** The texts themselves, by their numbers, or null where there is no room for all. */
    @Nullable
    Values keys(Frequencies frequencies, Restriction r) {
        TextShape shape = shape(statistics.widthBytes(), frequencies, r.minLength(), r.maxLength());
        return shape.fits() ? shape : null;
    }

    /** ANALYZE makes no list and no histogram of values wider than 1 kB. */
    private boolean isWide() {
        return statistics.lengths().isEmpty()
                && statistics.commonShares().isEmpty()
                && statistics.nullShare() < 1
                && statistics.correlation() == null
                && statistics.widthBytes() > 17;
    }

    private TextShape shape(int widthBytes, Frequencies frequencies, int least, int most) {
        return shape(widthBytes, statistics.lengths(), frequencies, least, most);
    }

    private TextShape shape(int widthBytes, List<Integer> lengths, Frequencies frequencies, int least, int most) {
        Statistics s = statistics;
        Statistics wanted = new Statistics(
                s.nullShare(),
                s.distinct(),
                widthBytes,
                s.correlation(),
                s.commonShares(),
                List.of(),
                List.of(),
                lengths,
                s.characters(),
                List.of(),
                List.of(),
                0);
        return new TextShape(wanted, frequencies, least, most, seed);
    }

    Values json(SqlType type, double outsideBytes) {
        boolean binary = type.sqlName().equals("jsonb");
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        // {"v": "..."}: as text ten characters, as jsonb a header, two entries and the key.
        int around = binary ? 13 : 10;
        boolean isOutside = WideText.isOutside(statistics) && outsideBytes > 0;
        TextShape inside = shape(Math.max(2, statistics.widthBytes() - around), frequencies, 1, Integer.MAX_VALUE);
        if (!isOutside && around + 1 + inside.leastLength() > statistics.widthBytes()) {
            // No room for a key: a text alone, with two characters around it or eight bytes before it.
            int before = binary ? 8 : 2;
            TextShape alone = shape(Math.max(2, statistics.widthBytes() - before), frequencies, 1, Integer.MAX_VALUE);
            int least = before + 1 + alone.leastLength();
            Values empties = least > statistics.widthBytes() ? mostlyEmpty(frequencies, binary, around, least) : null;
            return empties != null
                    ? empties
                    : profiled.written(frequencies, (value, out) -> {
                        out.put(QUOTE);
                        alone.write(value, out);
                        out.put(QUOTE);
                    });
        }
        Values payload = isOutside ? WideText.of(statistics.widthBytes(), outsideBytes, seed) : inside;
        return profiled.written(frequencies, (value, out) -> {
            out.put(JSON_BEFORE);
            payload.write(value, out);
            out.put(JSON_AFTER);
        });
    }

    Values xml(double outsideBytes) {
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        int around = XML_BEFORE.length + XML_AFTER.length;
        Values payload = WideText.isOutside(statistics) && outsideBytes > 0
                ? WideText.of(statistics.widthBytes(), outsideBytes, seed)
                : shape(Math.max(2, statistics.widthBytes() - around), frequencies, 1, Integer.MAX_VALUE);
        return profiled.written(frequencies, (value, out) -> {
            out.put(XML_BEFORE);
            payload.write(value, out);
            out.put(XML_AFTER);
        });
    }

    /** Documents of which most are empty, or null where the narrowest texts are nearer to what the profile says. */
    private @Nullable Values mostlyEmpty(Frequencies frequencies, boolean binary, int around, int textBytes) {
        int empty = binary ? 5 : 3;
        long common = frequencies.numberOf(0);
        double share = common >= 0
                ? statistics.commonShares().get(0) / (1 - statistics.nullShare())
                : 1 - (statistics.widthBytes() + 0.5 - empty) / (FEW_BYTES - empty);
        double others = share >= 1 ? FEW_BYTES : (statistics.widthBytes() + 0.5 - share * empty) / (1 - share);
        int width = (int) Math.min(MOST_INSIDE, Math.max(FEW_BYTES, Math.round(others)));
        // Empty ones by chance are wrong where it is known that all are about equally rare.
        if (common < 0 && statistics.distinct() != 0 || share * empty + (1 - share) * width > textBytes) {
            return null;
        }
        TextShape inside = shape(width - around, List.of(), frequencies, 1, Integer.MAX_VALUE);
        return profiled.written(frequencies, (value, out) -> {
            if (common >= 0 ? value == common : Mix.within(Mix.at(seed, value), share)) {
                out.put(JSON_EMPTY);
            } else {
                out.put(JSON_BEFORE);
                inside.write(value, out);
                out.put(JSON_AFTER);
            }
        });
    }

    /**
     * Words without places: each takes four bytes beside its letters, and all of them a length and a count. The first tells the values
     * apart, so it has letters enough for that, even where a profile says that they are narrower.
     *
     * @see <a href="https://www.postgresql.org/docs/current/datatype-textsearch.html">tsvector</a>
     */
    Values lexemes() {
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        int around = statistics.widthBytes() > 127 ? 8 : 5;
        int room = Math.min(MOST_INSIDE, statistics.widthBytes()) - around;
        int words = Math.max(1, room / (WORD_LETTERS + 4));
        int digits = ArrayValues.base36Digits(frequencies.distinct());
        int first = Math.max(digits, room - 4 - (words - 1) * (WORD_LETTERS + 4));
        return profiled.written(frequencies, (value, out) -> {
            out.putBase36(value, first);
            for (int i = 1; i < words; i++) {
                out.put(' ');
                out.putBase36(Mix.at(seed ^ value, i) >>> 1, WORD_LETTERS);
            }
        });
    }

    Values bytes() {
        Frequencies frequencies = profiled.frequencies(null, -1, Long.MAX_VALUE);
        int length = Math.max(1, statistics.widthBytes() - (statistics.widthBytes() > 127 ? 4 : 1));
        int code = Math.min(8, length);
        return profiled.written(frequencies, (value, out) -> {
            out.put(HEX);
            out.putHex(value, code * 2);
            for (int i = code; i < length; i++) {
                out.putHex(Mix.at(seed ^ value, i), 2);
            }
        });
    }
}
