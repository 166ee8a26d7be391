package dev.rehearse.assess.schema;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When a constraint is checked: at once, or, where a transaction asks for it or by itself, at that transaction's end. Read from definitions as {@link OldApplication}. */
enum Deferral {
    NEVER,
    ON_DEMAND,
    ALWAYS;

    private static final Pattern WORDS =
            Pattern.compile(" DEFERRABLE( INITIALLY DEFERRED)?(?=$| NOT VALID$| NOT ENFORCED$)");

    /** @param rule the definition of a constraint, as {@code pg_get_constraintdef} has it */
    static Deferral of(String rule) {
        return WORDS.matcher(rule)
                .results()
                .findFirst()
                .map(words -> words.group(1) == null ? ON_DEMAND : ALWAYS)
                .orElse(NEVER);
    }

    /** What it refuses, whenever. */
    static String without(String rule) {
        return WORDS.matcher(rule).replaceFirst("");
    }

    /**
     * What fails from now on, in words that follow the constraint.
     *
     * @param before null: nothing refused the same
     * @param rule after
     * @param sqlState what its breach fails with
     */
    static Optional<String> lost(@Nullable String before, String rule, String sqlState) {
        Deferral was = before == null ? NEVER : of(before);
        Deferral is = of(rule);
        if (is == NEVER && was != NEVER) {
            return Optional.of(" can be deferred no more: a transaction that breaks it for a while fails (" + sqlState
                    + "), as does SET CONSTRAINTS with its name (42809)");
        }
        if (is == ON_DEMAND && was == ALWAYS) {
            return Optional.of(
                    " is checked at once, unless SET CONSTRAINTS defers it: a transaction that breaks it for a while fails ("
                            + sqlState + ")");
        }
        // https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
        boolean unique = sqlState.equals("23505");
        return was == NEVER && is != NEVER && (unique || sqlState.equals("23P01"))
                ? Optional.of(
                        (before == null ? " is new and can be deferred" : " can be deferred now") + ": ON CONFLICT"
                                + (before != null && unique ? " on its columns, or without any," : " without columns")
                                + " fails (55000)")
                : Optional.empty();
    }
}
