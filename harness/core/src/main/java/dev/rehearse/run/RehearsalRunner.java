package dev.rehearse.run;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.Recording;

/**
 * Carries a plan out: the only place with threads, processes and the clock. One runner may run several plans, one after the other.
 *
 * <p>Whatever happens to the database or to the migration is in the {@link Recording}. Interrupting the calling thread ends the run; in
 * every case nothing of it is left behind.
 */
public final class RehearsalRunner {

    private final DatabaseProvider provider;
    private final RunListener listener;

    public RehearsalRunner(DatabaseProvider provider, RunListener listener) {
        this.provider = provider;
        this.listener = listener;
    }

    /**
     * Runs a plan through all its phases.
     *
     * @throws InvalidRehearsalException if the plan's schema, data or workload does not work on its own
     * @throws dev.rehearse.EnvironmentException if the machine cannot carry it out
     * @throws InterruptedException if the calling thread was interrupted; everything is cleaned up then
     */
    public Recording run(Rehearsal rehearsal) throws InterruptedException {
        try (Run run = new Run(rehearsal, provider, listener)) {
            return run.throughAllPhases();
        } catch (InvalidRehearsalException e) {
            throw rehearsal.places().located(e);
        }
    }

    /**
     * The quick look: runs the migration alone on the loaded data, without load or rollback, to see what each statement locks, rewrites, scans
     * and builds. Such a recording has no BASELINE and is not to be judged.
     *
     * @throws InvalidRehearsalException if the plan's schema or data does not work on its own
     * @throws dev.rehearse.EnvironmentException if the machine cannot carry it out
     * @throws InterruptedException if the calling thread was interrupted; everything is cleaned up then
     */
    public Recording trace(Rehearsal rehearsal) throws InterruptedException {
        try (Run run = new Run(rehearsal, provider, listener)) {
            return run.migrationAlone();
        } catch (InvalidRehearsalException e) {
            throw rehearsal.places().located(e);
        }
    }
}
