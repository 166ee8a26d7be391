package dev.rehearse.data.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A column that COPY may fill.
 *
 * @param number its number in the catalog
 * @param name its name
 * @param type its type, domains unwrapped
 * @param notNull whether the column, its domain or a check forbids NULL
 * @param defaultValue the default as the server writes it back
 * @param sequence the sequence that its default or identity draws from, qualified and quoted
 * @param indexed whether any index reads it
 * @param computedFrom whether a generated column or an expression of an index is computed from it
 */
public record Column(
        int number,
        String name,
        SqlType type,
        boolean notNull,
        @Nullable String defaultValue,
        @Nullable String sequence,
        boolean indexed,
        boolean computedFrom) {

    Column withoutNull() {
        return new Column(number, name, type, true, defaultValue, sequence, indexed, computedFrom);
    }
}
