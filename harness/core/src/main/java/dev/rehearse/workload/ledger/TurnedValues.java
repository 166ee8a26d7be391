package dev.rehearse.workload.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a migration made of the values of older rows of a table, as a status that is called otherwise: what it made of one value alone its rollback makes
 * that value again, also where the application wrote it in between. Values are hashes, as in {@link RowImage}. Used by one thread.
 */
final class TurnedValues {

    /** By column, and by a value in it now, all that it was before. */
    private final Map<String, Map<Long, Set<Long>>> before = new HashMap<>();

    /** By column, what became another in any row. */
    private final Map<String, Set<Long>> gone = new HashMap<>();

    private TurnedValues() {}

    /**
     * @param base the rows as they were
     * @param others those that are not as they were, by their keys
     * @param touched of which rows it is not known what the migration made of them
     * @param names of the columns now, by what they were called
     */
    static TurnedValues of(
            BaseSample.Table base,
            Map<List<String>, RowImage> others,
            Predicate<List<String>> touched,
            Map<String, String> names) {
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
        turned.before.forEach((name, all) ->
                turned.gone.put(name, all.values().stream().flatMap(Set::stream).collect(Collectors.toSet())));
        names.forEach((column, name) -> {
            if (turned.gone.containsKey(name)) {
                base.rows().forEach((key, was) -> {
                    RowImage is = others.get(key);
                    if (is == null || was.hashOf(column) == is.hashOf(name)) {
                        turned.noteStill(name, was.hashOf(column), !touched.test(key));
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
            RowImage is = others.get(key);
            if (!was.columns().contains(column)) {
                return;
            }
            if (is == null || images.size() > 1) {
                noteStill(name, was.hashOf(column), images.size() == 1);
            } else if (before.containsKey(name)) {
                note(name, was.hashOf(column), is.hashOf(name));
            }
        })));
    }

    /** @param certain false: it may have been turned as others of it were */
    private void noteStill(String column, long value, boolean certain) {
        Set<Long> turned = gone.get(column);
        if (turned != null && (certain || !turned.contains(value))) {
            note(column, value, value);
        }
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
