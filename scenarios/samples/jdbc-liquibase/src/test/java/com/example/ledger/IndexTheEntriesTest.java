package com.example.ledger;

import static dev.rehearse.junit.RehearseAssertions.assertThat;

import dev.rehearse.junit.EachMigration;
import dev.rehearse.junit.Rehearse;
import dev.rehearse.report.RehearsalReport;
import org.junit.jupiter.api.Test;

@Rehearse(plan = "src/test/rehearsals/index-the-entries")
class IndexTheEntriesTest extends LedgerWorkload {

    @EachMigration
    void booking_goes_on(RehearsalReport report) {
        assertThat(report).isGo();
    }

    @Test
    void there_is_a_way_back(RehearsalReport report) {
        assertThat(report).losesNoData().rollsBackCleanly();
    }
}
