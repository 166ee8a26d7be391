package dev.rehearse.loadtest;

import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.pgbench.Script;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to run. Immutable but for the symbols, which are thread-safe.
 *
 * @param url of the database, as {@link DatabaseUrl} has it
 * @param randomSeed from which arrivals and random values follow
 * @param intervalLog where the times go as histograms, as {@link dev.rehearse.recording.IntervalLog} has it, a second each; null: nowhere
 */
public record LoadTestPlan(
        String url,
        Work work,
        Pace pace,
        Sessions sessions,
        long randomSeed,
        @Nullable Path intervalLog) {

    /** A script and how often it is drawn in comparison with the others. */
    public record Weighted(Script script, int weight) {}

    /**
     * What operations do.
     *
     * @param scripts one is drawn by weight for every operation
     * @param symbols the variables of the scripts
     * @param definitions variables that are set beforehand
     * @param findsScale whether the variable {@code scale}, where it is not defined, is the number of rows of pgbench_branches; else it is 1
     * @param leftOut what was to be run and is not, by reason; of a workload that others wrote down
     * @param remarks what the reader of the results should know of the scripts, in sentences
     */
    public record Work(
            List<Weighted> scripts,
            Symbols symbols,
            Map<String, String> definitions,
            boolean findsScale,
            Map<String, Long> leftOut,
            List<String> remarks) {

        public Work {
            scripts = List.copyOf(scripts);
            definitions = Map.copyOf(definitions);
            leftOut = Map.copyOf(leftOut);
            remarks = List.copyOf(remarks);
        }

        /** Of scripts of one's own. */
        public Work(List<Weighted> scripts, Symbols symbols, Map<String, String> definitions, boolean findsScale) {
            this(scripts, symbols, definitions, findsScale, Map.of(), List.of());
        }
    }

    /**
     * When operations begin, and when none does any more.
     *
     * @param rate of arrivals in the open model; null: the closed model, in which each client runs one operation after the other
     * @param evenly whether arrivals are evenly spaced, not at random as in a Poisson process
     * @param connectionTimeout how long an arrival of the open model waits for a client before it gives up; null: until one is free
     * @param length of the run; {@link Duration#ZERO}: until every client has run its operations
     * @param operationsPerClient with no length: how many
     */
    public record Pace(
            @Nullable RateCurve rate,
            boolean evenly,
            @Nullable Duration connectionTimeout,
            Duration length,
            long operationsPerClient) {

        boolean isTimed() {
            return !length.isZero();
        }
    }

    /**
     * The connections.
     *
     * @param clients how many; one operation at a time on each
     * @param maxTries how often an operation runs that ends with 40001 or 40P01; 0: until the run ends
     * @param readOnly whether the sessions may not write
     */
    public record Sessions(int clients, Protocol protocol, int maxTries, boolean readOnly) {}
}
