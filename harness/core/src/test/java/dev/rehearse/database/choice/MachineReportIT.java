package dev.rehearse.database.choice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.database.machine.RehearseHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void a_home_that_cannot_be_made_is_one_of_the_facts(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(MachineReport.of(new RehearseHome(file.resolve("home"))))
                .singleElement()
                .satisfies(fact -> {
                    assertThat(fact.ok()).isFalse();
                    assertThat(fact.howToFix()).contains("REHEARSE_HOME");
                });
    }
}
