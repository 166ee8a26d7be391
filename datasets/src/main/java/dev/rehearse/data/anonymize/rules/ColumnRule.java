package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.text.Meaning;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one column, and why.
 *
 * @param amount how much, as the rules file has it: characters that {@code generalise} leaves, the step of a number, {@code month};
 *     {@code 10%} of {@code noise}; days of {@code shiftDates}, or {@code year} for within the year; empty for the default
 * @param keepWords whether {@code pseudonymise} leaves words that identify nobody
 * @param keptKeys of documents, of those whose keys may be somebody's names; null where every key stays that a program may know
 * @param notCodes keys of documents under which other things than codes stand, though they are called as codes are
 * @param personal whether no part of its values may stand in the output
 * @param excuse why nobody is known by its numbers, however long
 * @param reason for people
 */
public record ColumnRule(
        Treatment treatment,
        String amount,
        boolean keepWords,
        @Nullable Set<String> keptKeys,
        Set<String> notCodes,
        boolean personal,
        Excuse excuse,
        Meaning meaning,
        String reason) {

    /** Why long numbers of a column that stays are nobody's. */
    enum Excuse {
        NONE,
        /** They are keys that the database made. */
        KEY,
        /** They, and words, are what a migration tool knows its steps by. */
        HISTORY,
        /** The rules file says that the column is not personal. */
        SAID
    }

    static ColumnRule keep(String reason) {
        return new ColumnRule(Treatment.KEEP, "", false, null, Set.of(), false, Excuse.NONE, Meaning.UNKNOWN, reason);
    }

    /** Numbers that the database made itself. */
    static ColumnRule keepKey(String reason) {
        return new ColumnRule(Treatment.KEEP, "", false, null, Set.of(), false, Excuse.KEY, Meaning.UNKNOWN, reason);
    }

    /** What a migration tool did. */
    static ColumnRule keepHistory() {
        return new ColumnRule(
                Treatment.KEEP,
                "",
                false,
                null,
                Set.of(),
                false,
                Excuse.HISTORY,
                Meaning.UNKNOWN,
                "the history of a migration tool, which would run everything again");
    }

    static ColumnRule pseudonymise(Meaning meaning, String reason) {
        return new ColumnRule(
                Treatment.PSEUDONYMISE, "", false, null, Set.of(), meaning.isPersonal(), Excuse.NONE, meaning, reason);
    }

    public static ColumnRule of(Treatment treatment, String amount, Meaning meaning, String reason) {
        return new ColumnRule(
                treatment, amount, false, null, Set.of(), meaning.isPersonal(), Excuse.NONE, meaning, reason);
    }

    /** Whether the leak check reads the column: what can hold text, bytes too, what is personal, and long numbers that stay as they are. */
    public boolean checks(SourceColumn column) {
        boolean isHistory = treatment == Treatment.KEEP && excuse == Excuse.HISTORY;
        return (column.type().isTextual() && !isHistory)
                || personal
                || (column.type().holdsBytes() && treatment != Treatment.NULL)
                || checksLongNumbersOnly(column);
    }

    /** Whether of the column's values only those are read that are long enough to be somebody's number. */
    public boolean checksLongNumbersOnly(SourceColumn column) {
        return column.type().holdsLongNumbers() && treatment == Treatment.KEEP && !personal && excuse == Excuse.NONE;
    }

    ColumnRule because(String other) {
        return new ColumnRule(treatment, amount, keepWords, keptKeys, notCodes, personal, excuse, meaning, other);
    }

    public ColumnRule personal(boolean is) {
        return new ColumnRule(treatment, amount, keepWords, keptKeys, notCodes, is, excuse, meaning, reason);
    }

    ColumnRule keptKeys(Set<String> keys, String because) {
        return new ColumnRule(
                treatment, amount, keepWords, Set.copyOf(keys), notCodes, personal, excuse, meaning, because);
    }

    ColumnRule notCodes(Set<String> keys) {
        return new ColumnRule(
                treatment, amount, keepWords, keptKeys, Set.copyOf(keys), personal, excuse, meaning, reason);
    }
}
