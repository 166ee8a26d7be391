package dev.rehearse.assess;

import static dev.rehearse.assess.RecordedRun.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksOffTest extends AssessedRun {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT app.fast()      | NO_GO
            SELECT outer_one(1)    | NO_GO
            CALL "fast" ()         | NO_GO
            CALL "Old one"()       | NO_GO
            SELECT triggers()      | GO
            SELECT faster()        | GO
            DROP FUNCTION fast()   | GO
            GRANT EXECUTE ON FUNCTION app . "fast" () TO shop | GO
            CREATE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION app.fast() | GO
            """)
    void a_function_that_switches_foreign_keys_off_does_so_where_it_is_called(String call, Verdict verdict) {
        run.codeBefore.add(
                "CREATE OR REPLACE PROCEDURE public.\"Old one\"()\n LANGUAGE sql\nAS $procedure$SET session_replication_role = replica$procedure$\n");
        run.codeBefore.add(
                "CREATE OR REPLACE FUNCTION public.triggers()\n RETURNS bigint\n LANGUAGE sql\nAS $function$SELECT count(*) FROM pg_trigger$function$\n");
        for (String sql : List.of(
                "CREATE OR REPLACE FUNCTION app.fast() RETURNS void LANGUAGE sql AS 'SET session_replication_role = replica'",
                "CREATE FUNCTION outer_one(i int) RETURNS void LANGUAGE plpgsql AS $$BEGIN PERFORM fast(); END$$",
                call)) {
            run.statements.add(run.statement(sql, 5 * SECOND, 5 * SECOND + 1_000));
        }

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(report().findings().stream()
                        .filter(found -> found.id().equals("CHECKS_OFF"))
                        .map(found -> found.evidence().size())
                        .toList())
                .isEqualTo(verdict == Verdict.NO_GO ? List.of(1) : List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -- faster\\nSET LOCAL session_replication_role TO 'replica'                 | NO_GO
            set session_replication_role = replica                                    | NO_GO
            SELECT set_config('session_replication_role', 'replica', true)            | NO_GO
            ALTER TABLE orders DISABLE TRIGGER ALL                                    | NO_GO
            UPDATE orders SET note = '--'; SET session_replication_role = replica     | NO_GO
            ALTER TABLE orders DISABLE TRIGGER audit                                  | GO
            ALTER TABLE orders DISABLE TRIGGER "RI_ConstraintTrigger_c_16412"         | NO_GO
            DO $$BEGIN EXECUTE (SELECT format('ALTER TABLE orders DISABLE TRIGGER %I', t.tgname) FROM pg_trigger t WHERE t.tgisinternal); END$$ | NO_GO
            DO $$BEGIN EXECUTE (SELECT format('ALTER TABLE orders DISABLE TRIGGER %I', tgname) FROM pg_trigger WHERE tgconstraint <> 0); END$$  | NO_GO
            DO $$BEGIN EXECUTE (SELECT format('ALTER TABLE orders DISABLE TRIGGER %I', t.tgname) FROM pg_trigger t WHERE NOT t.tgisinternal); END$$ | GO
            UPDATE pg_trigger SET tgenabled = 'D'                                     | NO_GO
            SET session_replication_role = origin                                     | GO
            -- DISABLE TRIGGER ALL would be faster\\nUPDATE orders SET note = ''       | GO
            UPDATE orders SET note = '' /* not by\\n DISABLE TRIGGER ALL */; -- disable trigger all | GO
            CREATE FUNCTION fast() RETURNS void AS 'SET session_replication_role = replica' | GO
            UPDATE orders SET note = ''; /* faster */ SET session_replication_role = replica | NO_GO
            """)
    void foreign_keys_that_are_switched_off_are_no_go(String sql, Verdict verdict) {
        run.statements.add(run.statement(sql.replace("\\n", "\n"), 5 * SECOND, 5 * SECOND + 1_000));

        assertThat(report().verdict()).isEqualTo(verdict);
        assertThat(report().findings().stream().anyMatch(found -> found.id().equals("CHECKS_OFF")))
                .isEqualTo(verdict == Verdict.NO_GO);
    }

    @Test
    void foreign_keys_that_are_still_off_after_the_migration_are_no_go_however_that_came() {
        String key = "FOREIGN KEY (customer) REFERENCES public.customer(id)";
        run.changes.add(
                new Recording.SchemaDifference("constraint orders.fk", key, key + "; enforced by triggers in state D"));
        run.changes.add(new Recording.SchemaDifference(
                "constraint item.fk",
                key + "; enforced by triggers in state R",
                key + "; enforced by triggers in state D"));

        Finding found = finding("CHECKS_OFF");
        assertThat(found.severity()).isEqualTo(Severity.BREACH);
        assertThat(found.evidence()).containsExactly("constraint orders.fk is not checked after the migration either");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE TRIGGER t BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION app."Quiet"() | true
            CREATE TRIGGER t BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION app.quiet_too() | true
            CREATE TRIGGER t BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION app.audit()   | false
            """)
    void a_new_trigger_that_switches_foreign_keys_off_is_no_go(String trigger, boolean told) {
        String quiet =
                "()\n RETURNS trigger\n LANGUAGE plpgsql\n SET session_replication_role TO 'replica'\nAS $function$BEGIN RETURN NEW; END$function$\n";
        run.codeBefore.add("CREATE OR REPLACE FUNCTION app.\"Quiet\"" + quiet);
        run.changes.add(new Recording.SchemaDifference(
                "function app.quiet_too()", null, "CREATE OR REPLACE FUNCTION app.quiet_too" + quiet));
        run.changes.add(new Recording.SchemaDifference("trigger orders.t", null, trigger));

        assertThat(report().findings().stream()
                        .filter(found -> found.id().equals("CHECKS_OFF"))
                        .map(Finding::evidence)
                        .toList())
                .isEqualTo(told ? List.of(List.of("trigger orders.t switches them off when it fires")) : List.of());
        assertThat(report().verdict()).isEqualTo(told ? Verdict.NO_GO : Verdict.GO);
    }

    @Test
    void a_function_of_triggers_that_switches_foreign_keys_off_from_now_on_is_no_go() {
        String body =
                "CREATE OR REPLACE FUNCTION public.f()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $$BEGIN %sRETURN NEW; END$$";
        run.changes.add(new Recording.SchemaDifference(
                "function f()",
                body.formatted("-- SET LOCAL session_replication_role = replica\n"),
                body.formatted("SET LOCAL session_replication_role = replica; ")));

        assertThat(finding("CHECKS_OFF").evidence())
                .containsExactly("function f() switches them off when a trigger calls it");
    }
}
