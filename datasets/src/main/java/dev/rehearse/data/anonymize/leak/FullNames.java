package dev.rehearse.data.anonymize.leak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Texts of definitions that have two words, or more, of what is personal in one row: a first name and a last name, though each stands in a
 * column of its own. Thread-safe, but for {@link #add} and {@link #clear}.
 */
final class FullNames {

    private static final int LEAST_WORDS = 2;

    private record Found(String text, Set<Long> words, Set<String> places, LongAdder rows) {}

    private final Map<String, Found> texts = new ConcurrentHashMap<>();
    private final Map<Long, List<Found>> byWord = new ConcurrentHashMap<>();

    void clear() {
        texts.clear();
        byWord.clear();
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    /** @param words those that may be somebody's, as features */
    void add(String text, Set<Long> words, String where) {
        if (words.size() < LEAST_WORDS) {
            return;
        }
        texts.computeIfAbsent(text, each -> {
                    Found found = new Found(text, Set.copyOf(words), new TreeSet<>(), new LongAdder());
                    words.forEach(word -> byWord.computeIfAbsent(word, one -> new ArrayList<>())
                            .add(found));
                    return found;
                })
                .places()
                .add(where);
    }

    /** Whether a feature is a word of one. */
    boolean has(long word) {
        return byWord.containsKey(word);
    }

    /** @param words of what is personal in one row of the source, as far as {@link #has} knows them */
    void row(Set<Long> words) {
        if (words.size() < LEAST_WORDS) {
            return;
        }
        Set<Found> asked = new HashSet<>();
        for (long word : words) {
            for (Found found : byWord.getOrDefault(word, List.of())) {
                if (asked.add(found)
                        && found.words().stream().filter(words::contains).count() >= LEAST_WORDS) {
                    found.rows().increment();
                }
            }
        }
    }

    /** Those that are somebody's, and not many people's. */
    List<Definitions.Literal> found() {
        return texts.values().stream()
                .filter(found -> found.rows().sum() > 0 && found.rows().sum() < Definitions.MOST_ROWS_OF_ONE)
                .map(found -> new Definitions.Literal(found.text(), List.copyOf(found.places()), false))
                .toList();
    }
}
