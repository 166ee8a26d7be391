package com.example.shop;

import static dev.rehearse.junit.RehearseAssertions.assertThat;

import dev.rehearse.junit.Rehearse;
import dev.rehearse.report.RehearsalReport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@Rehearse(migrations = "db/migration", from = "1", to = "2", rows = 300_000)
class OrdersMigrationTest extends ShopWorkload {

    @Test
    void runs_without_blocking_checkout(RehearsalReport report) {
        assertThat(report)
                .isGo()
                .hasNoLockWaitLongerThan(Duration.ofMillis(400))
                .losesNoData()
                .rollsBackCleanly();
    }
}
