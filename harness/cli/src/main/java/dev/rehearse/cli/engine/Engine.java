package dev.rehearse.cli.engine;

import dev.rehearse.Progress;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.Part;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.capture.CaptureSpec;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;

/** What the commands set in motion. An interface, so that the command line is tested without a database. */
public interface Engine {

    /**
     * Rehearses, and writes the recording and the report.
     *
     * @param database auto, docker, embedded or a JDBC URL
     * @param folder where the files go
     */
    RehearsalReport rehearse(Rehearsal rehearsal, String database, Path folder, RunListener listener)
            throws InterruptedException;

    /** Runs the migration alone. */
    Recording trace(Rehearsal rehearsal, String database, RunListener listener) throws InterruptedException;

    /** Captures the shape of a database. */
    Profile capture(String jdbcUrl, CaptureSpec spec) throws InterruptedException;

    /** Fills a database, or one part of it. */
    FilledDataset fill(String jdbcUrl, DatasetSpec spec, Part part, Progress progress);

    /** Judges a recording again and writes the report. */
    RehearsalReport judge(Path recording, Path folder);
}
