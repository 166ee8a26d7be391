package dev.rehearse.data.anonymize.rules;

import java.util.List;
import java.util.Set;

/**
 * Words of a column that identify nobody there, whoever is called so.
 *
 * @param codes those of codes that come again, of the column or of documents in it
 * @param keys those of documents that come again, by the objects in which they stand beside each other
 */
public record Ordinary(Set<String> codes, List<Set<String>> keys) {

    static final Ordinary NONE = new Ordinary(Set.of(), List.of());
}
