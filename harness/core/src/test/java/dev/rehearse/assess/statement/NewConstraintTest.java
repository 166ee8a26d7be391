package dev.rehearse.assess.statement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewConstraintTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ALTER TABLE public.operation ADD CONSTRAINT fk_a FOREIGN KEY (bank_id) REFERENCES public.bank (id); | keeps: [{ table: public.operation, constraint: 'FOREIGN KEY (bank_id) REFERENCES public.bank (id)' }]
            alter table only orders add unique (code, day)                                                     | keeps: [{ table: orders, constraint: 'unique (code, day)' }]
            alter table orders add check (state in ('a', 'b')) not valid                                       | keeps: [{ table: orders, constraint: 'check (state in (''a'', ''b''))' }]
            create unique index concurrently if not exists k on orders (lower(email)) where email > 'a'        | keeps: [{ table: orders, constraint: 'unique (lower(email)) where email > ''a''' }]
            ALTER TABLE /* TEMPLATE: schema */orders ADD CHECK (note <> '--') -- (later: note > '')              | keeps: [{ table: orders, constraint: 'CHECK (note <> ''--'')' }]
            create unique index on only orders using btree(code);                                              | keeps: [{ table: orders, constraint: 'unique (code)' }]
            """)
    void a_statement_that_makes_one_constraint_tells_it(String sql, String inPlan) {
        assertThat(NewConstraint.of(sql)).isPresent();
        assertThat(NewConstraint.of(sql).orElseThrow().inPlan()).isEqualTo(inPlan);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table orders add unique (a), add unique (b)",
                "alter table orders add constraint k unique using index k_idx",
                "alter table orders validate constraint k",
                "alter table orders alter column a set not null",
                "create index on orders (a)"
            })
    void others_do_not(String sql) {
        assertThat(NewConstraint.of(sql)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            insert or update on table "modlog" violates foreign key constraint "by_mod" | keeps: [{ table: modlog, constraint: 'FOREIGN KEY (mod_id) REFERENCES person ON DELETE CASCADE' }]
            check constraint "sizes" of relation "modlog" is violated by some row       | keeps: [{ table: modlog, constraint: 'CHECK (size IN (1, 2))' }]
            could not create unique index "codes"                                       | keeps: [{ table: modlog, constraint: 'UNIQUE (code, day)' }]
            """)
    void of_several_the_one_is_told_that_the_server_names(String message, String inPlan) {
        String sql =
                "ALTER TABLE modlog ADD CONSTRAINT by_mod FOREIGN KEY (mod_id)\n REFERENCES person ON DELETE CASCADE, ADD COLUMN x int,"
                        + " ADD CONSTRAINT sizes CHECK (size IN (1, 2)) NOT VALID, ADD CONSTRAINT codes UNIQUE (code, day);";

        assertThat(NewConstraint.of(sql)).isEmpty();
        assertThat(NewConstraint.named(sql, message).orElseThrow().inPlan()).isEqualTo(inPlan);
        assertThat(NewConstraint.named(sql, "constraint \"other\" of relation \"modlog\""))
                .isEmpty();
    }

    @Test
    void a_check_of_a_domain_is_one_of_the_column_that_breaks_it() {
        assertThat(NewConstraint.ofDomain(
                        "ALTER DOMAIN amount ADD CONSTRAINT pos CHECK (VALUE > 0 AND abs(value) < 9);",
                        "column \"total\" of table \"orders\" contains values that violate the new constraint"))
                .map(NewConstraint::inPlan)
                .contains("keeps: [{ table: orders, constraint: 'CHECK (total > 0 AND abs(total) < 9)' }]");
        assertThat(NewConstraint.ofDomain(
                        "ALTER DOMAIN amount SET NOT NULL", "column \"a\" of table \"b\" contains values"))
                .isEmpty();
    }
}
