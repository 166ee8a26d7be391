package dev.rehearse.data.anonymize.dump;

import java.util.List;
import java.util.regex.Pattern;

/** What psql and pg_restore say of a failure, without the values that the server quotes: those of a dump are somebody's. Stateless. */
final class WithoutValues {

    /** Values have ends of lines in them; a program's or the server's next word at the beginning of a line ends them. */
    private static final String TO_THE_NEXT_PART =
            "(?s:.*?)(?=\\n(?:psql:|pg_restore:|Command was:|DETAIL:|HINT:|CONTEXT:|QUERY:|LOCATION:|LINE \\d)|\\z)";

    private record Change(Pattern what, String by) {

        private static Change of(String what, String by) {
            return new Change(Pattern.compile(what), by);
        }
    }

    private static final List<Change> CHANGES = List.of(
            // Rows and keys, and what a parser stumbled over.
            Change.of("\\n?DETAIL: " + TO_THE_NEXT_PART, ""),
            Change.of("\\n?LINE \\d+: " + TO_THE_NEXT_PART, ""),
            Change.of("(CONTEXT: +COPY [^\\n]+?, line \\d+(?:, column [^:\\n]+)?):" + TO_THE_NEXT_PART, "$1"),
            Change.of("(Command was: INSERT INTO [^\\n(]+?)(?: VALUES)? *\\(" + TO_THE_NEXT_PART, "$1"),
            Change.of("((?:ERROR|FATAL): [^\\n\"]*: )\"" + TO_THE_NEXT_PART, "$1\"...\""),
            Change.of("((?:ERROR|FATAL): +value )\"[^\"]*\"", "$1\"...\""));

    private WithoutValues() {}

    static String of(String said) {
        String left = said;
        for (Change change : CHANGES) {
            left = change.what().matcher(left).replaceAll(change.by());
        }
        return left;
    }
}
