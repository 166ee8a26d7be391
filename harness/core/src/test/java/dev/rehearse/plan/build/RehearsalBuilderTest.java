package dev.rehearse.plan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.Workload;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Parameter.Distribution;
import dev.rehearse.plan.Workload.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RehearsalBuilderTest {

    @TempDir
    Path temporary;

    PlanFolder folder;

    @BeforeEach
    void write_the_files_that_plans_name() {
        folder = new PlanFolder(temporary);
    }

    @Test
    void what_is_laid_over_flyway_keeps_what_it_does_not_say() {
        Rehearsal built = RehearsalBuilder.in(temporary)
                .flyway(List.of(Path.of("db/migration")), "1", "2", Map.of("table", "history", "mixed", "true"))
                .with(
                        "the test",
                        "migration: { flyway: { to: '3', settings: { mixed: false, placeholders.tenant: acme } } }")
                .build();

        assertThat(built.migration().flyway()).isNotNull().satisfies(flyway -> {
            assertThat(flyway.locations()).hasSize(1);
            assertThat(flyway.from()).isEqualTo("1");
            assertThat(flyway.to()).isEqualTo("3");
            assertThat(flyway.settings())
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("table", "history", "mixed", "false", "placeholders.tenant", "acme"));
        });
    }

    @Test
    void the_builder_makes_what_the_file_makes() {
        Rehearsal built = RehearsalBuilder.in(temporary)
                .name("widen")
                .version(16)
                .standbys(1)
                .setting("work_mem", "4MB")
                .schema("schema.sql")
                .rows("orders", 1_000)
                .ratePerSecond(50)
                .before(new Workload.Application(
                        "before",
                        List.of(new Operation(
                                "read",
                                2,
                                false,
                                true,
                                Map.of("id", Parameter.key("orders", "id", Distribution.LATEST)),
                                List.of(Step.of("select * from orders where id = :id", 1))))))
                .blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofSeconds(2))
                .up("V7__widen.sql")
                .down("U7__widen.sql")
                .lockTimeout(Duration.ofMillis(500))
                .retries(3)
                .invariant("count", "select count(*) from orders")
                .build();

        assertThat(built).usingRecursiveComparison().ignoringFields("places").isEqualTo(folder.read("""
                        name: widen
                        database: { version: 16, standbys: 1, settings: { work_mem: 4MB } }
                        schema: schema.sql
                        data: { rows: { orders: 1000 } }
                        workload:
                          rate: 50
                          before:
                            operations:
                              - name: read
                                weight: 2
                                parameters: { id: { key: orders.id, distribution: latest } }
                                statements: { sql: select * from orders where id = :id, rows: 1 }
                          blockers: [ { longReader: orders, for: 2s } ]
                        migration: { up: V7__widen.sql, down: U7__widen.sql, lockTimeout: 500ms, retries: 3 }
                        invariants: [ { name: count, sql: select count(*) from orders } ]
                        """));
    }

    /** What is changed in a plan that is right, and what is said about it. */
    private record Case(String problem, UnaryOperator<RehearsalBuilder> change) {}

    static Stream<Case> impossible() {
        return Stream.of(
                new Case("version must be from 14 to 18", b -> b.version(13)),
                new Case("standbys must be from 0 to 2", b -> b.standbys(3)),
                new Case("scale must be from 1", b -> b.scale(0)),
                new Case("rows of orders must be", b -> b.rows("orders", -1)),
                new Case("edge cases must be between", b -> b.edgeCaseShare(1.5)),
                new Case("rate must be more than 0/s", b -> b.ratePerSecond(0)),
                new Case("clients must be from 1", b -> b.clients(0)),
                new Case("statementTimeout must be", b -> b.statementTimeout(Duration.ZERO)),
                new Case("baseline must be from 1s", b -> b.baseline(Duration.ZERO)),
                new Case("lockTimeout must be", b -> b.lockTimeout(Duration.ofMillis(-1))),
                new Case("retries must be from 0", b -> b.retries(-1)),
                new Case("migrators must be from 1", b -> b.migrators(0)),
                new Case("deadline must be", b -> b.deadline(Duration.ZERO)),
                new Case("rehearsal needs a name", b -> b.name(" ")),
                new Case("\"up\" must be left out", b -> b.flyway(List.of(Path.of("db")), null, null)),
                new Case("least one location", b -> b.flyway(List.of(), null, null)),
                new Case("There is no folder", b -> b.flyway(List.of(Path.of("nowhere")), null, null)),
                new Case(
                        "Two invariants are named",
                        b -> b.invariant("same", "select 1").invariant("same", "select 2")),
                new Case("Both applications are called", b -> b.after(new Workload.Application("derived", List.of()))),
                new Case("this one has 2", b -> b.before(operation("a", "select 1; select 2"))),
                new Case("needs the table", b -> b.blocker(Blocker.Kind.VACUUM, null, Duration.ofSeconds(1))),
                new Case("two operations named", b -> b.before(operation("a", "select 1"), operation("a", "select 2"))),
                new Case("which its parameters do not define", b -> b.before(operation("a", "select :x"))),
                new Case("There is no file", b -> b.down("nowhere.sql")));
    }

    private static Operation operation(String name, String sql) {
        return new Operation(name, 1, false, true, Map.of(), List.of(Step.of(sql)));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void an_impossible_value_is_refused(Case wrong) {
        RehearsalBuilder builder = RehearsalBuilder.in(temporary).up("V7__widen.sql");

        assertThatThrownBy(() -> wrong.change().apply(builder).build())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(wrong.problem());
    }

    @Test
    void a_plan_without_a_migration_is_refused() {
        assertThatThrownBy(() -> RehearsalBuilder.in(temporary).build())
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("The migration has no script");
    }
}
