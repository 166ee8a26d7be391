package dev.rehearse.load.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a migration made of the values of older rows of a table, as a status that is called otherwise: what it made of one value alone its rollback makes
 * that value again, also where the application wrote it in between. Values are hashes, as in {@link RowImage}. Used by one thread.
 */
final class TurnedValues {

    /** By column, and by a value in it now, all that it was before. */
    private final Map<String, Map<Long, Set<Long>>> before = new HashMap<>();

    private TurnedValues() {}

    /**
     * @param base the rows as they were
     * @param others those that are not as they were, by their keys
     * @param names of the columns now, by what they were called
     */
    static TurnedValues of(BaseSample.Table base, Map<List<String>, RowImage> others, Map<String, String> names) {
        TurnedValues turned = new TurnedValues();
        base.rows().forEach((key, was) -> {
            RowImage is = others.get(key);
            if (is != null && !is.isAbsent()) {
                names.forEach((column, name) -> {
                    if (was.hashOf(column) != is.hashOf(name)) {
                        turned.note(name, was.hashOf(column), is.hashOf(name));
                    }
                });
            }
        });
        names.forEach((column, name) -> {
            if (turned.before.containsKey(name)) {
                base.rows().forEach((key, was) -> {
                    RowImage is = others.get(key);
                    if (is == null || was.hashOf(column) == is.hashOf(name)) {
                        turned.note(name, was.hashOf(column), was.hashOf(column));
                    }
                });
            }
        });
        return turned;
    }

    /**
     * Takes in what the load had written before the migration began.
     *
     * @param written any of these, by their keys
     * @param others those rows that are not as they were written
     */
    void and(Map<List<String>, List<RowImage>> written, Map<List<String>, RowImage> others, Map<String, String> names) {
        written.forEach((key, images) -> images.forEach(was -> names.forEach((column, name) -> {
            if (before.containsKey(name)) {
                RowImage is = others.get(key);
                note(name, was.hashOf(column), is == null ? was.hashOf(column) : is.hashOf(name));
            }
        })));
    }

    private void note(String column, long was, long is) {
        before.computeIfAbsent(column, any -> new HashMap<>())
                .computeIfAbsent(is, any -> new HashSet<>())
                .add(was);
    }

    /** Whether all older rows that came to have one value had the other before. */
    boolean isMadeOf(String column, long value, long was) {
        Set<Long> all = Objects.requireNonNullElse(before.get(column), Map.<Long, Set<Long>>of())
                .get(value);
        return all != null && all.equals(Set.of(was));
    }
}
