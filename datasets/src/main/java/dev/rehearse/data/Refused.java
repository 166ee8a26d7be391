package dev.rehearse.data;

import org.jspecify.annotations.Nullable;

/**
 * What a filling did not do as it was asked or as it does elsewhere: a table left alone or with fewer rows, a column without values.
 *
 * @param table the table, as {@code schema.name}
 * @param column the column, or null where it is about the whole table
 * @param why what happened instead and why, as a sentence
 */
public record Refused(String table, @Nullable String column, String why) {}
