package dev.rehearse.data.anonymize.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeaningTest {

    @Test
    void a_location_is_personal_unless_it_is_one_word_of_a_program() {
        assertThat(Meaning.isPersonal("location", "header")).isFalse();
        for (String value : new String[] {"lindenweg-7", "anna.kowalska", "lindenweg7", "Berlin"}) {
            assertThat(Meaning.isPersonal("location", value)).as(value).isTrue();
        }
        assertThat(Meaning.isPersonal("address", "lindenweg")).isTrue();
        assertThat(Meaning.isPersonal("homeLocation", "lindenweg")).isTrue();
    }
}
