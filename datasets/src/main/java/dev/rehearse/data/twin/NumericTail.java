package dev.rehearse.data.twin;

import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;

/**
 * Digits after those that a long holds, for numerics that are wider: further ones of the fraction, or of whole numbers. Immutable.
 *
 * @param before digits that only fill up the group of four which is begun
 * @param most digits there may be
 * @param groups groups of four digits in the mean
 */
record NumericTail(int before, int most, double groups, long seed) {

    static final NumericTail NONE = new NumericTail(0, 0, 0, 0);

    private static final int GROUP_DIGITS = 4;
    private static final int GROUP_BYTES = 2;
    private static final int FRACTION_LIMIT = 100;
    private static final int LONG_DIGITS = 18;

    /**
     * @param scale digits of the fraction that are written before
     * @param bytes that are wanted
     */
    static NumericTail of(SqlType type, int scale, double bytes, long seed) {
        boolean free = type.modifier() < 0;
        int fraction = (free ? FRACTION_LIMIT : type.scale()) - scale;
        int whole = free || type.scale() != 0 ? 0 : type.precision() - LONG_DIGITS;
        int most = Math.max(0, Math.max(fraction, whole));
        return bytes < 1 || most == 0
                ? NONE
                : new NumericTail(Math.floorMod(-scale, GROUP_DIGITS), most, bytes / GROUP_BYTES, seed);
    }

    /** How many bytes wider a value is. */
    int bytes(long value) {
        return GROUP_BYTES * (int) Math.ceil(Math.max(0, digits(value) - before) / (double) GROUP_DIGITS);
    }

    void write(long value, CopyBuffer out) {
        int digits = digits(value);
        for (int i = 0; i < digits; i++) {
            // No group is left out for being 0.
            out.put((char) ('1' + Mix.below(Mix.at(seed ^ value, i), 9)));
        }
    }

    private int digits(long value) {
        int whole = (int) groups;
        int own = whole + (Mix.within(Mix.at(seed, value), groups - whole) ? 1 : 0);
        return own == 0 ? 0 : Math.min(most, before + GROUP_DIGITS * own);
    }
}
