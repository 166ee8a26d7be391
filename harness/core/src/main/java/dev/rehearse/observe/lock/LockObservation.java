package dev.rehearse.observe.lock;

import dev.rehearse.recording.Recording.QueueLength;
import dev.rehearse.recording.StatementFact;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the lock sampler saw, and how well it could see.
 *
 * @param waits every wait, in order of their end
 * @param queues how many sessions waited, per relation, whenever that changed
 * @param intervalMicros planned time between two samples while a wait is young
 * @param samples how many samples were taken
 * @param longestGapMicros longest time between two while a statement of the migration was seen to run
 * @param longGaps every time of more than a quarter of a second in which no sample was taken, to the end of the sampling; that in which a
 *     server started itself anew is none
 * @param relations names of relations by oid
 * @param tablesOfIndexes by the index's name
 * @param notes what went wrong, in words
 */
public record LockObservation(
        List<SampledWait> waits,
        List<QueueLength> queues,
        long intervalMicros,
        long samples,
        long longestGapMicros,
        List<Gap> longGaps,
        Map<Long, String> relations,
        Map<String, String> tablesOfIndexes,
        List<String> notes) {

    /** No sample was taken from one moment to the other. */
    public record Gap(long fromMicros, long toMicros) {}

    public LockObservation {
        longGaps = List.copyOf(longGaps);
        waits = List.copyOf(waits);
        queues = List.copyOf(queues);
        relations = Map.copyOf(relations);
        tablesOfIndexes = Map.copyOf(tablesOfIndexes);
        notes = List.copyOf(notes);
    }

    /** The table that has a name without its schema, or whose index has it; null where none or several have it. */
    public @Nullable String tableNamed(String name) {
        List<String> written = List.of(name, "\"" + name.replace("\"", "\"\"") + "\"");
        List<String> found = relations.values().stream()
                .filter(known -> written.stream().anyMatch(w -> known.equals(w) || known.endsWith("." + w)))
                .distinct()
                .toList();
        return found.size() == 1 ? tablesOfIndexes.getOrDefault(found.get(0), found.get(0)) : null;
    }

    /**
     * Longest time without a sample while a statement of the migration ran or held locks, those included that began and ended unseen. What
     * comes after the last of them, such as all that follows the death of the server, does not count.
     */
    public long longestGapMicros(List<StatementFact> statements) {
        return longGaps.stream()
                .mapToLong(gap -> statements.stream()
                        .filter(s -> s.startMicros() < gap.toMicros())
                        .mapToLong(s -> Math.min(s.heldUntilMicros(), gap.toMicros()) - gap.fromMicros())
                        .reduce(0, Math::max))
                .reduce(longestGapMicros, Math::max);
    }
}
