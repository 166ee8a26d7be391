package dev.rehearse.junit;

import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.Phase;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RunFolder;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;

/**
 * One rehearsal of a test class or method, carried out when it is first asked for. How it ended, a failure to carry it out included, is
 * what everybody who asks later gets. Thread-safe.
 */
final class Rehearsed implements CloseableResource, AutoCloseable {

    /** Two rehearsals at once would measure each other. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock(true);

    private static final Namespace NAMESPACE = Namespace.create(Rehearsed.class);

    private final Place place;
    private final Supplier<Planned> plan;
    private @Nullable RehearsalReport report;
    private @Nullable RuntimeException failure;

    private Rehearsed(Place place, Supplier<Planned> plan) {
        this.place = place;
        this.plan = plan;
    }

    /**
     * What was or will be rehearsed for a place.
     *
     * @param asking of the test that asks
     */
    static Rehearsed at(Place place, ExtensionContext asking) {
        return place.context()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        Rehearsed.class, key -> new Rehearsed(place, () -> Planned.of(asking, place)), Rehearsed.class);
    }

    synchronized RehearsalReport report() throws InterruptedException {
        if (report == null && failure == null) {
            try {
                report = rehearse(plan.get(), place.context()::publishReportEntry);
            } catch (RuntimeException e) {
                failure = Traces.cut(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(report);
    }

    private static RehearsalReport rehearse(Planned planned, Consumer<Map<String, String>> entries)
            throws InterruptedException {
        ONE_AT_A_TIME.lockInterruptibly();
        try {
            FlywaysLog log = FlywaysLog.hushed();
            try {
                return rehearseAlone(planned, entries);
            } finally {
                log.restore();
            }
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static RehearsalReport rehearseAlone(Planned planned, Consumer<Map<String, String>> entries)
            throws InterruptedException {
        Rehearsal rehearsal = planned.rehearsal();
        try (RunFolder folder = RunFolder.under(planned.runs(), rehearsal.name(), LocalDateTime.now())) {
            Notes notes = new Notes();
            RehearsalReport made = planned.rehearse(folder.path(), notes);
            Path page = folder.path().resolve(ReportFiles.HTML).toAbsolutePath();
            ReportPlaces.put(made, page);
            Map<String, String> told = new LinkedHashMap<>();
            told.put("rehearsal", made.plan().name());
            told.put("verdict", made.verdict().name());
            told.put("database", made.environment().database());
            told.put("notes", notes.toString());
            told.put("report", page.toString());
            entries.accept(told);
            return made;
        }
    }

    /** Keeps what the run has to say, such as where its data came from. Thread-safe. */
    private static final class Notes implements RunListener {

        private final List<String> texts = new CopyOnWriteArrayList<>();

        @Override
        public void phaseStarted(Phase phase) {}

        @Override
        public void report(String what, long done, long total) {}

        @Override
        public void note(String text) {
            texts.add(text);
        }

        @Override
        public String toString() {
            return String.join("; ", texts);
        }
    }

    @Override
    public synchronized void close() {
        if (report != null) {
            ReportPlaces.forget(report);
        }
    }
}
