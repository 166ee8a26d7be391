package dev.rehearse.database.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import org.junit.jupiter.api.Test;

class StartupTest {

    /** What servers wrote to their logs: 16 in a container, where settings are on the command line, and 18 with them in a file. */
    @Test
    void a_setting_that_the_server_refuses_is_the_plans_fault() {
        assertThat(Startup.ended("The container", """
                waiting for server to start....2026-11-27 09:02:42.577 UTC [34] FATAL:  unrecognized configuration parameter "shared_bufers"
                 stopped waiting
                """))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessage("""
                        The container refuses its settings: unrecognized configuration parameter "shared_bufers". Mend that in the plan, \
                        under database: settings.""");
        assertThat(Startup.ended("PostgreSQL", """
                2026-11-27 09:02:42.577 GMT [34] LOG:  invalid value for parameter "work_mem": "12 XB"
                2026-11-27 09:02:42.577 GMT [34] HINT:  Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".
                2026-11-27 09:02:42.577 GMT [34] FATAL:  configuration file "/x/postgresql.conf" contains errors
                """))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("invalid value for parameter \"work_mem\": \"12 XB\".");
    }

    @Test
    void another_end_is_the_machines_with_the_whole_log() {
        assertThat(Startup.ended("PostgreSQL", "FATAL:  could not map anonymous shared memory: Cannot allocate memory"))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageEndingWith("Cannot allocate memory");
    }
}
