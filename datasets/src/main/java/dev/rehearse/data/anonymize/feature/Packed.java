package dev.rehearse.data.anonymize.feature;

import dev.rehearse.data.anonymize.text.Utf8Text;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is packed in the runs of letters and digits of a text: texts in base64 (also that of addresses of the web, and in lines) or in
 * hexadecimal digits, and bytes in either, or as a UUID, that are as many as a digest has. One thread; used again for the next text.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4648">RFC 4648</a>
 */
final class Packed {

    /** Fewer characters may be a text by chance, unless they are padded. */
    private static final int LEAST = 8;

    private static final int LEAST_PADDED = 6;
    private static final int LEAST_HEX = 12;
    /** Packed texts are broken into lines that are not shorter. */
    private static final int LEAST_LINE = 60;

    private static final int UUID_LENGTH = 36;

    /** By character, -1 for others. */
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            VALUES[alphabet.charAt(i)] = (byte) i;
        }
        VALUES['-'] = VALUES['+'];
        VALUES['_'] = VALUES['/'];
    }

    private static final int DIGIT = 1;
    private static final int LOWER = 2;
    private static final int UPPER = 3;
    /** By character. */
    private static final byte[] CASES = new byte[128];

    /** By a character's case and the next one's: 1 where they stand so in hardly any word, but in what is packed. */
    private static final byte[] CHANGES = new byte[16];

    static {
        for (char c = 0; c < CASES.length; c++) {
            CASES[c] = (byte)
                    (c >= '0' && c <= '9' ? DIGIT : c >= 'a' && c <= 'z' ? LOWER : c >= 'A' && c <= 'Z' ? UPPER : 0);
        }
        for (int packed : new int[] {DIGIT << 2 | LOWER, DIGIT << 2 | UPPER, LOWER << 2 | UPPER, UPPER << 2 | UPPER}) {
            CHANGES[packed] = 1;
        }
    }

    private String value = "";
    /** Up to where it was read. */
    private int place;
    /** Of a run that is nothing as a whole, what is left to be looked at. */
    private int piece;

    private int runEnd;

    private @Nullable String text;
    private byte[] bytes = {};
    private int start;
    private int end;

    /** Begins with another text. */
    void set(String other) {
        value = other;
        place = mayHold(other) ? 0 : other.length();
        piece = 0;
        runEnd = 0;
    }

    /** Without branches that go either way in every word, since nearly all texts hold words alone. */
    private static boolean mayHold(String text) {
        int found = 0;
        int before = 0;
        for (int i = 0; i < text.length(); i++) {
            int is = CASES[Math.min(text.charAt(i), 127)];
            found |= CHANGES[before << 2 | is];
            before = is;
        }
        return found != 0;
    }

    /** Goes to what is packed next. @return whether there is something */
    boolean next() {
        while (piece < runEnd || nextRun()) {
            int from = piece;
            int to = from;
            while (to < runEnd && Character.isLetterOrDigit(value.charAt(to))) {
                to++;
            }
            piece = to + 1;
            if (unpack(from, to)) {
                return true;
            }
        }
        return false;
    }

    /** The text that it is; null for a digest. */
    @Nullable
    String text() {
        return text;
    }

    /** Those that it is made of. */
    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Runs of which none is long enough are passed over by looking at where one would have to end. @return whether there is one */
    private boolean nextRun() {
        while (place + LEAST_PADDED <= value.length()) {
            int before = place + LEAST_PADDED - 1;
            while (before >= place && isInside(before)) {
                before--;
            }
            if (before >= place) {
                place = before + 1;
                continue;
            }
            int from = place;
            place = endOfRun(place + LEAST_PADDED, place);
            // Bytes in hexadecimal digits may say so: \x0a, 0x0a.
            boolean isEscaped = from > 0 && value.charAt(from - 1) == '\\' && value.charAt(from) == 'x';
            piece = isEscaped ? from + 1 : value.startsWith("0x", from) ? from + 2 : from;
            runEnd = place;
            return true;
        }
        return false;
    }

    private int endOfRun(int inside, int from) {
        int i = inside;
        int line = from;
        while (isInside(i)) {
            i++;
            int next = i - line >= LEAST_LINE && (i - line) % 4 == 0 ? afterLineEnd(i) : i;
            if (next > i && isInside(next)) {
                i = next;
                line = next;
            }
        }
        return i;
    }

    private boolean isInside(int at) {
        if (at >= value.length()) {
            return false;
        }
        char c = value.charAt(at);
        return c < 0x80 && VALUES[c] >= 0;
    }

    private int afterLineEnd(int at) {
        return value.startsWith("\n", at) ? at + 1 : value.startsWith("\r\n", at) ? at + 2 : at;
    }

    /** Also what stands behind it in the run, such as the rest of the path of an address. @return whether something is packed there */
    private boolean unpack(int from, int to) {
        return unpackTo(from, runEnd) || (to < runEnd && unpackTo(from, to));
    }

    private boolean unpackTo(int from, int to) {
        boolean isPadded = to == runEnd && value.startsWith("=", to);
        if (to - from < (isPadded ? LEAST_PADDED : LEAST) || !read(from, to)) {
            return false;
        }
        start = from;
        end = isPadded ? to + 1 : to;
        piece = to;
        return true;
    }

    private boolean read(int from, int to) {
        byte[] found = hex(from, to);
        if (found == null && (isDigest((to - from) * 6 / 8) || mayBeText(from, to))) {
            found = base64(from, to);
        }
        if (found == null) {
            return false;
        }
        bytes = found;
        String read = Utf8Text.of(found, 0, found.length, true);
        text = read != null && Utf8Text.isOfWords(read) ? read : null;
        return text != null || (isDigest(found.length) && !isVersioned(from, to));
    }

    /** Whether its bytes may be characters, as those of few words and of no images are: without decoding them, since there are many words. */
    private boolean mayBeText(int from, int to) {
        int bits = 0;
        int count = 0;
        int more = 0;
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n') {
                continue;
            }
            bits = bits << 6 | VALUES[c];
            if (++count % 4 == 1) {
                continue;
            }
            int each = bits >> (4 - count % 4) % 4 * 2 & 0xFF;
            if (more > 0) {
                more -= (each & 0xC0) == 0x80 ? 1 : more + 1;
            } else if (each >= 0x80) {
                more = each < 0xC2 || each > 0xF4 ? -1 : each < 0xE0 ? 1 : each < 0xF0 ? 2 : 3;
            } else if (!isOfText(each)) {
                return false;
            }
            if (more < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfText(int c) {
        return (c >= ' ' && c < 0x7F) || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isDigest(int size) {
        return Digests.SIZES.contains(size);
    }

    /** Whether it is a UUID that says how it was made, which those that are made of a digest do by chance alone. */
    private boolean isVersioned(int from, int to) {
        return to - from == UUID_LENGTH
                && "12345678".indexOf(value.charAt(from + 14)) >= 0
                && "89abAB".indexOf(value.charAt(from + 19)) >= 0;
    }

    private byte @Nullable [] hex(int from, int to) {
        boolean isUuid = to - from == UUID_LENGTH && value.charAt(from + 8) == '-';
        if (!isUuid && ((to - from) % 2 != 0 || to - from < LEAST_HEX)) {
            return null;
        }
        for (int i = from; i < to; i++) {
            int at = i - from;
            boolean isHyphen = isUuid && (at == 8 || at == 13 || at == 18 || at == 23);
            if (isHyphen ? value.charAt(i) != '-' : Character.digit(value.charAt(i), 16) < 0) {
                return null;
            }
        }
        String digits = value.substring(from, to);
        return HexFormat.of().parseHex(isUuid ? digits.replace("-", "") : digits);
    }

    /** Null where the last group lacks a character. */
    private byte @Nullable [] base64(int from, int to) {
        byte[] found = new byte[(to - from) * 6 / 8];
        int count = 0;
        int size = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n') {
                continue;
            }
            bits = bits << 6 | VALUES[c];
            if (++count % 4 != 1) {
                found[size++] = (byte) (bits >> (4 - count % 4) % 4 * 2);
            }
        }
        return count % 4 == 1 ? null : Arrays.copyOf(found, size);
    }
}
