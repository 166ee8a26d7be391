package dev.rehearse.data.twin;

import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.function.LongUnaryOperator;

/**
 * Values that those of another column in the same row can be compared with.
 *
 * @param numbers which value each row has, or -1 for NULL
 * @param ordinals what the values are
 * @param ofOrdinal how these are written
 */
record OrderedValues(LongUnaryOperator numbers, LongUnaryOperator ordinals, Values ofOrdinal)
        implements Values.Ordered {

    @Override
    public long ordinal(long row) {
        return ordinals.applyAsLong(Math.max(0, numbers.applyAsLong(row)));
    }

    @Override
    public void write(long row, CopyBuffer out) {
        long number = numbers.applyAsLong(row);
        if (number < 0) {
            out.putNull();
        } else {
            ofOrdinal.write(ordinals.applyAsLong(number), out);
        }
    }
}
