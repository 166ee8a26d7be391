package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.plan.DatabasePlan;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.plan.build.RehearsalFile;
import dev.rehearse.tool.jvm.ApplicationFlyway;
import dev.rehearse.tool.jvm.FlywayNames;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From what is said on a test, and outside of it, to the plan. Used by one thread. */
final class Plans {

    private static final Path PROJECT = Path.of("");
    private static final String FLYWAYS_OWN = "db/migration";

    private final Rehearse annotation;
    private final String where;
    private final Outside outside;
    private final JavaWorkload workload;

    Plans(Place place, Outside outside, JavaWorkload workload) {
        this.annotation = place.annotation();
        this.where = " on " + place.testClass().getSimpleName();
        this.outside = outside;
        this.workload = workload;
        if (hasPlan() && annotation.migrations().length > 0) {
            throw new InvalidRehearsalException("@Rehearse" + where + " names a plan, \"" + annotation.plan()
                    + "\", and migrations. Leave one out: a plan says what it migrates.");
        }
        if (annotation.randomSeed().length > 1) {
            throw new InvalidRehearsalException("@Rehearse(randomSeed)" + where + " has more than one number.");
        }
    }

    private boolean hasPlan() {
        return !annotation.plan().isEmpty();
    }

    Rehearsal rehearsal() {
        if (!hasPlan()) {
            return complete(isLiquibases() ? liquibase() : flyway());
        }
        if (!annotation.from().isEmpty() || !annotation.to().isEmpty()) {
            throw new InvalidRehearsalException("@Rehearse" + where + " says from or to beside the plan \""
                    + annotation.plan() + "\", which says it itself. Say it there.");
        }
        return complete(plan());
    }

    private RehearsalBuilder plan() {
        return RehearsalFile.builder(Path.of(annotation.plan()), Progress.SILENT);
    }

    private RehearsalBuilder flyway() {
        Map<String, String> settings = ApplicationFlyway.settings(PROJECT);
        FlywayVersions versions = FlywayVersions.in(folders().find(locations()), FlywayNames.of(settings));
        FlywayVersions.Step step = versions.step(annotation.from(), annotation.to());
        List<Path> folders =
                versions.folders().stream().map(Path::toAbsolutePath).toList();
        return RehearsalBuilder.in(PROJECT).name(versions.name(step)).flyway(folders, step.from(), step.to(), settings);
    }

    /** Where nobody names Flyway's folders, and none of its migrations are where it looks by itself. */
    private boolean isLiquibases() {
        FlywayNames names = FlywayNames.of(ApplicationFlyway.settings(PROJECT));
        return annotation.migrations().length == 0
                && ChangeSets.areIn(PROJECT)
                && locations().stream().allMatch(location -> folders().isWithout(location, names));
    }

    private RehearsalBuilder liquibase() {
        ChangeSets.Step step = ChangeSets.of(PROJECT, annotation.to()).step(annotation.from());
        return RehearsalBuilder.in(PROJECT)
                .name(ChangeSets.name(step.to()))
                .tool(ChangeSets.TOOL, PROJECT, step.from(), step.to(), Map.of());
    }

    private static MigrationFolders folders() {
        ClassLoader classPath = Thread.currentThread().getContextClassLoader();
        return new MigrationFolders(PROJECT, classPath == null ? Plans.class.getClassLoader() : classPath);
    }

    private List<String> locations() {
        return annotation.migrations().length == 0 ? applications() : List.of(annotation.migrations());
    }

    private static List<String> applications() {
        List<String> locations = ApplicationFlyway.locations(PROJECT);
        return locations.isEmpty() ? List.of(FLYWAYS_OWN) : folders().there(locations);
    }

    private Rehearsal complete(RehearsalBuilder plan) {
        if (!annotation.with().isBlank()) {
            plan.with("@Rehearse(with)" + where, annotation.with());
        }
        workload.addTo(plan);
        outside.layOver(plan);
        return new Overrides(
                        number(
                                        "postgres",
                                        "database.version",
                                        said(annotation.postgres()),
                                        DatabasePlan.OLDEST,
                                        DatabasePlan.NEWEST)
                                .map(Math::toIntExact)
                                .orElse(null),
                        number("rows", "data.scale", said(annotation.rows()), 1, Overrides.MOST_ROWS)
                                .orElse(null),
                        number(
                                        "randomSeed",
                                        "data.randomSeed",
                                        Arrays.stream(annotation.randomSeed())
                                                .boxed()
                                                .findFirst(),
                                        Long.MIN_VALUE,
                                        Long.MAX_VALUE)
                                .orElse(null))
                .applyTo(plan.build());
    }

    /** What is said outside, be it as the plan's own key, else what the annotation says. */
    private Optional<Long> number(String key, String keyOfPlan, Optional<Long> annotated, long least, long most) {
        return outside.find(key)
                .or(() -> annotated
                        .filter(own -> outside.find(keyOfPlan).isEmpty())
                        .map(own -> new Setting("@Rehearse(" + key + ")" + where, own.toString())))
                .map(setting -> setting.number(least, most));
    }

    private static Optional<Long> said(long number) {
        return Optional.of(number).filter(own -> own != 0);
    }
}
