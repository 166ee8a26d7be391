package dev.rehearse.cli;

import dev.rehearse.Progress;
import dev.rehearse.cli.engine.Engine;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.FilledDataset;
import dev.rehearse.data.FilledTable;
import dev.rehearse.data.Part;
import dev.rehearse.data.Refused;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.capture.CaptureSpec;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Remembers what was asked for, and answers with a report or a failure. */
final class FakeEngine implements Engine {

    RehearsalReport report = new SampleReport().build();
    Recording trace = SampleTrace.of(null);

    FilledDataset filled = new FilledDataset(
            List.of(new FilledTable(
                    "public",
                    "orders",
                    1_050,
                    1_000,
                    52_000,
                    Duration.ofMillis(1_200),
                    List.of(new FilledColumn("note", 0.25, Map.of("empty", 12L))))),
            1_000,
            52_000,
            Duration.ofMillis(1_900),
            Duration.ofMillis(300),
            List.of(),
            List.of(),
            List.of(new Refused("public.version", null, "Table public.version was left alone.")),
            List.of("Table public.version was left alone."));

    @Nullable
    DatasetSpec dataset;

    @Nullable
    Part part;

    @Nullable
    RuntimeException failure;

    /** All of them, in order. */
    final List<Rehearsal> rehearsed = new ArrayList<>();

    @Nullable
    Rehearsal rehearsal;

    @Nullable
    String database;

    @Nullable
    Path folder;

    @Nullable
    Path recording;

    @Nullable
    CaptureSpec captured;

    @Override
    public RehearsalReport rehearse(Rehearsal asked, String where, Path into, RunListener listener) {
        rehearsal = asked;
        rehearsed.add(asked);
        database = where;
        folder = into;
        return answer();
    }

    @Override
    public Recording trace(Rehearsal asked, String where, RunListener listener) {
        rehearsal = asked;
        database = where;
        return trace;
    }

    @Override
    public Profile capture(String where, CaptureSpec spec) {
        database = where;
        captured = spec;
        return new Profile(
                "", "18.6", new TreeMap<>(), new TreeMap<>(), List.of(), List.of(), 0, List.of("the workload"));
    }

    @Override
    public FilledDataset fill(String jdbcUrl, DatasetSpec spec, Part which, Progress progress) {
        database = jdbcUrl;
        dataset = spec;
        part = which;
        progress.report("loading", 5, 10);
        if (failure != null) {
            throw failure;
        }
        return filled;
    }

    @Override
    public RehearsalReport judge(Path from, Path into) {
        recording = from;
        folder = into;
        return answer();
    }

    private RehearsalReport answer() {
        if (failure != null) {
            throw failure;
        }
        return report;
    }
}
