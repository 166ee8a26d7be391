package dev.rehearse.data.plausible;

import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;
import dev.rehearse.data.value.Values;
import org.jspecify.annotations.Nullable;

/**
 * The plausible texts of one column, if its name says what they are.
 *
 * @param kind what they are, or null
 * @param texts makes them
 * @param subject the seed that the columns about the same person or place share
 */
public record Plausibly(@Nullable TextKind kind, PlausibleTexts texts, long subject) {

    public static Plausibly of(ColumnName name, RowSubject row, PlausibleTexts texts) {
        return new Plausibly(TextKind.of(name, row.table(), row.besidePlace()), texts, row.seedFor(name));
    }

    /** The texts, if there are any, by row. */
    public Values values(int room, long seed) {
        return kind == null
                ? (row, out) -> {}
                : (row, out) -> texts.write(kind, Mix.at(subject, row), Mix.at(seed, row), room, out);
    }

    /** Texts that all differ; capacity 0 where there are none in the room of the column. */
    public Keys distinct(int room, int digits, Permutation places, long seed) {
        int needed = PlausibleTexts.decimals(digits) + PlausibleTexts.MOST_BESIDE_DIGITS;
        return kind == null || room < needed
                ? new Keys(0, (index, out) -> {})
                : texts.distinct(kind, digits, places, subject, seed);
    }
}
