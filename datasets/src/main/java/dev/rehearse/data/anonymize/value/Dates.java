package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.anonymize.text.WrittenDate;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Pseudonyms of days and of years. One thread. */
final class Dates {

    /** As the server writes it, BC and after the year 9999 too. */
    private static final Pattern DATE = Pattern.compile("(\\d{4,6})(-\\d{2}-\\d{2})((?:[ T].*)?)");

    private static final Pattern DAY_AS_NUMBER = Pattern.compile("((?:1[5-9]|20)\\d\\d)(\\d\\d)(\\d\\d)");
    private static final Pattern DAY_OF_MONTH = Pattern.compile("0?[1-9]|[12]\\d|3[01]");
    private static final Pattern MONTH = Pattern.compile("0?[1-9]|1[0-2]");

    private static final long SECONDS_PER_DAY = 86_400;
    /** Less is no point in time, but a count. */
    private static final long LEAST_SECONDS = 1_000_000;
    /** The year 2128; what is more is in milliseconds, or in microseconds. */
    private static final long MOST_SECONDS = 5_000_000_000L;

    private static final int SHORTEST_MONTH = 28;

    private static final Pattern YEAR = Pattern.compile("(?:1[5-9]|20)\\d\\d");

    private static final int HOURS = 24;
    private static final int SIXTIETHS = 60;

    private final KeyedPermutation permutation;

    Dates(KeyedPermutation permutation) {
        this.permutation = permutation;
    }

    /** Another day of the same year, the time of day as it is. */
    String date(String date) {
        Matcher m = DATE.matcher(date);
        if (!m.matches()) {
            return date;
        }
        int year = Integer.parseInt(m.group(1));
        return m.group(1) + day(date.endsWith(" BC") ? 1 - year : year, m.group(2)) + m.group(3);
    }

    /** Another day of the same year, written in the same way. */
    String written(String date) {
        int[] alike = WrittenDate.alike(date);
        int[] days = permutation.shuffle(alike.length, "written " + WrittenDate.with(date, alike[0]));
        return WrittenDate.with(date, alike[days[Arrays.binarySearch(alike, WrittenDate.pair(date))]]);
    }

    /**
     * A number that says when somebody was born or died, in another one: a year in one of the same ten, a day (20240131) or a point in time
     * since 1970 in one of the same year, a day of a month in one that every month has; a month stays. Null for one that says nothing of it.
     *
     * @param name of what it stands in
     */
    @Nullable
    String number(String name, String number) {
        if (number.length() <= 2) {
            List<String> words = Meaning.words(name);
            return words.stream().anyMatch(Meaning::isDay)
                            && DAY_OF_MONTH.matcher(number).matches()
                    ? dayOfMonth(number)
                    : words.stream().anyMatch(Meaning::isMonth)
                                    && MONTH.matcher(number).matches()
                            ? number
                            : null;
        }
        if (isYear(number)) {
            return year(number);
        }
        if (isDay(number)) {
            return date(iso(number)).replace("-", "");
        }
        long value = Long.parseLong(number);
        long size = Math.abs(value);
        long unit = size < MOST_SECONDS ? 1 : size < MOST_SECONDS * 1000 ? 1000 : 1_000_000;
        return size < LEAST_SECONDS || size >= MOST_SECONDS * 1_000_000 ? null : Long.toString(time(value, unit));
    }

    /** Whether it is a day as a number: 20240131. */
    static boolean isDay(String number) {
        return WrittenDate.isIso(iso(number));
    }

    /** With hyphens; nothing where it has other digits than those of a year, a month and a day. */
    private static String iso(String number) {
        Matcher day = DAY_AS_NUMBER.matcher(number);
        return day.matches() ? day.group(1) + "-" + day.group(2) + "-" + day.group(3) : "";
    }

    private String dayOfMonth(String number) {
        int day = Integer.parseInt(number);
        int other = day <= SHORTEST_MONTH
                ? permutation.shuffle(SHORTEST_MONTH, "day of month")[day - 1]
                : permutation.below(SHORTEST_MONTH, "day of month;" + day);
        return (number.startsWith("0") && other < 9 ? "0" : "") + (other + 1);
    }

    /** A point in time on another day of the same year. */
    private long time(long value, long unit) {
        long perDay = SECONDS_PER_DAY * unit;
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(value, perDay));
        return LocalDate.parse(date(day.toString())).toEpochDay() * perDay + Math.floorMod(value, perDay);
    }

    /** Another time of day; of numbers that are no hours or minutes others that are none. */
    String time(String time) {
        StringBuilder image = new StringBuilder(time.length());
        for (String part : time.split(":")) {
            int limit = image.isEmpty() ? HOURS : SIXTIETHS;
            int number = Integer.parseInt(part);
            int least = number >= limit ? limit : 0;
            int size = part.length() == 1 ? 10 : number >= limit ? 100 - limit : limit;
            int moved = least + permutation.shuffle(size, "time " + image.length())[number - least];
            image.append(image.isEmpty() ? "" : ":")
                    .append(part.length() == 2 && moved < 10 ? "0" : "")
                    .append(moved);
        }
        return image.toString();
    }

    /** Whether it may be the year in which somebody was born or died. */
    private static boolean isYear(String text) {
        return text.length() == 4 && YEAR.matcher(text).matches();
    }

    /** Another year of the same ten. */
    private String year(String year) {
        String ten = year.substring(0, 3);
        return ten + permutation.shuffle(10, "ten years " + ten)[year.charAt(3) - '0'];
    }

    /**
     * Month and day of another day of the year, each after a hyphen.
     *
     * @param year 0 for 1 BC, -1 for 2 BC
     */
    private String day(int year, String monthAndDay) {
        try {
            MonthDay known = MonthDay.parse("-" + monthAndDay);
            LocalDate day = known.atYear(year);
            int[] days = permutation.shuffle(day.lengthOfYear(), "year " + year);
            return MonthDay.from(day.withDayOfYear(1 + days[day.getDayOfYear() - 1]))
                    .toString()
                    .substring(1);
        } catch (DateTimeException e) {
            return monthAndDay;
        }
    }
}
