package com.example.ledger;

import static dev.rehearse.junit.RehearseAssertions.assertThat;

import dev.rehearse.junit.Rehearse;
import dev.rehearse.report.RehearsalReport;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Rehearse(plan = "src/test/rehearsals/index-the-entries")
class IndexTheEntriesTest extends LedgerWorkload {

    @BeforeAll
    static void ask_liquibase() throws Exception {
        Changelog.write("db/changelog.sql", Path.of("target/liquibase/changelog"));
    }

    @Test
    void booking_goes_on(RehearsalReport report) {
        assertThat(report).isGo().losesNoData().rollsBackCleanly();
    }
}
