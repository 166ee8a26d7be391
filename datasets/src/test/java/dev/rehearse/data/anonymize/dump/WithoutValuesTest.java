package dev.rehearse.data.anonymize.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WithoutValuesTest {

    @Test
    void of_a_refused_copy_the_place_stays() {
        assertThat(WithoutValues.of("""
                        psql:<stdin>:4711: ERROR:  invalid input syntax for type integer: "Kowalska"
                        CONTEXT:  COPY customers, line 3, column age: "Kowalska"
                        """.strip())).isEqualTo("""
                        psql:<stdin>:4711: ERROR:  invalid input syntax for type integer: "..."
                        CONTEXT:  COPY customers, line 3, column age""");
        assertThat(WithoutValues.of("""
                        pg_restore: error: COPY failed for table "notes": ERROR:  invalid XML content
                        DETAIL:  line 1: Start tag expected, '<' not found
                        Anna Kowalska
                        ^
                        CONTEXT:  COPY notes, line 1, column body: "Anna
                        Kowalska"
                        pg_restore: finished
                        """.strip())).isEqualTo("""
                        pg_restore: error: COPY failed for table "notes": ERROR:  invalid XML content
                        CONTEXT:  COPY notes, line 1, column body
                        pg_restore: finished""");
    }

    @Test
    void of_a_refused_statement_its_kind_and_the_constraint_stay() {
        assertThat(WithoutValues.of("""
                        pg_restore: error: could not execute query: ERROR:  duplicate key value violates unique constraint "customers_email_key"
                        DETAIL:  Key (email)=(anna@example.com) already exists.
                        Command was: INSERT INTO public.customers VALUES (1, 'anna@example.com');
                        """.strip())).isEqualTo("""
                        pg_restore: error: could not execute query: ERROR:  duplicate key value violates unique constraint "customers_email_key"
                        Command was: INSERT INTO public.customers""");
        assertThat(WithoutValues.of("""
                        psql:<stdin>:9: ERROR:  value "19780123199" is out of range for type integer
                        LINE 1: INSERT INTO t VALUES ('anna', 19780123199);
                                                              ^
                        """.strip()))
                .isEqualTo("psql:<stdin>:9: ERROR:  value \"...\" is out of range for type integer");
        assertThat(WithoutValues.of("psql:<stdin>:9: ERROR:  relation \"orders\" does not exist"))
                .isEqualTo("psql:<stdin>:9: ERROR:  relation \"orders\" does not exist");
    }
}
