package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.junit.FlywayVersions.Step;
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

    Plans(Rehearse annotation, Outside outside) {
        this.annotation = annotation;
        this.outside = outside;
        if (!annotation.plan().isEmpty() && annotation.migrations().length > 0) {
            throw new InvalidRehearsalException("@Rehearse names a plan, \"" + annotation.plan()
                    + "\", and migrations. Leave one out: a plan says what it migrates.");
        }
        if (annotation.randomSeed().length > 1) {
            throw new InvalidRehearsalException("randomSeed of @Rehearse has more than one number.");
        }
    }

    /** The whole way in one rehearsal. */
    Rehearsal whole() {
        if (!annotation.plan().isEmpty()) {
            if (!annotation.from().isEmpty() || !annotation.to().isEmpty()) {
                throw new InvalidRehearsalException("@Rehearse says from or to beside the plan \"" + annotation.plan()
                        + "\", which says it itself. Say it there.");
            }
            return complete(RehearsalFile.builder(Path.of(annotation.plan()), Progress.SILENT));
        }
        FlywayVersions versions = versions();
        return of(versions, versions.step(annotation.from(), annotation.to()));
    }

    private FlywayVersions versions() {
        ClassLoader classPath = Thread.currentThread().getContextClassLoader();
        List<String> locations =
                annotation.migrations().length == 0 ? List.of(FLYWAYS_OWN) : List.of(annotation.migrations());
        return FlywayVersions.in(
                new MigrationFolders(PROJECT, classPath == null ? Plans.class.getClassLoader() : classPath)
                        .find(locations));
    }

    private Rehearsal of(FlywayVersions versions, Step step) {
        return complete(RehearsalBuilder.in(PROJECT)
                .name(versions.name(step))
                .flyway(versions.folders().stream().map(Path::toAbsolutePath).toList(), step.from(), step.to()));
    }

    private Rehearsal complete(RehearsalBuilder plan) {
        if (!annotation.with().isBlank()) {
            plan.with("@Rehearse(with)", annotation.with());
        }
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
