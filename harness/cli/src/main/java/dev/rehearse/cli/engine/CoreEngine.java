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
import dev.rehearse.run.DataFilling;
import dev.rehearse.run.ProfileFiles;
import dev.rehearse.run.ReportedRun;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;

/** The real thing. */
public final class CoreEngine implements Engine {

    @Override
    public RehearsalReport rehearse(Rehearsal rehearsal, String database, Path folder, RunListener listener)
            throws InterruptedException {
        return ReportedRun.of(rehearsal, database, folder, listener);
    }

    @Override
    public Recording trace(Rehearsal rehearsal, String database, RunListener listener) throws InterruptedException {
        return ReportedRun.trace(rehearsal, database, listener);
    }

    @Override
    public Profile capture(String jdbcUrl, CaptureSpec spec) throws InterruptedException {
        return ProfileFiles.capture(jdbcUrl, spec);
    }

    @Override
    public FilledDataset fill(String jdbcUrl, DatasetSpec spec, Part part, Progress progress) {
        return DataFilling.fill(jdbcUrl, spec, part, progress);
    }

    @Override
    public RehearsalReport judge(Path recording, Path folder) {
        return ReportedRun.again(recording, folder);
    }
}
