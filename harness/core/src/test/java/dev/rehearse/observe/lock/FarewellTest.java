package dev.rehearse.observe.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.observe.SessionNames;
import dev.rehearse.observe.Sessions;
import dev.rehearse.observe.lock.LockEpisodes.Key;
import dev.rehearse.observe.lock.LockEpisodes.Moment;
import dev.rehearse.observe.lock.LockEpisodes.Waiter;
import dev.rehearse.recording.LockWait.Blocking;
import dev.rehearse.recording.LockWait.Ended;
import dev.rehearse.recording.LockWait.SessionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A wait that began at 900 ms, was seen at 1,000 ms, and was gone at 1,005 ms. */
class FarewellTest {

    private static final int WAITER = 100;
    private static final int HOLDER = 200;
    private static final Key WANTED = new Key(WAITER, "relation", 16_384, "", "AccessShareLock");
    private static final Witnesses.Activity IDLE = activity(1_004_000, -1, false);
    private static final Witnesses.Activity IN_TRANSACTION = activity(100_000, 100_000, false);
    private static final Witnesses.Activity IN_A_LATER_ONE = activity(1_003_000, 1_002_000, false);

    private List<Integer> blockers = List.of(HOLDER);
    private List<Blocking> chain = List.of();
    private Map<Integer, Sessions.Activity> inTheWay = Map.of();
    private boolean deadlocked;
    private long deadlockTimeout = 1_000_000;
    private Sessions.@Nullable Activity waiting;
    private Key wanted = WANTED;
    private Witnesses before = Witnesses.NONE;

    private static Witnesses.Activity activity(long stateChange, long transaction, boolean failed) {
        return new Witnesses.Activity(null, stateChange, 100_000, transaction, failed, true);
    }

    private Witnesses.Lock held(int pid, String mode) {
        return new Witnesses.Lock(
                new Key(pid, wanted.lockType(), wanted.relationOid(), wanted.object(), mode), true, -1);
    }

    private SampledWait settled(Map<Integer, Witnesses.Activity> activities, Witnesses.Lock... locks) {
        LockEpisodes episodes = new LockEpisodes(false);
        episodes.add(
                new Moment(1_000_000, 1_000_100, 0), List.of(new Waiter(wanted, 16_384, 900_000, 900_000)), context());
        episodes.add(new Moment(1_005_000, 1_005_100, 0), List.of(), context());
        Map<Integer, List<Witnesses.Lock>> byPid = new java.util.HashMap<>();
        for (Witnesses.Lock lock : locks) {
            byPid.computeIfAbsent(lock.key().pid(), p -> new ArrayList<>()).add(lock);
        }
        Witnesses witnesses = new Witnesses(new Moment(1_005_000, 1_005_200, 0), activities, byPid);
        return episodes.settle(
                        witnesses.farewells(episodes.leaving(), before, deadlockTimeout),
                        CloseLooks.NONE,
                        oid -> "orders")
                .get(0);
    }

    private Ended end(Map<Integer, Witnesses.Activity> activities, Witnesses.Lock... locks) {
        return settled(activities, locks).end();
    }

    private LockEpisodes.Context context() {
        return new LockEpisodes.Context() {
            @Override
            public SessionNames.Session session(int pid, long micros) {
                return new SessionNames.Session("waiter", SessionKind.OTHER);
            }

            @Override
            public Sessions.@Nullable Activity activity(int pid) {
                return waiting;
            }

            @Override
            public @Nullable String object(Key key) {
                return null;
            }

            @Override
            public List<Blocking> chain(int pid, long micros) {
                return chain;
            }

            @Override
            public Map<Integer, Sessions.Activity> activities(List<Blocking> chain) {
                return inTheWay;
            }

            @Override
            public List<Integer> blockers(int pid) {
                return blockers;
            }

            @Override
            public boolean isDeadlocked(int pid) {
                return deadlocked;
            }
        };
    }

    @Test
    void who_was_in_the_way_and_still_is_cannot_have_let_the_waiter_in() {
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IN_TRANSACTION), held(HOLDER, "AccessExclusiveLock")))
                .isEqualTo(Ended.GAVE_UP);
        // Its client may have left after a timeout.
        assertThat(end(Map.of(HOLDER, IN_TRANSACTION), held(HOLDER, "AccessExclusiveLock")))
                .isEqualTo(Ended.GAVE_UP);
    }

    @Test
    void who_let_go_or_took_the_lock_anew_let_the_waiter_in() {
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE))).isEqualTo(Ended.GRANTED);
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IN_TRANSACTION), held(HOLDER, "AccessShareLock")))
                .isEqualTo(Ended.GRANTED);
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IN_A_LATER_ONE), held(HOLDER, "AccessExclusiveLock")))
                .isEqualTo(Ended.GRANTED);
    }

    @Test
    void who_may_have_let_go_only_after_the_waiter_had_gone_on_need_not_have_let_it_in() {
        Witnesses.Activity committed = new Witnesses.Activity(null, 1_003_000, 1_002_000, -1, false, true);

        assertThat(end(Map.of(WAITER, activity(1_001_000, -1, false), HOLDER, committed)))
                .isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, activity(1_002_500, -1, false), HOLDER, committed)))
                .isEqualTo(Ended.GRANTED);
        assertThat(end(Map.of(WAITER, activity(1_001_000, -1, false), HOLDER, IN_A_LATER_ONE)))
                .isEqualTo(Ended.GRANTED);
    }

    @Test
    void who_ran_nothing_and_is_gone_may_have_left_after_the_waiter_gave_up() {
        Witnesses.Activity failed = activity(1_004_000, -1, true);
        Witnesses.Activity atWork = new Witnesses.Activity(null, 100_000, 100_000, 100_000, false, false);
        before = seen(Map.of(HOLDER, IN_TRANSACTION));

        assertThat(end(Map.of(WAITER, IDLE))).isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, failed))).isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of())).isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, IN_TRANSACTION))).isEqualTo(Ended.GRANTED);
        assertThat(end(Map.of(WAITER, IDLE), held(WAITER, "AccessShareLock"))).isEqualTo(Ended.GRANTED);

        before = seen(Map.of(HOLDER, atWork));
        assertThat(end(Map.of(WAITER, IDLE))).isEqualTo(Ended.GRANTED);

        before = Witnesses.NONE;
        assertThat(end(Map.of(WAITER, IDLE))).as("nobody looked").isEqualTo(Ended.GRANTED);
        inTheWay = Map.of(HOLDER, doing(false));
        chain = List.of(new Blocking(HOLDER, "holder", SessionKind.OTHER, null, false));
        assertThat(end(Map.of(WAITER, IDLE)))
                .as("it ran nothing when first seen")
                .isEqualTo(Ended.UNKNOWN);
        inTheWay = Map.of(HOLDER, doing(true));
        assertThat(end(Map.of(WAITER, IDLE))).isEqualTo(Ended.GRANTED);
    }

    @Test
    void who_ran_nothing_and_is_about_to_go_may_have_let_go_after_the_waiter_gave_up() {
        before = seen(Map.of(HOLDER, IN_TRANSACTION));
        Witnesses.Activity leaving = activity(100_000, -1, false);

        assertThat(end(Map.of(WAITER, IDLE, HOLDER, leaving))).isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, IN_TRANSACTION, HOLDER, leaving))).isEqualTo(Ended.GRANTED);
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE))).as("by a statement").isEqualTo(Ended.GRANTED);
    }

    private static Sessions.Activity doing(boolean running) {
        return new Sessions.Activity("holder", "client backend", "LOCK orders", 0, 0, 0, true, running, true, 0);
    }

    private static Witnesses seen(Map<Integer, Witnesses.Activity> activities) {
        return new Witnesses(new Moment(1_000_000, 1_000_200, 0), activities, Map.of());
    }

    @Test
    void a_wait_whose_blockers_were_never_seen_was_granted_only_where_its_lock_is_seen() {
        blockers = List.of();

        assertThat(end(Map.of(WAITER, IDLE))).isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of())).isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, IN_TRANSACTION), held(WAITER, "AccessShareLock")))
                .isEqualTo(Ended.GRANTED);
    }

    @Test
    void a_lock_that_may_outlive_a_transaction_does_not_tell_whether_it_was_taken_anew() {
        Witnesses.Activity inOneStatement = activity(100_000, 1_002_000, false);
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, inOneStatement), held(HOLDER, "AccessExclusiveLock")))
                .isEqualTo(Ended.UNKNOWN);

        wanted = new Key(WAITER, "advisory", 0, "0/7/1", "ExclusiveLock");
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IN_A_LATER_ONE), held(HOLDER, "ExclusiveLock")))
                .isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE), held(HOLDER, "ExclusiveLock")))
                .isEqualTo(Ended.GAVE_UP);
    }

    /** Those who extend a table take that lock again and again. */
    @Test
    void a_lock_that_is_taken_for_moments_was_not_given_up_where_its_holder_has_it_again_and_makes_no_deadlock() {
        wanted = new Key(WAITER, "extend", 16_384, "", "ExclusiveLock");
        deadlocked = true;

        assertThat(end(Map.of(WAITER, IN_TRANSACTION, HOLDER, IN_TRANSACTION), held(HOLDER, "ExclusiveLock")))
                .isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, IN_TRANSACTION, HOLDER, IN_TRANSACTION))).isEqualTo(Ended.GRANTED);
    }

    @Test
    void of_a_deadlock_the_victim_is_known_while_it_has_not_rolled_back_and_the_others_while_they_go_on() {
        deadlocked = true;

        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IN_TRANSACTION), held(HOLDER, "AccessExclusiveLock")))
                .isEqualTo(Ended.DEADLOCK);
        assertThat(end(Map.of(WAITER, activity(1_004_000, -1, true), HOLDER, IDLE)))
                .isEqualTo(Ended.DEADLOCK);
        assertThat(end(Map.of(WAITER, IN_TRANSACTION, HOLDER, IDLE))).isEqualTo(Ended.GRANTED);
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE))).isEqualTo(Ended.UNKNOWN);
    }

    @Test
    void of_a_deadlock_whose_sessions_went_on_at_once_the_victim_is_who_looked_for_one_between_the_samples() {
        deadlocked = true;
        deadlockTimeout = 102_000;
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE))).isEqualTo(Ended.DEADLOCK);
        deadlockTimeout = 94_000;
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE)))
                .as("it waited on after its look")
                .isEqualTo(Ended.UNKNOWN);
        deadlockTimeout = 110_000;
        assertThat(end(Map.of(WAITER, IDLE, HOLDER, IDLE)))
                .as("it never looked")
                .isEqualTo(Ended.UNKNOWN);
    }

    @Test
    void a_circle_that_was_broken_before_the_last_answer_was_a_circle_when_the_wait_was_last_seen() {
        LockEpisodes episodes = new LockEpisodes(false);
        List<Waiter> waiters = List.of(new Waiter(WANTED, 16_384, 900_000, 900_000));
        deadlocked = true;
        episodes.add(new Moment(995_000, 995_100, 0), waiters, context());
        deadlocked = false;
        episodes.add(new Moment(1_000_000, 1_000_100, 0), waiters, context());
        assertThat(episodes.unsettled()).singleElement().matches(Episode::deadlocked);

        episodes.add(new Moment(1_005_000, 1_005_100, 0), waiters, context());
        assertThat(episodes.unsettled()).singleElement().matches(e -> !e.deadlocked());
    }

    @Test
    void who_shares_a_lock_had_it_by_when_another_had_gone_on_with_it_however_late_it_has_a_core_to_know() {
        int other = 101;
        Key sameLock = new Key(other, "relation", 16_384, "", "AccessShareLock");
        LockEpisodes episodes = new LockEpisodes(false);
        episodes.add(
                new Moment(1_000_000, 1_000_100, 0),
                List.of(new Waiter(WANTED, 16_384, 900_000, 900_000), new Waiter(sameLock, 16_384, 901_000, 901_000)),
                context());
        episodes.add(new Moment(1_030_000, 1_030_100, 0), List.of(), context());
        Map<Integer, Witnesses.Activity> activities = Map.of(
                WAITER, activity(1_029_000, -1, false),
                other, activity(1_001_000, -1, false),
                HOLDER, activity(1_025_000, -1, false));
        Witnesses witnesses = new Witnesses(new Moment(1_030_200, 1_030_300, 0), activities, Map.of());

        assertThat(episodes.settle(
                        witnesses.farewells(episodes.leaving(), before, deadlockTimeout),
                        CloseLooks.NONE,
                        oid -> "orders"))
                .allSatisfy(wait -> {
                    assertThat(wait.endMicros()).isEqualTo(1_000_500);
                    assertThat(wait.end()).isEqualTo(Ended.GRANTED);
                })
                .extracting(SampledWait::errorMicros)
                .as("to when the one and the other had gone on")
                .containsExactly(28_500L, 500L);
    }

    @Test
    void a_statement_that_began_with_its_wait_while_the_sample_was_taken_is_no_sign_that_the_wait_is_over() {
        LockEpisodes episodes = new LockEpisodes(false);
        episodes.add(
                new Moment(1_000_000, 1_004_000, 0),
                List.of(new Waiter(WANTED, 16_384, 1_002_000, 1_002_000)),
                context());
        episodes.add(new Moment(1_030_000, 1_030_100, 0), List.of(), context());
        Witnesses witnesses = new Witnesses(
                new Moment(1_030_200, 1_030_300, 0), Map.of(WAITER, activity(1_001_900, 1_001_900, false)), Map.of());

        assertThat(episodes.settle(
                        witnesses.farewells(episodes.leaving(), before, deadlockTimeout),
                        CloseLooks.NONE,
                        oid -> "orders"))
                .singleElement()
                .satisfies(wait ->
                        assertThat(wait.endMicros() + wait.errorMicros()).isGreaterThanOrEqualTo(1_030_300));
    }

    @Test
    void between_samples_that_lie_far_apart_a_wait_ended_shortly_before_its_session_was_seen_to_go_on() {
        blockers = List.of();
        assertThat(settled(Map.of(WAITER, activity(1_004_900, -1, false))).endMicros())
                .isEqualTo(1_002_900);
        assertThat(settled(Map.of(WAITER, activity(1_000_900, -1, false))).endMicros())
                .isEqualTo(1_000_450);
    }

    @Test
    void of_those_who_get_a_lock_one_after_the_other_the_first_had_it_when_it_was_free_the_others_later() {
        Key alone = new Key(WAITER, "tuple", 16_384, "0/1", "ExclusiveLock");
        Key alsoAlone = new Key(101, "tuple", 16_384, "0/1", "ExclusiveLock");
        LockEpisodes episodes = new LockEpisodes(false);
        episodes.add(
                new Moment(1_000_000, 1_000_100, 0),
                List.of(new Waiter(alone, 16_384, 900_000, 900_000), new Waiter(alsoAlone, 16_384, 901_000, 901_000)),
                context());
        episodes.add(new Moment(1_020_000, 1_020_000, 0), List.of(), context());
        Map<Integer, Witnesses.Activity> activities = Map.of(HOLDER, activity(1_001_000, -1, false));
        Witnesses witnesses = new Witnesses(new Moment(1_020_000, 1_020_000, 0), activities, Map.of());

        assertThat(episodes.settle(
                        witnesses.farewells(episodes.leaving(), before, deadlockTimeout),
                        CloseLooks.NONE,
                        oid -> "orders"))
                .extracting(SampledWait::endMicros)
                .containsExactly(1_001_000L, 1_013_888L);
    }

    /** Eight, seen at 1,000 ms and gone at 1,030 ms. */
    private void queue(LockEpisodes episodes, String lockType, String mode) {
        List<Waiter> queue = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long start = 900_000 + i;
            queue.add(new Waiter(new Key(WAITER + i, lockType, 16_384, "0/1", mode), 16_384, start, start));
        }
        episodes.add(new Moment(1_000_000, 1_000_100, 0), queue, context());
        episodes.add(new Moment(1_030_000, 1_030_000, 0), List.of(), context());
    }

    /** Of those eight the third has gone on at 1,010 ms; who was in their way says at 1,025 ms that it has let go. */
    private List<Long> endsOfMany(String lockType, String mode) {
        LockEpisodes episodes = new LockEpisodes(false);
        queue(episodes, lockType, mode);
        Map<Integer, Witnesses.Activity> activities =
                Map.of(WAITER + 2, activity(1_010_000, -1, false), HOLDER, activity(1_025_000, -1, false));
        Witnesses witnesses = new Witnesses(new Moment(1_030_000, 1_030_000, 0), activities, Map.of());
        return episodes
                .settle(
                        witnesses.farewells(episodes.leaving(), before, deadlockTimeout),
                        CloseLooks.NONE,
                        oid -> "orders")
                .stream()
                .map(SampledWait::endMicros)
                .toList();
    }

    @Test
    void of_many_woken_at_once_the_first_to_go_on_tells_when_and_not_who_let_go_and_then_had_no_core_to_say_so() {
        assertThat(endsOfMany("relation", "AccessShareLock")).hasSize(8).containsOnly(1_008_000L);
    }

    @Test
    void who_comes_before_one_that_has_gone_on_had_the_lock_before_it() {
        assertThat(endsOfMany("tuple", "ExclusiveLock"))
                .containsExactly(
                        1_005_069L, 1_006_319L, 1_007_569L, 1_017_708L, 1_018_958L, 1_020_208L, 1_021_458L, 1_022_708L);
    }

    @Test
    void closer_looks_tell_between_which_of_them_each_of_a_queue_had_its_turn() {
        assertThat(endsBetweenLooks("relation", "AccessExclusiveLock"))
                .as("each keeps it until its transaction ends")
                .containsExactly(
                        1_012_500L, 1_013_500L, 1_014_500L, 1_015_500L, 1_015_500L, 1_016_500L, 1_017_500L, 1_018_500L);
        assertThat(endsBetweenLooks("tuple", "ExclusiveLock"))
                .as("each passes it on as soon as it has a core")
                .containsExactly(
                        1_013_944L, 1_014_277L, 1_014_610L, 1_014_944L, 1_016_944L, 1_017_277L, 1_017_610L, 1_017_944L);
    }

    private List<Long> endsBetweenLooks(String lockType, String mode) {
        CloseLooks looks = (wanted, start, since, until) -> Optional.of(
                wanted.pid() < WAITER + 4
                        ? CloseLooks.Window.queued(1_012_000, 1_013_000).awake(1_016_000)
                        : CloseLooks.Window.queued(1_015_000, 1_016_000).awake(1_019_000));
        LockEpisodes episodes = new LockEpisodes(false);
        Witnesses witnesses = new Witnesses(new Moment(1_030_000, 1_030_000, 0), Map.of(), Map.of());
        queue(episodes, lockType, mode);
        return episodes
                .settle(witnesses.farewells(episodes.leaving(), before, deadlockTimeout), looks, oid -> "")
                .stream()
                .map(SampledWait::endMicros)
                .toList();
    }

    @Test
    void of_a_queue_each_had_its_turn_after_those_before_it_were_last_seen_and_before_those_after_it_were_gone() {
        CloseLooks looks = (wanted, start, since, until) -> Optional.of(
                switch (wanted.pid() - WAITER) {
                    case 0 -> CloseLooks.Window.queued(1_018_000, 1_019_000).awake(1_030_000);
                    case 7 -> CloseLooks.Window.queued(1_001_000, 1_002_000).awake(1_020_000);
                    default -> CloseLooks.Window.queued(1_001_000, 1_002_000).awake(1_030_000);
                });
        LockEpisodes episodes = new LockEpisodes(false);
        Witnesses witnesses = new Witnesses(new Moment(1_030_000, 1_030_000, 0), Map.of(), Map.of());
        queue(episodes, "relation", "AccessExclusiveLock");

        assertThat(episodes.settle(witnesses.farewells(episodes.leaving(), before, deadlockTimeout), looks, oid -> ""))
                .extracting(SampledWait::endMicros)
                .hasSize(8)
                .allSatisfy(end -> assertThat(end).isBetween(1_018_000L, 1_020_000L));
    }

    @Test
    void one_of_a_queue_that_was_gone_before_another_was_last_seen_gave_up_and_says_nothing_of_it() {
        CloseLooks looks = (wanted, start, since, until) -> Optional.of(
                wanted.pid() == WAITER + 7
                        ? CloseLooks.Window.queued(1_001_000, 1_002_000).awake(1_003_000)
                        : CloseLooks.Window.queued(1_018_000, 1_019_000).awake(1_026_000));
        LockEpisodes episodes = new LockEpisodes(false);
        Witnesses witnesses = new Witnesses(new Moment(1_030_000, 1_030_000, 0), Map.of(), Map.of());
        queue(episodes, "relation", "AccessExclusiveLock");

        assertThat(episodes.settle(witnesses.farewells(episodes.leaving(), before, deadlockTimeout), looks, oid -> ""))
                .extracting(SampledWait::endMicros)
                .startsWith(1_018_571L)
                .endsWith(1_025_428L, 1_002_000L);
    }

    @Test
    void the_end_of_a_wait_is_told_when_the_closer_looks_have_come_that_show_it() {
        AtomicReference<CloseLooks.Window> window = new AtomicReference<>();
        CloseLooks looks = (wanted, start, since, until) -> Optional.ofNullable(window.get());
        LockEpisodes episodes = new LockEpisodes(false);
        Witnesses witnesses = new Witnesses(new Moment(1_030_000, 1_030_000, 0), Map.of(), Map.of());
        queue(episodes, "relation", "AccessShareLock");

        assertThat(episodes.settle(witnesses.farewells(episodes.leaving(), before, deadlockTimeout), looks, oid -> ""))
                .isEmpty();
        assertThat(episodes.isSettled()).isFalse();
        assertThat(episodes.leaving()).isEmpty();

        window.set(CloseLooks.Window.queued(1_012_000, 1_013_000).awake(1_022_000));
        assertThat(episodes.settle(Map.of(), looks, oid -> ""))
                .hasSize(8)
                .allSatisfy(wait -> assertThat(wait.endMicros()).isEqualTo(1_012_500));
        assertThat(episodes.isSettled()).isTrue();
    }

    @Test
    void who_sleeps_without_the_lock_sleeps_for_another_of_the_type_by_now() {
        Witnesses.Activity asleep = new Witnesses.Activity("relation", 900_000, 900_000, 900_000, false, false);
        assertThat(end(Map.of(WAITER, asleep))).isEqualTo(Ended.GRANTED);
    }

    @Test
    void a_chain_that_changed_between_two_samples_had_half_of_the_time_between_them() {
        List<Waiter> waiters = List.of(new Waiter(WANTED, 16_384, 900_000, 900_000));
        Blocking holder = new Blocking(HOLDER, "holder", SessionKind.OTHER, null, false);
        Blocking next = new Blocking(300, "next", SessionKind.OTHER, null, false);
        LockEpisodes episodes = new LockEpisodes(false);
        chain = List.of(holder);
        episodes.add(new Moment(910_000, 910_000, 0), waiters, context());
        episodes.add(new Moment(930_000, 930_000, 0), waiters, context());
        chain = List.of(next);
        episodes.add(new Moment(960_000, 960_000, 0), waiters, context());

        assertThat(episodes.unsettled())
                .singleElement()
                .satisfies(wait ->
                        assertThat(wait.chain(60_000)).extracting(Blocking::pid).containsExactly(HOLDER));
    }

    @Test
    void a_statement_that_began_after_the_wait_is_not_the_one_that_waited() {
        waiting =
                new Sessions.Activity("app", "client backend", "SELECT 1", 899_999, 0, 0, false, true, true, 1_000_000);
        assertThat(settled(Map.of()).query()).isEqualTo("SELECT 1");

        waiting =
                new Sessions.Activity("app", "client backend", "SELECT 2", 900_001, 0, 0, false, true, true, 1_000_000);
        assertThat(settled(Map.of()).query()).isNull();
        assertThat(settled(Map.of()).applicationName()).isEqualTo("app");
    }

    /** Locks are looked at a moment before what their holders do. */
    @Test
    void one_who_had_the_lock_still_and_let_go_a_moment_later_did_not_give_it_to_one_who_had_gone() {
        Witnesses.Activity waiter = activity(1_003_000, -1, false);
        Witnesses.Activity committed = new Witnesses.Activity(null, 1_005_150, 1_005_120, -1, false, true);

        assertThat(end(Map.of(WAITER, waiter, HOLDER, committed), held(HOLDER, "AccessExclusiveLock")))
                .isEqualTo(Ended.UNKNOWN);
        assertThat(end(Map.of(WAITER, waiter, HOLDER, IN_A_LATER_ONE), held(HOLDER, "AccessExclusiveLock")))
                .as("taken anew")
                .isEqualTo(Ended.GRANTED);
    }
}
