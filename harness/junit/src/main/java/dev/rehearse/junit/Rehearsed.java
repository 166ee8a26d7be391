package dev.rehearse.junit;

import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.ReportFiles;
import dev.rehearse.run.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
        ProgressLog log = new ProgressLog(planned.rehearsal().name());
        Turn turn = Turn.await(RehearseHome.current().testsLock(), log::waits);
        try {
            FlywaysLog flyways = FlywaysLog.hushed();
            try {
                log.begins();
                return rehearseAlone(planned, log, entries);
            } finally {
                flyways.restore();
            }
        } finally {
            turn.close();
        }
    }

    private static RehearsalReport rehearseAlone(
            Planned planned, ProgressLog log, Consumer<Map<String, String>> entries) throws InterruptedException {
        Rehearsal rehearsal = planned.rehearsal();
        try (RunFolder folder = RunFolder.under(planned.runs(), rehearsal.name(), LocalDateTime.now())) {
            RehearsalReport made = planned.rehearse(folder.path(), log);
            Path page = folder.path().resolve(ReportFiles.HTML).toAbsolutePath();
            ReportPlaces.put(made, page);
            Map<String, String> told = new LinkedHashMap<>();
            told.put("rehearsal", made.plan().name());
            told.put("verdict", made.verdict().name());
            told.put("database", made.environment().database());
            told.put("notes", log.notes());
            told.put("report", page.toString());
            entries.accept(told);
            log.ended(made.verdict(), page);
            return made;
        }
    }

    @Override
    public synchronized void close() {
        if (report != null) {
            ReportPlaces.forget(report);
        }
    }
}
