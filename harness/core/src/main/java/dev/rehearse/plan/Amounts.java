package dev.rehearse.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a plan writes amounts: {@code 2_000_000}, {@code 500ms}, {@code 1%}, {@code 400/s}, {@code 3x baseline}. */
public final class Amounts {

    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+(_\\d+)*");
    private static final String NUMBER = "(\\d+(?:_\\d+)*(?:\\.\\d+)?)";
    private static final Pattern DURATION = Pattern.compile(NUMBER + "\\s*(ms|s|min|h)");
    private static final Pattern PERCENT = Pattern.compile(NUMBER + "\\s*%");
    private static final Pattern FRACTION = Pattern.compile(NUMBER);
    private static final Pattern RATE = Pattern.compile(NUMBER + "(?:\\s*/\\s*(s|min))?");
    private static final Pattern TIMES_BASELINE = Pattern.compile(NUMBER + "\\s*x\\s+baseline");
    /** Longer numbers are refused before they are multiplied, so nothing overflows. */
    private static final int LONGEST_NUMBER = 18;

    private Amounts() {}

    public static Optional<Long> whole(String text) {
        String digits = text.replace("_", "");
        if (!WHOLE.matcher(text).matches() || digits.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(digits));
    }

    public static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || matcher.group(1).length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        long unitMillis = switch (matcher.group(2)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "min" -> 60_000;
            default -> 3_600_000;
        };
        BigDecimal nanos = number(matcher).multiply(BigDecimal.valueOf(unitMillis * 1_000_000));
        long seconds = nanos.movePointLeft(9).longValue();
        return Optional.of(Duration.ofSeconds(
                seconds, nanos.remainder(BigDecimal.valueOf(1_000_000_000)).longValue()));
    }

    /** A share from a percentage or a fraction: 0 to 1 where it is one. */
    public static Optional<Double> share(String text) {
        Matcher percent = PERCENT.matcher(text);
        if (percent.matches()) {
            return Optional.of(number(percent).movePointLeft(2).doubleValue());
        }
        Matcher fraction = FRACTION.matcher(text);
        return fraction.matches() ? Optional.of(number(fraction).doubleValue()) : Optional.empty();
    }

    public static Optional<Double> ratePerSecond(String text) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double number = number(matcher).doubleValue();
        return Optional.of("min".equals(matcher.group(2)) ? number / 60 : number);
    }

    public static Optional<Double> timesBaseline(String text) {
        Matcher matcher = TIMES_BASELINE.matcher(text);
        return matcher.matches() ? Optional.of(number(matcher).doubleValue()) : Optional.empty();
    }

    private static BigDecimal number(Matcher matcher) {
        return new BigDecimal(matcher.group(1).replace("_", ""));
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A duration as a plan writes it, in the largest unit that needs no fraction. */
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1_000 != 0) {
            return millis + "ms";
        }
        if (millis % 60_000 != 0) {
            return millis / 1_000 + "s";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + "h" : millis / 60_000 + "min";
    }
}
