package dev.rehearse.assess.schema;

import dev.rehearse.assess.words.Words;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Indexes that are gone, or are others under their own names, and that nothing new stands in for. Read from definitions as {@link OldApplication}. Stateless. */
public final class LostIndexes {

    /** Whether it is unique, its table, and what is indexed, how. */
    static final Pattern INDEX = Pattern.compile(
            "CREATE (UNIQUE )?INDEX .+? ON (?:ONLY )?(?:public\\.)?(.+?) USING ((?:[^;'\"]++|'[^']*+'|\"[^\"]*+\")+)",
            Pattern.DOTALL);

    private LostIndexes() {}

    /** What goes with an index. */
    public enum Loss {
        SPEED,
        UNIQUENESS,
        /** Of a materialized view. */
        REFRESH,
        /** Another refuses all duplicates that it refused but those of NULL. */
        UNIQUENESS_OF_NULL
    }

    /**
     * What indexes of a table have in common that are told together.
     *
     * @param another whether others have their names
     */
    public record Lost(String table, boolean another, Loss loss) {

        /** The same, where its table may be a materialized view. */
        Lost among(Set<String> materializedViews) {
            return loss == Loss.UNIQUENESS && materializedViews.contains(table)
                    ? new Lost(table, another, Loss.REFRESH)
                    : this;
        }

        String inWords(List<String> names) {
            boolean one = names.size() == 1;
            return (one ? "index " : "indexes ") + Words.some(names) + " on " + table + (one ? " is " : " are ")
                    + (!another ? "gone" : one ? "another" : "others")
                    + switch (loss) {
                        case SPEED ->
                            ": what " + (one ? "it" : "they")
                                    + " served reads the table, unless another index serves as well";
                        case UNIQUENESS ->
                            ": ON CONFLICT on " + (one ? "its" : "their")
                                    + " columns fails (42P10), and duplicates are let in, unless another is unique on them";
                        case REFRESH ->
                            ": REFRESH MATERIALIZED VIEW CONCURRENTLY fails (55000), unless another is unique";
                        case UNIQUENESS_OF_NULL -> ": duplicates that have a NULL are let in";
                    };
        }
    }

    /** Empty where that index is none. */
    public static Optional<Lost> lost(SchemaDifference change, List<SchemaDifference> changes) {
        String before = String.valueOf(change.before());
        Matcher was = INDEX.matcher(before);
        if (!was.lookingAt() || before.contains("; INVALID") || OldApplication.isGone(was.group(2), changes)) {
            return Optional.empty();
        }
        List<Matcher> standIns = changes.stream()
                .map(SchemaDifference::after)
                .filter(Objects::nonNull)
                .filter(after -> !after.contains("; INVALID"))
                .map(INDEX::matcher)
                .filter(is -> is.lookingAt() && standsIn(is, was, changes))
                .toList();
        boolean ofNull = was.group(1) != null && isNullAlike(was);
        if (standIns.isEmpty() && isOfGoneColumn(was, changes)) {
            return Optional.empty();
        }
        if (standIns.stream().anyMatch(is -> !ofNull || isNullAlike(is))) {
            return Optional.empty();
        }
        Loss loss = was.group(1) == null ? Loss.SPEED : standIns.isEmpty() ? Loss.UNIQUENESS : Loss.UNIQUENESS_OF_NULL;
        return Optional.of(new Lost(was.group(2), isOn(was.group(2), change.after()), loss));
    }

    /** Whether an index was unique already, on the same columns whatever they were called. */
    static boolean wasAsUnique(@Nullable String before, String after, List<SchemaDifference> changes) {
        Matcher was = INDEX.matcher(String.valueOf(before));
        Matcher is = INDEX.matcher(after);
        return was.lookingAt()
                && is.lookingAt()
                && was.group(1) != null
                && isRewritten(is, was, changes)
                && (isNullAlike(was) || !isNullAlike(is));
    }

    private static boolean isNullAlike(Matcher index) {
        return index.group(3).contains(RulesOfRows.NULLS_ALIKE);
    }

    /** What is indexed, whether NULL is distinct or not. */
    private static String key(Matcher index) {
        return index.group(3).replace(" " + RulesOfRows.NULLS_ALIKE, "");
    }

    /** Whether what it served, or ON CONFLICT on its columns, fails by now for a column that is not there. */
    private static boolean isOfGoneColumn(Matcher was, List<SchemaDifference> changes) {
        String needed = was.group(1) == null ? was.group(3).split("[,)]", 2)[0] : key(was);
        return ColumnNames.gone(was.group(2), changes).areIn(needed);
    }

    /** Whether it is the same, includes further columns, or has them behind those of one that is not unique. */
    private static boolean standsIn(Matcher is, Matcher was, List<SchemaDifference> changes) {
        if (!is.group(2).equals(was.group(2))) {
            return false;
        }
        boolean unique = was.group(1) != null;
        String key = key(is);
        return (is.group(1) != null || !unique)
                && (key.equals(key(was))
                        || isRewritten(is, was, changes)
                        || !key.contains(" WHERE ")
                                && (key.startsWith(key(was) + " INCLUDE ")
                                        || !unique && key.startsWith(key(was).replaceFirst("\\)$", ", "))));
    }

    /** Whether only its columns have other names or types, or it has other storage parameters. */
    private static boolean isRewritten(Matcher is, Matcher was, List<SchemaDifference> changes) {
        return is.group(2).equals(was.group(2))
                && RulesOfRows.plain(ColumnNames.gone(was.group(2), changes).without(key(was)))
                        .equals(RulesOfRows.plain(
                                ColumnNames.young(was.group(2), changes).without(key(is))));
    }

    /** An index stays with its table, whose name may be another's by now. */
    private static boolean isOn(String table, @Nullable String index) {
        Matcher is = INDEX.matcher(String.valueOf(index));
        return is.lookingAt() && is.group(2).equals(table);
    }
}
