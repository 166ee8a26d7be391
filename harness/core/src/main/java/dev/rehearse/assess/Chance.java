package dev.rehearse.assess;

import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether chance explains what was counted. Stateless. */
final class Chance {

    /** How likely it may be that chance alone did it. */
    private static final double LEAST = 0.001;

    /** Of so many on each side the orders are counted exactly. */
    private static final int FEW = 20;

    /** Class of errors that lie in the values, which are made up and drawn at random. */
    private static final String OF_VALUES = "22";

    /** Its columns, and what it says of them and itself, without a parenthesis of a call or an expression. */
    private static final Pattern PLAIN_INDEX =
            Pattern.compile("[^()]*\\([^()]*\\)(?: INCLUDE \\([^()]*\\))?[^()]*(?: WITH \\([^()]*\\))?[^()]*");

    private static final String CONDITION = " WHERE ";

    /** A literal with its type, and a text taken as a text, neither of which computes anything. */
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'(?:::[a-z ]+)?|\\)::text|-?\\d+(?:\\.\\d+)?");

    /** A call, a calculation or a cast. */
    private static final Pattern COMPUTED = Pattern.compile("[\\w\"]\\(|::|[-+*/%^|&#]");

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
     * Whether it is no surprise that rows are lost only among those that were written, and none of others: if both are as likely to be lost, each of them
     * is one of the written as often as these are among all that were looked up.
     */
    static boolean explainsLoss(long lost, long written, long others) {
        return Math.pow((double) written / (written + others), lost) >= LEAST;
    }

    /**
     * Whether it is no surprise that those after are so much longer than those before, by the rank-sum test of Mann and Whitney: counted are the pairs of
     * one before and one after in which the one after is longer; if nothing has changed, every order of all of them is as likely as any other.
     *
     * @param before sorted
     * @param after sorted
     */
    static boolean explainsLonger(List<Long> before, List<Double> after) {
        double longer = 0;
        int shorter = 0;
        int notLonger = 0;
        for (double one : after) {
            while (shorter < before.size() && before.get(shorter) < one) {
                shorter++;
            }
            while (notLonger < before.size() && before.get(notLonger) <= one) {
                notLonger++;
            }
            longer += (shorter + notLonger) / 2.0;
        }
        return pairsAtLeast(longer, before.size(), after.size()) >= LEAST;
    }

    /** Whether so many of each are too few for that to be a surprise where all of those after are longer. */
    static boolean explainsAnyOrder(int before, int after) {
        return pairsAtLeast((double) before * after, before, after) >= LEAST;
    }

    /** The probability of at least so many pairs: counted out of few, of many by the normal distribution, which theirs is then. */
    static double pairsAtLeast(double longer, int before, int after) {
        if (before > FEW || after > FEW) {
            double pairs = (double) before * after;
            return aboveMean((longer - pairs / 2) / Math.sqrt(pairs * (before + after + 1) / 12));
        }
        double[] orders = new double[before * after + 1];
        orders[0] = 1;
        for (int i = 1; i <= before; i++) {
            for (int pairs = orders.length - 1; pairs >= after + i; pairs--) {
                orders[pairs] -= orders[pairs - after - i];
            }
            for (int pairs = i; pairs < orders.length; pairs++) {
                orders[pairs] += orders[pairs - i];
            }
        }
        return Arrays.stream(orders, (int) longer, orders.length).sum()
                / Arrays.stream(orders).sum();
    }

    /** The probability of so many standard deviations above the mean or more, to some 0.00001, by Abramowitz and Stegun, 26.2.17. */
    private static double aboveMean(double deviations) {
        if (deviations < 0) {
            return 1 - aboveMean(-deviations);
        }
        double t = 1 / (1 + 0.2316419 * deviations);
        double polynomial =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return polynomial * Math.exp(-deviations * deviations / 2) / Math.sqrt(2 * Math.PI);
    }

    /** A way in which an operation fails. */
    record Failure(int kind, String error) {

        static Failure of(Operation operation) {
            return new Failure(operation.kind(), OperationStatistics.errorName(operation));
        }
    }

    /** How often operations failed, by kind and error. */
    static Map<Failure, Long> failures(List<Operation> operations) {
        return operations.stream()
                .filter(operation -> operation.outcome() != Outcome.SUCCEEDED)
                .collect(Collectors.groupingBy(Failure::of, Collectors.counting()));
    }

    /**
     * The failures that happen anyway and are not significantly more frequent than before: those that happened before, too, and those that the
     * application's own code or a value brings about now and then, such as a row that another client has changed meanwhile or a sum that
     * overflows. Given how often an operation failed so in all, each occurrence falls into either time as the operations of its kind do; of one that
     * never ran before nothing is known.
     *
     * @param changes of the schema; a value, or what the code makes of it, is the migration's fault where one of them may refuse it
     */
    static Set<Failure> failures(List<Operation> then, List<Operation> before, List<SchemaDifference> changes) {
        boolean refused = !changes.stream().allMatch(Chance::takesEveryValue);
        Map<Failure, Long> earlier = failures(before);
        Set<Failure> perhaps = new HashSet<>();
        failures(then).forEach((failure, count) -> {
            long countBefore = earlier.getOrDefault(failure, 0L);
            boolean lies =
                    failure.error().startsWith(OF_VALUES) || failure.error().equals(Operation.OWN_FAILURE);
            long trialsThen = of(failure.kind(), then);
            long trialsBefore = of(failure.kind(), before);
            if ((countBefore > 0 || !refused && lies)
                    && (trialsBefore == 0
                            || explains(
                                    count, count + countBefore, (double) trialsThen / (trialsThen + trialsBefore)))) {
                perhaps.add(failure);
            }
        });
        return perhaps;
    }

    private static long of(int kind, List<Operation> operations) {
        return operations.stream().filter(operation -> operation.kind() == kind).count();
    }

    /** A new column, not a computed one, or an index that computes nothing. */
    private static boolean takesEveryValue(SchemaDifference change) {
        String after = change.after();
        return change.object().startsWith("index ") && (after == null || isPlain(after))
                || change.object().startsWith("column ")
                        && change.before() == null
                        && after != null
                        && !after.contains("generated")
                || change.object().startsWith("column order ");
    }

    private static boolean isPlain(String index) {
        String[] parts = index.split(CONDITION, 2);
        return PLAIN_INDEX.matcher(parts[0]).matches()
                && (parts.length == 1
                        || !COMPUTED.matcher(LITERAL.matcher(parts[1]).replaceAll(""))
                                .find());
    }
}
