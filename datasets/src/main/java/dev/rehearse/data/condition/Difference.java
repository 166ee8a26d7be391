package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.CheckConstraint;

/** The values of two columns differ. */
public record Difference(int one, int other, CheckConstraint source) {

    public boolean isOf(int a, int b) {
        return (one == a && other == b) || (one == b && other == a);
    }
}
