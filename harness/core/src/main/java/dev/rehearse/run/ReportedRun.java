package dev.rehearse.run;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.assess.Assessment;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.OperationHistograms;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RecordingFiles;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import java.nio.file.Path;

/** From a plan, or from a recording, to the report: what the command line and the JUnit extension both do. Stateless. */
public final class ReportedRun {

    private ReportedRun() {}

    /**
     * Rehearses a plan, judges what was recorded, and writes the recording, the load's times as histograms, and the report.
     *
     * @param database auto, docker, embedded, or a JDBC URL
     * @param folder where the files go
     * @throws InvalidRehearsalException if the plan, or the database's name, is wrong
     * @throws dev.rehearse.EnvironmentException if the machine cannot carry it out
     * @throws InterruptedException if the calling thread was interrupted; everything is cleaned up then
     */
    public static RehearsalReport of(Rehearsal rehearsal, String database, Path folder, RunListener listener)
            throws InterruptedException {
        return of(rehearsal, provider(database, listener), folder, listener);
    }

    /** The same with a database that is already chosen. */
    public static RehearsalReport of(Rehearsal rehearsal, DatabaseProvider provider, Path folder, RunListener listener)
            throws InterruptedException {
        Recording recording = new RehearsalRunner(provider, listener).run(rehearsal);
        if (Thread.interrupted()) {
            // The database may have been stopped first, by its shutdown hook; its death is not what ended this run.
            throw new InterruptedException("The rehearsal was interrupted.");
        }
        RehearsalReport report = Assessment.of(recording);
        RecordingFiles.write(recording, folder);
        OperationHistograms.write(recording.operations(), recording.startedAt(), folder);
        ReportFiles.write(report, folder);
        return report;
    }

    /**
     * Runs the migration alone on the loaded data, and judges nothing.
     *
     * @throws InvalidRehearsalException as {@link #of}
     * @throws dev.rehearse.EnvironmentException as {@link #of}
     * @throws InterruptedException as {@link #of}
     */
    public static Recording trace(Rehearsal rehearsal, String database, RunListener listener)
            throws InterruptedException {
        return new RehearsalRunner(provider(database, listener), listener).trace(rehearsal);
    }

    private static DatabaseProvider provider(String database, RunListener listener) {
        DatabaseProviders.Chosen chosen = DatabaseProviders.of(database);
        if (database.equals("auto")) {
            listener.note(chosen.provider().name() + ": " + chosen.reason());
        }
        return chosen.provider();
    }

    /**
     * Judges a recording again and writes its report.
     *
     * @param recording the file, or the folder that has it
     * @param folder where the report goes
     */
    public static RehearsalReport again(Path recording, Path folder) {
        RehearsalReport report = Assessment.of(RecordingFiles.read(recording));
        ReportFiles.write(report, folder);
        return report;
    }
}
