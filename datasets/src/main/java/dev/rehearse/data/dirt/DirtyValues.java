package dev.rehearse.data.dirt;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.value.Mix;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that constraints refuse, as SQL writes them. */
public final class DirtyValues {

    private static final Pattern CONSTANT =
            Pattern.compile("'((?:[^']++|'')*+)'|(?<![\\w.])(-?\\d+(?:\\.\\d+)?)(?![\\w.])");

    private static final Pattern LENGTH = Pattern.compile(
            "(?:character varying|varchar|character|char|bpchar)\\s*\\((\\d+)\\)", Pattern.CASE_INSENSITIVE);

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "n/a",
            "-",
            "NULL",
            "12,50",
            "1 234",
            "1e309",
            "99999999999999999999",
            "31.02.2024",
            "2024-02-30",
            "yes and no",
            "\u00e4\u00f6\u00fc",
            "O'Brien",
            "two\nlines");

    private static final List<String> NUMBERS = List.of(
            "-1", "0", "1", "32768", "2147483648", "-2147483649", "9223372036854775807", "0.001", "1e30", "'NaN'");

    private static final List<String> INSTANTS =
            List.of("1900-01-01", "1970-01-01", "9999-12-31", "infinity", "-infinity");

    private DirtyValues() {}

    /**
     * Values of a column's type that something written in SQL may refuse; NULL last, where the column may hold it.
     *
     * @param words a condition, or a type: its constants and lengths are tried from both sides
     */
    public static List<String> of(Column column, String words) {
        SqlType type = column.type();
        Set<String> values = new LinkedHashSet<>();
        Matcher constants = CONSTANT.matcher(words);
        List<String> near = new ArrayList<>();
        while (constants.find()) {
            String number = constants.group(2);
            if (number == null) {
                near.add(constants.group(1).replace("''", "'"));
            } else {
                BigDecimal value = new BigDecimal(number);
                near.add(value.subtract(BigDecimal.ONE).toPlainString());
                near.add(number);
                near.add(value.add(BigDecimal.ONE).toPlainString());
            }
        }
        switch (type.kind()) {
            case TEXT, CHAR -> {
                near.stream()
                        .filter(each -> each.matches("\\d{1,4}") && Integer.parseInt(each) <= type.maxLength())
                        .forEach(each -> values.add("x".repeat(Integer.parseInt(each))));
                values.addAll(near);
                values.addAll(TEXTS);
            }
            case INT2, INT4, INT8, NUMERIC, FLOAT4, FLOAT8, MONEY -> {
                values.addAll(near);
                values.addAll(NUMBERS);
            }
            case DATE, TIMESTAMP, TIMESTAMPTZ -> {
                values.addAll(near);
                values.addAll(INSTANTS);
            }
            case BOOL -> values.addAll(List.of("true", "false"));
            case ENUM -> values.addAll(type.labels());
            case JSON -> values.addAll(List.of("null", "{}", "[]", "\"\"", "0"));
            case ARRAY -> values.addAll(List.of("{}", "{NULL}"));
            default -> values.addAll(near);
        }
        List<String> literals = new ArrayList<>();
        values.forEach(value -> literals.add(cast(value.replaceAll("^'(.*)'$", "$1"), type)));
        if (!column.notNull()) {
            literals.add("NULL::" + type.castName());
        }
        return literals;
    }

    /** Values that no key has: they name nothing, and differ by number. */
    static List<String> unheardOf(SqlType type, long bits, int number) {
        List<String> values = new ArrayList<>();
        if (type.kind().isNumber()) {
            values.add(String.valueOf(-1L - number));
            values.add(String.valueOf(Integer.MAX_VALUE - number));
            values.add(String.valueOf(Short.MAX_VALUE - number));
        } else if (type.kind() == SqlType.Kind.UUID) {
            values.add(new UUID(bits, Mix.mix(bits)).toString());
        } else if (type.kind().isText()) {
            values.add("orphan " + number);
            String digits = Long.toHexString(Mix.mix(bits));
            values.add(digits.substring(0, Math.min(digits.length(), type.maxLength())));
        } else if (type.kind().isInstant()) {
            values.add(String.format(Locale.ROOT, "%d-01-01", 3000 + number % 6000));
        }
        return values.stream().map(value -> cast(value, type)).toList();
    }

    /** Whether the type has a length and the value is longer: a cast cuts off what an assignment refuses. */
    static boolean isLongerThan(String literal, String type) {
        Matcher length = LENGTH.matcher(type);
        Matcher text = CONSTANT.matcher(literal);
        return length.matches()
                && text.find()
                && text.group(1) != null
                && text.group(1).stripTrailing().length() > Integer.parseInt(length.group(1));
    }

    /** Whether SQL speaks of a column. */
    static boolean names(String sql, String column) {
        return sql.contains(Sql.quote(column))
                || Pattern.compile("(?<![\\w\"])" + Pattern.quote(column) + "(?![\\w\"])", Pattern.CASE_INSENSITIVE)
                        .matcher(sql)
                        .find();
    }

    /** The same list from another beginning, so that not every row gets the same. */
    static <T> List<T> rotated(List<T> list, int by) {
        List<T> rotated = new ArrayList<>(list);
        Collections.rotate(rotated, -by);
        return rotated;
    }

    private static String cast(String value, SqlType type) {
        return "CAST(" + Sql.literal(value) + " AS " + type.castName() + ")";
    }
}
