package dev.rehearse.data.column;

import dev.rehearse.data.value.CopyBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * A value that breaks programs, and how often it was used.
 *
 * @param name what it is, for people
 * @param escaped the value in COPY's text format
 * @param uses counts the rows that got it
 */
public record EdgeCase(String name, byte[] escaped, LongAdder uses) {

    static EdgeCase of(String name, String value) {
        return new EdgeCase(name, CopyBuffer.escape(value), new LongAdder());
    }

    /** The value as it is, before COPY's format. */
    String text() {
        CopyBuffer scratch = new CopyBuffer(64);
        scratch.put(escaped);
        return Objects.requireNonNull(scratch.textFrom(0), name);
    }

    /** A value that is its own name. */
    static EdgeCase of(String value) {
        return of(value, value);
    }
}
