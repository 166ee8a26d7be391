package dev.rehearse.observe.lock;

import dev.rehearse.observe.Sessions;
import dev.rehearse.recording.LockWait.Ended;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A wait that is over. Times are the run's microseconds. */
record Finished(Episode episode, long endMicros, Ended end, long errorMicros) {

    SampledWait wait(LongFunction<String> relationNames) {
        LockEpisodes.Waiter waiter = episode.waiter();
        Sessions.@Nullable Activity activity = episode.activity();
        return new SampledWait(
                waiter.key().pid(),
                episode.session().who(),
                episode.session().kind(),
                waiter.key().lockType(),
                waiter.relationOid(),
                waiter.relationOid() == 0 ? episode.objectName() : relationNames.apply(waiter.relationOid()),
                waiter.key().mode(),
                episode.startMicros(),
                endMicros,
                end,
                episode.startIsExact(),
                episode.chain(endMicros - episode.startMicros()),
                errorMicros,
                activity == null ? "" : activity.applicationName(),
                episode.query(),
                episode.activities());
    }
}
