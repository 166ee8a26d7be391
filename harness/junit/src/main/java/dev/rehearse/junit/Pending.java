package dev.rehearse.junit;

import dev.rehearse.plan.Migration;
import dev.rehearse.plan.Migration.Flyway;
import dev.rehearse.plan.Migration.Project;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.jvm.FlywayNames;
import java.util.List;
import java.util.Objects;

/**
 * A migration that a plan rehearses.
 *
 * @param id by which the report knows it
 * @param name for people
 */
record Pending(String id, String name) {

    /** All of a plan's, in order, found without a database; for that a tool that runs in its project is asked. */
    static List<Pending> of(Migration plan) {
        return switch (plan.tool()) {
            case SQL -> plan.up().stream().map(script -> named(script.name())).toList();
            case FLYWAY -> of(Objects.requireNonNull(plan.flyway()));
            case PROJECT -> of(Objects.requireNonNull(plan.project()));
            case COMMAND -> List.of(named(Objects.requireNonNull(plan.command()).name()));
        };
    }

    private static List<Pending> of(Flyway plan) {
        return FlywayVersions.in(plan.locations(), FlywayNames.of(plan.settings()))
                .pending(plan.from(), plan.to());
    }

    private static List<Pending> of(Project plan) {
        try (ToolProject project =
                new ToolProject(plan.projectTool(), plan.folder(), plan.environment(), plan.from())) {
            return project.pending(plan.to()).stream()
                    .map(migration -> named(migration.id()))
                    .toList();
        }
    }

    private static Pending named(String id) {
        return new Pending(id, id);
    }
}
