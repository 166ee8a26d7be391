package dev.rehearse.junit;

import dev.rehearse.plan.Rehearsal;
import dev.rehearse.report.RehearsalReport;
import dev.rehearse.run.ReportedRun;
import dev.rehearse.run.RunListener;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A rehearsal that is ready to be carried out.
 *
 * @param database as {@link Rehearse#database}
 * @param container of the test, whose server is used instead; null where there is none
 * @param runs folder under which the report gets its own
 */
record Planned(
        Rehearsal rehearsal, String database, @Nullable TestContainer container, Path runs) {

    static Planned of(ExtensionContext asking, Place place) {
        Rehearse annotation = place.annotation();
        Outside outside = Outside.of(asking::getConfigurationParameter);
        JavaWorkload workload =
                JavaWorkload.of(place.testClass(), place.instance(asking).orElse(null));
        Optional<String> named = outside.get("database")
                .or(() -> Optional.of(annotation.database()).filter(database -> !database.equals("auto")));
        return new Planned(
                new Plans(place, outside, workload).rehearsal(),
                named.orElse("auto"),
                named.isPresent() ? null : TestContainer.of(place, asking),
                outside.get("out")
                        .or(() -> Optional.of(annotation.out()).filter(out -> !out.isEmpty()))
                        .map(Path::of)
                        .orElseGet(() -> BuildFolder.in(Path.of("")).resolve("rehearsals")));
    }

    RehearsalReport rehearse(Path folder, RunListener listener) throws InterruptedException {
        return container == null
                ? ReportedRun.of(rehearsal, database, folder, listener)
                : ReportedRun.of(rehearsal, container.provider(), folder, listener);
    }
}
