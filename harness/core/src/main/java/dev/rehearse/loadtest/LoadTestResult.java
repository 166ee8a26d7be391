package dev.rehearse.loadtest;

import java.util.List;
import java.util.Map;

/**
 * What a run showed. Every arrival is in one of {@code operations}, {@code failed}, {@code shed} and {@code unfinished}.
 *
 * @param seconds from the start of the schedule to its end, or to that of the last operation where this is later
 * @param tps operations per second
 * @param planned arrivals; in the closed model operations begun
 * @param operations that succeeded
 * @param failed operations that ended with an error
 * @param shed that gave up waiting for a client, as an application does when its pool has no connection in time; they never reached the database
 * @param unfinished due before the end, but still running or still waiting for a client when the time to finish was over
 * @param retries tries after the first
 * @param reconnects connections opened again
 * @param errorsBySqlState failed operations by SQLSTATE
 * @param errorExamples for each SQLSTATE one message of the server, after the file and line of the script where there is one
 * @param responseMillis from the intended start; of operations that succeeded, and of the unfinished ones the time until then
 * @param serviceMillis from the actual start, of operations that succeeded
 * @param queueMillis from the intended start to the actual one, of all that began, or to when they gave up
 * @param lateMillis by how much the generator itself began late: {@code queueMillis} of those for which a client was free in time
 * @param clientCpuMicrosPerOperation CPU that this process used during the run; NaN where none ended, or it was too little to measure (100 ms)
 * @param interrupted whether somebody ended the run early
 * @param scripts what was run how often
 * @param leftOut entries of a log that was replayed that were not, by reason; empty for scripts
 * @param randomSeed that arrivals and random values followed from
 * @param notes what the reader of the numbers should know
 */
public record LoadTestResult(
        double seconds,
        double tps,
        long planned,
        long operations,
        long failed,
        long shed,
        long unfinished,
        long retries,
        long reconnects,
        Map<String, Long> errorsBySqlState,
        Map<String, String> errorExamples,
        Percentiles responseMillis,
        Percentiles serviceMillis,
        Percentiles queueMillis,
        Percentiles lateMillis,
        double clientCpuMicrosPerOperation,
        boolean interrupted,
        Map<String, Long> scripts,
        Map<String, Long> leftOut,
        long randomSeed,
        List<String> notes) {

    /** Milliseconds that so many of all stay within; NaN where there is not one. */
    public record Percentiles(double p50, double p90, double p95, double p99, double p999, double max) {

        static final Percentiles NONE =
                new Percentiles(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
}
