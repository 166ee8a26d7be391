package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Budget.RollbackRule;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RehearsalBuilder;
import dev.rehearse.plan.RehearsalFile;
import dev.rehearse.plan.SqlFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutsideTest {

    @Test
    void every_limit_of_the_budget_can_be_said_outside() {
        Rehearsal plan = laidOver(
                Map.of(
                        "rehearse.budget.longestLockWait", "123ms",
                        "rehearse.budget.longestOutage", "4s",
                        "rehearse.budget.responseP99", "3x baseline",
                        "rehearse.budget.errors", "1%",
                        "rehearse.budget.replayLag", "off",
                        "rehearse.budget.duration", "1h",
                        "rehearse.budget.rollback", "required"),
                Map.of());

        assertThat(RehearsalFile.keysOfOneValue().stream().filter(key -> key.startsWith("budget.")))
                .hasSize(7);
        assertThat(plan.budget().longestLockWait()).isEqualTo(Duration.ofMillis(123));
        assertThat(plan.budget().longestOutage()).isEqualTo(Duration.ofSeconds(4));
        assertThat(plan.budget().responseP99TimesBaseline()).isEqualTo(3);
        assertThat(plan.budget().errorShare()).isEqualTo(0.01);
        assertThat(plan.budget().replayLag()).isNull();
        assertThat(plan.budget().duration()).isEqualTo(Duration.ofHours(1));
        assertThat(plan.budget().rollback()).isEqualTo(RollbackRule.REQUIRED);
    }

    @Test
    void the_environment_is_asked_where_no_parameter_is() {
        Map<String, String> environment =
                Map.of("REHEARSE_BUDGET_LONGEST_LOCK_WAIT", "2s", "REHEARSE_WORKLOAD_RATE", "7/s");

        Rehearsal plan = laidOver(Map.of("rehearse.workload.rate", "9/s"), environment);

        assertThat(plan.budget().longestLockWait()).isEqualTo(Duration.ofSeconds(2));
        assertThat(plan.workload().rate()).isEqualTo(RateCurve.constant(9));
    }

    @Test
    void what_is_wrong_names_the_setting() {
        assertThatThrownBy(() -> laidOver(Map.of("rehearse.budget.longestLockWait", "soon"), Map.of()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("rehearse.budget.longestLockWait")
                .hasMessageContaining("must be a duration")
                .hasMessageContaining("\"soon\"");
        assertThatThrownBy(
                        () -> outside(Map.of("rehearse.rows", "many"), Map.of()).number("rows"))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessage("rehearse.rows must be a whole number, but is \"many\".");
    }

    @Test
    void a_misspelt_setting_is_refused_and_a_stranger_is_left_alone() {
        Outside outside = outside(Map.of(), Map.of());

        assertThatThrownBy(() -> outside.mustBeKnown(List.of("rehearse.budget.longestLockWaits")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("Did you mean \"budget.longestLockWait\"?");
        assertThatThrownBy(() -> outside.mustBeKnown(List.of("rehearse.budget.x")))
                .isInstanceOf(InvalidRehearsalException.class);
        outside.mustBeKnown(List.of("rehearse.realSchemaRows", "rehearse.jar", "java.home", "rehearse.rows"));
    }

    private static Rehearsal laidOver(Map<String, String> parameters, Map<String, String> environment) {
        RehearsalBuilder plan = RehearsalBuilder.in(Path.of(""))
                .schema(SqlFile.of("schema.sql", "create table t (id bigint primary key);"))
                .up(SqlFile.of("up.sql", "alter table t add column n text;"));
        outside(parameters, environment).layOver(plan);
        return plan.build();
    }

    private static Outside outside(Map<String, String> parameters, Map<String, String> environment) {
        return new Outside(
                name -> Optional.ofNullable(parameters.get(name)), name -> Optional.ofNullable(environment.get(name)));
    }
}
