package dev.rehearse.observe.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.observe.lock.LockEpisodes.Key;
import dev.rehearse.observe.lock.LockEpisodes.Moment;
import dev.rehearse.observe.lock.LockEpisodes.Waiter;
import dev.rehearse.recording.LockWait;
import dev.rehearse.recording.LockWait.Beside;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A wait that began at 0, seen each 20 ms from 20 ms on. */
class LockEpisodesTest {

    private static final Waiter WAITER =
            new Waiter(new Key(100, "relation", 16_384, "", "RowExclusiveLock"), 16_384, 0, 0);
    private static final int OLD = 101;
    private static final int MIGRATION = 4711;
    private static final Beside BESIDE = new Beside(MIGRATION, "migration", SessionKind.MIGRATION, "LOCK ...", 0);

    private final LockEpisodes episodes = new LockEpisodes(false);
    private long micros;

    LockEpisodesTest() {
        episodes.addNone(new Moment(0, 0, 0));
    }

    private void see(int times, Blocking... chain) {
        for (int i = 0; i < times; i++) {
            micros += 20_000;
            episodes.add(new Moment(micros, micros, 0), List.of(WAITER), new Behind(List.of(chain)));
        }
    }

    private LockWait waitSeen() {
        return episodes.end(oid -> "orders").get(0).asSeen();
    }

    private static Blocking old(Beside... besides) {
        return new Blocking(OLD, "update_order", SessionKind.APPLICATION, "UPDATE ...", false, List.of(besides), 0);
    }

    private record Behind(List<Blocking> links) implements LockEpisodes.Context {

        @Override
        public SessionNames.Session session(int pid, long micros) {
            return new SessionNames.Session("place_order", SessionKind.APPLICATION);
        }

        @Override
        public Sessions.@Nullable Activity activity(int pid) {
            return null;
        }

        @Override
        public @Nullable String object(LockEpisodes.Key key) {
            return null;
        }

        @Override
        public List<Blocking> chain(int pid, long micros) {
            return links;
        }

        @Override
        public Map<Integer, Sessions.Activity> activities(List<Blocking> chain) {
            return chain.stream()
                    .collect(Collectors.toMap(
                            Blocking::pid,
                            link -> new Sessions.Activity(
                                    link.who(), "client backend", link.query(), 0, 0, 0, true, true, true, 0)));
        }

        @Override
        public List<Integer> blockers(int pid) {
            return List.of(links.get(0).pid());
        }

        @Override
        public boolean isDeadlocked(int pid) {
            return false;
        }
    }

    @Test
    void who_stood_beside_the_root_for_one_sample_did_so_for_one_interval() {
        see(250, old());
        see(1, old(BESIDE));
        see(249, old());

        LockWait wait = waitSeen();
        assertThat(wait.micros()).isEqualTo(10_000_000);
        assertThat(wait.alsoBlockedBy()).containsExactly(BESIDE.lasting(20_000));
    }

    @Test
    void who_stood_beside_the_root_in_each_sample_did_so_for_the_whole_wait() {
        see(50, old(BESIDE));

        assertThat(waitSeen().alsoBlockedBy()).containsExactly(BESIDE.lasting(1_000_000));
    }

    @Test
    void who_was_left_when_the_root_had_let_go_was_in_the_way_until_then_and_after_it() {
        see(30, old());
        see(10, old(BESIDE));
        see(10, new Blocking(MIGRATION, "migration", SessionKind.MIGRATION, "LOCK ...", false));

        LockWait wait = waitSeen();
        assertThat(wait.chain()).extracting(Blocking::pid).containsExactly(OLD);
        assertThat(wait.alsoBlockedBy())
                .extracting(Beside::pid, Beside::micros)
                .containsExactly(tuple(MIGRATION, 390_000L));
    }

    @Test
    void who_joins_a_chain_before_the_same_root_is_asked_what_it_does() {
        see(1, old());
        see(1, new Blocking(102, "report", SessionKind.APPLICATION, "SELECT ...", true), old());

        assertThat(episodes.end(oid -> "orders").get(0).activities()).containsOnlyKeys(OLD, 102);
    }

    @Test
    void a_migration_that_waited_itself_was_in_the_way_of_those_behind_it() {
        see(30, old());
        see(
                20,
                new Blocking(MIGRATION, "migration", SessionKind.MIGRATION, "ALTER ...", true),
                new Blocking(102, "report", SessionKind.APPLICATION, "SELECT ...", false));

        LockWait wait = waitSeen();
        assertThat(wait.chain()).extracting(Blocking::pid).containsExactly(OLD);
        assertThat(wait.alsoBlockedBy())
                .extracting(Beside::pid, Beside::micros)
                .containsExactly(tuple(MIGRATION, 390_000L), tuple(102, 390_000L));
    }

    @Test
    void several_migrators_one_behind_another_were_in_the_way_for_as_long_as_any_of_them() {
        Beside second = new Beside(MIGRATION + 1, "migration", SessionKind.MIGRATION, "LOCK ...", 0);
        see(10, old(BESIDE));
        see(20, old(BESIDE, second));
        see(10, old(second));
        see(10, old());

        assertThat(waitSeen().alsoBlockedBy())
                .containsExactlyInAnyOrder(BESIDE.lasting(610_000), second.lasting(200_000));
    }

    @Test
    void a_start_that_still_stands_from_the_wait_before_is_not_the_next_ones() {
        see(2, old());
        episodes.add(new Moment(60_000, 60_000, 0), List.of(), new Behind(List.of(old())));
        micros = 60_000;
        see(1, old());
        episodes.add(
                new Moment(100_000, 100_000, 0),
                List.of(new Waiter(WAITER.key(), 16_384, 79_000, 79_000)),
                new Behind(List.of(old())));

        assertThat(episodes.end(oid -> "orders"))
                .extracting(SampledWait::startMicros)
                .containsExactly(0L, 79_000L);
    }

    @Test
    void nor_is_it_where_the_wait_before_was_too_short_to_be_seen() {
        episodes.add(new Moment(40_000, 40_000, 0), List.of(), new Behind(List.of(old())));
        micros = 40_000;
        // Twice, as a session may wait for a core before it says when it began.
        see(2, old());
        episodes.add(
                new Moment(100_000, 100_000, 0),
                List.of(new Waiter(WAITER.key(), 16_384, 59_000, 59_000)),
                new Behind(List.of(old())));

        assertThat(episodes.end(oid -> "orders"))
                .singleElement()
                .extracting(SampledWait::startMicros)
                .isEqualTo(59_000L);
    }
}
