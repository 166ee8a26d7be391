package dev.rehearse.data.plan.key;

import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.value.Keys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a unique key whose values can be numbered: a whole foreign key, or a column without one.
 *
 * @param use the foreign key, if it is one
 * @param column the number of the column, where it is none
 * @param capacity how many different values it has
 */
record KeyPart(@Nullable ForeignKeyUse use, int column, long capacity) {

    static KeyPart of(ForeignKeyUse use) {
        return new KeyPart(use, 0, use.candidates());
    }

    /** Numbers of the columns whose values it decides. */
    List<Integer> columns() {
        return use == null ? List.of(column) : use.owned();
    }

    KeyPart withCapacity(long values) {
        return new KeyPart(use, column, values);
    }

    /** How many rows these parts can tell apart together, up to {@link Keys#UNLIMITED}. */
    static long room(List<KeyPart> parts) {
        long room = 1;
        for (KeyPart part : parts) {
            room = room > Keys.UNLIMITED / Math.max(1, part.capacity) ? Keys.UNLIMITED : room * part.capacity;
        }
        return room;
    }
}
