package dev.rehearse.data.anonymize.text;

import java.time.Month;
import java.time.Year;
import java.util.stream.IntStream;

/** Dates as people write them, {@code 24.12.1984} or {@code 12/24/1984}: which of the two numbers is the month may not be known. Stateless. */
public final class WrittenDate {

    private static final int LONGEST_MONTH = 31;
    private static final int PAIR = 100;
    private static final int ORDERS = 4;
    private static final int LEAP_YEAR = 2000;
    private static final int[][] ALIKE = allAlike();

    private WrittenDate() {}

    /** @param text a year of four digits, a month and a day of two, with hyphens between them; or nothing */
    public static boolean isIso(String text) {
        return !text.isEmpty() && isDay(number(text, 8, 10), number(text, 5, 7), number(text, 0, 4));
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text.substring(start, end));
    }

    /** @param text two numbers of one or two digits and a year of four, with one mark between them */
    static boolean isOne(String text) {
        Parts parts = Parts.of(text);
        return order(parts.first, parts.second, parts.year) != 0;
    }

    /** The first two numbers, as one. */
    public static int pair(String text) {
        Parts parts = Parts.of(text);
        return parts.first * PAIR + parts.second;
    }

    /** The pairs of all dates of the same year that are written and read as this one is, from the least on. Not to be changed. */
    public static int[] alike(String text) {
        Parts parts = Parts.of(text);
        int order = order(parts.first, parts.second, parts.year);
        return ALIKE[place(order, Year.isLeap(parts.year), parts.firstDigits == 1, parts.secondDigits == 1)];
    }

    private static int place(int order, boolean isLeap, boolean firstIsShort, boolean secondIsShort) {
        return order * 8 + (isLeap ? 4 : 0) + (firstIsShort ? 2 : 0) + (secondIsShort ? 1 : 0);
    }

    private static int[][] allAlike() {
        int[][] all = new int[place(ORDERS, false, false, false)][];
        for (int i = 0; i < all.length; i++) {
            int place = i;
            int order = place / 8;
            int year = (place & 4) > 0 ? LEAP_YEAR : LEAP_YEAR + 1;
            all[place] = IntStream.range(PAIR, (LONGEST_MONTH + 1) * PAIR)
                    .filter(pair -> order(pair / PAIR, pair % PAIR, year) == order)
                    .filter(pair -> pair / PAIR < 10 || (place & 2) == 0)
                    .filter(pair -> pair % PAIR < 10 || (place & 1) == 0)
                    .toArray();
        }
        return all;
    }

    /** The date with another pair. */
    public static String with(String text, int pair) {
        Parts parts = Parts.of(text);
        return written(pair / PAIR, parts.firstDigits)
                + parts.mark
                + written(pair % PAIR, parts.secondDigits)
                + parts.mark
                + text.substring(text.length() - 4);
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
