package com.example.shop;

import static dev.rehearse.junit.RehearseAssertions.assertThat;

import dev.rehearse.junit.Rehearse;
import dev.rehearse.report.RehearsalReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same column as one would write it at first; it is here to be seen failing: {@code mvn test -Pcareless}. */
@Tag("careless")
@Rehearse(
        migrations = {"db/migration", "db/careless"},
        from = "1",
        to = "1.1",
        rows = 300_000,
        with = "budget: { longestLockWait: 100ms }")
class CarelessMigrationTest extends ShopWorkload {

    @Test
    void runs_without_blocking_checkout(RehearsalReport report) {
        assertThat(report).isGo();
    }
}
