package dev.rehearse.serverlog;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;

/** A file whose quotes are counted while it is read: where their number is odd at its end it was cut within them. For one thread. */
final class QuoteCounter extends FilterReader {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private boolean isWithinQuotes;

    private QuoteCounter(Reader reader) {
        super(reader);
    }

    /** Of the file's text, unpacked, without a mark of the byte order. */
    static QuoteCounter of(Path file) throws IOException {
        BufferedReader reader = new BufferedReader(LogLines.text(file));
        reader.mark(1);
        if (reader.read() != BYTE_ORDER_MARK) {
            reader.reset();
        }
        return new QuoteCounter(reader);
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        isWithinQuotes ^= read == '"';
        return read;
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
        int count = super.read(target, from, length);
        for (int i = from; i < from + count; i++) {
            isWithinQuotes ^= target[i] == '"';
        }
        return count;
    }

    /** Of what was read so far. */
    boolean isWithinQuotes() {
        return isWithinQuotes;
    }
}
