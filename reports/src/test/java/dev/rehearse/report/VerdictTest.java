package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {

    /** Builds decide by these numbers. */
    @Test
    void the_exit_codes_stay() {
        assertThat(Verdict.values()).containsExactly(Verdict.GO, Verdict.NO_GO, Verdict.INCONCLUSIVE);
        assertThat(Verdict.values()).extracting(Verdict::exitCode).containsExactly(0, 1, 3);
    }
}
