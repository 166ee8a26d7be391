package dev.rehearse.data.anonymize;

import org.jspecify.annotations.Nullable;

/**
 * What to do.
 *
 * @param rules what happens to the columns, or null for what is suggested
 * @param readers how many sessions read the source at once, 1 to 64
 */
public record AnonymizeSpec(@Nullable RulesFile rules, SecretKey key, int readers, Throttle throttle, Subset subset) {

    /**
     * A rules file that was read into memory.
     *
     * @param name for messages
     */
    public record RulesFile(String name, String text) {}

    public AnonymizeSpec {
        if (readers < 1 || readers > 64) {
            throw AnonymizeException.input("There can be 1 to 64 readers, not " + readers + ".");
        }
    }
}
