package dev.rehearse.data.value;

import java.util.Arrays;

/** Rows shared out among places in proportion to what each asks for; what is more than one has room for goes to the others. */
public final class Shares {

    private Shares() {}

    /**
     * @param asked what each place asks for
     * @param most what each has room for, which is passed over where all of it is not room enough
     */
    public static long[] of(long rows, long[] asked, long[] most) {
        boolean[] full = new boolean[asked.length];
        double left = rows;
        double weights = Arrays.stream(asked).sum();
        boolean again = true;
        while (again && weights > 0) {
            again = false;
            for (int i = 0; i < asked.length; i++) {
                if (!full[i] && left * asked[i] / weights > most[i]) {
                    full[i] = true;
                    left -= most[i];
                    weights -= asked[i];
                    again = true;
                }
            }
        }
        boolean tooFew = weights <= 0;
        double all = tooFew ? Arrays.stream(asked).sum() : weights;
        double due = 0;
        long given = 0;
        long[] shares = new long[asked.length];
        for (int i = 0; i < asked.length; i++) {
            due += !tooFew && full[i] ? most[i] : (tooFew ? rows : left) * asked[i] / Math.max(1, all);
            shares[i] = Math.round(due) - given;
            given += shares[i];
        }
        return shares;
    }
}
