package dev.rehearse.data.anonymize.value;

import dev.rehearse.data.Locales;
import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.plausible.PlausibleTexts;
import dev.rehearse.data.plausible.TextKind;
import dev.rehearse.data.value.LongSet;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the rules beside keep and pseudonymise do; where one does not fit a value, the value gets a pseudonym. One thread. */
final class RuleLeaf implements Leaf {

    private static final Pattern DAY = Pattern.compile("(?<!\\d)\\d{4}-\\d{2}-\\d{2}(?!\\d)");
    private static final Predicate<String> DAYS_SINCE_1970 =
            Pattern.compile("-?\\d{1,5}").asMatchPredicate();
    private static final int WEEKS = 26;
    /** Hardly ever more than two are needed. */
    private static final int MOST_DRAWS = 20;

    private final ColumnRule rule;
    private final Pseudonyms pseudonyms;
    private final Leaf otherwise;
    private final SourceColumn column;
    private final Optional<BigDecimal> largest;
    private final boolean unicode;
    private final Features features = new Features();
    private final LongSet replaced = new LongSet();
    private boolean sharing;

    /**
     * @param unicode whether the target can store every character
     */
    RuleLeaf(ColumnRule rule, Pseudonyms pseudonyms, Leaf otherwise, SourceColumn column, boolean unicode) {
        this.rule = rule;
        this.pseudonyms = pseudonyms;
        this.otherwise = otherwise;
        this.column = column;
        this.largest = column.largest();
        this.unicode = unicode;
    }

    @Override
    public String value(Kind kind, String name, String value, boolean inside) {
        return switch (rule.treatment()) {
            case KEEP -> value;
            case GENERALISE -> generalised(kind, name, value, inside);
            case NOISE -> noisy(kind, name, value, inside);
            case SHIFT_DATES ->
                kind == Kind.DATE || kind == Kind.TIMESTAMP
                        ? shifted(value)
                        : kind == Kind.RANGE
                                ? DAY.matcher(value).replaceAll(day -> moved(day.group(), shift()))
                                : !inside && isNumber(kind, value) && DAYS_SINCE_1970.test(value)
                                        ? shiftedDays(value)
                                        : otherwise.value(kind, name, value, inside);
            case SYNTHESISE ->
                kind == Kind.TEXT && !inside ? synthetic(name, value) : otherwise.value(kind, name, value, inside);
            case PSEUDONYMISE, NULL -> otherwise.value(kind, name, value, inside);
        };
    }

    @Override
    public String key(String key) {
        return rule.treatment() == Treatment.KEEP ? key : otherwise.key(key);
    }

    private double amount(double standard) {
        String number = rule.amount().replace("%", "");
        return number.matches("-?\\d+(\\.\\d+)?") ? Double.parseDouble(number) : standard;
    }

    private String generalised(Kind kind, String name, String value, boolean inside) {
        if (kind == Kind.TEXT) {
            // Of a short one no more than half, or it would stay as it is.
            int length = value.codePointCount(0, value.length());
            int kept = value.offsetByCodePoints(0, (int) Math.min(amount(1), length / 2));
            StringBuilder out = new StringBuilder(value.substring(0, kept));
            value.substring(kept).codePoints().forEach(c -> out.appendCodePoint(filler(c)));
            return out.toString();
        }
        if (isNumber(kind, value)) {
            BigDecimal step = new BigDecimal(String.valueOf(amount(10)));
            BigDecimal number = new BigDecimal(value);
            if (step.signum() == 0) {
                return otherwise.value(kind, name, value, inside);
            }
            BigDecimal lower = stepped(number, step, RoundingMode.FLOOR);
            return (fits(lower) ? lower : stepped(number, step, RoundingMode.DOWN)).toPlainString();
        }
        if ((kind == Kind.DATE || kind == Kind.TIMESTAMP) && isPlainDate(value)) {
            String day = value.substring(0, 4)
                    + (rule.amount().equals("year")
                            ? "-01-01"
                            : value.substring(4, 7) + (rule.amount().equals("day") ? value.substring(7, 10) : "-01"));
            return kind == Kind.DATE
                    ? day
                    : day + value.substring(10).replaceFirst("\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?", "00:00:00");
        }
        return otherwise.value(kind, name, value, inside);
    }

    /** Not one of a document in a text, for which the rule's amount is not meant. */
    private boolean isNumber(Kind kind, String value) {
        Kind whole = column.type().innermost().kind();
        return (kind == Kind.INTEGER || kind == Kind.NUMERIC)
                && whole != Kind.TEXT
                && whole != Kind.BYTEA
                && value.matches("-?\\d+(\\.\\d+)?");
    }

    private static BigDecimal stepped(BigDecimal number, BigDecimal step, RoundingMode mode) {
        return number.divide(step, 0, mode).multiply(step).setScale(number.scale(), RoundingMode.HALF_UP);
    }

    private boolean fits(BigDecimal number) {
        return largest.isEmpty() || number.abs().compareTo(largest.get()) <= 0;
    }

    private static int filler(int c) {
        return Character.isDigit(c) ? '0' : Character.isUpperCase(c) ? 'X' : Character.isLetter(c) ? 'x' : c;
    }

    private String noisy(Kind kind, String name, String value, boolean inside) {
        double way = pseudonyms.share("noise;" + value) * 2 - 1;
        if (isNumber(kind, value)) {
            BigDecimal number = new BigDecimal(value);
            return noisy(number, way * amount(10) / 100).toPlainString();
        }
        if ((kind == Kind.DATE || kind == Kind.TIMESTAMP) && isPlainDate(value)) {
            double most = amount(15);
            long days = Math.round(way * most);
            // A day that is noise leaves no date as it was.
            return moved(value, days != 0 || most < 1 ? days : way < 0 ? -1 : 1);
        }
        return otherwise.value(kind, name, value, inside);
    }

    /** Another number, but for zero: where the noise is too little by one of its last digit, and the other way, or by that digit, where that is too large. */
    private BigDecimal noisy(BigDecimal number, double share) {
        BigDecimal exact = number.multiply(BigDecimal.valueOf(share)).setScale(number.scale(), RoundingMode.HALF_UP);
        BigDecimal least = BigDecimal.valueOf(number.signum() * (share < 0 ? -1L : 1L), number.scale());
        BigDecimal noise = exact.signum() == 0 ? least : exact;
        for (BigDecimal by : List.of(noise, noise.negate(), least)) {
            BigDecimal made = number.add(by);
            if (made.signum() != 0 && fits(made)) {
                return made;
            }
        }
        return number.subtract(least);
    }

    private String shifted(String value) {
        if (rule.amount().equals("year")) {
            return pseudonyms.date(value);
        }
        return isPlainDate(value) ? moved(value, shift()) : pseudonyms.date(value);
    }

    private String shiftedDays(String days) {
        String day = shifted(LocalDate.ofEpochDay(Long.parseLong(days)).toString());
        BigDecimal shifted = BigDecimal.valueOf(LocalDate.parse(day).toEpochDay());
        return fits(shifted) ? shifted.toString() : otherwise.value(Kind.INTEGER, column.name(), days, false);
    }

    /** In days. All dates by the same weeks: order, distances and weekdays stay. */
    private long shift() {
        return (long) (rule.amount().isEmpty() ? -7.0 * (1 + pseudonyms.below(WEEKS, "shift")) : amount(0));
    }

    private static boolean isPlainDate(String value) {
        return value.matches("\\d{4}-\\d{2}-\\d{2}(?:[ T].*)?") && !value.endsWith("BC");
    }

    private static String moved(String value, long days) {
        LocalDate day = LocalDate.parse(value.substring(0, 10));
        LocalDate moved = day.plusDays(days);
        // Later years and those before the first are written otherwise.
        return (moved.getYear() >= 1 && moved.getYear() <= 9999 ? moved : day.minusDays(days)) + value.substring(10);
    }

    /**
     * A made-up text of the column's kind, in characters that the column is known to hold; equal values get equal ones. Nothing in it identifies
     * whom the value did, as the leak check sees it.
     */
    private String synthetic(String name, String value) {
        TextKind kind = kind(name);
        if (kind == null
                || (column.unique() && (kind == TextKind.PHONE || kind == TextKind.IBAN || kind == TextKind.BIC))) {
            return otherwise.value(Kind.TEXT, name, value, false);
        }
        replaced.clear();
        features.ofPersonal(RecordingLeaf.readable(Kind.TEXT, value), (hash, start) -> replaced.add(hash));
        String key = value.toLowerCase(Locale.ROOT);
        for (int draw = 0; draw < MOST_DRAWS; draw++) {
            String made = drawn(kind, draw == 0 ? key : key + ";" + draw, value);
            sharing = false;
            features.of(made, (hash, start) -> sharing |= replaced.contains(hash));
            if (!sharing) {
                return made;
            }
        }
        return otherwise.value(Kind.TEXT, name, value, false);
    }

    private String drawn(TextKind kind, String key, String value) {
        String number = Integer.toString(pseudonyms.below(Integer.MAX_VALUE, "number;" + key), 36)
                + Integer.toString(pseudonyms.below(Integer.MAX_VALUE, "more;" + key), 36);
        long bits = (long) pseudonyms.below(Integer.MAX_VALUE, "text;" + key) << 32
                | pseudonyms.below(Integer.MAX_VALUE, "other;" + key);
        int inValue = value.codePoints().max().orElse(0);
        int largest = !unicode || inValue < 0x80 ? 0x7F : inValue < 0x100 ? 0xFF : Character.MAX_CODE_POINT;
        String made = PlausibleTexts.of(Locales.DEFAULT, largest).text(kind, bits);
        String distinct =
                !column.unique() ? made : kind == TextKind.EMAIL ? number + "@example.com" : made + " " + number;
        int most = column.most();
        return most >= 0 && distinct.codePointCount(0, distinct.length()) > most
                ? distinct.substring(0, distinct.offsetByCodePoints(0, most))
                : distinct;
    }

    private @Nullable TextKind kind(String name) {
        TextKind named = TextKind.of(name, "");
        return switch (rule.meaning()) {
            case EMAIL -> TextKind.EMAIL;
            case PHONE -> TextKind.PHONE;
            case NAME -> named == TextKind.FIRST_NAME || named == TextKind.LAST_NAME ? named : TextKind.FULL_NAME;
            case USER -> TextKind.USERNAME;
            default -> named;
        };
    }
}
