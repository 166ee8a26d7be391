package dev.rehearse.data.twin;

/**
 * How many bytes a numeric takes: two for each group of four decimal digits that is not left out at its ends, two or three around.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL">numeric</a>
 */
final class NumericWidth {

    private NumericWidth() {}

    static int bytes(long unscaled, int scale) {
        long power = 1;
        for (int i = 0; i < scale; i++) {
            power *= 10;
        }
        long whole = Math.abs(unscaled / power);
        long fraction = Math.abs(unscaled % power);
        int padded = (scale + 3) / 4 * 4;
        for (int i = scale; i < padded; i++) {
            fraction *= 10;
        }
        int groups = 0;
        for (long rest = whole; rest > 0; rest /= 10_000) {
            groups++;
        }
        int fractionGroups = padded / 4;
        while (fractionGroups > 0 && fraction % 10_000 == 0) {
            fraction /= 10_000;
            fractionGroups--;
        }
        if (fractionGroups == 0) {
            for (long rest = whole; groups > 0 && rest % 10_000 == 0; rest /= 10_000) {
                groups--;
            }
        }
        return 3 + 2 * (groups + fractionGroups);
    }
}
