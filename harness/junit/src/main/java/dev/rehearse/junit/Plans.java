package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.plan.Migration.Flyway;
import dev.rehearse.plan.Overrides;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RehearsalBuilder;
import dev.rehearse.plan.RehearsalFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From what is said on a test, and outside of it, to the plan. Used by one thread. */
final class Plans {

    private static final Path PROJECT = Path.of("");
    private static final String FLYWAYS_OWN = "db/migration";

    private final Rehearse annotation;
    private final Outside outside;
    private final JavaWorkload workload;

    /** One migration of several, with a name for people. */
    record Step(String name, List<Path> folders, FlywayVersions.Step versions) {

        static Step of(FlywayVersions all, FlywayVersions.Step versions) {
            List<Path> folders =
                    all.folders().stream().map(Path::toAbsolutePath).toList();
            return new Step(all.name(versions), folders, versions);
        }

        private RehearsalBuilder in(RehearsalBuilder plan) {
            return plan.name(name).flyway(folders, versions.from(), versions.to());
        }
    }

    Plans(Rehearse annotation, Outside outside, JavaWorkload workload) {
        this.annotation = annotation;
        this.outside = outside;
        this.workload = workload;
        if (hasPlan() && annotation.migrations().length > 0) {
            throw new InvalidRehearsalException("@Rehearse names a plan, \"" + annotation.plan()
                    + "\", and migrations. Leave one out: a plan says what it migrates.");
        }
        if (annotation.randomSeed().length > 1) {
            throw new InvalidRehearsalException("randomSeed of @Rehearse has more than one number.");
        }
    }

    private boolean hasPlan() {
        return !annotation.plan().isEmpty();
    }

    /** The whole way in one rehearsal. */
    Rehearsal whole() {
        if (!hasPlan()) {
            FlywayVersions versions = versions();
            return of(Step.of(versions, versions.step(annotation.from(), annotation.to())));
        }
        if (!annotation.from().isEmpty() || !annotation.to().isEmpty()) {
            throw new InvalidRehearsalException("@Rehearse says from or to beside the plan \"" + annotation.plan()
                    + "\", which says it itself. Say it there.");
        }
        return complete(plan());
    }

    /** The same way, migration by migration. */
    List<Step> steps() {
        if (!hasPlan()) {
            return steps(versions(), annotation.from(), annotation.to());
        }
        Flyway flyway = plan().build().migration().flyway();
        if (flyway == null) {
            throw new InvalidRehearsalException(
                    "The plan \"" + annotation.plan()
                            + "\" migrates with scripts that have no versions, so its migrations cannot be told apart. Give Flyway's.");
        }
        return steps(
                FlywayVersions.in(flyway.locations()),
                Objects.requireNonNullElse(flyway.from(), ""),
                Objects.requireNonNullElse(flyway.to(), ""));
    }

    private static List<Step> steps(FlywayVersions versions, String from, String to) {
        return versions.steps(from, to).stream()
                .map(step -> Step.of(versions, step))
                .toList();
    }

    Rehearsal of(Step step) {
        return complete(step.in(hasPlan() ? plan() : RehearsalBuilder.in(PROJECT)));
    }

    private RehearsalBuilder plan() {
        return RehearsalFile.builder(Path.of(annotation.plan()), Progress.SILENT);
    }

    private FlywayVersions versions() {
        ClassLoader classPath = Thread.currentThread().getContextClassLoader();
        List<String> locations =
                annotation.migrations().length == 0 ? List.of(FLYWAYS_OWN) : List.of(annotation.migrations());
        return FlywayVersions.in(
                new MigrationFolders(PROJECT, classPath == null ? Plans.class.getClassLoader() : classPath)
                        .find(locations));
    }

    private Rehearsal complete(RehearsalBuilder plan) {
        if (!annotation.with().isBlank()) {
            plan.with("@Rehearse(with)", annotation.with());
        }
        workload.addTo(plan);
        outside.layOver(plan);
        Long postgres = outside.number("postgres").orElse(positive(annotation.postgres()));
        return new Overrides(
                        postgres == null ? null : Math.toIntExact(postgres),
                        outside.number("rows").orElse(positive(annotation.rows())),
                        outside.number("randomSeed").orElse(first(annotation.randomSeed())))
                .applyTo(plan.build());
    }

    private static @Nullable Long positive(long number) {
        return number == 0 ? null : number;
    }

    private static @Nullable Long first(long[] numbers) {
        return numbers.length == 0 ? null : numbers[0];
    }
}
