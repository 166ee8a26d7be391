package dev.rehearse.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Follows the unquoted words of one statement to tell whether it is within the body of a routine, {@code CREATE FUNCTION ... BEGIN ATOMIC ...
 * END}, where a semicolon does not end it. For one thread.
 */
public final class RoutineBody {

    /** CREATE, OR, REPLACE and the kind. */
    private static final int WORDS_OF_KIND = 4;

    private final List<String> firstWords = new ArrayList<>();
    private String lastWord = "";
    private int depth;

    /** @param word the next one that is in neither quotes nor parentheses, in any case */
    public void follow(String word) {
        String upper = word.toUpperCase(Locale.ROOT);
        switch (upper) {
            case "ATOMIC" -> depth = depth == 0 && lastWord.equals("BEGIN") && createsRoutine() ? 1 : depth;
            case "CASE" -> depth += depth > 0 ? 1 : 0;
            case "END" -> depth -= depth > 0 ? 1 : 0;
            default -> {
                // No other word opens or closes a body.
            }
        }
        if (firstWords.size() < WORDS_OF_KIND) {
            firstWords.add(upper);
        }
        lastWord = upper;
    }

    private boolean createsRoutine() {
        int kind = firstWords.size() > 3 && firstWords.get(1).equals("OR") ? 3 : 1;
        return firstWords.size() > kind
                && firstWords.get(0).equals("CREATE")
                && (firstWords.get(kind).equals("FUNCTION")
                        || firstWords.get(kind).equals("PROCEDURE"));
    }

    /** Whether the words so far have begun a body and not ended it. */
    public boolean isOpen() {
        return depth > 0;
    }
}
