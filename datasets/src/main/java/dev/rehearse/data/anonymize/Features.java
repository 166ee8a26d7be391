package dev.rehearse.data.anonymize;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What identifies in a text, in a form in which it is found again in another letter case, with other separators, or inside of a longer
 * text: words of four letters and more (two ideographs), numbers of six digits and more without what separates them, codes of letters and
 * digits, mail addresses, and short words that follow each other. Stateless.
 */
final class Features {

    static final int LEAST_LETTERS = 4;
    static final int LEAST_DIGITS = 6;

    private static final int MOST_RUNS = 8;
    private static final int MOST_DIGITS = 40;
    private static final int MOST_SHORT_WORDS = 3;
    private static final String SEPARATORS = " .-/()\u00A0";

    private static final Pattern MAIL =
            Pattern.compile("[\\p{L}\\p{N}._%+\\-]+@[\\p{L}\\p{N}\\-]+(?:\\.[\\p{L}\\p{N}\\-]+)+");
    private static final Pattern DOMAIN = Pattern.compile("@[\\p{L}\\p{N}\\-]+(?:\\.[\\p{L}\\p{N}\\-]+)+");
    private static final Pattern PHONE = Pattern.compile("\\+\\d+(?:[ .\\-/()]{1,2}\\d+)*");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[ .\\-/()]{1,2}\\d+)*");
    private static final Pattern IBAN = Pattern.compile("(?<![A-Z0-9])[A-Z]{2}\\d{2}[A-Z0-9 ]{11,40}");

    /** Hears of one feature; {@code w}ord, {@code d}igits, {@code m}ixed, {@code p}hrase, {@code e}-mail stand in front. */
    interface Sink {
        void feature(String feature);
    }

    /** A run of letters or of digits. */
    private record Run(boolean digits, int start, int end, String text) {

        int letters() {
            return text.codePointCount(0, text.length());
        }

        boolean isTelling() {
            return letters() >= LEAST_LETTERS
                    || (letters() >= 2 && text.codePoints().allMatch(Character::isIdeographic));
        }
    }

    private Features() {}

    /** Everything that a text may give away. */
    static void of(String text, Sink sink) {
        find(normal(text), false, sink);
    }

    /** What identifies in the value of a personal column: its numbers whole, of mail addresses not the domain. */
    static void ofPersonal(String text, Sink sink) {
        String normal = normal(text);
        if (normal.indexOf('@') >= 0) {
            mails(normal, sink);
            normal = DOMAIN.matcher(normal).replaceAll(" ");
        }
        find(normal, true, sink);
    }

    /** What identifies wherever it stands: mail addresses, numbers of accounts and cards, phone numbers with +. */
    static void ofAny(String text, Sink sink) {
        if (text.indexOf('@') >= 0) {
            mails(normal(text), sink);
        }
        boolean hasDigits = false;
        for (int i = 0; i < text.length() && !hasDigits; i++) {
            hasDigits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!hasDigits) {
            return;
        }
        if (text.indexOf('+') >= 0) {
            PHONE.matcher(text).results().forEach(found -> number(found.group(), true, sink));
        }
        NUMBER.matcher(text).results().forEach(found -> {
            int count = digits(found.group()).length();
            if (count >= 13 && count <= 19 && Checks.isLuhn(text, found.start(), found.end())) {
                number(found.group(), false, sink);
            }
        });
        Matcher iban = IBAN.matcher(text);
        while (iban.find()) {
            int end = Checks.ibanEnd(text, iban.start());
            if (end > 0) {
                String plain = normal(text.substring(iban.start(), end)).replace(" ", "");
                sink.feature("m" + plain);
                number(plain.replaceAll("\\D", ""), false, sink);
            }
        }
    }

    private static String normal(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) >= 0x80) {
                return Normalizer.normalize(lower, Normalizer.Form.NFC);
            }
        }
        return lower;
    }

    private static void mails(String normal, Sink sink) {
        MAIL.matcher(normal).results().forEach(found -> sink.feature("e" + found.group()));
    }

    private static void find(String text, boolean whole, Sink sink) {
        if (text.indexOf('@') >= 0) {
            mails(text, sink);
        }
        List<Run> runs = runs(text);
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            if (run.digits) {
                boolean inside = whole && i > 0 && joins(text, runs.get(i - 1), run);
                if (!inside) {
                    numbers(text, runs, i, whole, sink);
                }
            } else if (run.isTelling()) {
                sink.feature("w" + run.text);
            } else {
                phrase(text, runs, i, sink);
            }
            mixed(runs, i, sink);
        }
    }

    private static List<Run> runs(String text) {
        List<Run> runs = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            int kind = kind(text.codePointAt(i));
            int start = i;
            while (i < text.length() && kind(text.codePointAt(i)) == kind) {
                i += Character.charCount(text.codePointAt(i));
            }
            if (kind > 0) {
                runs.add(new Run(kind == 2, start, i, text.substring(start, i)));
            }
        }
        return runs;
    }

    private static int kind(int c) {
        if (c < 0x80) {
            return c >= 'a' && c <= 'z' ? 1 : c >= '0' && c <= '9' ? 2 : 0;
        }
        int type = Character.getType(c);
        return Character.isLetter(c) || type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK
                ? 1
                : 0;
    }

    private static boolean joins(String text, Run one, Run next) {
        int gap = next.start - one.end;
        if (!one.digits || !next.digits || gap > 2) {
            return false;
        }
        for (int i = one.end; i < next.start; i++) {
            if (SEPARATORS.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void numbers(String text, List<Run> runs, int first, boolean whole, Sink sink) {
        StringBuilder digits = new StringBuilder(runs.get(first).text);
        boolean international = runs.get(first).start > 0 && text.charAt(runs.get(first).start - 1) == '+';
        int last = first;
        while (true) {
            boolean more = last + 1 < runs.size()
                    && joins(text, runs.get(last), runs.get(last + 1))
                    && (whole || (last + 1 < first + MOST_RUNS && digits.length() < MOST_DIGITS));
            if (!whole || !more) {
                number(digits.toString(), international, sink);
            }
            if (!more) {
                return;
            }
            digits.append(runs.get(++last).text);
        }
    }

    private static void number(String text, boolean international, Sink sink) {
        String digits = digits(text);
        digit(digits, sink);
        if (international && digits.length() > 3) {
            digit(digits.substring(Checks.countryCodeDigits(digits)), sink);
        }
    }

    private static String digits(String text) {
        StringBuilder digits = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                digits.append(text.charAt(i));
            }
        }
        return digits.toString();
    }

    private static void digit(String digits, Sink sink) {
        int zeros = 0;
        while (zeros < digits.length() && digits.charAt(zeros) == '0') {
            zeros++;
        }
        if (digits.length() - zeros >= LEAST_DIGITS) {
            sink.feature("d" + digits.substring(zeros));
        }
    }

    /** Short words that follow each other: Li Wu. */
    private static void phrase(String text, List<Run> runs, int first, Sink sink) {
        StringBuilder phrase = new StringBuilder(runs.get(first).text);
        for (int i = first + 1; i < runs.size() && i < first + MOST_SHORT_WORDS; i++) {
            Run next = runs.get(i);
            if (next.digits
                    || next.isTelling()
                    || next.start - runs.get(i - 1).end > 2
                    || next.start == runs.get(i - 1).end) {
                return;
            }
            phrase.append(' ').append(next.text);
            if (phrase.length() > LEAST_LETTERS) {
                sink.feature("p" + phrase);
            }
        }
    }

    /** Letters and digits without a gap: the number of a passport, a plate. */
    private static void mixed(List<Run> runs, int first, Sink sink) {
        if (first > 0 && runs.get(first - 1).end == runs.get(first).start) {
            return;
        }
        StringBuilder mixed = new StringBuilder(runs.get(first).text);
        int i = first + 1;
        while (i < runs.size() && runs.get(i).start == runs.get(i - 1).end) {
            mixed.append(runs.get(i++).text);
        }
        if (i > first + 1 && mixed.length() >= LEAST_DIGITS) {
            sink.feature("m" + mixed);
        }
    }
}
