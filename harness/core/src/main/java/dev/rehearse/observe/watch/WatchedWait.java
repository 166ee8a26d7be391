package dev.rehearse.observe.watch;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rehearse.report.RehearsalReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wait for a lock on a server that is only watched: an entry of the report's {@code lockWaits}, and what tells the sessions apart.
 *
 * @param facts as in the report; there is no migration, so its statement is -1, its phase WATCH and nothing counts, and times count from the watch's
 *     beginning
 * @param pid server process that waited
 * @param applicationName what it calls itself
 * @param query what it ran
 * @param relationKind table, partition, partitioned table, index, TOAST table ...; null where the lock names no relation
 * @param relationOf the table of an index or a TOAST table, the parent of a partition
 * @param startedAt wall-clock time of its start, by this machine's clock
 * @param blockers the chain of the report, session by session: nearest blocker first, root last
 * @param alsoBlockers who stood in the way beside the root, 20 at most
 * @param otherBlockers how many more there were, at least
 */
public record WatchedWait(
        @JsonUnwrapped RehearsalReport.LockWait facts,
        int pid,
        @JsonProperty("application_name") String applicationName,
        @Nullable String query,
        @Nullable String relationKind,
        @Nullable String relationOf,
        String startedAt,
        List<Link> blockers,
        List<Link> alsoBlockers,
        int otherBlockers) {

    public WatchedWait {
        blockers = List.copyOf(blockers);
        alsoBlockers = List.copyOf(alsoBlockers);
    }

    /**
     * A session that stood in the way.
     *
     * @param pid its process
     * @param who it is
     * @param query what it ran, or ran last, when it was first seen in the way
     * @param byQuery whether it is known to be in the way by that; if not, an earlier statement of its transaction may be what took its lock
     * @param running whether it ran that still
     * @param waiting whether it waited itself
     */
    public record Link(
            int pid, String who, @Nullable String query, boolean byQuery, boolean running, boolean waiting) {}
}
