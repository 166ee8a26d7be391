package dev.rehearse.loadtest;

/** Hears how a run goes. Called by the thread that runs it, but for {@link #says}. */
public interface LoadTestListener {

    /**
     * Every few seconds.
     *
     * @param seconds since the start
     * @param operationsPerSecond succeeded since the last call
     * @param failed since the last call
     * @param medianMillis of the response times since the last call; NaN where there is none
     * @param p99Millis of the same
     */
    void progress(double seconds, double operationsPerSecond, long failed, double medianMillis, double p99Millis);

    /** Something a script says, or something that the user should know. Called by any thread. */
    void says(String line);
}
