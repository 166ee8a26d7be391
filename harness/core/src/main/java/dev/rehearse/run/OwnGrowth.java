package dev.rehearse.run;

import dev.rehearse.observe.SchemaFingerprint;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the application makes by itself while it runs, such as a trigger that makes a partition for each customer: known by what it made before the migration
 * began, of which the names of others differ by numbers alone.
 *
 * @param kinds names of objects with a mark in place of each number
 */
record OwnGrowth(Set<String> kinds) {

    static final OwnGrowth NONE = new OwnGrowth(Set.of());

    static OwnGrowth between(SchemaFingerprint before, SchemaFingerprint later) {
        return new OwnGrowth(SchemaFingerprint.differences(before, later).stream()
                .filter(change -> change.before() == null)
                .map(change -> kind(change.object()))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What the migration or its rollback changed, so far as that can be told. */
    List<SchemaDifference> without(List<SchemaDifference> differences) {
        return differences.stream()
                .filter(difference -> difference.before() != null || !kinds.contains(kind(difference.object())))
                .toList();
    }

    /** Of its kinds, tables first. */
    String inWords() {
        List<String> first = kinds.stream()
                .sorted(Comparator.comparing((String kind) -> !kind.startsWith("table ")))
                .limit(2)
                .toList();
        return "what the migration and its rollback make among what the application makes by itself: "
                + String.join(", ", first)
                + (kinds.size() > 2 ? " and " + Units.count(kinds.size() - 2, "kind") + " more" : "");
    }

    private static String kind(String object) {
        return object.replaceAll("\\d+", "#");
    }
}
