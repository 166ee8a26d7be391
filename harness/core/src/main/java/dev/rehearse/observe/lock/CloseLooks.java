package dev.rehearse.observe.lock;

import java.util.Optional;

/** Looks at who waits that lie closer together than the samples. */
interface CloseLooks {

    /** Nobody looks closer than the samples do. */
    CloseLooks NONE = (pid, startEpochMicros, missedMicros) -> Optional.of(Window.UNKNOWN);

    /**
     * Between which looks a wait ended, in the run's microseconds.
     *
     * @param waitedMicros when the last look began that shows it; before all time where none does
     * @param goneMicros when the first look ended that does not show it any more; the end of time where there was none
     */
    record Window(long waitedMicros, long goneMicros) {

        static final Window UNKNOWN = new Window(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * The window of a wait that a sample does not show any more.
     *
     * @param startEpochMicros when it began, as the server wrote it
     * @param missedMicros when that sample was taken
     * @return empty where looks are yet to come that were taken by then
     */
    Optional<Window> window(int pid, long startEpochMicros, long missedMicros);
}
