package dev.rehearse.observe.lock;

import dev.rehearse.observe.lock.Farewell.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Waits that are over, until it is known as closely as it will be when they ended. Guarded by the {@link LockEpisodes} that they belong to. */
final class Partings {

    private final List<Parting> all = new ArrayList<>();

    private record Parting(Episode episode, Farewell farewell) {

        LockEpisodes.Key wanted() {
            return episode.waiter().key().ofAnybody();
        }

        /** Of those of one queue with one of these it is not known which ended when. */
        List<Long> time() {
            return List.of(episode.lastSeenMicros(), episode.missedMicros());
        }

        long goneMicros() {
            return Math.min(farewell.wentBy(episode), episode.missedMicros());
        }
    }

    /** How a wait ended. */
    record Parted(Episode episode, Farewell.End end) {}

    void add(Episode episode, Farewell farewell) {
        all.add(new Parting(episode, farewell));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Takes out those of which no more will be known. */
    List<Parted> known(CloseLooks looks) {
        List<Parting> known = new ArrayList<>();
        for (Iterator<Parting> each = all.iterator(); each.hasNext(); ) {
            Parting parting = each.next();
            Optional<CloseLooks.Window> window =
                    parting.episode().window(looks, parting.farewell().answeredMicros());
            if (window.isPresent()) {
                parting.episode().endedIn(window.get());
                known.add(parting);
                each.remove();
            }
        }
        return known.stream()
                .sorted(Comparator.comparingLong(p -> p.episode().startMicros()))
                .collect(Collectors.groupingBy(Parting::wanted, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .flatMap(queue -> parted(queue).stream())
                .toList();
    }

    /** In the order in which they began to wait, in which they get a lock that they do not share. */
    private static List<Parted> parted(List<Parting> queue) {
        Map<List<Long>, Integer> sizes = new HashMap<>();
        queue.forEach(p -> sizes.merge(p.time(), 1, Integer::sum));
        Map<List<Long>, Integer> befores = new HashMap<>();
        long[] byMicros = new long[queue.size() + 1];
        byMicros[queue.size()] = Long.MAX_VALUE;
        for (int i = queue.size() - 1; i >= 0; i--) {
            byMicros[i] = Math.min(byMicros[i + 1], queue.get(i).goneMicros());
        }
        long fromMicros = Long.MIN_VALUE;
        List<Parted> parted = new ArrayList<>();
        for (Parting one : queue) {
            List<Long> time = one.time();
            int before = befores.merge(time, 1, Integer::sum) - 1;
            int all = sizes.getOrDefault(time, 1);
            Turn turn = one.farewell().shared()
                    ? Turn.ONLY
                    : new Turn(before, all, fromMicros, byMicros[parted.size() + 1]);
            parted.add(new Parted(one.episode(), one.farewell().end(one.episode(), turn)));
            fromMicros = Math.max(fromMicros, one.episode().lastSeenMicros());
        }
        return parted;
    }
}
