package dev.rehearse.observe.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.observe.ServerClock;
import dev.rehearse.observe.lock.CloseLooks.Window;
import dev.rehearse.observe.lock.LockEpisodes.Key;
import dev.rehearse.recording.RunClock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Looks at a process 7 that waits since 100, asked for by the sampler from 1,000 on; the server's clock is the run's. */
class LooksTest {

    private static final Key RELATION = new Key(7, "relation", 16_384, "", "AccessShareLock");
    private static final Key ROW = new Key(7, "tuple", 16_384, "0/1", "ExclusiveLock");
    private static final long NEVER = Long.MIN_VALUE;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Looks looks = new Looks(new ServerClock(new RunClock()));

    private Window window(Key wanted, long untilMicros) {
        return looks.window(wanted, 100, 1_000, untilMicros);
    }

    @Test
    void a_wait_ended_between_the_last_look_that_shows_it_and_the_first_that_does_not() {
        assertThat(looks.add("900 910 920 7 relation\n1000 1010 1020 7 relation 8 tuple\n2000 2010 2020 7 relation\n"
                        + "3500 3510 3520 8 relation\n4000 4010 4020"))
                .isFalse();

        assertThat(window(RELATION, 5_000)).isEqualTo(new Window(2_000, 2_000, 3_000, 3_510, UNKNOWN));
        assertThat(window(RELATION, 2_000))
                .as("what it sleeps for by then is another")
                .isEqualTo(new Window(1_000, 1_000, 2_000, 2_010, UNKNOWN));
        assertThat(looks.reach(4_020)).isTrue();
        assertThat(looks.reach(4_021)).isFalse();
    }

    @Test
    void a_look_may_show_any_number_of_sessions() {
        assertThat(looks.add("1000 1010 1020" + " 8 tuple 8 100".repeat(10_000) + " 7 relation"))
                .isTrue();

        assertThat(window(RELATION, 5_000).asleepMicros()).isEqualTo(1_000);
    }

    @Test
    void of_very_many_sessions_fewer_looks_are_kept() {
        String others = IntStream.range(100, 5_100)
                .mapToObj(pid -> " " + pid + " tuple")
                .collect(Collectors.joining());
        looks.add("1000 1010 1020 7 relation" + others);
        assertThat(window(RELATION, 90_000).asleepMicros()).isEqualTo(1_000);

        for (int look = 2; look <= 40; look++) {
            looks.add(look + "000 " + look + "010 " + look + "020" + others);
        }

        assertThat(window(RELATION, 90_000)).as("of which no look is left").isEqualTo(Window.UNKNOWN.awake(2_010));
        assertThat(looks.reach(40_020)).isTrue();
        looks.clear();
        looks.add("1000 1010 1020 7 relation" + others);
        assertThat(window(RELATION, 90_000).asleepMicros()).isEqualTo(1_000);
    }

    @Test
    void no_look_tells_nothing() {
        assertThat(looks.add("NOTICE of somebody else\n12 13")).isFalse();
        assertThat(looks.reach(0)).isFalse();
        assertThat(window(RELATION, 5_000)).isEqualTo(Window.UNKNOWN);
    }

    @Test
    void the_waits_of_one_who_wants_a_row_are_known_by_when_they_began() {
        assertThat(looks.add(
                        "1000 1010 1020 7 tuple 7 100\n2000 2010 2900 7 tuple 7 100\n3000 3010 3020 7 tuple 7 2950"))
                .isTrue();

        assertThat(window(ROW, 5_000)).isEqualTo(new Window(2_010, 2_010, 3_000, 3_020, 2_950));
    }

    @Test
    void one_who_sleeps_on_when_it_was_granted_a_row_s_lock_does_not_know_it_yet() {
        looks.add(
                "1000 1010 1020 7 tuple 7 100\n2000 2010 2020 7 tuple\n3000 3010 3020 7 tuple\n4000 4010 4020 7 transactionid");

        assertThat(window(ROW, 5_000)).isEqualTo(new Window(1_010, 3_000, 4_000, 4_010, UNKNOWN));
    }

    @Test
    void one_who_was_awake_meanwhile_sleeps_for_another() {
        looks.add("1000 1010 1020 7 tuple 7 100\n2000 2010 2020\n3000 3010 3020 7 tuple");

        assertThat(window(ROW, 5_000)).isEqualTo(new Window(1_010, 1_010, 2_000, 2_010, UNKNOWN));
    }

    @Test
    void a_wait_that_no_look_shows_may_have_ended_at_any_time_before_its_session_was_seen_awake() {
        looks.add("1000 1010 1020 8 tuple 8 100\n2000 2010 2020 7 tuple 7 1500");

        assertThat(window(ROW, 5_000)).isEqualTo(new Window(NEVER, NEVER, UNKNOWN, 1_010, 1_500));
    }
}
