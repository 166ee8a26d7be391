package dev.rehearse.database.choice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineReportIT {

    @Test
    void it_says_of_everything_that_matters_what_is_there_and_how_to_get_the_rest() {
        MachineReport report = MachineReport.look();

        assertThat(report.facts())
                .extracting(MachineReport.Fact::what)
                .contains(
                        "container engine",
                        "PostgreSQL on this machine",
                        "embedded PostgreSQL",
                        "user that runs the embedded server",
                        "Maven",
                        "kept databases",
                        "leftovers of runs that were killed");
        assertThat(report.facts()).allSatisfy(fact -> {
            assertThat(fact.detail()).isNotBlank();
            assertThat(fact.howToFix().isEmpty()).as(fact.what()).isEqualTo(fact.ok());
        });
    }
}
