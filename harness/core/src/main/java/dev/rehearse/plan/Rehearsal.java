package dev.rehearse.plan;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The validated plan of one run. Immutable; whoever holds one need not check it again. Made by {@code RehearsalFile} from YAML or by
 * {@code RehearsalBuilder}.
 *
 * @param name what the run is called in reports
 * @param folder the folder that relative paths were resolved against, and that names the run's reports
 * @param database which PostgreSQL, with which settings and standbys
 * @param schema scripts that build the schema before the migration, in order; empty where a tool builds it or where it exists
 * @param roles whose rights the application and the migration have
 * @param data how much data, and the number that makes it reproducible
 * @param workload what the applications do meanwhile, and who stands in the way
 * @param migration what is rehearsed
 * @param invariants what must hold before and after
 * @param budget the limits agreed beforehand
 * @param places where its parts stand in files
 */
public record Rehearsal(
        String name,
        Path folder,
        DatabasePlan database,
        List<SqlFile> schema,
        RolePlan roles,
        DataPlan data,
        Workload workload,
        Migration migration,
        List<Invariant> invariants,
        Budget budget,
        Places places) {

    public Rehearsal {
        Span.that(!name.isBlank(), "A rehearsal needs a name.");
        schema = List.copyOf(schema);
        Set<String> names = new HashSet<>();
        for (Invariant invariant : invariants) {
            Span.that(names.add(invariant.name()), "Two invariants are named \"" + invariant.name() + "\".");
        }
        invariants = List.copyOf(invariants);
    }
}
