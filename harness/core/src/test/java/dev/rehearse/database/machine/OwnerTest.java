package dev.rehearse.database.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnerTest {

    @Test
    void this_process_is_alive_and_survives_being_written_down() {
        Owner we = Owner.current();

        assertThat(we.state()).isEqualTo(Owner.State.ALIVE);
        assertThat(Owner.parse(we.toString())).contains(we);
    }

    @Test
    void an_earlier_process_with_our_number_is_dead() {
        Owner we = Owner.current();

        assertThat(new Owner(we.pid(), we.started() + "0", we.machine(), we.boot(), we.namespace()).state())
                .isEqualTo(Owner.State.DEAD);
    }

    @Test
    void who_lived_before_the_last_boot_of_this_machine_is_dead() {
        Owner we = Owner.current();

        assertThat(new Owner(we.pid(), we.started(), we.machine(), "other-boot", we.namespace()).state())
                .isEqualTo(we.machine().isEmpty() ? Owner.State.ELSEWHERE : Owner.State.DEAD);
        assertThat(new Owner(we.pid(), we.started(), "", "other-boot", we.namespace()).state())
                .isEqualTo(Owner.State.ELSEWHERE);
    }

    @Test
    void in_another_container_or_on_another_machine_nobody_can_be_judged() {
        Owner we = Owner.current();

        assertThat(new Owner(we.pid(), "1", we.machine(), we.boot(), "4026531999").state())
                .isEqualTo(Owner.State.ELSEWHERE);
        assertThat(Owner.parse("not an owner")).isEmpty();
    }
}
