package dev.rehearse.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Migration;
import dev.rehearse.report.RehearsalReport.Statement;
import org.junit.jupiter.api.Test;

class ReportOfOneTest {

    @Test
    void one_of_two_migrations_has_its_own_statements_and_shares_the_rest() {
        RehearsalReport all = SampleReports.go();
        Migration second = all.migrations().get(1);

        RehearsalReport one = ReportOfOne.of(all, second, "task state");

        assertThat(one.plan().name()).isEqualTo("task state");
        assertThat(one.migrations()).containsExactly(second);
        assertThat(one.statements()).extracting(Statement::index).containsExactly(1, 2);
        assertThat(one.rollback()).isSameAs(all.rollback());
    }

    @Test
    void a_finding_and_a_wait_go_to_the_migration_of_their_statement_alone() {
        RehearsalReport all = SampleReports.hostile();

        RehearsalReport failed = ReportOfOne.of(all, all.migrations().get(0), "failed");
        RehearsalReport never = ReportOfOne.of(all, all.migrations().get(1), "never");

        assertThat(failed.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(failed.findings()).extracting(Finding::statement).containsExactly(0);
        assertThat(never.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(failed.lockWaits()).extracting(LockWait::statement).containsExactly(0);
        assertThat(never.findings()).isEmpty();
        assertThat(never.lockWaits()).isEmpty();
        assertThat(never.summary()).containsExactly("never: not run");
    }
}
