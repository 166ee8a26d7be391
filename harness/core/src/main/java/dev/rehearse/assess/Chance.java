package dev.rehearse.assess;

import dev.rehearse.recording.OperationLog.Operation;
import java.util.Map;
import java.util.TreeMap;

/** Whether chance explains what was counted. Stateless. */
final class Chance {

    /** How likely it may be that chance alone did it. */
    private static final double LEAST = 0.001;

    /** Class of errors that lie in the values, which are made up and drawn at random. */
    private static final String OF_VALUES = "22";

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
     * those that a value or the application's own code brings about now and then, such as a sum that overflows or a row that another client
     * has changed meanwhile. Given how often an error occurred in all, each occurrence falls into either time as the operations do.
     */
    static Map<String, Long> errors(OperationStatistics then, OperationStatistics before) {
        double shareOfThen = (double) then.count() / (then.count() + before.count());
        Map<String, Long> perhaps = new TreeMap<>();
        then.errorsBySqlState().forEach((state, count) -> {
            long earlier = before.errorsBySqlState().getOrDefault(state, 0L);
            boolean anyway = earlier > 0 || state.startsWith(OF_VALUES) || state.equals(Operation.OWN_FAILURE);
            if (anyway && before.count() > 0 && explains(count, count + earlier, shareOfThen)) {
                perhaps.put(state, count);
            }
        });
        return perhaps;
    }
}
