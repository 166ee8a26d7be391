package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.anonymize.text.WrittenDate;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pseudonyms of days and of years. One thread. */
final class Dates {

    /** As the server writes it, BC and after the year 9999 too. */
    private static final Pattern DATE = Pattern.compile("(\\d{4,6})(-\\d{2}-\\d{2})((?:[ T].*)?)");

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
    static boolean isYear(String text) {
        return text.length() == 4 && YEAR.matcher(text).matches();
    }

    /** Another year of the same ten. */
    String year(String year) {
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
