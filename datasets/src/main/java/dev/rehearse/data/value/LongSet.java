package dev.rehearse.data.value;

import java.util.Arrays;

/** A set of hashes that is filled and emptied again and again. One thread. */
public final class LongSet {

    private static final int LEAST = 64;
    /** One that a long text made large is not kept. */
    private static final int MOST_KEPT = 1 << 14;

    private long[] places = new long[LEAST];
    private int size;

    public void clear() {
        if (places.length > MOST_KEPT) {
            places = new long[LEAST];
        } else if (size > 0) {
            Arrays.fill(places, 0);
        }
        size = 0;
    }

    /** @return whether it was not there yet */
    public boolean add(long hash) {
        if (size * 2 >= places.length) {
            long[] old = places;
            places = new long[old.length * 2];
            for (long each : old) {
                if (each != 0) {
                    places[place(each)] = each;
                }
            }
        }
        long stored = hash == 0 ? 1 : hash;
        int place = place(stored);
        boolean isNew = places[place] == 0;
        size += isNew ? 1 : 0;
        places[place] = stored;
        return isNew;
    }

    public boolean contains(long hash) {
        return places[place(hash == 0 ? 1 : hash)] != 0;
    }

    /** Where it is, or the free place where it belongs. */
    private int place(long hash) {
        int place = (int) (hash ^ hash >>> 32) & places.length - 1;
        while (places[place] != 0 && places[place] != hash) {
            place = place + 1 & places.length - 1;
        }
        return place;
    }
}
