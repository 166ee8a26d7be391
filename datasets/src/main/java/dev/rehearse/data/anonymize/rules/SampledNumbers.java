package dev.rehearse.data.anonymize.rules;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What the numbers and the times of a sample say, where no name does. Stateless. */
final class SampledNumbers {

    /** Fewer tell nothing. */
    private static final int LEAST = 5;

    private static final Pattern DAY = Pattern.compile("((?:19|20)\\d\\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])");
    private static final Pattern YEAR = Pattern.compile("(?<!\\d)(\\d{4})-\\d\\d-\\d\\d");

    /** Days before and after the first of 1970, as far as those of lives are. */
    private static final Predicate<String> DAYS_SINCE_1970 =
            Pattern.compile("0|-?[1-9]\\d{0,4}").asMatchPredicate();

    private static final int DAYS_OF_LEAP_YEAR = 366;
    private static final int FIRST_YEAR = 1800;
    private static final int LAST_YEAR = 2100;
    private static final String FIRST_OF_LIVES = "1880-01-01";

    /** So long ago is the middle of what says when people were born, and from the first to the last one it is as long. */
    private static final int YEARS_OF_LIVES = 18;

    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    /** Where a name says that they are times, which may be those of plans. */
    private static final int YEARS_AHEAD = 10;

    /** What the digits of a Romanian number are multiplied with. */
    private static final String ROMANIAN = "279146358279";
    /** What programs write for no time. */
    private static final Predicate<String> NO_TIME = Pattern.compile("0|-1").asMatchPredicate();

    private static final Predicate<String> WHOLE = Pattern.compile("\\d{9,16}").asMatchPredicate();

    /** Degrees as they are measured: of a position some eleven meters exact, or more. */
    private static final Predicate<String> DEGREES =
            Pattern.compile("-?1?\\d{1,2}\\.\\d{4,}").asMatchPredicate();

    private static final int MOST_DEGREES = 180;

    /** So many degrees around 0/0 in either direction there is only sea. */
    private static final int SEA_DEGREES = 4;

    private SampledNumbers() {}

    /** Whether all are days, 20240131. */
    static boolean areDays(List<String> sample) {
        return sample.size() >= LEAST && sample.stream().allMatch(DAY.asMatchPredicate());
    }

    /**
     * Whether days are in numbers as those since 1970 and may be those of births: as far back, as far apart, and some before that year, unless
     * the name says that they are days.
     */
    static boolean areLivesSince1970(List<String> sample, boolean named) {
        if (!sample.stream().allMatch(DAYS_SINCE_1970)) {
            return false;
        }
        List<String> days = sample.stream()
                .map(day -> LocalDate.ofEpochDay(Long.parseLong(day)).toString())
                .toList();
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        return (named || sample.stream().anyMatch(day -> day.startsWith("-")))
                && days.stream().allMatch(day -> day.compareTo(FIRST_OF_LIVES) >= 0 && day.compareTo(today) <= 0)
                && days.stream().distinct().count() * 2 > days.size()
                && areOfLives(days);
    }

    /** Whether they are days since 1970, of which a name says no more than that they are of births: most are neither years, nor parts of a day, nor what stands for none. */
    static boolean areDaysSince1970(List<String> sample) {
        long days = sample.stream()
                .filter(DAYS_SINCE_1970)
                .mapToInt(Integer::parseInt)
                .filter(day -> day < -1 || day > LAST_YEAR || (day > DAYS_OF_LEAP_YEAR && day < FIRST_YEAR))
                .count();
        return days * 2 > sample.size() && sample.stream().allMatch(DAYS_SINCE_1970);
    }

    /** Whether times, or days in numbers, are as far back, and as far apart, as births are and what happens to rows is not. */
    static boolean areOfLives(List<String> sample) {
        int[] years = sample.stream()
                .map(SampledNumbers::year)
                .flatMapToInt(OptionalInt::stream)
                .sorted()
                .toArray();
        return years.length >= LEAST
                && years[years.length - 1] - years[0] >= YEARS_OF_LIVES
                && years[years.length / 2] <= LocalDate.now(ZoneOffset.UTC).getYear() - YEARS_OF_LIVES;
    }

    private static OptionalInt year(String value) {
        Matcher day = DAY.matcher(value);
        Matcher year = YEAR.matcher(value);
        return day.matches()
                ? OptionalInt.of(Integer.parseInt(day.group(1)))
                : year.find() ? OptionalInt.of(Integer.parseInt(year.group(1))) : OptionalInt.empty();
    }

    /**
     * Whether all are points in time of these years, in milliseconds or microseconds since 1970, or in seconds: numbers of phones are as
     * long as these.
     *
     * @param named whether the column's name says so
     */
    static boolean arePointsInTime(List<String> sample, boolean named) {
        List<String> times = sample.stream().filter(NO_TIME.negate()).toList();
        return times.size() >= LEAST
                && times.stream().allMatch(WHOLE)
                && (named || !areNationalNumbers(times))
                && List.of(1L, 1000L, 1_000_000L).stream()
                        .filter(unit -> named || unit > 1)
                        .anyMatch(unit -> times.stream()
                                .allMatch(
                                        time -> isOfTheseYears(Long.parseLong(time) / unit, named ? YEARS_AHEAD : 0)));
    }

    /** Whether all have the check digit of Thai or of Romanian citizens' numbers, which are as long as milliseconds. */
    private static boolean areNationalNumbers(List<String> numbers) {
        return numbers.stream().allMatch(number -> number.length() == 13 && (isThai(number) || isRomanian(number)));
    }

    private static boolean isThai(String number) {
        int sum = IntStream.range(0, 12)
                .map(i -> (number.charAt(i) - '0') * (13 - i))
                .sum();
        return (11 - sum % 11) % 10 == number.charAt(12) - '0';
    }

    private static boolean isRomanian(String number) {
        int rest = IntStream.range(0, 12)
                        .map(i -> (number.charAt(i) - '0') * (ROMANIAN.charAt(i) - '0'))
                        .sum()
                % 11;
        return (rest == 10 ? 1 : rest) == number.charAt(12) - '0';
    }

    private static boolean isOfTheseYears(long seconds, int yearsAhead) {
        Instant last = Instant.now().plus(1 + yearsAhead * 365L, ChronoUnit.DAYS);
        return seconds >= FIRST.getEpochSecond() && seconds <= last.getEpochSecond();
    }

    /** Whether nearly all may be the degrees of a latitude or a longitude; those near London and on the equator are below one. */
    static boolean areDegrees(List<String> sample) {
        long degrees = sample.stream()
                .filter(DEGREES)
                .map(BigDecimal::new)
                .filter(each -> each.abs().compareTo(BigDecimal.valueOf(MOST_DEGREES)) <= 0)
                .count();
        return sample.size() >= LEAST && degrees * 5 >= sample.size() * 4L;
    }

    /** Whether nearly all are one or more, as shares are not. */
    static boolean areLarge(List<String> sample) {
        long large = sample.stream()
                .filter(DEGREES)
                .map(BigDecimal::new)
                .filter(each -> each.abs().compareTo(BigDecimal.ONE) >= 0)
                .count();
        return large * 5 >= sample.size() * 4L;
    }

    /** Whether so many of both are around zero that a fifth of the rows, if they are positions, lie in the sea off Africa: measures do, people do not. */
    static boolean areAtSea(List<String> latitudes, List<String> longitudes) {
        return shareNearZero(latitudes) + shareNearZero(longitudes) > 1.2;
    }

    /** Without whole numbers, which programs write where they know no position: 0, -1. */
    private static double shareNearZero(List<String> sample) {
        return sample.stream()
                        .filter(DEGREES)
                        .map(BigDecimal::new)
                        .filter(each -> each.stripTrailingZeros().scale() > 0)
                        .filter(each -> each.abs().compareTo(BigDecimal.valueOf(SEA_DEGREES)) < 0)
                        .count()
                / (double) sample.size();
    }
}
