package dev.rehearse.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstConnectionTest {

    @Test
    void the_driver_goes_as_far_as_to_prove_that_it_knows_the_password() {
        assertThat(FirstConnection.make()).isTrue();
    }
}
