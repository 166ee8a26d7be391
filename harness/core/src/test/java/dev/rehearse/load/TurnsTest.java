package dev.rehearse.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void clients_that_fail_again_at_once_try_in_even_steps_however_many_they_are() {
        for (int clients : new int[] {1, 3, 50}) {
            Turns turns = new Turns(10_000);
            Random taken = new Random(clients);
            TreeSet<Long> attempts = new TreeSet<>();
            for (int i = 0; i < clients; i++) {
                attempts.add(turns.next(1_000_000));
            }
            long attempt = 1_000_000;
            for (int i = 0; i < 1_000; i++) {
                assertThat(attempts.pollFirst()).isEqualTo(attempt);
                attempts.add(turns.next(attempt + 1 + taken.nextInt(9_000)));
                attempt += 10_000;
            }
        }
    }

    @Test
    void nobody_waits_for_a_turn_after_a_while_without_any() {
        Turns turns = new Turns(10_000);
        turns.next(1_000_000);

        assertThat(turns.next(5_000_000)).isEqualTo(5_000_000);
        assertThat(turns.next(5_000_001)).isEqualTo(5_010_000);
    }
}
