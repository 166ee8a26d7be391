package dev.rehearse.observe.lock;

import dev.rehearse.observe.ServerClock;
import dev.rehearse.observe.lock.CloseLooks.Window;
import dev.rehearse.recording.LockWait;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Looks that the server took by itself, one after the other, and told in lines. May be used from any thread. */
final class Looks {

    private static final Pattern LOOK = Pattern.compile("\\d+ \\d+ \\d+(?: \\d+ \\w+)*+");
    private static final long INTERVAL_MICROS = 1_000;
    private static final int MOST_LOOKS = 1_000;

    /** Sessions in all of them: some 20 MB. Of a thousand that wait these are 200 looks, more than are ever waited for. */
    private static final int MOST_SLEEPERS = 200_000;

    private final ServerClock serverClock;
    private final Deque<Look> looks = new ArrayDeque<>();
    private int sleepers;

    /**
     * Times are the server's, in microseconds of the epoch.
     *
     * @param seenEpochMicros by when it was seen who sleeps; who is queued was seen after that
     * @param asleep for which type of lock each sleeps, by process
     * @param queued since when each waits who wants a row and was not granted its lock, by process
     */
    private record Look(
            long askedEpochMicros,
            long seenEpochMicros,
            long answeredEpochMicros,
            Map<Integer, String> asleep,
            Map<Integer, Long> queued) {

        static Look of(String line) {
            String[] words = line.split(" ");
            Map<Integer, String> asleep = new HashMap<>();
            Map<Integer, Long> queued = new HashMap<>();
            for (int i = 3; i < words.length; i += 2) {
                Integer pid = Integer.valueOf(words[i]);
                if (Character.isDigit(words[i + 1].charAt(0))) {
                    queued.put(pid, Long.valueOf(words[i + 1]));
                } else {
                    asleep.put(pid, words[i + 1]);
                }
            }
            return new Look(
                    Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), asleep, queued);
        }
    }

    Looks(ServerClock serverClock) {
        this.serverClock = serverClock;
    }

    /**
     * Adds the looks among what the server said.
     *
     * @return whether the last of them shows somebody asleep
     */
    synchronized boolean add(String said) {
        List<Look> taken = said.lines()
                .filter(line -> LOOK.matcher(line).matches())
                .map(Look::of)
                .toList();
        for (Look look : taken) {
            looks.add(look);
            sleepers += look.asleep().size();
            while (looks.size() > MOST_LOOKS || sleepers > MOST_SLEEPERS) {
                sleepers -= looks.removeFirst().asleep().size();
            }
        }
        return !taken.isEmpty() && !taken.get(taken.size() - 1).asleep().isEmpty();
    }

    synchronized void clear() {
        looks.clear();
        sleepers = 0;
    }

    /** Whether the last of them was taken no sooner. */
    synchronized boolean reach(long micros) {
        return !looks.isEmpty() && serverClock.runMicros(looks.getLast().answeredEpochMicros()) >= micros;
    }

    /** As in {@link CloseLooks#window}. */
    synchronized Window window(LockEpisodes.Key wanted, long startEpochMicros, long sinceMicros, long untilMicros) {
        Window window = Window.UNKNOWN;
        for (Look look : since(sinceMicros)) {
            boolean mayBeIt = serverClock.runMicros(look.askedEpochMicros()) < untilMicros;
            window = LockWait.isForRow(wanted.lockType())
                    ? afterLookForRow(window, look, wanted, startEpochMicros, mayBeIt)
                    : afterLook(window, look, wanted, mayBeIt);
        }
        return window;
    }

    private Window afterLook(Window window, Look look, LockEpisodes.Key wanted, boolean mayBeIt) {
        long asked = serverClock.runMicros(look.askedEpochMicros());
        return mayBeIt && wanted.lockType().equals(look.asleep().get(wanted.pid()))
                ? Window.queued(asked, asked + INTERVAL_MICROS)
                : window.awake(serverClock.runMicros(look.seenEpochMicros()));
    }

    /** Whoever wants a row waits for one such lock after the other, of which each has its own start until it is granted. */
    private Window afterLookForRow(
            Window window, Look look, LockEpisodes.Key wanted, long startEpochMicros, boolean mayBeIt) {
        long asked = serverClock.runMicros(look.askedEpochMicros());
        long seen = serverClock.runMicros(look.seenEpochMicros());
        boolean asleep = wanted.lockType().equals(look.asleep().get(wanted.pid()));
        long queued = look.queued().getOrDefault(wanted.pid(), -1L);
        if (mayBeIt && queued == startEpochMicros) {
            return Window.queued(seen, asked + INTERVAL_MICROS);
        }
        if (mayBeIt && asleep && queued < 0 && window.awakeMicros() == Long.MAX_VALUE) {
            return window.asleep(asked, asked + INTERVAL_MICROS);
        }
        Window awake = window.awake(asleep ? serverClock.runMicros(look.answeredEpochMicros()) : seen);
        return queued > startEpochMicros ? awake.waitsAgain(serverClock.runMicros(queued)) : awake;
    }

    private Iterable<Look> since(long micros) {
        Deque<Look> since = new ArrayDeque<>();
        for (Iterator<Look> backwards = looks.descendingIterator(); backwards.hasNext(); ) {
            Look look = backwards.next();
            if (serverClock.runMicros(look.askedEpochMicros()) < micros) {
                break;
            }
            since.addFirst(look);
        }
        return since;
    }
}
