package dev.rehearse.data.value;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * COPY's binary format, which costs the server less than its text format: rows are made in text and each cell is turned into the form of
 * its type. Only for tables all of whose types have such a form here. Immutable.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4">COPY, binary format</a>
 */
public final class BinaryFormat {

    /** A cell that is not in the form in which cells of its type usually are; the server can read it as text. */
    public static final class UnusualCell extends RuntimeException {
        UnusualCell(String text) {
            super(text, null, false, false);
        }
    }

    /** Turns a cell that is not NULL, without its length. */
    private interface Cell {
        void put(byte[] text, int length, CopyBuffer out);
    }

    /** What stands before the rows: a signature, no flags, nothing further. */
    public static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /** What stands behind them. */
    public static final byte[] TRAILER = {-1, -1};

    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long DAYS_TO_2000 = 10_957;

    private final Cell[] cells;

    private BinaryFormat(Cell[] cells) {
        this.cells = cells;
    }

    /** The format of a table's rows, or null where one of its types has no form here. */
    public static @Nullable BinaryFormat of(List<Column> columns) {
        Cell[] cells = new Cell[columns.size()];
        for (int i = 0; i < cells.length; i++) {
            @Nullable Cell cell = cell(columns.get(i).type());
            if (cell == null) {
                return null;
            }
            cells[i] = cell;
        }
        return cells.length == 0 ? null : new BinaryFormat(cells);
    }

    private static @Nullable Cell cell(SqlType type) {
        return switch (type.kind()) {
            case INT2 ->
                (text, length, out) -> out.putInt16((int) whole(text, length, Short.MIN_VALUE, Short.MAX_VALUE));
            case INT4 ->
                type.sqlName().equals("integer")
                        ? (text, length, out) ->
                                out.putInt32((int) whole(text, length, Integer.MIN_VALUE, Integer.MAX_VALUE))
                        : null;
            case INT8 -> (text, length, out) -> out.putInt64(whole(text, length, Long.MIN_VALUE, Long.MAX_VALUE));
            case FLOAT8 -> (text, length, out) -> out.putInt64(Double.doubleToRawLongBits(real(text, length)));
            case NUMERIC -> BinaryFormat::numeric;
            case BOOL -> BinaryFormat::bool;
            case UUID -> BinaryFormat::uuid;
            case DATE -> (text, length, out) -> out.putInt32(days(text, length));
            case TIMESTAMP -> (text, length, out) -> out.putInt64(micros(text, length, false));
            case TIMESTAMPTZ -> (text, length, out) -> out.putInt64(micros(text, length, true));
            case ENUM -> BinaryFormat::text;
            case TEXT, CHAR ->
                // Not name, of which the text form is cut off where it is too long and the binary one refused.
                List.of("text", "character varying", "character").contains(type.sqlName()) ? BinaryFormat::text : null;
            case JSON ->
                type.sqlName().equals("json")
                        ? BinaryFormat::text
                        : (text, length, out) -> {
                            out.put(1);
                            text(text, length, out);
                        };
            default -> null;
        };
    }

    /**
     * Appends one row.
     *
     * @param scratch for one cell
     * @throws UnusualCell when the row can only be sent as text; what was appended of it is then to be thrown away
     */
    public void writeRow(Values[] values, long row, CopyBuffer scratch, CopyBuffer out) {
        out.putInt16(cells.length);
        for (int i = 0; i < cells.length; i++) {
            scratch.truncate(0);
            values[i].write(row, scratch);
            byte[] text = scratch.array();
            int length = scratch.length();
            if (scratch.isNullFrom(0)) {
                out.putInt32(-1);
            } else {
                int start = out.length();
                out.putInt32(0);
                try {
                    cells[i].put(text, length, out);
                } catch (UnusualCell e) {
                    // The row is not written again for its counts.
                    for (int rest = i + 1; rest < cells.length; rest++) {
                        values[rest].write(row, scratch);
                    }
                    throw e;
                }
                out.setInt32(start, out.length() - start - 4);
            }
        }
    }

    private static UnusualCell unusual(byte[] text, int length) {
        return new UnusualCell(new String(text, 0, length, StandardCharsets.UTF_8));
    }

    private static long whole(byte[] text, int length, long low, long high) {
        boolean negative = length > 0 && text[0] == '-';
        int start = negative ? 1 : 0;
        if (length == start || length - start > 19) {
            throw unusual(text, length);
        }
        // Negative, because there is one more of these.
        long value = 0;
        for (int i = start; i < length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9 || i - start == 18 && value < (Long.MIN_VALUE + digit) / 10) {
                throw unusual(text, length);
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw unusual(text, length);
        }
        long signed = negative ? value : -value;
        if (signed < low || signed > high) {
            throw unusual(text, length);
        }
        return signed;
    }

    /** Digits of a decimal and where its point is; what both fit into a double exactly is divided exactly. */
    private static double real(byte[] text, int length) {
        boolean negative = length > 0 && text[0] == '-';
        long digits = 0;
        int scale = -1;
        for (int i = negative ? 1 : 0; i < length; i++) {
            int digit = text[i] - '0';
            if (text[i] == '.' && scale < 0) {
                scale = 0;
            } else if (digit >= 0 && digit <= 9 && length <= 16) {
                digits = digits * 10 + digit;
                scale += scale < 0 ? 0 : 1;
            } else {
                return parsed(text, length);
            }
        }
        if (length == 0) {
            throw unusual(text, length);
        }
        double power = 1;
        for (int i = 0; i < scale; i++) {
            power *= 10;
        }
        double value = digits / power;
        return negative ? -value : value;
    }

    private static double parsed(byte[] text, int length) {
        try {
            return Double.parseDouble(new String(text, 0, length, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw unusual(text, length);
        }
    }

    /** Groups of four digits before and after the point. */
    private static void numeric(byte[] text, int length, CopyBuffer out) {
        int first = length > 0 && text[0] == '-' ? 1 : 0;
        int point = length;
        for (int i = first; i < length; i++) {
            if (text[i] == '.' && point == length) {
                point = i;
            } else if (text[i] < '0' || text[i] > '9') {
                throw unusual(text, length);
            }
        }
        int scale = Math.max(0, length - point - 1);
        if (length == first || point == first || scale > 1000 || length > 10_000) {
            throw unusual(text, length);
        }
        int before = (point - first + 3) / 4;
        int after = (scale + 3) / 4;
        int start = out.length();
        out.putInt64(0);
        int weight = before - 1;
        int groups = 0;
        int zeros = 0;
        boolean leading = true;
        for (int group = 0; group < before + after; group++) {
            int value = 0;
            for (int i = 0; i < 4; i++) {
                int place = group < before ? point - (before - group) * 4 + i : point + 1 + (group - before) * 4 + i;
                value = value * 10 + (place >= first && place < length ? text[place] - '0' : 0);
            }
            if (value == 0) {
                weight -= leading ? 1 : 0;
                zeros += leading ? 0 : 1;
            } else {
                for (; zeros > 0; zeros--, groups++) {
                    out.putInt16(0);
                }
                out.putInt16(value);
                groups++;
                leading = false;
            }
        }
        out.setInt32(start, groups << 16 | (leading ? 0 : weight & 0xFFFF));
        out.setInt32(start + 4, (first == 1 && !leading ? 0x4000 << 16 : 0) | scale);
    }

    private static void bool(byte[] text, int length, CopyBuffer out) {
        boolean yes = text[0] == 't' && (length == 1 || length == 4);
        if (!yes && !(text[0] == 'f' && (length == 1 || length == 5))) {
            throw unusual(text, length);
        }
        out.put(yes ? 1 : 0);
    }

    private static void uuid(byte[] text, int length, CopyBuffer out) {
        if (length != 36) {
            throw unusual(text, length);
        }
        for (int i = 0; i < 36; i++) {
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (text[i] != '-') {
                    throw unusual(text, length);
                }
                continue;
            }
            int high = hexDigit(text[i]);
            int low = hexDigit(text[++i]);
            if (high < 0 || low < 0) {
                throw unusual(text, length);
            }
            out.put(high << 4 | low);
        }
    }

    /** What a digit stands for, or -1. */
    private static int hexDigit(byte digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        int letter = digit | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    private static void text(byte[] text, int length, CopyBuffer out) {
        for (int i = 0; i < length; i++) {
            if (text[i] == '\\') {
                unescape(text, length, out);
                return;
            }
        }
        out.put(text, length);
    }

    private static void unescape(byte[] text, int length, CopyBuffer out) {
        for (int i = 0; i < length; i++) {
            out.put(text[i] == '\\' ? CopyBuffer.unescaped(text[++i]) : text[i]);
        }
    }

    private static int days(byte[] text, int length) {
        if (is("infinity", text, length)) {
            return Integer.MAX_VALUE;
        }
        if (is("-infinity", text, length)) {
            return Integer.MIN_VALUE;
        }
        boolean past = isBeforeChrist(text, length);
        int end = past ? length - 3 : length;
        int dash = yearEnd(text, length);
        if (end != dash + 6) {
            throw unusual(text, length);
        }
        return (int) daysFrom2000(text, length, dash, past);
    }

    private static long micros(byte[] text, int length, boolean zone) {
        if (is("infinity", text, length)) {
            return Long.MAX_VALUE;
        }
        if (is("-infinity", text, length)) {
            return Long.MIN_VALUE;
        }
        boolean past = isBeforeChrist(text, length);
        int end = past ? length - 3 : length;
        int dash = yearEnd(text, length);
        long days = daysFrom2000(text, length, dash, past);
        int at = dash + 6;
        if (at == end) {
            // The session is in UTC.
            return days * MICROS_PER_DAY;
        }
        if (zone) {
            if (text[end - 3] != '+' || text[end - 2] != '0' || text[end - 1] != '0') {
                throw unusual(text, length);
            }
            end -= 3;
        }
        if (end < at + 9 || text[at] != ' ' || text[at + 3] != ':' || text[at + 6] != ':') {
            throw unusual(text, length);
        }
        long seconds = (number(text, length, at + 1, at + 3) * 60 + number(text, length, at + 4, at + 6)) * 60
                + number(text, length, at + 7, at + 9);
        long fraction = 0;
        if (end > at + 9) {
            if (text[at + 9] != '.' || end > at + 16) {
                throw unusual(text, length);
            }
            fraction = number(text, length, at + 10, end);
            for (int digit = end; digit < at + 16; digit++) {
                fraction *= 10;
            }
        }
        return days * MICROS_PER_DAY + seconds * 1_000_000 + fraction;
    }

    private static boolean is(String word, byte[] text, int length) {
        if (length != word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBeforeChrist(byte[] text, int length) {
        return length > 3 && text[length - 3] == ' ' && text[length - 2] == 'B' && text[length - 1] == 'C';
    }

    /** Where the dash after the year is; room for the month and the day is behind it. */
    private static int yearEnd(byte[] text, int length) {
        int dash = 4;
        while (dash < length && text[dash] != '-') {
            dash++;
        }
        if (dash > 6 || length < dash + 6 || text[dash + 3] != '-') {
            throw unusual(text, length);
        }
        return dash;
    }

    /** By the calendar of today, years that begin in March. */
    private static long daysFrom2000(byte[] text, int length, int dash, boolean past) {
        long month = number(text, length, dash + 1, dash + 3);
        long day = number(text, length, dash + 4, dash + 6);
        long year = number(text, length, 0, dash);
        if (year == 0 || month < 1 || month > 12 || day < 1 || day > 31) {
            throw unusual(text, length);
        }
        long from = (past ? 1 - year : year) - (month <= 2 ? 1 : 0);
        long era = Math.floorDiv(from, 400L);
        long ofEra = from - era * 400;
        long ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468 - DAYS_TO_2000;
    }

    private static long number(byte[] text, int length, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw unusual(text, length);
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
