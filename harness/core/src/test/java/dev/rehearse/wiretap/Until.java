package dev.rehearse.wiretap;

import java.util.function.BooleanSupplier;

/** Waits for a condition, for ten seconds at most. */
public final class Until {

    private Until() {}

    public static void holds(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 10 s for " + what);
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }
}
