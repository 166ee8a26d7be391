package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import org.junit.jupiter.api.Test;

class ApplicationFindingsTest extends AssessedRun {

    @Test
    void cached_plans_that_fail_are_a_danger_in_the_derived_workload_and_an_error_in_the_users_own() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        assertThat(report().findings()).extracting(Finding::id).containsOnly("ERRORS");
        assertThat(finding("ERRORS").title()).contains("0A000 (cached plan must not change result type)");

        run.application = "derived";
        run.writes = false;
        run.changes.add(new SchemaDifference("column orders.total", "integer not null", "bigint not null"));
        assertThat(report().findings())
                .filteredOn(finding -> finding.id().equals("CACHED_PLAN"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.DANGER))
                .satisfies(finding ->
                        assertThat(finding.effect()).contains("a column whose type or collation has changed"));
        assertThat(report().summary())
                .anyMatch(line -> line.contains(", all of them as statements prepared before the table changed"));
        assertThat(report().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void what_the_server_does_not_support_of_a_derived_write_is_an_error() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";

        assertThat(report().findings()).extracting(Finding::id).containsOnly("ERRORS");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void what_the_server_does_not_do_again_and_again_on_a_connection_is_no_cached_plan() {
        run.failingShare = 1;
        run.failingWith = "0A000";
        run.application = "derived";

        assertThat(report().findings())
                .extracting(Finding::id)
                .contains("ERRORS")
                .doesNotContain("CACHED_PLAN");
        assertThat(finding("ERRORS").severity()).isEqualTo(Severity.BREACH);
        assertThat(finding("ERRORS").title()).contains("0A000 (feature not supported)");
        assertThat(finding("ERRORS").evidence()).first(STRING).contains("0A000 (feature not supported)");
        assertThat(finding("ERRORS").saferWay())
                .contains("on a table with a rule")
                .doesNotContain("SELECT *");
        assertThat(report().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void cached_plans_of_a_table_whose_name_is_quoted_are_as_great_a_danger() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.writes = false;
        run.loadTable = "shop.\"Order\"";
        run.changes.add(new SchemaDifference("column shop.\"Order\".\"Total\"", "integer", "bigint"));

        assertThat(finding("CACHED_PLAN").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_column_of_another_collation_is_as_great_a_danger_to_cached_plans_as_one_of_another_type() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.writes = false;
        run.changes.add(new SchemaDifference("column orders.note", "text not null", "text collate \"C\" not null"));

        assertThat(finding("CACHED_PLAN").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_type_that_was_made_anew_under_its_name_is_as_great_a_danger_to_cached_plans() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.writes = false;
        run.statements.add(run.statement(
                "ALTER TABLE orders ALTER m TYPE mood USING m::text::mood", 5 * SECOND + 3_000, 5 * SECOND + 4_000));

        assertThat(finding("CACHED_PLAN").severity()).isEqualTo(Severity.DANGER);
    }

    @Test
    void a_new_column_is_no_danger_for_applications_that_name_theirs() {
        run.failingShare = 0.1;
        run.failingWith = "0A000";
        run.application = "derived";
        run.writes = false;
        run.changes.add(new SchemaDifference("column orders.note", null, "text"));
        run.changes.add(new SchemaDifference("column carts.total", "integer not null", "bigint not null"));

        assertThat(report().findings()).extracting(Finding::id).containsExactly("CACHED_PLAN");
        assertThat(report().findings().get(0).severity()).isEqualTo(Severity.NOTE);
        assertThat(report().findings().get(0).effect()).contains("one that names its columns does not notice");
    }
}
