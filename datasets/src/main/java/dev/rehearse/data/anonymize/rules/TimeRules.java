package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.Meaning;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Suggests rules for what says when: dates, points in time, ranges of them, and numbers that are either. Stateless. */
final class TimeRules {

    /** What happens to rows. */
    private static final Set<String> OF_ROWS = Set.of(
            ("created updated modified changed deleted ordered order shipped due paid invoice invoiced effective expires expiry"
                            + " posted booked delivery delivered sent received closed opened")
                    .split(" "));

    /** What says when, of rows unless the times are as far back as births. */
    private static final Set<String> OF_ANYTHING =
            Set.of("start starts started begin end ends ended valid to from until since date day period month on at"
                    .split(" "));

    /** Of these what a number may be as well: that of an order, or of the telephone that a message goes to. */
    private static final Set<String> OF_NUMBERS = Set.of("order", "invoice", "delivery", "from", "to");

    private static final Set<String> OF_TIMES =
            Set.of(("time timestamp ts epoch unix utc ms millis expiration refresh").split(" "));

    private static final Predicate<String> MONTH_OR_DAY =
            Pattern.compile("[0-2]?\\d|3[01]").asMatchPredicate();

    private static final Set<String> OF_DAYS = Set.of("day", "days", "date", "epoch");

    private TimeRules() {}

    /** A number that says when somebody was born or died. */
    static ColumnRule birth(List<String> words, List<String> sample) {
        if (SampledNumbers.areDaysSince1970(sample)) {
            return withinYear("days of birth or death since 1970, by name");
        }
        boolean isPart = sample.isEmpty()
                ? words.stream().anyMatch(Meaning::isMonth)
                : sample.stream().allMatch(MONTH_OR_DAY);
        return isPart && words.stream().noneMatch(Meaning::isDay)
                ? ColumnRule.keep("a month without its year, or a flag")
                : ColumnRule.pseudonymise(
                        Meaning.BIRTH,
                        Meaning.BIRTH.plural()
                                + ", by name; a year becomes another of the same ten, and a day another of its year or month");
    }

    /** Whether numbers are days as far back as births, and no name says that something happened to the row then. */
    static boolean areBirths(List<String> words, List<String> sample) {
        return SampledNumbers.areDays(sample) && SampledNumbers.areOfLives(sample) && !isOfRow(words, sample);
    }

    /** A rule for numbers that are days since 1970 as far back as births, of which no name says what they are; empty for others. */
    static Optional<ColumnRule> birthsSince1970(List<String> words, List<String> sample) {
        return SampledNumbers.areLivesSince1970(sample, words.stream().anyMatch(TimeRules::isOfDays))
                        && words.stream().noneMatch(OF_ROWS::contains)
                ? Optional.of(withinYear("in doubt: numbers that may be days since 1970, as far back as births"))
                : Optional.empty();
    }

    /** Whether a word of a name says that numbers may be days, which those of a span of time are as well. */
    static boolean isOfDays(String word) {
        return OF_DAYS.contains(word);
    }

    private static ColumnRule withinYear(String reason) {
        return ColumnRule.of(Treatment.SHIFT_DATES, "year", Meaning.BIRTH, reason);
    }

    /** Days that a text writes as numbers: a cast to a date takes their pseudonyms, too. */
    static ColumnRule days(List<String> words, List<String> sample, Meaning named) {
        boolean isBirth = named == Meaning.BIRTH || areBirths(words, sample);
        return ColumnRule.pseudonymise(
                        Meaning.BIRTH,
                        isBirth
                                ? "days of birth or death: each becomes another of its year"
                                : "in doubt: days, each of which becomes another of its year")
                .personal(isBirth);
    }

    static boolean arePointsInTime(List<String> words, List<String> sample) {
        return SampledNumbers.arePointsInTime(
                sample,
                words.stream()
                        .anyMatch(word -> OF_TIMES.contains(word)
                                || ((OF_ROWS.contains(word) || OF_ANYTHING.contains(word))
                                        && !OF_NUMBERS.contains(word))));
    }

    static ColumnRule time(SourceTable table, SourceColumn column, List<String> sample) {
        boolean isRange = column.type().isRangeOfDays();
        if (!isRange && Meaning.ofName(column.name(), table.name()) == Meaning.BIRTH) {
            return withinYear("days of birth or death, by name");
        }
        boolean isPoint = column.type().innermost().kind() == Kind.TIMESTAMP && !SampledNumbers.areOfLives(sample);
        return isPoint || isOfRow(Meaning.words(column.name()), sample)
                ? ColumnRule.keep(isRange ? "a range of times" : "when something happened to the row")
                : ColumnRule.of(Treatment.SHIFT_DATES, "", Meaning.UNKNOWN, "in doubt: dates that no name explains");
    }

    private static boolean isOfRow(List<String> words, List<String> sample) {
        return words.stream().anyMatch(OF_ROWS::contains)
                || (words.stream().anyMatch(OF_ANYTHING::contains) && !SampledNumbers.areOfLives(sample));
    }

    static ColumnRule range(SourceTable table, SourceColumn column, List<String> sample) {
        Meaning named = Meaning.ofName(column.name(), table.name());
        return named.isPersonal() || !column.type().isRangeOfDays() ? range(named) : time(table, column, sample);
    }

    static ColumnRule range(Meaning named) {
        return named.isPersonal()
                ? ColumnRule.of(Treatment.NULL, "", named, named.plural() + ", by name; a range has no pseudonym")
                : ColumnRule.keep("a range of measures or times");
    }
}
