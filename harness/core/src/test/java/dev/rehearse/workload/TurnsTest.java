package dev.rehearse.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.RunClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TurnsTest {

    private final RunClock clock = new RunClock();

    @Test
    @Timeout(60)
    void whoever_asks_gets_a_turn_and_no_two_are_closer_than_they_should_be() throws InterruptedException {
        Turns turns = new Turns(clock, last -> last + 2_000);
        List<Long> taken = Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread client = new Thread(() -> {
                taken.add(turns.take(() -> false));
                taken.add(turns.take(() -> false));
            });
            clients.add(client);
            client.start();
        }
        for (Thread client : clients) {
            client.join();
        }

        assertThat(taken).hasSize(16);
        Collections.sort(taken);
        for (int i = 1; i < taken.size(); i++) {
            assertThat(taken.get(i) - taken.get(i - 1)).isGreaterThanOrEqualTo(2_000);
        }
    }

    @Test
    @Timeout(60)
    void a_turn_that_has_become_useless_is_not_waited_for() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        AtomicBoolean useless = new AtomicBoolean();
        Turns turns = new Turns(clock, last -> last + 3_600_000_000L);
        turns.take(() -> false);
        Thread client = new Thread(() -> turns.take(() -> {
            waits.countDown();
            return useless.get();
        }));
        client.start();
        waits.await();

        useless.set(true);
        while (client.isAlive()) {
            java.util.concurrent.locks.LockSupport.unpark(client);
            client.join(1);
        }
    }

    @Test
    @Timeout(60)
    void a_turn_that_may_be_sooner_than_it_was_is_taken_then() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        AtomicLong apart = new AtomicLong(3_600_000_000L);
        Turns turns = new Turns(clock, last -> last + apart.get());
        turns.take(() -> false);
        Thread client = new Thread(() -> turns.take(() -> {
            waits.countDown();
            return false;
        }));
        client.start();
        waits.await();

        apart.set(0);
        turns.lookAgain();
        client.join();
    }
}
