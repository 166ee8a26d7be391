package dev.rehearse.assess.schema;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What goes, and belongs to no column, so that no operation of a derived load depends on it. Read from definitions as {@link OldApplication}. Stateless. */
final class LostParts {

    /** First words of what statements name: "text" is that of a text search configuration, dictionary and the like. */
    private static final Set<String> NAMED = Set.of("extension", "operator", "text", "collation");

    private LostParts() {}

    /** In words. */
    static Optional<String> lost(SchemaDifference change, List<SchemaDifference> changes) {
        String object = change.object();
        String kind = object.substring(0, Math.max(0, object.indexOf(' ')));
        String before = change.before();
        String after = change.after();
        if (before == null) {
            return Optional.empty();
        }
        if (kind.equals("publication") && !withoutOwner(before).equals(after == null ? null : withoutOwner(after))) {
            return Optional.of(object
                    + (after == null
                            ? " is gone: what subscribes to it gets no more changes"
                            : " is another: what subscribes to it gets other changes"));
        }
        if (kind.equals("extension") && after != null && !schemaOf(before).equals(schemaOf(after))) {
            return Optional.of(object + " is in schema " + schemaOf(after) + " now, and was in " + schemaOf(before)
                    + ": a statement that names that one, or has no other in its search_path, fails (42883)");
        }
        if (after != null) {
            return Optional.empty();
        }
        if (kind.equals("rule")) {
            return OldApplication.isGone(OldApplication.tableOf(object), changes) || isRenamed(object, before, changes)
                    ? Optional.empty()
                    : Optional.of(object + " is gone, and what it did is left undone");
        }
        if (kind.equals("cast")) {
            return Optional.of(
                    object + " is gone: a statement that uses it fails (42846, 42804), or converts otherwise");
        }
        return NAMED.contains(kind)
                ? Optional.of(object + " is gone: a statement that uses it fails (42883, 42704)")
                : Optional.empty();
    }

    /** Whether a new rule of the same table does the same. */
    private static boolean isRenamed(String rule, String definition, List<SchemaDifference> changes) {
        String same = withoutName(definition);
        return changes.stream()
                .filter(change -> change.before() == null && change.object().startsWith("rule "))
                .filter(change -> OldApplication.tableOf(change.object()).equals(OldApplication.tableOf(rule)))
                .anyMatch(change -> withoutName(String.valueOf(change.after())).equals(same));
    }

    private static String withoutName(String rule) {
        return rule.replaceFirst("^CREATE RULE (?:\"(?:[^\"]|\"\")*\"|\\S+) ", "");
    }

    private static String withoutOwner(String publication) {
        return publication.replaceFirst("; owner [^;]*$", "");
    }

    private static String schemaOf(String extension) {
        return extension.replaceFirst("^.* in schema ", "");
    }
}
