package dev.rehearse.observe.lock;

import dev.rehearse.observe.lock.Farewell.Turn;
import java.util.ArrayList;
import java.util.Comparator;
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

        /** Of those with one of these it is not known which ended when. */
        List<Object> unknown() {
            return List.of(episode.waiter().key().ofAnybody(), episode.lastSeenMicros(), episode.missedMicros());
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
            Optional<CloseLooks.Window> window = parting.episode().window(looks);
            if (window.isPresent()) {
                parting.episode().endedIn(window.get());
                known.add(parting);
                each.remove();
            }
        }
        List<Parted> parted = new ArrayList<>();
        Map<List<Object>, List<Parting>> together = known.stream()
                .sorted(Comparator.comparingLong(p -> p.episode().startMicros()))
                .collect(Collectors.groupingBy(Parting::unknown, LinkedHashMap::new, Collectors.toList()));
        for (List<Parting> each : together.values()) {
            int first = parted.size();
            long byMicros = Long.MAX_VALUE;
            for (int i = each.size() - 1; i >= 0; i--) {
                Parting one = each.get(i);
                byMicros = Math.min(byMicros, one.farewell().wentBy(one.episode()));
                Turn turn = one.farewell().shared() ? Turn.ONLY : new Turn(i, each.size(), byMicros);
                parted.add(first, new Parted(one.episode(), one.farewell().end(one.episode(), turn)));
            }
        }
        return parted;
    }
}
