package dev.rehearse.data.anonymize;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What happens to the values of a column. */
public enum Treatment {
    KEEP("keep"),
    /** Another value of the same form; equal values become equal ones. */
    PSEUDONYMISE("pseudonymise"),
    /** Only the rough value stays. */
    GENERALISE("generalise"),
    SHIFT_DATES("shiftDates"),
    /** A number or a date near the true one. */
    NOISE("noise"),
    NULL("null"),
    /** A made-up value that looks like one of its kind. */
    SYNTHESISE("synthesise");

    private final String word;

    Treatment(String word) {
        this.word = word;
    }

    /** As it stands in a rules file. */
    public String word() {
        return word;
    }

    public static Optional<Treatment> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(Treatment::word).toList();
    }
}
