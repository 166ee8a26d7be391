package dev.rehearse.assess.schema;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Functions that are gone, and that nothing new is called instead of. Read from definitions as {@link OldApplication}. Stateless. */
final class LostFunctions {

    /** The arguments of a function as {@code pg_get_functiondef} has them. */
    private static final Pattern SIGNATURE =
            Pattern.compile("CREATE OR REPLACE (?:FUNCTION|PROCEDURE) .*?\\((.*?)\\)\n", Pattern.DOTALL);

    private LostFunctions() {}

    /** In words; triggers call their functions themselves. */
    static Optional<String> lost(SchemaDifference change, List<SchemaDifference> changes) {
        String before = String.valueOf(change.before());
        return change.after() != null
                        || before.contains("RETURNS trigger")
                        || before.contains("RETURNS event_trigger")
                        || isCalledAsBefore(change.object(), changes)
                ? Optional.empty()
                : Optional.of(change.object() + " is gone");
    }

    /** Whether a new function of that name takes the same arguments, and has defaults for those that it takes besides. */
    private static boolean isCalledAsBefore(String object, List<SchemaDifference> changes) {
        String called = object.substring(0, object.length() - 1);
        int given = arguments(object);
        return changes.stream()
                .filter(change -> change.before() == null && change.object().startsWith(called))
                .filter(change -> given == 0 || ",)".indexOf(change.object().charAt(called.length())) >= 0)
                .anyMatch(change -> {
                    Matcher signature = SIGNATURE.matcher(Objects.requireNonNullElse(change.after(), ""));
                    return signature.lookingAt()
                            && signature.group(1).split(" DEFAULT ", -1).length - 1
                                    >= arguments(change.object()) - given;
                });
    }

    /** How many a function has, by its name and types; a comma within a type counts as one more, in both of two that are compared. */
    private static int arguments(String function) {
        String list = function.substring(function.indexOf('(') + 1, function.length() - 1);
        return list.isEmpty() ? 0 : list.split(",").length;
    }
}
