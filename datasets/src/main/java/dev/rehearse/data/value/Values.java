package dev.rehearse.data.value;

/** The values of one column as a pure function of the row. Safe for use by several threads. */
@FunctionalInterface
public interface Values {

    /** Appends the value of {@code row}, counted from 0, in COPY's text format: escaped, or \N. */
    void write(long row, CopyBuffer out);

    /** Values that can be compared, so that another column can be made larger. */
    interface Ordered extends Values {

        /** The unscaled number, or microseconds since 1970. */
        long ordinal(long row);
    }
}
