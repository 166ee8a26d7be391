package dev.rehearse.assess;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Indexes that are gone, or are others under their own names, and that nothing new stands in for. Read from definitions as {@link OldApplication}. Stateless. */
final class LostIndexes {

    /** Whether it is unique, its table, and what is indexed, how. */
    static final Pattern INDEX = Pattern.compile(
            "CREATE (UNIQUE )?INDEX .+? ON (?:ONLY )?(?:public\\.)?(.+?) USING ((?:[^;'\"]++|'[^']*+'|\"[^\"]*+\")+)",
            Pattern.DOTALL);

    private LostIndexes() {}

    /**
     * What indexes of a table have in common that are told together.
     *
     * @param another whether others have their names
     * @param unique whether they were
     */
    record Lost(String table, boolean another, boolean unique) {

        String inWords(List<String> names) {
            boolean one = names.size() == 1;
            return (one ? "index " : "indexes ") + Words.some(names) + " on " + table + (one ? " is " : " are ")
                    + (!another ? "gone" : one ? "another" : "others")
                    + (unique
                            ? ": ON CONFLICT on " + (one ? "its" : "their")
                                    + " columns fails (42P10), and duplicates are let in, unless another is unique on them"
                            : ": what " + (one ? "it" : "they")
                                    + " served reads the table, unless another index serves as well");
        }
    }

    /** Empty where that index is none. */
    static Optional<Lost> lost(SchemaDifference change, List<SchemaDifference> changes) {
        Matcher was = INDEX.matcher(String.valueOf(change.before()));
        if (!was.lookingAt()
                || OldApplication.isGone(was.group(2), changes)
                || changes.stream()
                        .map(SchemaDifference::after)
                        .filter(Objects::nonNull)
                        .anyMatch(after -> standsIn(after, was))
                || isRewritten(was, change.after(), changes)) {
            return Optional.empty();
        }
        return Optional.of(new Lost(was.group(2), isOn(was.group(2), change.after()), was.group(1) != null));
    }

    /** Whether it is the same, includes further columns, or has them behind those of one that is not unique. */
    private static boolean standsIn(String index, Matcher was) {
        Matcher is = INDEX.matcher(index);
        if (!is.lookingAt() || !is.group(2).equals(was.group(2)) || index.contains("; INVALID")) {
            return false;
        }
        boolean unique = was.group(1) != null;
        return (is.group(1) != null || !unique)
                && (is.group(3).equals(was.group(3))
                        || !is.group(3).contains(" WHERE ")
                                && (is.group(3).startsWith(was.group(3) + " INCLUDE ")
                                        || !unique
                                                && is.group(3)
                                                        .startsWith(was.group(3).replaceFirst("\\)$", ", "))));
    }

    /** Whether only its columns have other names or types, or it has other storage parameters. */
    private static boolean isRewritten(Matcher was, @Nullable String after, List<SchemaDifference> changes) {
        Matcher is = INDEX.matcher(String.valueOf(after));
        return is.lookingAt()
                && is.group(2).equals(was.group(2))
                && (is.group(1) != null || was.group(1) == null)
                && RulesOfRows.plain(ColumnNames.gone(was.group(2), changes).without(was.group(3)))
                        .equals(RulesOfRows.plain(
                                ColumnNames.young(was.group(2), changes).without(is.group(3))));
    }

    /** An index stays with its table, whose name may be another's by now. */
    private static boolean isOn(String table, @Nullable String index) {
        Matcher is = INDEX.matcher(String.valueOf(index));
        return is.lookingAt() && is.group(2).equals(table);
    }
}
