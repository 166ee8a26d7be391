package com.example.ledger;

import static dev.rehearse.junit.RehearseAssertions.assertThat;

import dev.rehearse.junit.Rehearse;
import dev.rehearse.report.RehearsalReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same index as one would write it at first; it is here to be seen failing: {@code mvn test -Pcareless}. */
@Tag("careless")
@Rehearse(plan = "src/test/rehearsals/careless")
class CarelessIndexTest extends LedgerWorkload {

    @Test
    void booking_goes_on(RehearsalReport report) {
        assertThat(report).isGo();
    }
}
