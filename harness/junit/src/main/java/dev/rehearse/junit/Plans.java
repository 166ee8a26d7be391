package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.plan.Overrides;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RehearsalBuilder;
import dev.rehearse.plan.RehearsalFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From what is said on a test, and outside of it, to the plan. Used by one thread. */
final class Plans {

    private static final Path PROJECT = Path.of("");
    private static final String FLYWAYS_OWN = "db/migration";

    private final Rehearse annotation;
    private final Outside outside;
    private final JavaWorkload workload;

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

    Rehearsal rehearsal() {
        if (!hasPlan()) {
            FlywayVersions versions = versions();
            FlywayVersions.Step step = versions.step(annotation.from(), annotation.to());
            List<Path> folders =
                    versions.folders().stream().map(Path::toAbsolutePath).toList();
            return complete(
                    RehearsalBuilder.in(PROJECT).name(versions.name(step)).flyway(folders, step.from(), step.to()));
        }
        if (!annotation.from().isEmpty() || !annotation.to().isEmpty()) {
            throw new InvalidRehearsalException("@Rehearse says from or to beside the plan \"" + annotation.plan()
                    + "\", which says it itself. Say it there.");
        }
        return complete(plan());
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
