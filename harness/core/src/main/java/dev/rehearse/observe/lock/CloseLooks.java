package dev.rehearse.observe.lock;

import java.util.Optional;

/** Looks at who sleeps for a lock that lie closer together than the samples. Times are the run's microseconds. */
interface CloseLooks {

    /** Nobody looks closer than the samples do. */
    CloseLooks NONE = (wanted, startEpochMicros, sinceMicros, untilMicros) -> Optional.of(Window.UNKNOWN);

    /**
     * Between which looks a wait ended.
     *
     * @param queuedMicros when the last look that shows it did so at the earliest; before all time where none does
     * @param asleepMicros when the last look began that shows its session asleep, which may not know yet that it was granted the lock; before all time where
     *     none does
     * @param dueMicros when the look after that was due; the end of time where none shows it asleep
     * @param awakeMicros when the first look ended that shows it awake, or asleep for something else; the end of time where there was none
     * @param waitsAgainMicros when its session began to wait for something else; the end of time where no look tells
     */
    record Window(long queuedMicros, long asleepMicros, long dueMicros, long awakeMicros, long waitsAgainMicros) {

        static final Window UNKNOWN =
                new Window(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

        /** Of a wait that the last look shows. */
        static Window queued(long earliestMicros, long dueMicros) {
            return new Window(earliestMicros, earliestMicros, dueMicros, Long.MAX_VALUE, Long.MAX_VALUE);
        }

        Window asleep(long askedMicros, long dueMicros) {
            return new Window(queuedMicros, askedMicros, dueMicros, awakeMicros, waitsAgainMicros);
        }

        Window awake(long answeredMicros) {
            return new Window(
                    queuedMicros, asleepMicros, dueMicros, Math.min(awakeMicros, answeredMicros), waitsAgainMicros);
        }

        Window waitsAgain(long startMicros) {
            return new Window(
                    queuedMicros, asleepMicros, dueMicros, awakeMicros, Math.min(waitsAgainMicros, startMicros));
        }
    }

    /**
     * The window of a wait that was over at a known time.
     *
     * @param startEpochMicros when it began, as the server wrote it; -1 where it did not
     * @param sinceMicros when it is known to have lasted
     * @param untilMicros when it is known to be over
     * @return empty where looks are yet to come that were taken by then
     */
    Optional<Window> window(LockEpisodes.Key wanted, long startEpochMicros, long sinceMicros, long untilMicros);
}
