package dev.rehearse.assess;

import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Whether chance explains what was counted. Stateless. */
final class Chance {

    /** How likely it may be that chance alone did it. */
    private static final double LEAST = 0.001;

    /** Class of errors that lie in the values, which are made up and drawn at random. */
    private static final String OF_VALUES = "22";

    /** With one pair of parentheses, around its columns. */
    private static final Pattern PLAIN_INDEX = Pattern.compile("[^()]*\\([^()]*\\)[^()]*");

    private Chance() {}

    /** Whether so many of the trials are no surprise where each of them succeeds with this probability. */
    static boolean explains(long successes, long trials, double probability) {
        return atLeast(successes, trials, probability) >= LEAST;
    }

    /** The probability of at least so many of the trials, by the binomial distribution, summed in logarithms. */
    static double atLeast(long successes, long trials, double probability) {
        double odds = Math.log(probability / (1 - probability));
        double logOfEach = trials * Math.log1p(-probability);
        double fewer = 0;
        for (long k = 0; k < successes; k++) {
            fewer += Math.exp(logOfEach);
            logOfEach += Math.log((double) (trials - k) / (k + 1)) + odds;
        }
        return Math.max(0, 1 - fewer);
    }

    /**
     * The errors, by SQLSTATE, that happen anyway and are not significantly more frequent than before: those that happened before, too, and
     * those that the application's own code or a value brings about now and then, such as a row that another client has changed meanwhile or
     * a sum that overflows. Given how often an error occurred in all, each occurrence falls into either time as the operations do.
     *
     * @param changes of the schema; a value is the migration's fault where one of them may refuse it
     */
    static Map<String, Long> errors(
            OperationStatistics then, OperationStatistics before, List<SchemaDifference> changes) {
        boolean refused = !changes.stream().allMatch(Chance::takesEveryValue);
        double shareOfThen = (double) then.count() / (then.count() + before.count());
        Map<String, Long> perhaps = new TreeMap<>();
        then.errorsBySqlState().forEach((state, count) -> {
            long earlier = before.errorsBySqlState().getOrDefault(state, 0L);
            boolean anyway =
                    earlier > 0 || !refused && state.startsWith(OF_VALUES) || state.equals(Operation.OWN_FAILURE);
            if (anyway && before.count() > 0 && explains(count, count + earlier, shareOfThen)) {
                perhaps.put(state, count);
            }
        });
        return perhaps;
    }

    /** A new column, not a computed one, or an index that computes nothing. */
    private static boolean takesEveryValue(SchemaDifference change) {
        String after = change.after();
        return change.object().startsWith("index ")
                        && (after == null || PLAIN_INDEX.matcher(after).matches())
                || change.object().startsWith("column ")
                        && change.before() == null
                        && after != null
                        && !after.contains("generated")
                || change.object().startsWith("column order ");
    }
}
