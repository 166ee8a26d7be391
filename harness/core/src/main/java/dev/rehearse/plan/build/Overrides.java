package dev.rehearse.plan.build;

import dev.rehearse.plan.DataPlan;
import dev.rehearse.plan.DatabasePlan;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.Span;
import org.jspecify.annotations.Nullable;

/**
 * What the caller wants otherwise than the plan says. A null leaves the plan's own.
 *
 * @param version PostgreSQL major
 * @param scale rows of the largest table; the tables that the plan names follow in proportion
 * @param randomSeed the number that makes the data and the load reproducible
 */
public record Overrides(
        @Nullable Integer version,
        @Nullable Long scale,
        @Nullable Long randomSeed) {

    /** The most rows that {@code scale} may ask for. */
    public static final long MOST_ROWS = Span.SCALE.most();

    /** The plan as it is. */
    public static final Overrides NONE = new Overrides(null, null, null);

    /** The rehearsal with these values in place of its own. */
    public Rehearsal applyTo(Rehearsal rehearsal) {
        DatabasePlan database = rehearsal.database();
        if (version != null) {
            database = new DatabasePlan(version, database.standbys(), database.settings(), database.image());
        }
        DataPlan data = rehearsal.data();
        if (scale != null) {
            data = data.scaledTo(scale);
        }
        if (randomSeed != null) {
            data = data.seeded(randomSeed);
        }
        return new Rehearsal(
                rehearsal.name(),
                rehearsal.folder(),
                database,
                rehearsal.schema(),
                rehearsal.roles(),
                data,
                rehearsal.workload(),
                rehearsal.migration(),
                rehearsal.invariants(),
                rehearsal.budget(),
                rehearsal.places());
    }
}
