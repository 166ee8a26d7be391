package dev.rehearse.junit;

import dev.rehearse.report.RehearsalReport;

/** The entry to the assertions on reports, beside AssertJ's own. */
public final class RehearseAssertions {

    private RehearseAssertions() {}

    public static RehearsalAssert assertThat(RehearsalReport report) {
        return new RehearsalAssert(report);
    }
}
