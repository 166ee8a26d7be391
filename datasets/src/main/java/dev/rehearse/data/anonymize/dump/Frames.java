package dev.rehearse.data.anonymize.dump;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The frames that zstd and lz4 pack a file in: walked from block to block, without unpacking them, they say whether the end is there. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878">zstd's format</a>
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md">lz4's format</a>
 */
final class Frames {

    private static final long ZSTD = 0xFD2FB528L;
    private static final long LZ4 = 0x184D2204L;
    private static final long SKIPPABLE = 0x184D2A50L;

    private Frames() {}

    /** Whether there are frames, and each is there to its end. */
    static boolean areWhole(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        try {
            while (first >= 0) {
                long magic = first | number(in, 3) << 8;
                if (magic == ZSTD) {
                    skipZstd(in);
                } else if (magic == LZ4) {
                    skipLz4(in);
                } else if ((magic & 0xFFFFFFF0L) == SKIPPABLE) {
                    in.skipNBytes(number(in, 4));
                } else {
                    return false;
                }
                first = in.read();
            }
            return true;
        } catch (EOFException e) {
            return false;
        }
    }

    private static void skipZstd(InputStream in) throws IOException {
        int told = (int) number(in, 1);
        boolean isSingle = (told & 1 << 5) != 0;
        int sizeBytes = told >>> 6 == 0 ? (isSingle ? 1 : 0) : 1 << (told >>> 6);
        int dictionaryBytes = (told & 3) == 3 ? 4 : told & 3;
        in.skipNBytes((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes);
        boolean isLast = false;
        while (!isLast) {
            long block = number(in, 3);
            isLast = (block & 1) != 0;
            boolean isOneByteRepeated = (block >>> 1 & 3) == 1;
            in.skipNBytes(isOneByteRepeated ? 1 : block >>> 3);
        }
        boolean hasChecksum = (told & 1 << 2) != 0;
        in.skipNBytes(hasChecksum ? 4 : 0);
    }

    private static void skipLz4(InputStream in) throws IOException {
        int told = (int) number(in, 1);
        boolean hasBlockChecksums = (told & 1 << 4) != 0;
        boolean hasSize = (told & 1 << 3) != 0;
        boolean hasChecksum = (told & 1 << 2) != 0;
        boolean hasDictionary = (told & 1) != 0;
        in.skipNBytes(1 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1);
        for (long block = number(in, 4); block != 0; block = number(in, 4)) {
            in.skipNBytes((block & 0x7FFFFFFFL) + (hasBlockChecksums ? 4 : 0));
        }
        in.skipNBytes(hasChecksum ? 4 : 0);
    }

    /** The next bytes, the least of them first. */
    private static long number(InputStream in, int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            number |= (long) next << 8 * i;
        }
        return number;
    }
}
