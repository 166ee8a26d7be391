package dev.rehearse.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A unique index, with or without a constraint.
 *
 * @param name its name
 * @param columns numbers of its key columns, and of those its expressions read
 * @param primary whether it is the primary key
 * @param predicate the condition of a partial index
 */
record UniqueKey(
        String name,
        List<Integer> columns,
        boolean primary,
        @Nullable String predicate) {}
