package dev.rehearse.data.plausible;

import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Values;
import org.jspecify.annotations.Nullable;

/**
 * The plausible texts of one column, if its name says what they are.
 *
 * @param kind what they are, or null where they are none of those that go together with others of the row
 * @param name the column's
 * @param table the table's name
 * @param texts makes those that have a kind
 * @param subject the seed that the columns about the same person or place share
 */
public record Plausibly(
        @Nullable TextKind kind, ColumnName name, ColumnName table, PlausibleTexts texts, long subject) {

    public static Plausibly of(ColumnName name, RowSubject row, PlausibleTexts texts) {
        return new Plausibly(
                TextKind.of(name, row.table(), row.besidePlace()), name, row.table(), texts, row.seedFor(name));
    }

    /** The texts of a column of so many characters, by row; null where the names do not say what they are. */
    public @Nullable Values values(int room, long seed) {
        @Nullable Vocabulary listed = vocabulary(room);
        if (listed != null) {
            long listedSeed = listed.isTogether() ? subject : seed;
            return (row, out) -> listed.write(Mix.at(listedSeed, row), out);
        }
        return kind == null
                ? null
                : (row, out) -> texts.write(kind, Mix.at(subject, row), Mix.at(seed, row), room, out);
    }

    /** Texts that all differ; capacity 0 where there are none in the room of the column. */
    public Keys distinct(int room, int digits, Permutation places, long seed) {
        @Nullable Vocabulary listed = vocabulary(room);
        if (listed != null) {
            return listed.distinct(seed);
        }
        int needed = PlausibleTexts.decimals(digits) + PlausibleTexts.MOST_BESIDE_DIGITS;
        return kind == null || room < needed
                ? new Keys(0, (index, out) -> {})
                : texts.distinct(kind, digits, places, subject, seed);
    }

    /** Whether such texts have a form of their own, or are a few that all know, so that a list of them is one of texts and not of what has more to it. */
    public boolean isPlain() {
        return kind == TextKind.EMAIL
                || kind == TextKind.PHONE
                || kind == null && (MachineTexts.isNamedBy(name) || vocabulary(Integer.MAX_VALUE) != null);
    }

    private @Nullable Vocabulary vocabulary(int room) {
        // The state of an order is one of its own, that of its address is one on the map.
        return kind == TextKind.STATE && RowSubject.hasRole(name)
                ? null
                : Vocabulary.of(name, table, kind != null || MachineTexts.isNamedBy(name), room);
    }
}
