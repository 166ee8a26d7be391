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
 * @param scripts one is drawn by weight for every operation
 * @param symbols the variables of the scripts
 * @param definitions variables that are set beforehand
 * @param findsScale whether the variable {@code scale}, where it is not defined, is the number of rows of pgbench_branches; else it is 1
 * @param clients connections, one operation at a time on each
 * @param rate of arrivals in the open model; null: the closed model, in which each client runs one operation after the other
 * @param evenly whether arrivals are evenly spaced, not at random as in a Poisson process
 * @param connectionTimeout how long an arrival of the open model waits for a client before it gives up; null: until one is free
 * @param length of the run; {@link Duration#ZERO}: until every client has run its operations
 * @param operationsPerClient with no length: how many
 * @param maxTries how often an operation runs that ends with 40001 or 40P01; 0: until the run ends
 * @param randomSeed from which arrivals and random values follow
 * @param readOnly whether the sessions may not write
 * @param leftOut what was to be run and is not, by reason; of a workload that others wrote down
 * @param remarks what the reader of the results should know of the scripts, in sentences
 * @param intervalLog where the times go as histograms, as {@link dev.rehearse.recording.IntervalLog} has it, a second each; null: nowhere
 */
public record LoadTestPlan(
        String url,
        List<Weighted> scripts,
        Symbols symbols,
        Map<String, String> definitions,
        boolean findsScale,
        int clients,
        @Nullable RateCurve rate,
        boolean evenly,
        @Nullable Duration connectionTimeout,
        Duration length,
        long operationsPerClient,
        Protocol protocol,
        int maxTries,
        long randomSeed,
        boolean readOnly,
        Map<String, Long> leftOut,
        List<String> remarks,
        @Nullable Path intervalLog) {

    /** A script and how often it is drawn in comparison with the others. */
    public record Weighted(Script script, int weight) {}

    public LoadTestPlan {
        scripts = List.copyOf(scripts);
        definitions = Map.copyOf(definitions);
        leftOut = Map.copyOf(leftOut);
        remarks = List.copyOf(remarks);
    }

    /** Of scripts of one's own, which may write. */
    public LoadTestPlan(
            String url,
            List<Weighted> scripts,
            Symbols symbols,
            Map<String, String> definitions,
            boolean findsScale,
            int clients,
            @Nullable RateCurve rate,
            boolean evenly,
            @Nullable Duration connectionTimeout,
            Duration length,
            long operationsPerClient,
            Protocol protocol,
            int maxTries,
            long randomSeed,
            @Nullable Path intervalLog) {
        this(
                url,
                scripts,
                symbols,
                definitions,
                findsScale,
                clients,
                rate,
                evenly,
                connectionTimeout,
                length,
                operationsPerClient,
                protocol,
                maxTries,
                randomSeed,
                false,
                Map.of(),
                List.of(),
                intervalLog);
    }

    boolean isTimed() {
        return !length.isZero();
    }
}
