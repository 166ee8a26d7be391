package dev.rehearse.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Budget.RollbackRule;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.build.Overrides;
import dev.rehearse.plan.build.RehearsalBuilder;
import dev.rehearse.plan.build.RehearsalFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideTest {

    @Test
    void every_limit_of_the_budget_can_be_said_outside() {
        Rehearsal plan = laidOver(
                Map.of(
                        "rehearse.budget.longestLockWait", "123ms",
                        "rehearse.budget.longestOutage", "4s",
                        "rehearse.budget.responseP99", "3x baseline",
                        "rehearse.budget.slowdown", "9x baseline",
                        "rehearse.budget.errors", "1%",
                        "rehearse.budget.replayLag", "off",
                        "rehearse.budget.duration", "1h",
                        "rehearse.budget.rollback", "required"),
                Map.of());

        assertThat(RehearsalFile.keysOfOneValue().stream().filter(key -> key.startsWith("budget.")))
                .hasSize(8);
        assertThat(plan.budget().longestLockWait()).isEqualTo(Duration.ofMillis(123));
        assertThat(plan.budget().longestOutage()).isEqualTo(Duration.ofSeconds(4));
        assertThat(plan.budget().responseP99TimesBaseline()).isEqualTo(3);
        assertThat(plan.budget().slowdown()).isEqualTo(9);
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
                .hasMessageStartingWith(
                        "rehearse.budget.longestLockWait: \"longestLockWait\" must be a duration such as ")
                .hasMessageEndingWith(", but is \"soon\".");
        assertThatThrownBy(() -> laidOver(Map.of(), Map.of("REHEARSE_BUDGET_ERRORS", "\"many\\")))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageStartingWith("REHEARSE_BUDGET_ERRORS: \"errors\" must be ")
                .hasMessageEndingWith(", but is \"\"many\\\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "-5", "0", "1.5", "100_000_000_001", "99999999999999999999", "1__0"})
    void a_number_that_cannot_be_is_told_as_it_was_written(String rows) {
        assertThatThrownBy(() -> outside(Map.of(), Map.of("REHEARSE_ROWS", rows))
                        .find("rows")
                        .orElseThrow()
                        .number(1, Overrides.MOST_ROWS))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessage("REHEARSE_ROWS must be a whole number from 1 to 100_000_000_000, but is \"" + rows + "\".");
    }

    @ParameterizedTest
    @CsvSource({
        "rehearse.budget.longestLockWaits, rehearse.budget.longestLockWait",
        "rehearse.longestLockWait, rehearse.budget.longestLockWait",
        "rehearse.row, rehearse.rows",
        "rehearse.budget.x,",
    })
    void a_misspelt_property_is_refused(String name, @Nullable String meant) {
        assertThatThrownBy(() -> SettingNames.mustBeKnownProperties(List.of(name)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageStartingWith("There is no setting " + name + ". "
                        + (meant == null ? "The settings are " : "Did you mean \"" + meant + "\"?"));
    }

    @ParameterizedTest
    @CsvSource({
        "REHEARSE_BUDGET_LONGEST_LOCKWAIT, REHEARSE_BUDGET_LONGEST_LOCK_WAIT",
        "REHEARSE_RANDOMSEED, REHEARSE_RANDOM_SEED",
        "REHEARSE_DATABASE_VERSIONS, REHEARSE_DATABASE_VERSION",
    })
    void a_misspelt_variable_is_refused(String name, String meant) {
        assertThatThrownBy(() -> SettingNames.mustBeKnownVariables(List.of(name)))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageStartingWith("There is no setting " + name + ". Did you mean \"" + meant + "\"?");
    }

    @Test
    void strangers_are_left_alone() {
        SettingNames.mustBeKnownProperties(
                List.of("rehearse.realSchemaRows", "rehearse.jar", "rehearse.version", "java.home", "rehearse.rows"));
        SettingNames.mustBeKnownVariables(
                List.of("REHEARSE_HOME", "REHEARSE_TEST_DATABASE", "REHEARSE_DATABASE", "HOME", "ROWS"));
        SettingNames.mustBeKnownVariables(List.of(
                "REHEARSE_DATABASE_SERVICE_HOST",
                "REHEARSE_DATABASE_SERVICE_PORT",
                "REHEARSE_DATABASE_PORT_5432_TCP_ADDR",
                "REHEARSE_DATABASE_URL",
                "REHEARSE_DATABASE_PASSWORD",
                "REHEARSE_DATA_DIR"));
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
