package dev.rehearse.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Recording.SchemaDifference;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OthersOnServerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            role clerk                                       | CREATE ROLE clerk                  | true
            role clerk                                       | GRANT readers TO "clerk"           | true
            role "Clerk"                                     | create role "Clerk"                | true
            role clerk                                       | ALTER ROLE current_user CREATEDB   | true
            role clerk                                       | CREATE ROLE clerks                 | false
            role clerk                                       | CREATE TABLE clerk_list (id int)   | false
            tablespace fast                                  | CREATE TABLESPACE fast LOCATION '' | true
            tablespace fast                                  | SELECT 1                           | false
            setting work_mem of role clerk                   | ALTER ROLE clerk SET work_mem = 1  | true
            setting work_mem of role clerk                   | ALTER ROLE boss SET work_mem = 1   | false
            setting work_mem of role clerk in the database   | ALTER ROLE boss SET work_mem = 1   | false
            setting work_mem of all roles                    | ALTER ROLE ALL SET work_mem = 1    | true
            setting work_mem of all roles                    | ALTER ROLE clerk RESET jit         | false
            setting work_mem of the database                 | SELECT 1                           | true
            table clerk                                      | SELECT 1                           | true
            """)
    void what_all_databases_share_is_the_migrations_where_it_names_it(
            String object, String statement, boolean isMigrations) {
        SchemaDifference difference = new SchemaDifference(object, null, "login");

        OthersOnServer shared = OthersOnServer.among(List.of(difference), List.of("SELECT 1", statement));

        assertThat(shared.migrations()).isEqualTo(isMigrations ? List.of(difference) : List.of());
        assertThat(shared.others()).isEqualTo(isMigrations ? List.of() : List.of(object));
    }
}
