package dev.rehearse.assess;

import dev.rehearse.recording.OperationLog.Operation;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.SchemaDifference;
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
