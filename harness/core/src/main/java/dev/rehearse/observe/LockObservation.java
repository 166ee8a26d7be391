package dev.rehearse.observe;

import dev.rehearse.recording.Recording.QueueLength;
import java.util.List;
import java.util.Map;

/**
 * What the lock sampler saw, and how well it could see.
 *
 * @param waits every wait, in order of their end
 * @param queues how many sessions waited, per relation, whenever that changed
 * @param intervalMicros planned time between two samples while a statement of the migration runs
 * @param samples how many samples were taken
 * @param longestGapMicros longest time between two while a statement of the migration ran
 * @param relations names of relations by oid
 * @param notes what went wrong, in words
 */
public record LockObservation(
        List<SampledWait> waits,
        List<QueueLength> queues,
        long intervalMicros,
        long samples,
        long longestGapMicros,
        Map<Long, String> relations,
        List<String> notes) {

    public LockObservation {
        waits = List.copyOf(waits);
        queues = List.copyOf(queues);
        relations = Map.copyOf(relations);
        notes = List.copyOf(notes);
    }
}
