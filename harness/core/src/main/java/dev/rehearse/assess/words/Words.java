package dev.rehearse.assess.words;

import dev.rehearse.recording.StatementFact;
import dev.rehearse.report.Units;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Facts in a report's units and words. */
public final class Words {

    private static final Pattern LEADING_COMMENTS =
            Pattern.compile("\\A(?:\\s+|--[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/)+", Pattern.DOTALL);

    /** A comment, or in the group a text in quotes, in which none begins. */
    private static final Pattern COMMENT = Pattern.compile("('[^']*+'|\"[^\"]*+\")|--.*|/\\*(?s:.*?)\\*/");

    private static final int MOST_NAMED = 5;
    private static final int LONGEST_LINE = 120;

    private Words() {}

    public static double millis(long micros) {
        return micros / 1_000.0;
    }

    /** "850 ms", "4.2 s". */
    public static String time(long micros) {
        return Units.millis(millis(micros));
    }

    public static String time(Duration duration) {
        return time(duration.toNanos() / 1_000);
    }

    /** "0.50 %". */
    public static String percent(double share) {
        return String.format(Locale.ROOT, share == 0 || share >= 0.1 ? "%.0f %%" : "%.2f %%", share * 100);
    }

    /** "1 object differs", "3 objects differ". */
    public static String differ(int objects) {
        return Units.count(objects, "object") + (objects == 1 ? " differs" : " differ");
    }

    /** "a", "a, b and c", "a, b, c, d and 7 others". */
    public static String some(List<String> names) {
        int named = names.size() <= MOST_NAMED ? names.size() - 1 : MOST_NAMED - 1;
        String last = names.size() <= MOST_NAMED ? names.get(named) : Units.count(names.size() - named, "other");
        return named == 0 ? last : String.join(", ", names.subList(0, named)) + " and " + last;
    }

    /** Tools send the comments above a statement along with it. */
    public static String withoutLeadingComments(String sql) {
        return LEADING_COMMENTS.matcher(sql).replaceFirst("");
    }

    /** With a space in the place of each. */
    public static String withoutComments(String sql) {
        return COMMENT.matcher(sql)
                .replaceAll(found -> found.group(1) == null ? " " : Matcher.quoteReplacement(found.group(1)));
    }

    /** Where a statement stands: "V7__widen.sql:9"; of one whose script is not known, its number in the report. */
    public static String place(StatementFact statement) {
        return statement.source() == null ? "statement " + (statement.index() + 1) : statement.source();
    }

    /** The statement on one line, shortened. */
    public static String oneLine(String sql) {
        String line = withoutLeadingComments(sql).strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE - 3) + "...";
    }

    /** A definition on one line, shortened so that what it does not have in common with another is in sight. */
    public static String whereItDiffers(String definition, String other) {
        String line = definition.strip().replaceAll("\\s+", " ");
        String otherLine = other.strip().replaceAll("\\s+", " ");
        int common = 0;
        while (common < Math.min(line.length(), otherLine.length())
                && line.charAt(common) == otherLine.charAt(common)) {
            common++;
        }
        boolean isInSight = common < LONGEST_LINE / 2 || Math.max(line.length(), otherLine.length()) <= LONGEST_LINE;
        int part = isInSight ? -1 : line.lastIndexOf("; ", common);
        int start = part < 0 ? 0 : part + 2;
        if (!isInSight && common - start >= LONGEST_LINE / 2) {
            start = line.lastIndexOf(' ', common - LONGEST_LINE / 4) + 1;
        }
        return (start == 0 ? "" : "... ") + oneLine(line.substring(start));
    }

    /** As a key or a value of a plan. */
    public static String inYaml(String text) {
        return text.matches("[\\w.]+") ? text : "'" + text.replace("'", "''") + "'";
    }
}
