package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import java.math.BigInteger;
import java.util.Locale;

/**
 * A value that is said on a test or outside of it.
 *
 * @param name where, as its author wrote it
 */
record Setting(String name, String value) {

    /** The number that it is, in the way of a plan, both ends included. */
    long number(long least, long most) {
        if (value.matches("[+-]?\\d+(_\\d+)*")) {
            BigInteger number = new BigInteger(value.replace("_", ""));
            if (number.compareTo(BigInteger.valueOf(least)) >= 0 && number.compareTo(BigInteger.valueOf(most)) <= 0) {
                return number.longValueExact();
            }
        }
        String span = least == Long.MIN_VALUE ? "of 64 bits" : "from " + inWords(least) + " to " + inWords(most);
        throw new InvalidRehearsalException(name + " must be a whole number " + span + ", but is \"" + value + "\".");
    }

    private static String inWords(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '_');
    }
}
