package com.example.ledger;

import static dev.rehearse.junit.RehearseAssertions.assertThat;

import dev.rehearse.junit.EachMigration;
import dev.rehearse.junit.Rehearse;
import dev.rehearse.report.RehearsalReport;
import org.junit.jupiter.api.Test;

@Rehearse(from = "accounts", with = "{ name: index the entries, data: { rows: { entry: 600_000, account: 20_000 } } }")
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
