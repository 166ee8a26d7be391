package dev.rehearse.data.anonymize.text;

import java.time.Month;
import java.time.Year;
import java.util.ArrayList;
import java.util.List;

/** Dates as people write them, {@code 24.12.1984} or {@code 12/24/1984}: which of the two numbers is the month may not be known. Stateless. */
public final class WrittenDate {

    private static final int LONGEST_MONTH = 31;

    private WrittenDate() {}

    /** @param text a year of four digits, a month and a day of two, with hyphens between them */
    static boolean isIso(String text) {
        return isDay(number(text, 8, 10), number(text, 5, 7), number(text, 0, 4));
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text.substring(start, end));
    }

    /** @param text two numbers of one or two digits and a year of four, with one mark between them */
    static boolean isOne(String text) {
        Parts parts = Parts.of(text);
        return order(parts.first, parts.second, parts.year) != 0;
    }

    /** All dates of the same year that are written and read as this one is, in an order that does not depend on it. */
    public static List<String> alike(String text) {
        Parts parts = Parts.of(text);
        int order = order(parts.first, parts.second, parts.year);
        List<String> alike = new ArrayList<>();
        for (int first = 1; first <= LONGEST_MONTH; first++) {
            for (int second = 1; second <= LONGEST_MONTH; second++) {
                String written = written(first, parts.firstDigits) + parts.mark + written(second, parts.secondDigits);
                if (order(first, second, parts.year) == order && written.length() == text.length() - 5) {
                    alike.add(written + parts.mark + text.substring(text.length() - 4));
                }
            }
        }
        return alike;
    }

    private static String written(int number, int digits) {
        return (digits == 2 && number < 10 ? "0" : "") + number;
    }

    /** 1 where the day may come first, 2 where the month may, 3 where both may. */
    private static int order(int first, int second, int year) {
        return (isDay(first, second, year) ? 1 : 0) + (isDay(second, first, year) ? 2 : 0);
    }

    private static boolean isDay(int day, int month, int year) {
        return month >= 1 && month <= 12 && day >= 1 && day <= Month.of(month).length(Year.isLeap(year));
    }

    private record Parts(int first, int firstDigits, char mark, int second, int secondDigits, int year) {

        static Parts of(String text) {
            int end = Character.isDigit(text.charAt(1)) ? 2 : 1;
            char mark = text.charAt(end);
            int next = text.indexOf(mark, end + 1);
            return new Parts(
                    Integer.parseInt(text.substring(0, end)),
                    end,
                    mark,
                    Integer.parseInt(text.substring(end + 1, next)),
                    next - end - 1,
                    Integer.parseInt(text.substring(next + 1)));
        }
    }
}
