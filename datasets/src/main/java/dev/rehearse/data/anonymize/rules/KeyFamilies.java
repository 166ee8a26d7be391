package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Columns that foreign keys tie together, directly or through others: one rule for all of a family, or joins would break. */
public final class KeyFamilies {

    /** A column of a table. */
    public record Place(long table, int column) {}

    private final Map<Place, Place> above = new HashMap<>();

    public KeyFamilies(SourceSchema schema) {
        for (Reference reference : schema.references()) {
            for (int i = 0; i < reference.columns().size(); i++) {
                Place child =
                        head(new Place(reference.table(), reference.columns().get(i)));
                Place parent = head(
                        new Place(reference.parent(), reference.parentColumns().get(i)));
                if (!child.equals(parent)) {
                    above.put(child, parent);
                }
            }
        }
    }

    /** The column that stands for its family. */
    Place head(Place place) {
        Place next = above.get(place);
        return next == null ? place : head(next);
    }

    /** Whether a foreign key begins or ends at it. */
    boolean isTied(Place place) {
        return above.containsKey(place) || above.containsValue(place);
    }

    static List<String> fitting() {
        return List.of(Treatment.KEEP.word(), Treatment.PSEUDONYMISE.word(), Treatment.SHIFT_DATES.word());
    }
}
