package dev.rehearse.data.value;

/**
 * Values that differ wherever their index differs.
 *
 * @param capacity how many there are: indexes 0 to capacity - 1
 * @param at writes the value of an index
 */
public record Keys(long capacity, Values at) {

    public static final long UNLIMITED = 1L << 61;
}
