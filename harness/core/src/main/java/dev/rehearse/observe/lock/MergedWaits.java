package dev.rehearse.observe.lock;

import dev.rehearse.recording.LockWait;
import java.util.List;

/**
 * @param waits every wait once, in order of their start
 * @param disagreements where two sources disagreed about one wait, in words
 */
public record MergedWaits(List<LockWait> waits, List<String> disagreements) {

    public MergedWaits {
        waits = List.copyOf(waits);
        disagreements = List.copyOf(disagreements);
    }
}
